//! `open-backup`: an earlier ceremony's backup is opened from its evidence pack, to be tried with the shares that custodians
//! bring.

use crate::drill::DRILLED;
use crate::earlier::{BACKUP, BROUGHT, DRILL_DECIDED, pack};
use crate::token::SIGNING_KEY;
use engine::{Action, Cue, Halt, Outcome, Room, Stage};
use script::{Reach, Row};

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
