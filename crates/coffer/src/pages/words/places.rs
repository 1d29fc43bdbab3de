//! What people read of the places that they choose from.

use protocol::{Mode, problems};
use std::fmt::Display;
use transcript::count;

problems! {
    /// Outside every medium.
    pub(in crate::pages) fn not_on_a_medium(path: &dyn Display) = "not-on-a-medium" {
        "{path} is on no medium that is in."
        "Nothing was changed."
        "Put the medium in and choose it from the list, or type the path."
    }
}

pub(in crate::pages) const MEDIUM: &str = "a medium";

pub(in crate::pages) fn made_here(mode: Mode, day: &str) -> String {
    format!("a pack made here, {} of {day}", mode.word())
}

pub(in crate::pages) fn size_and_day(bytes: u64, changed: &str) -> String {
    format!("{}, changed {changed}", count(bytes, "byte", "bytes"))
}
