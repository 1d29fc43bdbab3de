//! Who holds what where: the rules of custody over a plan, and the ledger of bags that a replay of events gives. Both
//! are pure functions; the record they are made from is in the transcripts.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail by panicking"))]

pub mod bags;
pub mod custody;
