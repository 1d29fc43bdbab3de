//! `open-backup`: an earlier ceremony's backup is opened from its evidence pack, to be tried with the shares that custodians
//! bring.

use crate::drill::DRILLED;
use crate::earlier::{BACKUP, BROUGHT, DRILL_DECIDED, pack};
use crate::share::dealt::OPENED_ONE_OF;
use crate::token::SIGNING_KEY;
use engine::{Action, Cue, Halt, Outcome, Room, Stage};
use facts::AnyFact;
use script::{Reach, Row};

/// What it states of the keys: of one, or of a plan.
const KEYS_ONE_OF: &[&[&dyn AnyFact]] = &[
    &[
        &facts::DRILL_KEY_SPEC,
        &facts::COPIES_KNOWN,
        &facts::EARLIER_WRAPPED_BACKUP,
        &facts::DRILLED_BACKUP_SHA256,
        &facts::DRILLED_BACKUP,
    ],
    &[&facts::DRILL_PLAN, &facts::DRILL_PLAN_SHA256, &facts::DRILLED_PLAN],
];

/// Opens the backup.
pub(crate) struct OpenBackup;

impl Action for OpenBackup {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "open-backup",
                needs: &[&SIGNING_KEY],
                makes: &[&BACKUP],
                opens: &[&DRILL_DECIDED],
                states: &[
                    &facts::EARLIER_CEREMONY,
                    &facts::EARLIER_PACK,
                    &facts::EARLIER_PACK_SIGNED_BY,
                    &facts::EARLIER_TOKEN_SERIAL,
                    &facts::DRILL_SET,
                    &facts::DRILL_SHARES,
                    &facts::DRILL_COMMITMENTS,
                    &facts::DRILL_BAGS,
                    &facts::DRILL_CHECK_VALUE,
                ],
                states_one_of: &[OPENED_ONE_OF, KEYS_ONE_OF],
                reach: &[Reach::Media, Reach::Shelf],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let steps = &cue.plan.steps;
        // A key is brought back one at a time; a drill tries the backups of a whole plan.
        let one_key = steps.iter().any(|s| s.action.needs(&BROUGHT) && s.action.makes != [&DRILLED]);
        let (earlier, outcome) = pack::opened(cue, stage, |earlier| {
            if one_key {
                earlier.one()?;
            }
            earlier.enough_bring(cue)
        })?;
        Ok(outcome.showing(pack::about(&earlier)))
    }
}
