//! What people read of an earlier ceremony's backup.

use engine::words::{observed, sentence};
use protocol::{Fact, Problem, problems};
use std::collections::BTreeSet;
use std::fmt::Display;
use transcript::count;

problems! {
    /// The parameter names a line, and the pack has no plan.
    pub(super) fn backup_of_no_plan() = "backup-of-no-plan" {
        "That evidence pack is of one key, and this ceremony was begun for a key plan, or for a line of one."
        "Nothing was brought, and nothing was changed."
        "Bring the plan's evidence pack. For the backup of one key, begin again with plan-line at 0, or with change-custodian."
    }

    fn no_key_on_line(line: u64, lines: &str) = "no-key-on-that-line" {
        "The key plan in that evidence pack has no key on line {line}. It has them on {lines}."
        "Nothing was brought, and nothing was changed."
        "Begin again with plan-line at one of these."
    }

    /// It is more, or something else, than any pack is.
    fn not_copied(pack: &str, why: &str) = "pack-not-copied" again {
        "What lies in {pack} cannot be an evidence pack: {why}."
        "Nothing of it was used, and nothing was changed."
        "Bring the pack on another medium, copied anew from where it is kept."
    }

    /// So many custodians do not fit the backup; `are` as in "2 custodians are".
    fn other_number_of_shares(are: &str, fewest: usize, count: u8, needs: &str) = "other-number-of-shares" {
        "{are} to bring a share, and this backup needs {fewest} to {count} of them. {needs}"
        "Nothing was read from it."
        "Begin again with the number of custodians that bring a share."
    }

    /// The pack's record does not say what a backup is tried with.
    pub(crate) fn no_backup(what: &str) = "pack-without-backup" {
        "The pack's record does not say {what}, so no backup can be tried with it."
        "Nothing was read from it."
        "Choose the pack of the ceremony that made the key and its share sheets, not a shortened copy."
    }

    /// A plan's backup where one key is meant; `keys` as in "3 keys".
    fn backup_of_keys(keys: &str) = "backup-of-a-plan" {
        "The pack is of a key plan with {keys}, and this ceremony takes the backup of one key made alone."
        "Nothing was read from it."
        "Keep its sheets and files as they are. The ceremony drill proves the backup of a whole plan. One key of it goes to a cloud again by the ceremony rewrap with its line as plan-line; to bring one back otherwise, open its wrapped file as recovery/HOW-TO-RECOVER.md in the pack says."
    }

    /// The pack does not verify.
    fn pack_not_held(why: &str, todo: &str) = "pack-does-not-hold" {
        "The evidence pack does not verify: {why}"
        "Nothing was read from it."
        "{todo}"
    }

    /// A rehearsal's pack in production, or the other way round.
    pub(crate) fn pack_of_the_other_mode(found: &str, mode: &str) = "pack-of-the-other-mode" {
        "The pack is of {found}, and this is {mode}."
        "Nothing was read from it."
        "Choose the pack of the ceremony that made the key."
    }

    /// The key that signed the pack is not the one on paper.
    pub(crate) fn pack_of_a_stranger(name: &str) = "pack-of-a-stranger" {
        "{name} did not find the key that signed the pack on paper."
        "Nothing was read from the pack."
        "Use the pack that was signed in the ceremony itself."
    }
}

/// So many custodians do not fit the backup.
pub(crate) fn other_number(bringing: usize, fewest: usize, dealt: u8, needs: &str) -> Problem {
    other_number_of_shares(&count(bringing, "custodian is", "custodians are"), fewest, dealt, needs)
}

// What a rehearsal that plays by itself is given.
pub(in crate::earlier) const FIRST_A_BACKUP: &str = "First a ceremony that makes a backup:";

/// A plan's backup where one key is meant.
pub(crate) fn backup_of_a_plan(keys: usize) -> Problem {
    backup_of_keys(&count(keys, "key", "keys"))
}

/// A line of the plan's file without a key.
pub(super) fn no_key_on_that_line(line: u64, lines: &[u64]) -> Problem {
    let shown: Vec<String> = lines.iter().take(20).map(u64::to_string).collect();
    let more = if lines.len() > shown.len() { " and further ones" } else { "" };
    no_key_on_line(line, &format!("line {}{more}", shown.join(", ")))
}

/// Which key of a plan is brought back.
pub(super) fn line_of_the_plan(line: u64) -> Fact {
    observed("Line of the key plan", line.to_string())
}

/// The pack does not verify; one that lies inside the folder may be meant.
pub(crate) fn pack_does_not_hold(why: &str, inside: Option<&str>) -> Problem {
    pack_not_held(
        why,
        &match inside {
            Some(inside) => format!("A pack lies in {inside}: choose that folder."),
            None => "Choose another copy of the pack: the folder that holds transcript.jsonl and SHA256SUMS."
                .to_owned(),
        },
    )
}

pub(crate) fn pack_not_copied(pack: &dyn Display, why: &str) -> Problem {
    not_copied(&pack.to_string(), why)
}

pub(crate) fn cannot_be_copied(path: &dyn Display, why: &dyn Display) -> String {
    format!("{path}: {}", why.to_string().trim_end_matches('.'))
}

pub(crate) fn more_files_than(most: usize) -> String {
    format!("it has more than {most} files and folders")
}

pub(crate) fn deeper_than(deepest: usize) -> String {
    format!("its folders go deeper than {deepest}")
}

pub(crate) const NO_SCRIPT: &str = "its script and roster are not in it";

// What a pack's record does not say, to stand after "does not say".
pub(crate) const A_FILE_OF_THAT_SIZE: &str = "what a file of that size is";
pub(crate) const HOW_DEALT: &str = "how its shares were dealt";
pub(crate) const WHICH_LINES: &str = "which lines its plan has";
pub(crate) const ORDER_OF_LINES: &str = "in which order its lines are, each once";

pub(crate) fn a_file_called(name: &str) -> String {
    format!("a file by the name {name:?}")
}

pub(crate) fn what_line_is(line: u64) -> String {
    format!("what line {line} is, which its plan does not have")
}

pub(crate) fn which_of_two(line: u64) -> String {
    format!("which of two keys or files is that of line {line}")
}

pub(crate) fn which_file(line: u64) -> String {
    format!("which wrapped file the key of line {line} has")
}

pub(crate) fn which_kind(line: u64) -> String {
    format!("what kind of key line {line} asks for")
}

pub(crate) fn opens_to_what(line: u64) -> String {
    format!("what the backup of line {line} has to open to")
}

pub(crate) fn what_file(name: &str, line: u64) -> String {
    format!("what the file {name} of line {line} is")
}

pub(crate) fn how_they_differ(first: u64, line: u64) -> String {
    format!("how the keys of lines {first} and {line} differ: one wrapped file is of both")
}

pub(crate) fn changed_since(name: &str) -> String {
    format!("its file {name} in the run's folder was changed since the pack was opened")
}

// Lines of a plan, in a record.
pub(crate) const LINES_DO_NOT_RISE: &str = "two keys of the plan have one line, or the lines do not rise";

pub(crate) fn so_many_keys(keys: &str, lines: usize) -> String {
    format!("the plan has \"{keys}\" keys on {lines} lines")
}

// Opening.
pub(crate) const WHICH_PACK: &str = "Which folder is the evidence pack of the ceremony that made the backup?";
pub(crate) const LONGER_FOR_MORE: &str = "longer for more keys";

pub(crate) fn keeping_files(many: usize) -> String {
    format!("Keeping the {many} wrapped files of the plan")
}

pub(crate) fn made_in(run: &str) -> Fact {
    observed("Backup made in", run)
}

/// Where a key was made and how it came out for its backup; `said` is what its token said of the first, each answer once.
pub(crate) fn path(said: &BTreeSet<String>, through_host: bool) -> String {
    let mut said = said.iter();
    let made = match (said.next().map(String::as_str), said.next()) {
        (Some("yes"), None) => "made in the token that it was backed up from, as that token says",
        (Some("no"), None) => "not made in the token that it was backed up from, as that token says",
        _ => "not said by that record where it was made",
    };
    let out = if through_host {
        "through the memory of the ceremony's computer"
    } else {
        "wrapped inside the token"
    };
    format!("{made}; for its backup {out}")
}

pub(crate) fn path_of(path: &str) -> Fact {
    observed("The key's path", path)
}

pub(crate) fn share_set(set: &str) -> Fact {
    observed("Share set", set)
}

pub(crate) fn needs(needs: String) -> Fact {
    observed("Needs", needs)
}

pub(crate) fn to_match(check_value: &str) -> Fact {
    observed("Check value to match", check_value)
}

pub(crate) fn of_a_plan(keys: usize, sha256: &str, check_value: &str) -> [Fact; 3] {
    [
        observed("Keys of the plan", keys.to_string()),
        observed("SHA-256 of the plan", sha256),
        observed("Check value of all keys, to match", check_value),
    ]
}

pub(crate) fn sealed_again(share: u64, bag: &str, run: &str) -> Fact {
    observed("Sealed again since", format!("share {share} in bag {bag}, in the ceremony {run}"))
}

pub(crate) fn bags_not_taken(run: &str, why: &str) -> Fact {
    observed("Bags not taken from a ceremony on this set", format!("{run}: {}", sentence(why)))
}

// The signer, as the record says it.
pub(crate) const NOT_AS_IT_ENDED: &str =
    "it is on the list of ceremonies that ended here, and its record is not there as it ended";
pub(crate) const OWN_KEY: &str = "this workstation's own key";
pub(crate) const COMPARED_KEY: &str = "another key, compared with paper by two people";
pub(crate) const SIGNER_TO_COMPARE: &str =
    "SHA-256 of the key that signed the pack, which is not this workstation's";
pub(crate) const ON_PAPER: &str = "the digest noted on paper in that ceremony";
pub(crate) const I_COMPARED: &str = "I compared every row with the paper, and each is the same.";

// Why a drill's record on this workstation is not believed.
pub(crate) const NOT_CLOSED: &str = "it is not closed";
pub(crate) const ANOTHER_SIGNER: &str =
    "it is signed with another key than this record and the pack of the backup";

pub(crate) fn entry_does_not_verify(entry: u64, why: &str) -> String {
    format!("entry {entry} of its record does not verify: {why}")
}

/// The same of a record of which places are read.
pub(crate) fn bad_entry(entry: u64, why: &str) -> String {
    format!("entry {entry} of it does not verify ({why})")
}

pub(crate) const OLDER_PROGRAM: &str = "it was opened by an older program";

pub(crate) fn certificate(line: &str) -> Fact {
    observed("Certificate", line)
}

// Lists that fit on no screen.
pub(crate) fn and_more(more: usize, what: &str) -> Fact {
    observed(format!("And {more} more"), what)
}

/// What people call the materials, to stand after "needs".
pub(crate) mod called {
    pub(crate) const BACKUP: &str = "the backup of an earlier ceremony";
    pub(crate) const BROUGHT: &str = "the shares that custodians brought";
    pub(crate) const CERTIFICATE: &str = "a certificate";
}

/// What is owed, in sentences; `{}` stands for the turn or the share.
pub(crate) mod owed {
    pub(crate) const DRILL_DECIDED: &str =
        "The shares that were brought have to be tried against the backup.";
    pub(crate) const BAG_RESEALED: &str =
        "The sheet that custodian {} brought has to be sealed in a bag again.";
}

// Departures.
pub(super) const ANOTHER_LINE: &str =
    "the backup that was opened is not said to be of the line that the ceremony's plan names";
pub(super) const NO_PUBLIC_HALF: &str =
    "the backup that was opened is of a pair, and its public half was not kept";
