//! What did not go as the script has it: exceptions, failed steps, refused attempts, decisions, each in full.

use super::record::{Record, minute};
use super::{value, words};
use crate::page::shown;
use facts::Named as _;
use paper::Block;
use std::borrow::Cow;
use transcript::{Entry, Kind};

/// The facts that say what departed and what was decided, in the order in which they are read.
fn told(entry: &Entry) -> Vec<(Cow<'static, str>, Cow<'static, str>)> {
    let names = [
        facts::NOTE.name(),
        facts::CODE.name(),
        facts::EXPECTED.name(),
        facts::HAPPENED.name(),
        facts::DECISION.name(),
        facts::DECIDED_BY.name(),
        facts::REASON.name(),
        facts::TO.name(),
        facts::BECAUSE.name(),
        facts::CLOCK_DOUBTED.name(),
        facts::TO_MEND.name(),
        facts::HOST_MEMORY_APPROVED_BY.name(),
    ];
    let known = |name: &'static str| Some((name, entry.value(name)?));
    names
        .into_iter()
        .filter_map(known)
        .map(|(name, v)| (Cow::from(value::name(name)), Cow::from(value::text(v))))
        .collect()
}

/// Whether an entry is about a departure, a refusal or a decision.
fn departs(entry: &Entry) -> bool {
    let note = facts::NOTE.within(entry);
    let refused = matches!(
        note.as_deref(),
        Some(facts::PASSPHRASE_REFUSED | facts::PIN_REFUSED | facts::PIN_OF_THE_FACTORY)
    );
    matches!(entry.kind, Kind::Exception | Kind::Failed | Kind::TakenBack)
        || refused
        || facts::DECISION.within(entry).is_some()
        || facts::TO_MEND.within(entry).is_some_and(|list| !list.is_empty())
        || facts::CLOCK_DOUBTED.within(entry).is_some()
        || facts::HOST_MEMORY_APPROVED_BY.within(entry).is_some()
}

/// One line each.
pub(super) fn in_short(record: &Record<'_>) -> Vec<String> {
    let line = |entry: &Entry| {
        let what = entry.value(facts::HAPPENED.name()).map_or_else(
            || told(entry).iter().map(|(n, v)| words::pair(n, v)).collect::<Vec<_>>().join("; "),
            value::text,
        );
        words::departed(&minute(entry), of_kind(entry), &one_line(&what))
    };
    record.entries.iter().filter(|e| departs(e)).map(line).collect()
}

/// The longest line there, in characters.
const LONGEST: usize = 300;

fn one_line(text: &str) -> String {
    let line = text.replace('\n', "; ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    line.chars().take(LONGEST).chain("…".chars()).collect()
}

fn of_kind(entry: &Entry) -> &'static str {
    match entry.kind {
        Kind::Exception => words::AN_EXCEPTION,
        Kind::Failed => words::A_FAILED_STEP,
        Kind::TakenBack => words::A_WAY_BACK,
        _ if facts::DECISION.within(entry).is_some() => words::A_DECISION,
        _ => words::A_NOTE,
    }
}

pub(super) fn section(record: &Record<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::DEPARTURES.into()));
    let mut any = false;
    for entry in record.entries.iter().filter(|e| departs(e)) {
        any = true;
        let step = entry.step.as_deref().map(|id| shown(record.step(id).map_or(id, |s| &s.view.say)));
        out.push(Block::Heading(3, words::departed_at(of_kind(entry), &minute(entry), entry.seq).into()));
        let mut facts = told(entry);
        if let Some(step) = step {
            facts.insert(0, (words::STEP.into(), step));
        }
        if let Some(person) = facts::PERSON.within(entry) {
            facts.push((words::PERSON.into(), record.name_of(&person).into()));
        }
        out.push(Block::Facts(facts));
    }
    if !any {
        out.push(Block::Text(words::NO_EXCEPTION.into()));
    }
}
