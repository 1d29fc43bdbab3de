//! Who holds what where. So far the rules of custody: a plan goes in, every rule it breaks comes out as a sentence.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail by panicking"))]

pub mod custody;
