//! A sheet on a printer of this workstation: a test page first, then the sheet, and what came of it.

use crate::share::making::{Making, when};
use crate::share::words::{self, paper_problem};
use engine::printing::Queue;
use engine::words::not_an_answer;
use engine::{AskPeople, Cue, Halt, KeepRecord, Machine, Outcome, Paper, Stage, WorkWith};
use paper::{PaperError, TEST_SYMBOL_TEXT};
use protocol::{Answer, Ask, Choice, Problem};
use zeroize::Zeroizing;

/// The answers to what came out.
const GOOD: &str = "good";
const OTHER: &str = "other";
const AGAIN: &str = "again";
const WHOLE: &str = "whole";

/// Prints, and has the custodian look. False where they want another way.
pub(in crate::share) fn printed(
    making: &mut Making<'_>,
    stage: &mut dyn Stage,
    queue: &Queue,
) -> Result<bool, Halt> {
    let cue = making.cue;
    if making.tried.as_ref() != Some(&queue.name) {
        let page = test_page(cue, stage).map_err(|e| paper_problem(&e))?;
        send(cue, stage, queue, words::TEST_PAGE, Zeroizing::new(page))?;
        let choices = [words::print_on_it(GOOD), words::not_on_it(OTHER)];
        if picked(stage, &words::is_the_test_page_good(&queue.name), &choices, None)? == OTHER {
            return Ok(false);
        }
        making.tried = Some(queue.name.clone());
    }
    loop {
        let sheet = making.pdf(stage)?;
        making.copies += 1;
        let note = Outcome::new()
            .fact(&facts::NOTE, words::SENT_TO_A_PRINTER)
            .fact(&facts::SHARE_INDEX, cue.step.turn)
            .fact(&facts::PRINTED_COPY, making.copies)
            .fact(&facts::PRINTER, words::printer(queue));
        // Before it is sent: a copy that the record does not know of must not be.
        stage.note(note)?;
        let failure = match send(cue, stage, queue, words::SHEET, sheet) {
            Ok(()) => None,
            // The printer may have printed a part of it, or may still.
            Err(Halt::Problem(p)) => Some(*p),
            Err(other) => return Err(other),
        };
        let (whole_at, question) =
            if failure.is_none() { (0, words::IS_IT_WHOLE) } else { (2, words::MAY_HAVE_COME_OUT) };
        let mut choices = vec![words::print_again(AGAIN), words::another_way(OTHER)];
        choices.insert(whole_at, words::came_out(WHOLE));
        match picked(stage, question, &choices, failure)?.as_str() {
            WHOLE => {
                remembered(stage, queue, making.has_code_word())?;
                return Ok(true);
            }
            AGAIN => spoiled(cue, stage)?,
            _ => {
                spoiled(cue, stage)?;
                return Ok(false);
            }
        }
    }
}

/// What a printer and its service may keep, said before the custodian goes on.
fn remembered(
    stage: &mut (impl AskPeople + Paper + ?Sized),
    queue: &Queue,
    code_word: bool,
) -> Result<(), Halt> {
    let waits = stage.printers()?.waits_in_memory();
    let facts = words::remembered(&queue.name, code_word, waits);
    stage.ask(Ask::Observe { facts, button: words::CLEARED_THE_PRINTER.to_owned(), done: false }, None)?;
    Ok(())
}

/// Another copy of the sheet would be another copy of the share: the custodian says that this one is gone.
fn spoiled(cue: Cue<'_>, stage: &mut (impl AskPeople + KeepRecord + ?Sized)) -> Result<(), Halt> {
    let facts = vec![words::spoiled()];
    stage.ask(Ask::Observe { facts, button: words::NOTHING_LEFT.to_owned(), done: false }, None)?;
    let note =
        Outcome::new().fact(&facts::NOTE, words::SPOILED_DESTROYED).fact(&facts::SHARE_INDEX, cue.step.turn);
    stage.note(note)?;
    Ok(())
}

fn picked(
    people: &mut (impl AskPeople + ?Sized),
    question: &str,
    choices: &[Choice],
    mut problem: Option<Problem>,
) -> Result<String, Halt> {
    loop {
        let ask = Ask::Choose { question: question.to_owned(), choices: choices.to_vec() };
        match people.ask(ask, problem.take())? {
            Answer::Chosen { id } if choices.iter().any(|c| c.id == id) => return Ok(id),
            _ => problem = Some(not_an_answer()),
        }
    }
}

fn send(
    cue: Cue<'_>,
    stage: &mut dyn Stage,
    queue: &Queue,
    title: &str,
    pdf: Zeroizing<Vec<u8>>,
) -> Result<(), Halt> {
    let (printers, paper) = (stage.printers()?, cue.plan.value("paper"));
    let doing = words::printing_on(&queue.name);
    stage.wait_for(&doing, words::UP_TO_A_MINUTE, move || printers.print(&queue.name, paper, title, &pdf))
}

/// The test page: nothing on it is secret.
fn test_page(cue: Cue<'_>, machine: &(impl Machine + ?Sized)) -> Result<Vec<u8>, PaperError> {
    let code = qrcode::QrCode::with_error_correction_level(TEST_SYMBOL_TEXT, qrcode::EcLevel::Q)
        .map_err(|_| PaperError::Symbol)?;
    let modules: String = code.to_colors().iter().map(|c| c.select('1', '0')).collect();
    let width = u32::try_from(code.width()).map_err(|_| PaperError::Symbol)?;
    documents::sheet::test_page(cue.plan, when(machine)?, (&modules, width))
}
