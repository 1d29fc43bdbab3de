//! `rebuild-plan-backup-again`: what is rebuilt from the new shares has to open every new file to the key of its line.

use crate::backup::fresh::from_sheets;
use crate::backup::words::FROM;
use crate::backup::{PROVEN_BACKUP, READ_BACK};
use crate::cloud::by_line::same_lines;
use crate::earlier::plan::{check_value_of_all, kept};
use crate::plan::agree::backed;
use crate::plan::{PLAN_BACKED_UP, words};
use crate::recover::OLD_SET;
use engine::words::out_of_order;
use engine::{Action, Cue, Halt, Outcome, Recall as _, Room, Stage, WorkWith as _};
use script::{Closes, Hands, Reach, Row};

/// Proves the new backup of a plan.
pub(crate) struct RebuildPlanBackupAgain;

static ROW: Row = Row {
    name: "rebuild-plan-backup-again",
    needs: &[&READ_BACK, &OLD_SET],
    makes: &[&PROVEN_BACKUP],
    empties_room: true,
    closes: &[Closes::Own(&PLAN_BACKED_UP)],
    notes: &[&[&facts::PLAN_REBUILT_CHECK_VALUE, &facts::PLAN_LINE, &facts::PLAN_BACKUP_SET]],
    states: &[&facts::PLAN_REBUILT, &facts::PLAN_CHECK_VALUE, &facts::REBUILT_FROM],
    hands: Hands::Two,
    reach: &[Reach::Token],
    ..Row::PLAIN
};

impl Action for RebuildPlanBackupAgain {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, room: &mut Room<'_>) -> Result<Outcome, Halt> {
        let plan = kept(&*stage)?.ok_or_else(out_of_order)?;
        let lines = stage.need(&facts::PLAN_LINES)?;
        let set = stage.need(&facts::SHARE_SET)?;
        let files = backed(stage.past(), &set)?;
        same_lines(words::BACKED_UP, lines.iter().copied(), files.keys().copied())?;
        let recorded = stage.past().files();
        let rebuilt = from_sheets(cue, room)?;
        let mut values = Vec::new();
        for (n, line) in lines.iter().enumerate() {
            let backed = plan.lines.iter().find(|b| b.line == *line).ok_or_else(out_of_order)?;
            let older = plan.wrapped(backed).map_err(|why| words::again::not_as_kept(*line, &why))?;
            let blob = stage.kept_of(&recorded, files.get(line).ok_or_else(out_of_order)?)?;
            let doing = words::opening(n + 1, lines.len(), *line);
            stage.work(&doing, words::A_FEW_SECONDS, |token| {
                let opened = token.look_under(&rebuilt, &blob, older.spec, older.public_key.as_deref())?;
                if opened.check_value == backed.check_value {
                    return Ok(());
                }
                Err(words::backup_does_not_match(*line).into())
            })?;
            let note = Outcome::new()
                .fact(&facts::NOTE, words::opened(*line))
                .fact(&facts::PLAN_LINE, *line)
                .fact(&facts::PLAN_BACKUP_SET, set.as_str())
                .fact(&facts::PLAN_REBUILT_CHECK_VALUE, backed.check_value.as_str());
            stage.note(note)?;
            values.push((*line, backed.check_value.clone()));
        }
        let all = check_value_of_all(values.iter().map(|(line, value)| (*line, value.as_str())));
        Ok(Outcome::new()
            .fact(&facts::PLAN_REBUILT, lines.len() as u64)
            .fact(&facts::PLAN_CHECK_VALUE, all.as_str())
            .fact(&facts::REBUILT_FROM, FROM)
            .showing(words::rebuilt(lines.len(), all)))
    }
}
