//! What people read of a backup whose sheets guard other keys of a plan, and of one that is not the newest.

use super::choice;
use engine::words::observed;
use protocol::{Choice, Fact, problems};

problems! {
    /// The opened backup is not the one that counts.
    pub(in crate::copies) fn opened_an_older_set(set: &str) = "older-set-opened" {
        "The set {set} of this backup was replaced: by the records here a newer backup of the key has taken its place."
        "Nothing was destroyed."
        "Give this up and begin again with the evidence pack of the newest backup; or have it decided that the newer one is destroyed by itself."
    }
}

pub(in crate::copies) fn whether_it_guards(others: usize) -> String {
    format!(
        "By the records here {} of this plan {} gone too. Do the sheets still guard any of them?",
        transcript::count(others, "other key", "other keys"),
        if others == 1 { "is" } else { "are" }
    )
}

pub(in crate::copies) fn guards_others(id: &str) -> Choice {
    choice(id, "Yes, or we are not sure: keep the sheets and the wrapped file")
}

pub(in crate::copies) fn guards_nothing(id: &str) -> Choice {
    choice(id, "No: destroy the sheets too")
}

/// What both sign who say so.
pub(in crate::copies) fn they_guard_nothing(others: u64) -> String {
    let keys = transcript::count(usize::try_from(others).unwrap_or(usize::MAX), "other key", "other keys");
    format!("The sheets of this plan guard no other key any more ({keys}), and may be destroyed.")
}

pub(in crate::copies) const THE_NEWEST_BACKUP: &str = "the backup whose sheets are in use";

pub(in crate::copies) const SAID_TO_GUARD_NOTHING: &str =
    "two people said that the sheets guard no other key any more";

pub(in crate::copies) fn kept_for_others() -> Fact {
    observed(
        "Sheets and wrapped file",
        "kept: they guard other keys of the plan. This key's file ends with the plan's next backup, made without its line",
    )
}

// Departures.
pub(in crate::copies) fn kept_otherwise(copy: &str) -> String {
    format!("it says of {copy} that it is kept for other keys, and it is no sheet and no wrapped file")
}

pub(in crate::copies) const NOT_KEPT: &str =
    "a backup that guards other keys is not kept, and nobody said that it guards none of them";

pub(in crate::copies) const KEPT_WITHOUT_PLAN: &str =
    "it says of a copy that it is kept for other keys, and its backup is of one key";
