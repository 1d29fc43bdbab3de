//! `seal-key`: the master key may never leave its token again, where the plan does not leave it as it is.

use crate::backup::PROVEN_BACKUP;
use crate::key::master::MasterKey;
use crate::key::{MASTER_KEY, MASTER_KEY_SETTLED, locked};
use engine::{Action, Cue, Departure, Done, Halt, Outcome, Room, Stage};
use script::{Closes, Hands, Reach, Row};

/// Seals the master key in.
pub(crate) struct SealKey;

impl Action for SealKey {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "seal-key",
                needs: &[&MASTER_KEY, &PROVEN_BACKUP],
                closes: &[Closes::Own(&MASTER_KEY_SETTLED)],
                states: locked::STATES,
                states_one_of: &[&[&[&facts::SEALED_CHECK_VALUE]]],
                hands: Hands::Two,
                reach: &[Reach::Token],
                irreversible: true,
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let key = MasterKey::of(cue, stage)?;
        let outcome = locked::seal(cue.plan, stage, std::slice::from_ref(&key))?;
        Ok(outcome.fact(&facts::SEALED_CHECK_VALUE, key.check_value))
    }

    fn follows(&self, done: &Done<'_>) -> Result<(), Departure> {
        locked::follows(done)
    }
}
