//! `rebuild-plan-backup`: what is rebuilt from the shares has to open every one of the plan's wrapped files to its key.

use crate::backup::{PROVEN_BACKUP, READ_BACK};
use crate::key::master::MasterKey;
use crate::plan::lines::{all_made, load};
use crate::plan::rebuilt::{OneFile, rebuilt};
use crate::plan::words;
use engine::words::out_of_order;
use engine::{Action, Cue, Halt, Outcome, Room, Stage, TokenRefusal, WorkWith as _};
use script::{Closes, Hands, Reach, Row};
use secrets::SecretBytes;
use tokens::Token;

/// Opens the plan's backups.
pub(crate) struct RebuildPlanBackup;

static ROW: Row = Row {
    name: "rebuild-plan-backup",
    needs: &[&READ_BACK, &super::PLAN_KEYS],
    makes: &[&PROVEN_BACKUP],
    empties_room: true,
    closes: &[Closes::Own(&super::PLAN_BACKED_UP)],
    notes: &[&[&facts::PLAN_REBUILT_CHECK_VALUE, &facts::PLAN_LINE, &facts::PLAN_BACKUP_SET]],
    states: &[&facts::PLAN_REBUILT, &facts::PLAN_CHECK_VALUE, &facts::REBUILT_FROM],
    hands: Hands::Two,
    reach: &[Reach::Token],
    ..Row::PLAIN
};

impl Action for RebuildPlanBackup {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, room: &mut Room<'_>) -> Result<Outcome, Halt> {
        let keys = all_made(&*stage, &load(&*stage)?)?;
        let lines: Vec<_> = keys.iter().map(|(line, key)| (*line, key.check_value.clone())).collect();
        rebuilt(cue, stage, room, &lines, |stage, wrapping, OneFile { line, blob, doing }| {
            let key = keys.get(line).ok_or_else(out_of_order)?;
            stage.work(doing, words::A_FEW_SECONDS, |token| open_one(token, wrapping, blob, key, *line))
        })
    }
}

fn open_one(
    token: &mut dyn Token,
    rebuilt: &SecretBytes,
    blob: &[u8],
    key: &MasterKey,
    line: u64,
) -> Result<(), TokenRefusal> {
    let own = key.in_token(token)?;
    let opened = token.look_under(rebuilt, blob, key.spec, own.public_key.as_deref())?;
    if opened.check_value == own.check_value {
        return Ok(());
    }
    Err(words::backup_does_not_match(line).into())
}
