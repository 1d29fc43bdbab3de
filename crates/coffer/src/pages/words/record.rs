//! What people read of a record, entry by entry.

use protocol::problems;
use std::fmt::Display;
use transcript::Kind;

problems! {
    /// The process that reads it did not come to its end.
    pub(in crate::pages) fn record_not_read(path: &dyn Display) = "record-not-read" {
        "{path} could not be read: what was handed over needs more memory or time than any record, or made the process that reads it fail."
        "Nothing was changed."
        "Do not rely on it. Take another copy, and check it with coffer verify."
    }

    /// There is no record there.
    pub(in crate::pages) fn no_record(path: &dyn Display) = "no-record" {
        "There is no record to read at {path}."
        "Nothing was changed."
        "Name the folder of an evidence pack, or its transcript.jsonl."
    }
}

pub(in crate::pages) const CUT: &str = "cut here; whole in the record";

pub(in crate::pages) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Opened => "Opened",
        Kind::Intent => "About to do",
        Kind::Outcome => "Done",
        Kind::Failed => "Did not come to its end",
        Kind::Checkpoint => "Signed",
        Kind::Resumed => "Gone on",
        Kind::TakenBack => "Taken back",
        Kind::Exception => "Exception",
        Kind::Note => "Note",
        Kind::Closed => "Closed",
        Kind::Abandoned => "Given up",
    }
}
