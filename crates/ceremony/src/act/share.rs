//! A custodian alone at the screen: makes the sheet of their share, and enters the share again from it.

use super::enter::{self, Awaited};
use super::sheet::{Made, Making};
use super::{backup, boxed};
use crate::dealing::DealtSet;
use crate::engine::{Engine, Halt, Outcome, not_an_answer};
use crate::plan::Planned;
use crate::roster::Person;
use protocol::{Answer, Ask, Mode, Problem};
use transcript::{Draft, Kind, Level};

pub(super) fn give(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let set = backup::current_set(engine)?;
    if let Some(given) = boxed::give(engine, step, set)? {
        return Ok(given);
    }
    engine.signed_by(step, &step.actor, "I am alone at the screen and take my share.", None)?;
    let dealt = shares::commitments(&engine.room.shares);
    let index = step.turn;
    let dealing = backup::dealing(engine)?;
    let mut making = Making::of(engine);
    let (made, entered, how) = loop {
        let made = making.sheet(engine, step)?;
        let awaited = Awaited {
            of: DealtSet { set, dealing: &dealing, commitments: &dealt },
            due: Some(index),
            scan: Making::scannable(engine, &made),
            handed: if let Made::Handed(path) = &made { Some(path.clone()) } else { None },
        };
        if let Some((share, how)) = enter::share(engine, step, &awaited, None)? {
            break (made, share, how);
        }
    };
    let bag = bag_number(engine, step, "Seal the sheet in its bag. What is the bag's number?")?;
    engine.room.read_back.retain(|s| dealing.number_of(s) != Some(index));
    engine.room.read_back.push(entered);
    let mut draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "share-index", index)
        .fact(Level::Auditor, "bag", bag)
        .fact(Level::Public, "read-back", "equals the commitment")
        .fact(Level::Public, "read-back-how", how.words())
        .fact(Level::Public, "sheet", making.words(&made))
        .fact(Level::Auditor, "custodian", step.actor.id.as_str());
    draft = at_site(draft, &step.actor);
    if making.copies > 0 {
        draft = draft.fact(Level::Public, "copies-printed", making.copies);
    }
    if let Made::Printed(queue) = &made {
        draft = draft.fact(Level::Auditor, "printer", format!("{} ({})", queue.name, queue.device));
    }
    Ok(Outcome { draft: Some(draft), ..Outcome::default() })
}

/// Adds where a custodian's bag goes, as the roster has it; nothing where it does not say.
pub(super) fn at_site(draft: Draft, custodian: &Person) -> Draft {
    match &custodian.site {
        Some(site) => draft.fact(Level::Auditor, "site", site.as_str()),
        None => draft,
    }
}

/// Asks for a bag's number, which the custodian reads from the bag.
pub(super) fn bag_number(engine: &mut Engine<'_>, step: &Planned, question: &str) -> Result<String, Halt> {
    let practice = engine.plan.mode == Mode::Rehearsal;
    let mut problem = None;
    loop {
        let ask = Ask::Text {
            question: question.to_owned(),
            example: "A 0012345".to_owned(),
            suggested: practice.then(|| format!("PRACTICE {}", step.turn)),
        };
        let Answer::Text { text } = engine.ask(step, ask, problem.take())? else {
            problem = Some(not_an_answer());
            continue;
        };
        let text = shares::without_scanner_marks(&text)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .to_uppercase();
        if (1..=40).contains(&text.chars().count()) && !text.chars().any(char::is_control) {
            return Ok(text);
        }
        problem = Some(
            Problem::new(
                "bag-number",
                "That is not a bag number.",
                "Nothing was recorded.",
                "Read the number printed on the bag: 1 to 40 characters.",
            )
            .can_try_again(),
        );
    }
}
