//! A ceremony that made a backup, with the sheets that it gave out.

use crate::earlier::{BACKUP, BROUGHT, words};
use crate::stand_in::{FOLDER, First, Prepared, StandIn, key};
use protocol::Problem;
use script::{Plan, Planned, Row};
use std::collections::BTreeMap;
use std::path::Path;

/// For every action that opens an earlier ceremony's backup.
pub(crate) struct EarlierBackup;

impl StandIn for EarlierBackup {
    fn serves(&self, row: &Row) -> bool {
        row.makes(&BACKUP)
    }

    fn make(&self, plan: &Plan, steps: &[&Planned], _: &Path) -> Result<Prepared, Problem> {
        let brought = plan.steps.iter().filter(|s| s.action.makes(&BROUGHT)).count();
        Ok(Prepared::default().after(First {
            says: words::FIRST_A_BACKUP,
            script: "rehearsal-minimal",
            values: BTreeMap::from([
                ("shares".to_owned(), brought.max(3).to_string()),
                ("threshold".to_owned(), "2".to_owned()),
            ]),
            pack: steps.iter().map(|step| key(step, FOLDER)).collect(),
            sheets: true,
        }))
    }
}
