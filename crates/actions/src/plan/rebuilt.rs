//! What is rebuilt from the shares opens every wrapped file of a plan, one line after another.

use crate::backup::fresh::from_sheets;
use crate::backup::words::FROM;
use crate::cloud::by_line::same_lines;
use crate::earlier::plan::check_value_of_all;
use crate::plan::agree::backed;
use crate::plan::words;
use engine::words::out_of_order;
use engine::{Cue, Halt, Outcome, Recall as _, Room, Stage};
use secrets::SecretBytes;

/// One line's wrapped file, and what people read while it is opened.
pub(in crate::plan) struct OneFile<'f> {
    pub(in crate::plan) line: u64,
    pub(in crate::plan) blob: &'f [u8],
    pub(in crate::plan) doing: &'f str,
}

/// Has `open` open the file of each line, which has to be to the key with the check value beside it; gives what is recorded of
/// all of them.
pub(in crate::plan) fn rebuilt(
    cue: Cue<'_>,
    stage: &mut dyn Stage,
    room: &mut Room<'_>,
    lines: &[(u64, String)],
    open: impl Fn(&mut dyn Stage, &SecretBytes, &OneFile<'_>) -> Result<(), Halt>,
) -> Result<Outcome, Halt> {
    let set = stage.need(&facts::SHARE_SET)?;
    let files = backed(stage.past(), &set)?;
    same_lines(words::BACKED_UP, lines.iter().map(|(line, _)| *line), files.keys().copied())?;
    let recorded = stage.past().files();
    let rebuilt = from_sheets(cue, room)?;
    for (n, (line, check_value)) in lines.iter().enumerate() {
        let blob = stage.kept_of(&recorded, files.get(line).ok_or_else(out_of_order)?)?;
        let doing = words::opening(n + 1, lines.len(), *line);
        open(stage, &rebuilt, &OneFile { line: *line, blob: &blob, doing: &doing })?;
        let note = Outcome::new()
            .fact(&facts::NOTE, words::opened(*line))
            .fact(&facts::PLAN_LINE, *line)
            .fact(&facts::PLAN_BACKUP_SET, set.as_str())
            .fact(&facts::PLAN_REBUILT_CHECK_VALUE, check_value.as_str());
        stage.note(note)?;
    }
    let all = check_value_of_all(lines.iter().map(|(line, value)| (*line, value.as_str())));
    Ok(Outcome::new()
        .fact(&facts::PLAN_REBUILT, lines.len() as u64)
        .fact(&facts::PLAN_CHECK_VALUE, all.as_str())
        .fact(&facts::REBUILT_FROM, FROM)
        .showing(words::rebuilt(lines.len(), all)))
}
