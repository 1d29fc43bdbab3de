//! A backup whose sheets guard other keys of a plan beside the one that is destroyed: it is kept, and the wrapped file of the
//! one key ends with the plan's next backup, which is made without its line.

use crate::copies::copy::{Copy, all, became, note};
use crate::copies::words;
use crate::earlier::kept;
use crate::room::register::register;
use engine::words::not_an_answer;
use engine::{AskPeople, Halt, KeepRecord, Outcome, Shelf};
use facts::{KEPT, Named as _};
use protocol::{Answer, Ask, Problem};
use register::{KeyState, Register, SetState, places};

/// What people say where every other key of the plan is gone.
const OVER: &str = "over";

/// The other keys of the plan, by line, where the backup is of one line; none for a backup of one key.
fn others(record: &(impl KeepRecord + ?Sized)) -> Vec<(u64, String)> {
    let of_line = |opening| facts::DRILL_LINE_OTHERS.within(opening);
    kept::opening(&record.past()).and_then(of_line).unwrap_or_default()
}

/// Notes of each copy of the backup that it is kept, where it guards other keys, and of each sheet and wrapped file of another
/// set that is in use. Where by the records here every other key is gone, people are asked; else nobody can say otherwise, since
/// the others would be lost with their tokens.
pub(in crate::copies) fn keep_for_others(
    stage: &mut (impl AskPeople + KeepRecord + Shelf + ?Sized),
) -> Result<(), Halt> {
    let others = others(stage);
    if others.is_empty() || guards_nothing(stage).is_some() {
        return Ok(());
    }
    let register = register(stage)?;
    // Where some were kept already before an interruption, the answer was that they guard others.
    let kept = is_kept(stage)?;
    if !kept && all_gone(&register, &others) && asked(stage, others.len())? == OVER {
        let note = Outcome::new()
            .fact(&facts::NOTE, words::guards::SAID_TO_GUARD_NOTHING)
            .fact(&facts::GUARDS_NOTHING, others.len() as u64);
        return Ok(stage.note(note)?);
    }
    let in_use = |set: &str| register.sets.iter().any(|s| s.set == set && s.state == SetState::InUse);
    let guards = |copy: &Copy| match copy {
        Copy::Sheet(..) | Copy::Boxed(_) | Copy::File(..) => true,
        Copy::Known(place) => places::set_of(place).is_some_and(in_use),
        Copy::Here(_) | Copy::Elsewhere(_) => false,
    };
    for copy in all(stage)?.iter().filter(|copy| guards(copy)) {
        if became(stage, copy).is_none() {
            note(stage, copy, KEPT)?;
        }
    }
    Ok(())
}

/// How many other keys two people said that the sheets guard no more, since this backup was opened.
pub(in crate::copies) fn guards_nothing(record: &(impl KeepRecord + ?Sized)) -> Option<u64> {
    let entries = record.past().entries;
    let opened = entries.iter().rposition(|e| facts::DRILL_SET.within(e).is_some())?;
    entries.get(opened..)?.iter().find_map(|e| facts::GUARDS_NOTHING.within(e))
}

/// Whether two people kept the backup for others.
pub(in crate::copies) fn is_kept(record: &(impl KeepRecord + ?Sized)) -> Result<bool, Problem> {
    Ok(all(record)?.iter().any(|copy| became(record, copy).as_deref() == Some(KEPT)))
}

/// Whether the records here have each of these keys destroyed, or nothing left of it but its wrapped file.
fn all_gone(register: &Register, others: &[(u64, String)]) -> bool {
    let gone = |check_value: &String| {
        let destroyed =
            |key: &register::Key| key.check_value == *check_value && key.state == KeyState::Destroyed;
        register.keys.iter().any(destroyed) || register.is_wrapped_still(check_value)
    };
    others.iter().all(|(_, check_value)| gone(check_value))
}

fn asked(people: &mut (impl AskPeople + ?Sized), others: usize) -> Result<String, Halt> {
    let mut problem = None;
    loop {
        let choices = vec![words::guards::guards_others(KEPT), words::guards::guards_nothing(OVER)];
        let ask =
            Ask::Choose { question: words::guards::whether_it_guards(others), choices: choices.clone() };
        match people.ask(ask, problem.take())? {
            Answer::Chosen { id } if choices.iter().any(|c| c.id == id) => return Ok(id),
            _ => problem = Some(not_an_answer()),
        }
    }
}
