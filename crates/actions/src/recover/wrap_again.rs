//! `wrap-backup-again`: an earlier ceremony's key is brought back from its backup by the custodians who hold it, and wrapped
//! under a fresh wrapping key. Its own token keeps it sealed meanwhile.

use crate::backup::BACKUP_KEY;
use crate::backup::wrapped::{STATES, asks, voids, wrapped};
use crate::earlier::{BROUGHT, DRILL_DECIDED};
use crate::key::MASTER_KEY;
use crate::recover::brought_back::BroughtBack;
use crate::token::CAPABILITIES;
use engine::{Action, Asks, Cue, Halt, Outcome, Past, Room, Stage, Void};
use protocol::Problem;
use script::{Closes, Hands, Plan, Reach, Row};
use tokens::Capabilities;

/// Wraps the key for another backup.
pub(crate) struct WrapBackupAgain;

impl Action for WrapBackupAgain {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "wrap-backup-again",
                needs: &[&CAPABILITIES, &MASTER_KEY, &BROUGHT],
                makes: &[&BACKUP_KEY],
                empties_room: true,
                closes: &[Closes::Own(&DRILL_DECIDED)],
                states: STATES,
                states_one_of: &[&[&[&facts::BROUGHT_BACK_CHECK_VALUE]]],
                hands: Hands::Two,
                reach: &[Reach::Token],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, room: &mut Room<'_>) -> Result<Outcome, Halt> {
        let key = BroughtBack::of(stage, room)?;
        let outcome = wrapped(cue, stage, room, &key)?;
        Ok(outcome.fact(&facts::BROUGHT_BACK_CHECK_VALUE, key.check_value))
    }

    fn asks_of_token(
        &self,
        cue: Cue<'_>,
        past: &Past<'_>,
        found: &Capabilities,
        _now: i64,
    ) -> Result<Option<Asks>, Problem> {
        asks(cue, past, found).map(Some)
    }

    fn voids(&self, plan: &Plan, past: &Past<'_>) -> Void {
        voids(plan, past)
    }
}
