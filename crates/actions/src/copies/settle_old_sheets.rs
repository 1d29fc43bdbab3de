//! `settle-old-sheets`: the sheets of the set that is replaced are destroyed or accounted for.

use crate::backup::PROVEN_BACKUP;
use crate::copies::copy::NOTES;
use crate::copies::{old_sheets, words};
use crate::earlier::BAG_RESEALED;
use crate::recover::{OLD_SET, OLD_SHEETS_SETTLED};
use engine::{Action, Cue, Departure, Done, Ended, Halt, Outcome, Past, Room, Stage};
use script::{Closes, Hands, Row};

/// Settles the sheets of the set that was replaced; what is not here may be owed.
pub(crate) struct SettleOldSheets;

impl Action for SettleOldSheets {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "settle-old-sheets",
                needs: &[&OLD_SET, &PROVEN_BACKUP],
                closes: &[Closes::Own(&OLD_SHEETS_SETTLED), Closes::All(&BAG_RESEALED)],
                notes: NOTES,
                states: old_sheets::STATES,
                hands: Hands::TwoInside,
                says: &[words::OF_THE_SET],
                irreversible: true,
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        old_sheets::settle(cue, stage, true)
    }

    fn follows(&self, done: &Done<'_>) -> Result<(), Departure> {
        old_sheets::follows(done)
    }

    fn next(&self, past: &Past<'_>, ended: &Ended) -> Vec<String> {
        old_sheets::next(past, ended)
    }
}
