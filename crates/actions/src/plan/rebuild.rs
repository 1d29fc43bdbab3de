//! `rebuild-plan-backup`: what is rebuilt from the shares has to open every one of the plan's wrapped files to its key.

use crate::backup::fresh::from_sheets;
use crate::backup::words::FROM;
use crate::backup::{PROVEN_BACKUP, READ_BACK};
use crate::cloud::by_line::same_lines;
use crate::earlier::plan::check_value_of_all;
use crate::key::master::MasterKey;
use crate::plan::agree::backed;
use crate::plan::lines::{all_made, load};
use crate::plan::words;
use engine::words::out_of_order;
use engine::{Action, Cue, Halt, Outcome, Recall as _, Room, Stage, TokenRefusal, WorkWith as _};
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
        let set = stage.need(&facts::SHARE_SET)?;
        let files = backed(stage.past(), &set)?;
        same_lines(words::BACKED_UP, keys.keys().copied(), files.keys().copied())?;
        let recorded = stage.past().files();
        let rebuilt = from_sheets(cue, room)?;
        for (n, (line, key)) in keys.iter().enumerate() {
            let blob = stage.kept_of(&recorded, files.get(line).ok_or_else(out_of_order)?)?;
            let doing = words::opening(n + 1, keys.len(), *line);
            stage.work(&doing, words::A_FEW_SECONDS, |token| open_one(token, &rebuilt, &blob, key, *line))?;
            let note = Outcome::new()
                .fact(&facts::NOTE, words::opened(*line))
                .fact(&facts::PLAN_LINE, *line)
                .fact(&facts::PLAN_BACKUP_SET, set.as_str())
                .fact(&facts::PLAN_REBUILT_CHECK_VALUE, key.check_value.as_str());
            stage.note(note)?;
        }
        let all = check_value_of_all(keys.iter().map(|(line, key)| (*line, key.check_value.as_str())));
        Ok(Outcome::new()
            .fact(&facts::PLAN_REBUILT, keys.len() as u64)
            .fact(&facts::PLAN_CHECK_VALUE, all.as_str())
            .fact(&facts::REBUILT_FROM, FROM)
            .showing(words::rebuilt(keys.len(), all)))
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
