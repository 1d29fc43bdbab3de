//! The bag that a sheet is sealed in, and the site that it goes to.

use crate::share::words;
use engine::words::not_an_answer;
use engine::{AskPeople, Cue, Halt, Outcome};
use facts::{BagNumber, Form as _};
use protocol::{Answer, Ask, Mode};
use script::Person;

/// Adds where a custodian's bag goes, as the roster has it; nothing where it does not say.
pub(crate) fn at_site(outcome: Outcome, custodian: &Person) -> Outcome {
    match &custodian.site {
        Some(site) => outcome.fact(&facts::SITE, site.as_str()),
        None => outcome,
    }
}

/// Asks for a bag's number, which the custodian reads from the bag.
pub(crate) fn number(
    cue: Cue<'_>,
    people: &mut (impl AskPeople + ?Sized),
    question: &str,
) -> Result<String, Halt> {
    let practice = cue.plan.mode == Mode::Rehearsal;
    let mut problem = None;
    loop {
        let ask = Ask::Text {
            question: question.to_owned(),
            example: words::A_BAG.to_owned(),
            suggested: practice.then(|| words::practice_bag(cue.step.turn)),
        };
        let Answer::Text { text } = people.ask(ask, problem.take())? else {
            problem = Some(not_an_answer());
            continue;
        };
        let text = shares::without_scanner_marks(&text)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .to_uppercase();
        match BagNumber::read(&text.into()) {
            Some(number) => return Ok(number),
            None => problem = Some(words::bag_number()),
        }
    }
}
