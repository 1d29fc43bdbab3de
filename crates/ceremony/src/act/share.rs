//! A custodian alone at the screen: writes the share down row by row, and types it back from the sheet.

use super::{out_of_order, share_problem};
use crate::engine::{Engine, Halt, Outcome, memory, not_an_answer};
use crate::plan::Planned;
use protocol::{Answer, Ask, Mode, Private, Problem, SharePage, ShareRow};
use secrets::SecretText;
use shares::{SetId, Share};
use transcript::{Draft, Kind, Level};
use zeroize::Zeroizing;

pub(super) fn give(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let set = super::backup::current_set(engine)?;
    let rehearsal = engine.plan.mode == Mode::Rehearsal;
    engine.signed_by(step, &step.actor, "I am alone at the screen and take my share.", None)?;
    let commitments = shares::commitments(&engine.room.shares);
    let index = step.turn;
    show(engine, step)?;
    let mut problem = None;
    let typed = loop {
        let text = enter(engine, step, set, Some(index), problem.take())?;
        let read = Share::parse(&text).and_then(|s| s.belongs(set, rehearsal, &commitments).map(|()| s));
        match read {
            Ok(share) if share.index() == index => break share,
            Ok(other) => problem = Some(another_share(other.index(), index)),
            Err(e) => problem = Some(share_problem(&e)),
        }
    };
    let bag = bag_number(engine, step, "Seal the sheet in its bag. What is the bag's number?")?;
    engine.room.read_back.retain(|s| s.index() != index);
    engine.room.read_back.push(typed);
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "share-index", index)
        .fact(Level::Auditor, "bag", bag)
        .fact(Level::Public, "read-back", "equals the commitment")
        .fact(Level::Auditor, "custodian", step.actor.id.as_str());
    Ok(Outcome { draft: Some(draft), ..Outcome::default() })
}

/// Shows the share a row at a time: neither the pipe nor the page ever holds two.
fn show(engine: &mut Engine<'_>, step: &Planned) -> Result<(), Halt> {
    let mut at = 0;
    loop {
        let share = engine.room.shares.iter().find(|s| s.index() == step.turn).ok_or_else(out_of_order)?;
        let rows = share.rows();
        let Some(row) = rows.get(at) else { return Ok(()) };
        let page = SharePage {
            custodian: step.actor.name.clone(),
            index: u32::from(share.index()),
            set: share.set().to_string(),
            threshold: u32::from(share.threshold()),
            count: u32::from(share.count()),
            row: ShareRow { number: number(at), text: Private::new(row.to_string()) },
            rows: shares::ROWS,
        };
        match engine.ask(step, Ask::ShowShare { page }, None)? {
            Answer::Go => at += 1,
            Answer::Back => at = at.saturating_sub(1),
            // A row is shown again rather than passed over.
            _ => {}
        }
    }
}

/// Takes the share back a row at a time. Each row's check characters are tried at once, so that a slip of the pen is
/// found while the custodian still has the row before them.
///
/// `due` is the share that was just shown to the custodian, where one was.
pub(super) fn enter(
    engine: &mut Engine<'_>,
    step: &Planned,
    set: SetId,
    due: Option<u8>,
    mut problem: Option<Problem>,
) -> Result<SecretText, Halt> {
    let mut text = Zeroizing::new(String::with_capacity(256));
    let mut row = 1;
    while row <= shares::ROWS {
        let ask = Ask::EnterShare {
            custodian: step.actor.name.clone(),
            index: due.map(u32::from),
            set: set.to_string(),
            row,
            rows: shares::ROWS,
            columns: shares::COLUMNS,
        };
        match engine.ask(step, ask, problem.take())? {
            Answer::Secret { text: typed } => {
                let typed = SecretText::new(typed.into_text()).map_err(memory)?;
                match shares::check_row(row, &typed) {
                    Ok(()) => {
                        // Without its separators a row has 20 characters, so the text never outgrows its place.
                        text.extend(typed.expose().chars().filter(char::is_ascii_alphanumeric));
                        text.push('\n');
                        row += 1;
                    }
                    Err(e) => problem = Some(share_problem(&e)),
                }
            }
            // To look again at the share means to type all of it again: what was typed may be what was wrong.
            Answer::Back => {
                text.clear();
                row = 1;
                if due.is_some() {
                    show(engine, step)?;
                }
            }
            _ => problem = Some(not_an_answer()),
        }
    }
    SecretText::new(std::mem::take(&mut *text)).map_err(|e| memory(e).into())
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
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase();
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

fn number(at: usize) -> u32 {
    u32::try_from(at + 1).unwrap_or(u32::MAX)
}

fn another_share(found: u8, due: u8) -> Problem {
    Problem::new(
        "another-share",
        format!("This is share {found}, and share {due} is due."),
        "No share was taken.",
        "Type the share of the sheet just written.",
    )
    .can_try_again()
}
