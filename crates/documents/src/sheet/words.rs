//! What stands on a sheet beside the card.

use std::fmt::Display;
use transcript::count;

pub(super) fn title(number: impl Display, of: impl Display, set: &dyn Display) -> String {
    format!("Share sheet {number} of {of}, set {set}")
}

pub(super) fn of_a_plan(keys: &str) -> String {
    format!("Backup of {} of a plan", count(keys, "key", "keys"))
}

pub(super) fn plan_files(keys: &str) -> String {
    count(keys, "file named plan-backup", "files, each named plan-backup")
}

pub(super) fn of_master_key(label: &str) -> String {
    format!("Backup of the master key {label}")
}
