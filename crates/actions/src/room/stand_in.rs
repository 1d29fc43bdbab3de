//! A folder in place of the medium that is tried.

use crate::room::medium::TryMedium;
use crate::stand_in::{FOLDER, Prepared, StandIn, folder, is};
use protocol::Problem;
use script::{Plan, Planned, Row};
use std::path::Path;

/// For `try-medium`.
pub(crate) struct Medium;

impl StandIn for Medium {
    fn serves(&self, row: &Row) -> bool {
        is(row, &TryMedium)
    }

    fn make(&self, _: &Plan, steps: &[&Planned], beside: &Path) -> Result<Prepared, Problem> {
        folder(beside)?;
        Ok(Prepared::path(steps, FOLDER, beside))
    }
}
