//! Asking of one copy what became of it. What was said is noted at once, so that an interrupted step goes on with the next
//! one.

use crate::copies::copy::{Copy, MISSING, note};
use crate::copies::words;
use engine::words::not_an_answer;
use engine::{AskPeople, Halt, KeepRecord};
use protocol::{Answer, Ask, Choice};

/// Asks of one copy what became of it. A missing one is an exception, and decided, before that is noted.
pub(in crate::copies) fn ask(
    stage: &mut (impl AskPeople + KeepRecord + ?Sized),
    copy: &Copy,
    choices: &[Choice],
) -> Result<(), Halt> {
    let says = copy.to_string();
    let mut problem = None;
    loop {
        let ask = Ask::Choose { question: words::what_of(&says), choices: choices.to_vec() };
        match stage.ask(ask, problem.take())? {
            Answer::Chosen { id } if id == MISSING => {
                stage.raise(&words::copy_missing(&says), &says)?;
                return Ok(note(stage, copy, MISSING)?);
            }
            Answer::Chosen { id } if choices.iter().any(|c| c.id == id) => {
                return Ok(note(stage, copy, &id)?);
            }
            _ => problem = Some(not_an_answer()),
        }
    }
}
