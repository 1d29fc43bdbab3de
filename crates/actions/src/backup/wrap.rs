//! `wrap-backup`: a fresh wrapping key wraps the master key in the token.

use crate::backup::wrapped::{STATES, asks, voids, wrapped};
use crate::backup::{BACKUP_KEY, words};
use crate::key::MASTER_KEY;
use crate::key::master::MasterKey;
use engine::{Action, Asks, Cue, Halt, Outcome, Past, Room, Stage, Void};
use protocol::Problem;
use script::{Hands, Plan, Reach, Row};
use tokens::Capabilities;

/// Wraps the master key for its backup.
pub(crate) struct WrapBackup;

impl Action for WrapBackup {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "wrap-backup",
                needs: &[&MASTER_KEY],
                makes: &[&BACKUP_KEY],
                empties_room: true,
                states: STATES,
                hands: Hands::Two,
                reach: &[Reach::Token],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, room: &mut Room<'_>) -> Result<Outcome, Halt> {
        let key = MasterKey::of(cue, stage)?;
        wrapped(cue, stage, room, &key)
    }

    fn asks_of_token(
        &self,
        cue: Cue<'_>,
        past: &Past<'_>,
        found: &Capabilities,
        _now: i64,
    ) -> Result<Option<Asks>, Problem> {
        // A key that was found in its token may be sealed there: that is known before anybody comes with a sheet.
        if past.newest(&facts::EXTRACTABLE).as_deref() == Some("no") {
            return Err(words::key_is_sealed());
        }
        asks(cue, past, found).map(Some)
    }

    fn voids(&self, plan: &Plan, past: &Past<'_>) -> Void {
        voids(plan, past)
    }
}
