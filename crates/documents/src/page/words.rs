//! The heads of a value that is read aloud.

pub(super) const ROW: &str = "Row";
pub(super) const HEX: &str = "Value";
pub(super) const IN_WORDS: &str = "In words";
