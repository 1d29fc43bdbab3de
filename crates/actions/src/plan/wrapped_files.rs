//! The wrapped files of a plan's backup in the run's folder.

use crate::backup::fresh::plain;
use crate::backup::words::HOW;
use crate::cloud::by_line::same_lines;
use crate::plan::agree::backed;
use crate::plan::words;
use engine::{Cue, Keep, KeepRecord, Outcome, Past};
use protocol::Problem;
use script::Plan;
use shares::SetId;

/// What the names of wrapped files begin with.
fn beginning(plan: &Plan) -> String {
    format!("{}-plan-backup-", plan.mode.word())
}

/// What the wrapped file of a line is called.
pub(in crate::plan) fn name_of(plan: &Plan, set: SetId, line: u64) -> String {
    format!("{}{}-line-{line}.kwp", beginning(plan), plain(set))
}

/// The wrapped files of a plan's backup that are in the record and were not removed since.
pub(in crate::plan) fn wrapped_files(plan: &Plan, past: &Past<'_>) -> Vec<String> {
    let begins = beginning(plan);
    past.files().into_keys().filter(|name| name.starts_with(&begins)).collect()
}

/// Files of an attempt that broke off: the key that opens them is gone, so they back nothing up.
pub(in crate::plan) fn drop_unfinished(
    cue: Cue<'_>,
    stage: &mut (impl KeepRecord + Keep + ?Sized),
) -> Result<(), Problem> {
    let names = wrapped_files(cue.plan, &stage.past());
    if names.is_empty() {
        return Ok(());
    }
    store::remove(stage.folder(), &names)?;
    let note =
        Outcome::new().fact(&facts::NOTE, words::UNFINISHED_REMOVED).fact(&facts::REMOVED_FILES, names);
    stage.note(note)
}

/// Every line has its file of this set; gives what is recorded of the backup as a whole.
pub(in crate::plan) fn all_backed_up(
    record: &(impl KeepRecord + ?Sized),
    set: SetId,
    lines: impl Iterator<Item = u64>,
    origin: String,
) -> Result<Outcome, Problem> {
    let set = set.to_string();
    let files = backed(record.past(), &set)?;
    same_lines(words::BACKED_UP, lines, files.keys().copied())?;
    Ok(Outcome::new()
        .fact(&facts::SHARE_SET, set.as_str())
        .fact(&facts::PLAN_BACKED_UP, files.len() as u64)
        .fact(&facts::WRAPPED_WITH, HOW)
        .fact(&facts::BACKUP_KEY_ORIGIN, origin)
        .showing(words::backed_up(files.len(), set)))
}
