//! `seal-plan-keys`: the keys of a plan may never leave their token again, where the plan does not leave them as they are.

use crate::backup::PROVEN_BACKUP;
use crate::key::locked;
use crate::key::master::MasterKey;
use crate::plan::lines::{all_made, load};
use crate::plan::{PLAN_KEYS, PLAN_SETTLED};
use engine::{Action, Cue, Departure, Done, Halt, Outcome, Room, Stage};
use script::{Closes, Hands, Reach, Row};

/// Seals the plan's keys in.
pub(crate) struct SealPlanKeys;

impl Action for SealPlanKeys {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "seal-plan-keys",
                needs: &[&PLAN_KEYS, &PROVEN_BACKUP],
                closes: &[Closes::Own(&PLAN_SETTLED)],
                states: locked::STATES,
                states_one_of: &[&[&[&facts::PLAN_SEALED]]],
                hands: Hands::Two,
                reach: &[Reach::Token],
                irreversible: true,
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let keys: Vec<MasterKey> = all_made(&*stage, &load(&*stage)?)?.into_values().collect();
        let outcome = locked::seal(cue.plan, stage, &keys)?;
        Ok(outcome.fact(&facts::PLAN_SEALED, keys.len() as u64))
    }

    fn follows(&self, done: &Done<'_>) -> Result<(), Departure> {
        locked::follows(done)
    }
}
