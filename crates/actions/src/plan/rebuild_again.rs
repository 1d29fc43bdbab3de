//! `rebuild-plan-backup-again`: what is rebuilt from the new shares has to open every new file to the key of its line.

use crate::backup::{PROVEN_BACKUP, READ_BACK};
use crate::earlier::plan::kept;
use crate::plan::rebuilt::{OneFile, rebuilt};
use crate::plan::{PLAN_BACKED_UP, words};
use crate::recover::OLD_SET;
use engine::words::out_of_order;
use engine::{Action, Cue, Halt, Outcome, Recall as _, Room, Stage, WorkWith as _};
use protocol::Problem;
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
        let value = |line: u64| plan.lines.iter().find(|b| b.line == line).ok_or_else(out_of_order);
        let lines = stage.need(&facts::PLAN_LINES)?.into_iter();
        let lines: Vec<_> =
            lines.map(|line| Ok((line, value(line)?.check_value.clone()))).collect::<Result<_, Problem>>()?;
        rebuilt(cue, stage, room, &lines, |stage, wrapping, OneFile { line, blob, doing }| {
            let backed = value(*line)?;
            let older = plan.wrapped(backed).map_err(|why| words::again::not_as_kept(*line, &why))?;
            stage.work(doing, words::A_FEW_SECONDS, |token| {
                let opened = token.look_under(wrapping, blob, older.spec, older.public_key.as_deref())?;
                if opened.check_value == backed.check_value {
                    return Ok(());
                }
                Err(words::backup_does_not_match(*line).into())
            })
        })
    }
}
