//! What people read where the backups of a plan are made again.

use engine::words::observed;
use protocol::{Fact, problems};

problems! {
    /// Lines that are no lines.
    pub(in crate::plan) fn no_leave_out(parameter: &str, value: &str) = "leave-out" {
        "The parameter {parameter} is {value}, which is neither none nor the numbers of lines with commas between."
        "Nothing was started."
        "Write none, or lines as 4 or 4, 7."
    }

    /// A backup of nothing.
    pub(in crate::plan) fn nothing_left() = "nothing-left" again {
        "Every line of the plan would be left out of the new backup."
        "Nothing was done."
        "Destroy the keys with the ceremony destroy, one after another, and the last with its sheets."
    }

    /// A line that the plan has not.
    pub(in crate::plan) fn left_out_no_key(line: u64) = "left-out-no-key" again {
        "Line {line} is to be left out of the new backup, and the plan has no key on it."
        "Nothing was done."
        "Begin again with the right lines in the parameter leave-out."
    }

    /// A key that is in use would be without a backup.
    pub(in crate::plan) fn still_in_use(line: u64, state: &str) = "left-out-in-use" again {
        "Line {line} is to be left out of the new backup, and by the records here its key is {state}: without a backup it would be lost with its token."
        "Nothing was done."
        "Destroy the key first (destroy), or begin again without leaving this line out. A key that is deactivated or compromised may be left out once the last day is past on which it may open anything."
    }

    /// What was kept of an older file is not what it was.
    pub(in crate::plan) fn not_as_kept(line: u64, why: &str) = "not-as-kept" {
        "The older wrapped file of line {line} cannot be used: {why}."
        "No new backup was made; the older one is as it was."
        "Stop: somebody changed the run's folder. Begin the ceremony again from the evidence pack."
    }
}

pub(in crate::plan) const STATE_NOT_KNOWN: &str = "in no state that is known";
pub(in crate::plan) const LEFT_OUT_OTHERWISE: &str =
    "what the new backup is without is not what its plan says";

/// What the new backup will have, and what not.
pub(in crate::plan) fn backed_up_again(keys: usize, left_out: &[u64]) -> Vec<Fact> {
    let mut facts = vec![observed("Keys that are backed up again", keys.to_string())];
    if !left_out.is_empty() {
        let lines: Vec<String> = left_out.iter().map(u64::to_string).collect();
        facts.push(observed(
            "Left out, and without a backup from then on",
            format!("line {}", lines.join(", ")),
        ));
    }
    facts
}

pub(in crate::plan) const LINES_IN_AND_OUT: &str =
    "the lines of its new backup and those that are left out are not the lines of the older one";

pub(in crate::plan) fn of_another(line: u64) -> String {
    format!(
        "it says that line {line} was backed up again from a set that it did not open, or as another kind of key"
    )
}
