//! Rules over a whole record.

use crate::past::Past;
use crate::replay::Departure;
use script::Plan;
use std::path::Path;

/// What a rule sees.
pub struct Whole<'r> {
    /// The plan.
    pub plan: &'r Plan,
    /// The record.
    pub past: Past<'r>,
    /// Whether it was closed, or is about to be.
    pub closed: bool,
    /// The pack that it lies in, where there is one; files of it may be withheld.
    pub pack: Option<&'r Path>,
}

/// A rule over the whole record, which belongs to several actions.
pub trait Rule: Sync {
    /// Whether the record keeps it.
    fn holds(&self, whole: &Whole<'_>) -> Result<(), Departure>;
}
