//! `restore-key`: an earlier ceremony's key is restored from its backup into a replacement token.

use crate::earlier::{BROUGHT, DRILL_DECIDED};
use crate::key::{MASTER_KEY, MASTER_KEY_BACKED_UP, MASTER_KEY_SETTLED, master};
use crate::recover::{OLD_SET, OLD_SHEETS_SETTLED, into_token};
use crate::token::{CAPABILITIES, SIGNING_KEY};
use engine::{Action, Cue, Ended, Halt, Made, Outcome, Past, Room, Stage};
use protocol::Problem;
use script::{Closes, Hands, Plan, Reach, Row, Step};
use tokens::TokenInfo;

/// Restores the key.
pub(crate) struct RestoreKey;

impl Action for RestoreKey {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "restore-key",
                needs: &[&CAPABILITIES, &SIGNING_KEY, &BROUGHT],
                makes: &[&MASTER_KEY, &OLD_SET],
                empties_room: true,
                opens: &[&MASTER_KEY_BACKED_UP, &MASTER_KEY_SETTLED, &OLD_SHEETS_SETTLED],
                closes: &[Closes::Own(&DRILL_DECIDED)],
                states: into_token::STATES,
                hands: Hands::Two,
                reach: &[Reach::Token],
                irreversible: true,
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, room: &mut Room<'_>) -> Result<Outcome, Halt> {
        into_token::restored(cue, stage, room)
    }

    fn against(&self, plan: &Plan, _step: &Step) -> Vec<Problem> {
        into_token::against(plan)
    }

    fn may_use(&self, plan: &Plan, info: &TokenInfo) -> Result<(), Problem> {
        into_token::may_use(plan, info)
    }

    fn made(&self, past: &Past<'_>) -> Vec<Made> {
        master::made(past)
    }

    fn next(&self, past: &Past<'_>, ended: &Ended) -> Vec<String> {
        master::next(past, ended)
    }
}
