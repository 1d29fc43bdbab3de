//! What people read of drills.

use engine::words::{expected, observed};
use protocol::{Choice, Fact, Problem, problems};

/// How many lines are named in one sentence; the record has them all.
const NAMED: usize = 5;

problems! {
    /// The bag is not the one that the share was sealed in; `since` says when, where it was later.
    fn bag_differs(index: u8, was: &str, since: &str, bag: &str) = "another-bag" {
        "Share {index} was sealed in bag {was}{since}, and it was brought in bag {bag}."
        "The share is the one that was dealt; nothing was rebuilt."
        "Find out from the custodian when and why the bag was changed, and decide."
    }

    /// A seal that is not whole.
    pub(crate) fn seal_not_whole(happened: &str) = "seal-not-whole" {
        "{happened}"
        "No share was typed in."
        "Decide whether the share may have been seen by others. If so, the backup has to be made anew after this."
    }

    /// The token still has what was destroyed.
    pub(crate) fn scratch_not_gone() = "scratch-not-gone" again {
        "The token still knows the key that was opened for the drill."
        "Nothing left the token."
        "Close the token's session: take it out, put it in again, and begin this step again."
    }

    /// The backup is of another key.
    pub(crate) fn backup_does_not_match() = "backup-does-not-match" {
        "The backup opens, but not to the key that it was made of."
        "Nothing left the token, and the opened key was destroyed."
        "Stop. Treat the backup as lost: make a new one from the key in its token while that exists."
    }

    /// Of a plan's backups some are of other keys.
    fn backups_do_not_match(many: usize, wrong: usize, named: &str) = "backup-does-not-match" {
        "Of the {many} wrapped files of the plan {wrong} did not open to their keys. {named}."
        "Nothing left the token, and every opened key was destroyed. The record names each line that opened."
        "Stop. Compare these files with other copies of the pack. Treat the backups of these lines as lost: make new ones from their keys in the token while those exist."
    }
}

/// The bag is not the one that the share was sealed in, perhaps by a later ceremony.
pub(crate) fn another_bag(index: u8, was: &str, since: Option<&str>, bag: &str) -> Problem {
    let since = since.map_or(String::new(), |run| format!(" in the ceremony {run}"));
    bag_differs(index, was, &since, bag)
}

/// Of a plan's backups some are of other keys; as many as fit are named.
pub(crate) fn not_all(wrong: &[String], many: usize, shown: usize) -> Problem {
    let more = wrong.len().saturating_sub(NAMED);
    let mut named = wrong.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
    if more > 0 {
        named = format!("{named}; and {more} more, which the record names");
    }
    backups_do_not_match(many, wrong.len(), &named)
        .with_detail(wrong.iter().take(shown).cloned().collect::<Vec<_>>().join("\n"))
}

// Bringing.
pub(crate) const I_BRING_MY_SHARE: &str = "I bring my share in its bag and am alone at the screen.";
pub(crate) const I_BRING_MY_YUBIKEY: &str = "I bring my YubiKey and open my share with it.";
pub(crate) const WHICH_BAG: &str = "What is the number of the bag, before it is opened?";
pub(crate) const HOW_IS_THE_SEAL: &str = "How is the seal of the bag?";
pub(crate) const SEAL_IS_BROKEN: &str = "The seal of the bag is broken.";
pub(crate) const WITHOUT_A_BAG: &str = "The share came without a sealed bag.";
pub(crate) const A_WHOLE_SEAL: &str = "a bag with a whole seal";

pub(crate) fn share_in_bag(index: u8, bag: &str) -> String {
    format!("share {index} in bag {bag}")
}

/// How a seal can be; the ids are the record's words.
pub(crate) fn seals(whole: &str, broken: &str, none: &str) -> Vec<Choice> {
    let choice = |id: &str, title: &str| Choice {
        id: id.to_owned(),
        title: title.to_owned(),
        note: None,
        refused: None,
    };
    vec![
        choice(whole, "Whole"),
        choice(broken, "Broken, torn or glued again"),
        choice(none, "There is no bag, or no seal"),
    ]
}

// Proving.
pub(crate) const A_FEW_SECONDS: &str = "a few seconds";
pub(crate) const OPENING: &str = "Opening the backup inside the token, and forgetting it";

pub(crate) fn opening_one(n: usize, many: usize, line: u64) -> String {
    format!("Opening backup {n} of {many} (line {line})")
}

/// Where a backup is opened in a drill, for the record.
pub(crate) const WHERE: &str = "as a session object of the token that may not leave it; destroyed";
pub(crate) const OPENS: &str = "the backup opens to the key that it was made of";

pub(crate) fn all_open(opened: usize, many: usize) -> String {
    format!("{opened} of {many} wrapped files of the key plan open to the keys that they were made of")
}

pub(crate) fn line_opened(line: u64) -> String {
    format!("the backup of line {line} opened to its key")
}

pub(crate) fn line_did_not_open(line: u64, why: &str) -> String {
    format!("the backup of line {line} did not open to its key: {why}")
}

pub(crate) fn line_and_why(line: u64, why: &str) -> String {
    format!("line {line}: {why}")
}

pub(crate) fn opens_to_another(check_value: &str) -> String {
    format!("it opens to a key with the check value {check_value}")
}

pub(crate) fn proven(wanted: &str, found: &str, extractable: bool) -> [Fact; 3] {
    [
        expected("Check value from the backup", wanted, found),
        expected("May leave the token", "no", if extractable { "yes" } else { "no" }),
        observed("Opened key", "destroyed, and no longer known to the token"),
    ]
}

pub(crate) fn proven_all(many: usize, opened: usize, wanted: &str, found: &str, leaves: usize) -> Vec<Fact> {
    vec![
        expected("Backups that opened to their keys", &many.to_string(), &opened.to_string()),
        expected("Check value of all keys", wanted, found),
        expected("Of them may leave the token", "0", &leaves.to_string()),
        observed("Opened keys", "each destroyed, and no longer known to the token"),
    ]
}

pub(crate) fn line(line: u64, check_value: &str) -> Fact {
    observed(format!("Line {line}"), check_value)
}

pub(crate) const MORE_KEYS: &str = "keys, each with its check value in the record";

// Checking.
pub(crate) fn seen(seen: usize, dealt: u8) -> String {
    format!("{seen} of {dealt} shares were seen and are the ones that were dealt")
}

pub(crate) fn nothing_rebuilt(seen: &str) -> String {
    format!("{seen}; nothing was rebuilt")
}

pub(crate) fn checked(seen: String, enough: bool) -> [Fact; 2] {
    [observed("Seen", seen), expected("Enough to rebuild", "yes", if enough { "yes" } else { "no" })]
}

// Resealing.
pub(crate) const NEW_BAG: &str = "Seal the sheet in a new bag. What is the new bag's number?";
pub(crate) const I_HAVE_MY_YUBIKEY: &str = "I have my YubiKey again, and nobody else had its PIN.";

pub(crate) const I_SEALED: &str = "I sealed my sheet in bag ";

pub(crate) fn i_sealed(bag: &str) -> String {
    format!("{I_SEALED}{bag}.")
}

// Departures.
pub(crate) const OTHER_CHECK_VALUE: &str = "its drill-check-value is not that of the plan's keys";
pub(crate) const OTHER_NUMBER: &str = "it says that another number of backups was opened";

pub(crate) fn plan_does_not_say(what: &str) -> String {
    format!("its drill-plan does not say {what}")
}

pub(crate) fn not_the_key_of_line(line: u64) -> String {
    format!("what opened is not the key of line {line}")
}

pub(crate) fn opened_twice(line: u64) -> String {
    format!("the backup of line {line} was opened twice")
}

pub(crate) fn not_opened(line: u64) -> String {
    format!("the backup of line {line} was not opened")
}

/// What people call the materials, to stand after "needs".
pub(crate) mod called {
    pub(crate) const DRILLED: &str = "a decision on the shares that were brought";
}
