//! What other tools read, made of an estate: an inventory of keys (`CycloneDX`), events (OCSF), observations (OSCAL), tables
//! for spreadsheets and for CISO Assistant, and every list as JSON. `docs/exports/` says field by field what is in each.
//!
//! Everything here is a pure function: nothing is read or written, and the moment is handed in, so that the same estate at
//! the same moment gives the same bytes. No key, share or passphrase is known here, and none can be in a file.

mod all;
mod calendar;
mod cell;
pub mod ciso_assistant;
mod cyclonedx;
pub mod lists;
mod log;
mod ocsf;
mod oscal;
mod tables;
mod uuid;
mod words;

pub use all::{Records, everything, sums};
pub use calendar::calendar;
pub(crate) use cell::line as one_line;
pub use cyclonedx::{CycloneDx, cyclonedx};
pub use ocsf::ocsf;
pub use oscal::oscal;
pub use tables::{table, to_fill};

/// An evidence pack, as a document names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// The run, which is the name of its folder.
    pub run: String,
    /// The title of its ceremony.
    pub title: String,
    /// `rehearsal` or `production`.
    pub mode: String,
    /// When its record was closed (RFC 3339).
    pub closed: String,
    /// SHA-256 of its `SHA256SUMS`, 64 lower-case hexadecimal digits.
    pub sums_sha256: String,
    /// What came of it, in a sentence.
    pub says: String,
}

impl Pack {
    /// Whether a text of people names its run.
    fn is_named_in(&self, text: &str) -> bool {
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').any(|word| word == self.run)
    }

    fn is_rehearsal(&self) -> bool {
        self.mode == "rehearsal"
    }
}

#[cfg(test)]
#[path = "tests/sample.rs"]
mod sample;
