//! `rebuild-backup`: the wrapping key is rebuilt from every share as it was read back, and the wrapped file has to open
//! to the same check value.

use crate::backup::{PROVEN_BACKUP, READ_BACK, fresh, words};
use crate::key::master::MasterKey;
use crate::key::{MASTER_KEY, MASTER_KEY_BACKED_UP};
use engine::{Action, Cue, Halt, Outcome, Recall as _, Room, Stage, WorkWith as _};
use script::{Closes, Hands, Reach, Row};

/// Proves the backup.
pub(crate) struct RebuildBackup;

impl Action for RebuildBackup {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "rebuild-backup",
                needs: &[&READ_BACK, &MASTER_KEY],
                makes: &[&PROVEN_BACKUP],
                empties_room: true,
                closes: &[Closes::Own(&MASTER_KEY_BACKED_UP)],
                states: &[&facts::REBUILT_CHECK_VALUE, &facts::REBUILT_FROM],
                hands: Hands::Two,
                reach: &[Reach::Token],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, room: &mut Room<'_>) -> Result<Outcome, Halt> {
        let name = stage.need(&facts::WRAPPED_BACKUP)?;
        let recorded = MasterKey::of(cue, stage)?;
        let blob = stage.kept(&name)?;
        let rebuilt = fresh::from_sheets(cue, room)?;
        let opened = stage.work(words::OPENING, words::A_FEW_SECONDS, |token| {
            let master = recorded.in_token(token)?;
            let public = master.public_key.as_deref();
            let opened = token.look_under(&rebuilt, &blob, recorded.spec, public)?;
            if opened.check_value == master.check_value {
                return Ok(opened.check_value);
            }
            Err(words::backup_does_not_match().into())
        })?;
        let outcome = Outcome::new()
            .fact(&facts::REBUILT_CHECK_VALUE, opened.as_str())
            .fact(&facts::REBUILT_FROM, words::FROM);
        Ok(outcome.shows(words::opened_to(&recorded.check_value, &opened)))
    }
}
