//! What a rehearsal that plays by itself says.

use protocol::problems;
use std::fmt::Display;

problems! {
    /// Nothing is overwritten.
    pub(super) fn file_exists(out: &dyn Display) = "file-exists" {
        "{out} is there already."
        "Nothing was started."
        "Choose another folder; nothing is ever overwritten."
    }

    /// Somebody would have to type them.
    pub(super) fn nobody_to_read_sheets() = "nobody-to-read-sheets" {
        "Printed sheets without a symbol can only be typed by people, and this rehearsal has none."
        "Nothing was started."
        "Leave qr at yes, or play the rehearsal in the window or with `coffer play`."
    }

    /// What it stopped at is the detail.
    pub(super) fn not_rehearsed() = "not-rehearsed" {
        "The ceremony that comes first did not close."
        "It can be resumed; nothing else was started."
        "Look at what it printed, then rehearse again."
    }
}

pub(super) fn copied(to: &dyn Display) -> String {
    format!("Copied to {to}. Look at HOW-TO-CHECK.txt there, or run: coffer verify {to}")
}

pub(super) const PRACTICE_MEDIUM: &str =
    "There is a medium, with what the other people of the day would bring.";
pub(super) const PRACTICE_ANSWER: &str = "This is what would be answered here.";
pub(super) const PRACTICE_SLIP: &str = "This is the slip that the online team would bring. Hold it against the screen row by row: whoever writes digits \
     down makes mistakes.";
pub(super) const PRACTICE_SHEET: &str = "This row stands on the sheet that the custodian brings.";
pub(super) const PRACTICE_CODE_WORD: &str = "This code word stands on the sheet that the custodian brings.";
pub(super) const SLIP_OVERLOOKED: &str = "A row of that slip was not the same as on the screen, and nobody saw it. On the day the master key \
     would have been wrapped for a key that nobody vouched for.";
