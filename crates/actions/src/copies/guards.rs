//! A backup whose sheets guard other keys of a plan beside the one that is destroyed: it is kept, and the wrapped file of the
//! one key ends with the plan's next backup, which is made without its line.

use crate::copies::copy::{Copy, all, became, note};
use crate::copies::words;
use crate::earlier::kept;
use crate::room::register::register;
use engine::words::not_an_answer;
use engine::{AskPeople, Halt, KeepRecord, Shelf};
use facts::{KEPT, Named as _};
use protocol::{Answer, Ask, Problem};
use register::KeyState;

/// What people say where every other key of the plan is gone.
const OVER: &str = "over";

/// The other keys of the plan, by line, where the backup is of one line; none for a backup of one key.
fn others(record: &(impl KeepRecord + ?Sized)) -> Vec<(u64, String)> {
    let of_line = |opening| facts::DRILL_LINE_OTHERS.within(opening);
    kept::opening(&record.past()).and_then(of_line).unwrap_or_default()
}

/// Notes of each copy of the backup that it is kept, where it guards other keys. Where by the records here every other one
/// is gone, people are asked; else nobody can say otherwise, since the others would be lost with their tokens.
pub(in crate::copies) fn keep_for_others(
    stage: &mut (impl AskPeople + KeepRecord + Shelf + ?Sized),
) -> Result<(), Halt> {
    let others = others(stage);
    let of_backup = |copy: &Copy| matches!(copy, Copy::Sheet(..) | Copy::Boxed(_) | Copy::File(..));
    let copies: Vec<Copy> = all(stage)?.into_iter().filter(of_backup).collect();
    if others.is_empty() || copies.iter().any(|copy| became(stage, copy).is_some_and(|b| b != KEPT)) {
        return Ok(());
    }
    if all_gone(stage, &others)? && asked(stage, others.len())? == OVER {
        return Ok(());
    }
    for copy in copies.iter().filter(|copy| became(stage, copy).is_none()).collect::<Vec<_>>() {
        note(stage, copy, KEPT)?;
    }
    Ok(())
}

/// Whether two people kept the backup for others.
pub(in crate::copies) fn is_kept(record: &(impl KeepRecord + ?Sized)) -> Result<bool, Problem> {
    Ok(all(record)?.iter().any(|copy| became(record, copy).as_deref() == Some(KEPT)))
}

/// Whether the records here have each of these keys destroyed, or nothing left of it but its wrapped file.
fn all_gone(shelf: &(impl Shelf + ?Sized), others: &[(u64, String)]) -> Result<bool, Problem> {
    let register = register(shelf)?;
    let gone = |check_value: &String| {
        let destroyed =
            |key: &register::Key| key.check_value == *check_value && key.state == KeyState::Destroyed;
        register.keys.iter().any(destroyed) || register.is_wrapped_still(check_value)
    };
    Ok(others.iter().all(|(_, check_value)| gone(check_value)))
}

fn asked(people: &mut (impl AskPeople + ?Sized), others: usize) -> Result<String, Halt> {
    let mut problem = None;
    loop {
        let choices = vec![words::guards_others(KEPT), words::guards_nothing(OVER)];
        let ask = Ask::Choose { question: words::whether_it_guards(others), choices: choices.clone() };
        match people.ask(ask, problem.take())? {
            Answer::Chosen { id } if choices.iter().any(|c| c.id == id) => return Ok(id),
            _ => problem = Some(not_an_answer()),
        }
    }
}
