//! What people read of backups.

use engine::words::observed;
use protocol::{Fact, problems};
use transcript::Obligation;

problems! {
    /// Throws that no dice gave.
    pub(crate) fn dice_refused(why: &str) = "dice-refused" again {
        "{why}"
        "Nothing was made. The throws were forgotten."
        "Throw again, all of them, and type what falls: throws that are made up are worth little."
    }

    /// The key may not leave its token any more.
    pub(crate) fn key_is_sealed() = "key-is-sealed" {
        "The key in the token is sealed: it can never leave it again, not even wrapped for a backup."
        "Nothing was changed."
        "Have as many custodians as rebuild the key bring their shares, and play change-custodian. Where they are too few, the key lives as long as this token does: make another key in good time."
    }

    /// The wrapped file opens to another key.
    pub(crate) fn backup_does_not_match() = "backup-does-not-match" {
        "The backup opens, but not to the master key."
        "The master key is unchanged in the token; the backup does not count."
        "Make the backup anew, or stop and find out who changed the token or the wrapped file."
    }

    /// A share nobody gets.
    pub(crate) fn share_without_custodian(step: &str) = "share-without-custodian" {
        "Step {step} does not give every share of the set to a custodian of its own."
        "Nothing was started."
        "Mend the script, the roster or the parameters, and check again."
    }

    /// A custodian who cannot open a box.
    pub(crate) fn custodian_without_yubikey(name: &str) = "custodian-without-yubikey" {
        "{name} is enrolled with no YubiKey that a share could be encrypted to."
        "Nothing was started."
        "Mend the script, the roster or the parameters, and check again."
    }

    /// A sheet that paper has no room for.
    pub(crate) fn sheet_does_not_fit() = "sheet-does-not-fit" {
        "A share sheet in large type does not fit on A5: choose A4 or Letter, or the usual type."
        "Nothing was started."
        "Mend the script, the roster or the parameters, and check again."
    }

    /// A threshold that one lost sheet would undo.
    pub(crate) fn threshold() = "threshold" {
        "The threshold has to be at least 2 and smaller than the number of shares, which is at most 255: one lost sheet must not lose the backup."
        "Nothing was started."
        "Mend the script, the roster or the parameters, and check again."
    }
}

// Dice.
pub(crate) const WHAT_THE_DICE_SHOW: &str = "What the dice show";
pub(crate) const UNEVEN: &str =
    "Some faces come far more often than others. Honest dice hardly ever do that.";
pub(crate) const NO_LOCKED_MEMORY: &str = "This computer has no locked memory left.";

pub(crate) fn so_many_throws(fewest: usize) -> String {
    format!(
        "{fewest} throws of a six-sided die, each as a digit from 1 to 6, in the order they fell. Nobody else looks; no \
         note is kept."
    )
}

pub(crate) fn no_face(at: usize) -> String {
    format!("Character {at} is no face of a die: 1 to 6.")
}

pub(crate) fn too_few(n: usize, fewest: usize) -> String {
    format!("That are {n} throws, and {fewest} are needed.")
}

pub(crate) fn too_many(n: usize, most: usize) -> String {
    format!("That are {n} throws; {most} are the most that are taken.")
}

pub(crate) fn one_face(n: usize) -> String {
    format!("One face comes {n} times in a row. Honest dice hardly ever do that.")
}

pub(crate) fn repeats(n: usize) -> String {
    format!("The series repeats itself every {n} throws, as no dice do.")
}

// What the record says.
/// How a key is wrapped for its backup.
pub(crate) const HOW: &str = "AES-256 key wrap with padding (RFC 5649), in the token";
/// The same where the token's form of a private key is mended.
pub(crate) const HOW_MENDED: &str = "AES-256 key wrap with padding (RFC 5649), in this computer's locked memory, after the token wrapped it for that";
/// What the backup wrapping key is rebuilt from.
pub(crate) const FROM: &str =
    "every share as read back from its sheet, in overlapping groups of the threshold";
pub(crate) const SPLIT_WHERE: &str = "locked host memory, outside any validated module";

/// Where the backup wrapping key came from, with so many throws of dice.
pub(crate) fn origin(throws: Option<usize>) -> String {
    format!(
        "host memory: system generator XOR token generator{}; imported as a session key and destroyed there",
        throws.map_or(String::new(), |throws| format!(" XOR SHA-256 of {throws} throws of dice"))
    )
}

pub(crate) fn void_sheets_destroyed(set: &str) -> String {
    format!("the sheets of the void set {set} were destroyed")
}

/// What is owed for a set that became void.
pub(crate) fn owed_for_a_void_set(id: String, set: &str) -> Obligation {
    Obligation {
        id,
        says: format!("Every sheet of the void set {set} has to be destroyed, two people present."),
    }
}

// Wrapping.
pub(crate) const WRAPPING: &str = "Wrapping the master key under a fresh backup wrapping key";
pub(crate) const A_FEW_SECONDS: &str = "a few seconds";

pub(crate) fn wrapped_file(name: String) -> Fact {
    observed("Wrapped backup file", name)
}

pub(crate) fn share_set(set: String) -> Fact {
    observed(SHARE_SET, set)
}

pub(crate) const SHARE_SET: &str = "Share set";

pub(crate) fn destroy_the_set(set: &str) -> Fact {
    observed("Collect and destroy every sheet of the set", set)
}

pub(crate) const SET_IS_DESTROYED: &str = "Every sheet of this set is destroyed";

pub(crate) fn i_saw_the_set_destroyed(set: &str) -> String {
    format!("I saw every sheet of the set {set} destroyed.")
}

/// What the token cannot do, to stand after "cannot".
pub(crate) const MAKE_THE_BACKUP: &str = "make the backup";

pub(crate) const BACKUP: &str = "Backup";

pub(crate) fn backup_offered() -> Fact {
    observed(BACKUP, "offered: every trial it needs was passed")
}

// Splitting, giving, rebuilding.
pub(crate) fn split(needs: String) -> Fact {
    observed("Split", needs)
}

pub(crate) const I_TAKE_MY_SHARE: &str = "I am alone at the screen and take my share.";
pub(crate) const SEAL_THE_SHEET: &str = "Seal the sheet in its bag. What is the bag's number?";
pub(crate) const OPENING: &str = "Opening the wrapped backup with the rebuilt key";

pub(crate) fn opened_to(expected: &str, found: &str) -> Fact {
    engine::words::expected("Check value from the rebuilt backup", expected, found)
}

// What has to happen after the play.
pub(crate) const DESTROY_SHEETS_AND_FILE: &str =
    "Destroy every share sheet written, and the wrapped backup file.";
pub(crate) const KEEP_APART: &str =
    "Keep the wrapped backup file and the share sheets apart from each other.";

// Departures.
pub(crate) const ANOTHER_SHARE_GIVEN: &str = "it gave another share than this turn's";

/// What people call the materials, to stand after "needs".
pub(crate) mod called {
    pub(crate) const BACKUP_KEY: &str = "the backup wrapping key";
    pub(crate) const SHARES: &str = "the new shares";
    pub(crate) const READ_BACK: &str = "the new shares as they were read back from their sheets";
    pub(crate) const PROVEN_BACKUP: &str = "a backup that was rebuilt and matched";
}

/// What is owed, in sentences; `{}` stands for the turn or the share.
pub(crate) mod owed {
    pub(crate) const SHARE_READ_BACK: &str = "Share {} has to be read back from its sheet.";
}

// The way back that people can decide for.
pub(crate) const MAKE_ANEW: &str = "Make the backup anew";
pub(crate) const SHEETS_BECOME_VOID: &str =
    "Every sheet written so far becomes void and has to be destroyed.";
/// As the record says it.
pub(crate) const MADE_ANEW: &str = "the backup is made anew, by decision";
