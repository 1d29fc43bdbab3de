//! `replicate-key`: an earlier ceremony's key is opened from its backup into another token, to stay there beside whatever
//! holds it. The backup stays the one that counts: the sheets that were brought are sealed again. So a second HSM gets the
//! key for availability, and one key of a plan comes back while its sheets go on guarding the others.

use crate::backup::PROVEN_BACKUP;
use crate::drill::DRILLED;
use crate::earlier::{BROUGHT, DRILL_DECIDED};
use crate::key::{MASTER_KEY, MASTER_KEY_SETTLED, master};
use crate::recover::into_token;
use crate::token::{CAPABILITIES, SIGNING_KEY};
use engine::{Action, Cue, Ended, Halt, Made, Outcome, Past, Room, Stage};
use protocol::Problem;
use script::{Closes, Hands, Plan, Reach, Row, Step};
use tokens::TokenInfo;

/// Restores the key beside its backup.
pub(crate) struct ReplicateKey;

impl Action for ReplicateKey {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "replicate-key",
                needs: &[&CAPABILITIES, &SIGNING_KEY, &BROUGHT],
                // The backup that opened to this key is proven by that.
                makes: &[&MASTER_KEY, &PROVEN_BACKUP, &DRILLED],
                empties_room: true,
                opens: &[&MASTER_KEY_SETTLED],
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
