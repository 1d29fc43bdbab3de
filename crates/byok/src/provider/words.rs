//! What is said of parameters of every provider.

use crate::moment::iso;
use crate::{ByokError, KeyType};

pub(crate) const ORIGIN: &str =
    "nothing carried in proves it; compare its SHA-256 with the online team's slip";

pub(super) const ONE_REGION: &str = "a key of this provider lies in one place";

/// When parameters ended, with what the clock here says.
pub(super) fn expired(end: i64, now: i64) -> String {
    format!("{}, and this computer's clock says {}", iso(end), iso(now))
}

/// What was sent is for one algorithm and another one was asked for.
pub(super) fn differs(found: &str, expected: &str) -> ByokError {
    ByokError::differs(format!("for {found}"), expected)
}

pub(super) fn made_for(other: KeyType, expected: KeyType) -> ByokError {
    ByokError::differs(format!("for a key of the kind {other}"), expected.to_string())
}

/// A size of wrapping key that a provider does not hand out.
pub(super) fn other_size(bits: u16, expected: &str) -> ByokError {
    ByokError::differs(format!("RSA of {bits} bits"), expected)
}
