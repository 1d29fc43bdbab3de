//! The hash-chained, signed record of a ceremony, the evidence pack, and the verifier.
//!
//! One canonical JSON object (RFC 8785) a line. The chain runs over salted commitments (SHA-256, FIPS 180-4),
//! so a line's auditor or internal part can be withheld and the rest still verifies against the same signed
//! head (ECDSA P-256 with SHA-256, FIPS 186-5). The exact bytes are in `docs/formats/transcript.md`.
//! This crate depends on nothing else of ours but `outside`, which opens files, so an auditor can build the verifier
//! alone.
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")
)]

mod canonical;
pub mod card;
mod count;
mod digest;
mod disclose;
mod error;
mod journal;
mod line;
mod many;
mod names;
pub mod pack;
mod reading;
mod replay;
pub mod runs;
mod sign;
mod types;
pub mod verify;
mod words;

pub use count::count;
pub use disclose::{disclose, withhold};
pub use error::{JournalError, PackError};
pub use journal::{Cut, Journal};
pub use many::side_by_side;
pub use reading::{Reading, begun, first};
pub use types::{Clock, Draft, Entry, FileDigest, Head, Kind, Level, Obligation, Signer, SystemClock};
