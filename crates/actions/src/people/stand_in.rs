//! What people choose to sign with where nobody watches.

use crate::people::enrol::{EnrolPerson, PASSPHRASE};
use crate::stand_in::{CHOICE, Prepared, StandIn, is};
use protocol::Problem;
use script::{Plan, Planned, Row};
use std::path::Path;

/// For `enrol-person`: a YubiKey that happens to be plugged in is left alone.
pub(crate) struct Passphrases;

impl StandIn for Passphrases {
    fn serves(&self, row: &Row) -> bool {
        is(row, &EnrolPerson)
    }

    fn make(&self, _: &Plan, steps: &[&Planned], _: &Path) -> Result<Prepared, Problem> {
        Ok(Prepared::each(steps, CHOICE, |_| PASSPHRASE.to_owned()))
    }
}
