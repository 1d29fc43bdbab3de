//! A ceremony that made a backup, with the sheets that it gave out.

use crate::backup::BACKUP_KEY;
use crate::earlier::pack::PLAN_LINE;
use crate::earlier::{BACKUP, BROUGHT, words};
use crate::key::locked;
use crate::stand_in::{FOLDER, First, Prepared, StandIn, key};
use protocol::Problem;
use script::{Plan, Planned, Row};
use std::path::Path;

/// For every action that opens an earlier ceremony's backup.
pub(crate) struct EarlierBackup;

impl StandIn for EarlierBackup {
    fn serves(&self, row: &Row) -> bool {
        row.makes(&BACKUP)
    }

    fn make(&self, plan: &Plan, steps: &[&Planned], _: &Path) -> Result<Prepared, Problem> {
        let brought = plan.steps.iter().filter(|s| s.action.makes(&BROUGHT)).count();
        // A key that is backed up again without those who hold its shares may still leave its token.
        let sealed = brought > 0 || !plan.steps.iter().any(|s| s.action.makes(&BACKUP_KEY));
        let after = if sealed { locked::SEALED } else { locked::AS_IT_IS };
        let values = [
            ("shares", brought.max(3).to_string()),
            ("threshold", "2".to_owned()),
            (locked::PARAMETER, after.to_owned()),
        ];
        Ok(Prepared::default().after(First {
            says: words::FIRST_A_BACKUP,
            script: if is_of_plan(plan) { "byok-plan" } else { "rehearsal-minimal" },
            values: values.map(|(name, value)| (name.to_owned(), value)).into(),
            pack: steps.iter().map(|step| key(step, FOLDER)).collect(),
            sheets: true,
        }))
    }
}

/// Whether the backup that is opened is a plan's: of one of its lines, or all of it.
fn is_of_plan(plan: &Plan) -> bool {
    let all =
        |step: &Planned| step.action.states.iter().any(|fact| fact.called() == facts::PLAN_LEFT_OUT.name());
    plan.steps.iter().any(all) || !matches!(plan.value(PLAN_LINE), "" | "0")
}
