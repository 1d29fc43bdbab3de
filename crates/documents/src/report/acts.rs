//! Act by act: each step with who did it, what was expected and what the record says of it.

use super::keys::beside;
use super::record::{Record, clock};
use super::{ReportOf, value, words};
use crate::page::shown;
use facts::Named as _;
use paper::{Block, Column};
use protocol::visible;
use std::borrow::Cow;
use std::collections::BTreeSet;
use transcript::{Entry, Kind};

type Facts = Vec<(Cow<'static, str>, Cow<'static, str>)>;

pub(super) fn section(of: &ReportOf<'_>, record: &Record<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::ACTS.into()));
    out.push(Block::Text(words::ACTS_SAY.into()));
    let mut step: Option<&str> = None;
    let mut lines = Vec::new();
    for entry in record.entries {
        if entry.kind == Kind::Checkpoint {
            continue;
        }
        if entry.step.as_deref() != step || entry.kind == Kind::Intent {
            flush(&mut lines, out);
        }
        if entry.kind == Kind::Intent || (entry.step.is_some() && entry.step.as_deref() != step) {
            begin(of, record, entry, out);
        }
        step = entry.step.as_deref();
        // The many lines of a plan stand in one table.
        if let Some(line) = facts::PLAN_LINE.within(entry) {
            lines.push((line, entry));
            continue;
        }
        flush(&mut lines, out);
        told(record, entry, out);
    }
    flush(&mut lines, out);
}

/// A step's heading, and what its script says of it.
fn begin(of: &ReportOf<'_>, record: &Record<'_>, entry: &Entry, out: &mut Vec<Block<'static>>) {
    let id = entry.step.as_deref().unwrap_or_default();
    let planned = record.step(id);
    let says = planned.map_or_else(|| value::name(id), |p| visible(&p.view.say).into_owned());
    let number = planned.map(|p| p.view.number);
    out.push(Block::Heading(3, words::step(number, &says).into()));
    let mut facts: Facts = Vec::new();
    let who = |id: Option<&String>, person: Option<String>| {
        person.or_else(|| id.map(|id| visible(id).into_owned())).unwrap_or_default()
    };
    let actor = planned.map(|p| words::person(&visible(&p.actor.name), &visible(&p.actor.role)));
    facts.push((words::ACTED_BY.into(), who(entry.actor.as_ref(), actor).into()));
    if entry.confirmer.is_some() {
        let confirmer = planned.and_then(|p| p.confirmer.as_ref());
        let confirmer = confirmer.map(|c| words::person(&visible(&c.name), &visible(&c.role)));
        facts.push((words::CONFIRMED_BY.into(), who(entry.confirmer.as_ref(), confirmer).into()));
    }
    facts.push((words::BEGUN.into(), clock(entry).into()));
    if let Some(expect) = planned.and_then(|p| p.view.expect.as_ref()).filter(|_| of.plan.is_some()) {
        facts.push((words::EXPECTED.into(), shown(expect)));
    }
    out.push(Block::Facts(facts));
}

/// So many changed rows of a register are told one by one; of more the record alone has them.
const MOST_ROWS: usize = 400;

/// What one entry says.
fn told(record: &Record<'_>, entry: &Entry, out: &mut Vec<Block<'static>>) {
    let mut facts = facts_of(record, entry);
    let mut also = |name: &'static str, texts: Vec<String>| {
        if !texts.is_empty() {
            facts.push((name.into(), texts.join("\n").into()));
        }
    };
    also(words::FILES, entry.files.iter().map(|f| visible(&f.name).into_owned()).collect());
    also(words::OWED_FROM_HERE, entry.opens.iter().map(|o| visible(&o.says).into_owned()).collect());
    also(words::SETTLED, entry.closes.iter().map(|id| value::name(id)).collect());
    if facts.is_empty() && matches!(entry.kind, Kind::Intent) {
        return;
    }
    let head = words::entry(entry.seq, &clock(entry), kind(entry.kind));
    facts.insert(0, (words::ENTRY.into(), head.into()));
    out.push(Block::Facts(facts));
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Opened => words::OPENED,
        Kind::Intent => words::ABOUT_TO,
        Kind::Outcome => words::OUTCOME,
        Kind::Failed => words::FAILED,
        Kind::Checkpoint => words::CHECKPOINT,
        Kind::Resumed => words::RESUMED,
        Kind::TakenBack => words::TAKEN_BACK,
        Kind::Exception => words::AN_EXCEPTION,
        Kind::Note => words::A_NOTE,
        Kind::Closed => words::CLOSED,
        Kind::Abandoned => words::ABANDONED,
    }
}

/// Every fact of an entry, those for the public first.
fn facts_of(record: &Record<'_>, entry: &Entry) -> Facts {
    let all = entry.facts.values().flatten();
    let told = |(name, v): (&String, &serde_json::Value)| {
        if name == facts::APPROVAL.name() {
            return (Cow::from(words::STATEMENT), Cow::from(statement(v)));
        }
        if name == facts::PERSON.name() {
            let id = v.as_str().unwrap_or_default();
            return (words::PERSON.into(), record.name_of(id).into());
        }
        if name == facts::KEPT_ROWS.name() {
            return (words::ROWS.into(), rows(record, entry).into());
        }
        (value::name(name).into(), beside(before(record, entry), name, v).into())
    };
    // The columns stand in each row.
    all.filter(|(name, _)| *name != facts::KEPT_COLUMNS.name()).map(told).collect()
}

/// The rows of a register that an entry has, one a line; of very many only how many there are.
fn rows(record: &Record<'_>, entry: &Entry) -> String {
    let rows = facts::KEPT_ROWS.within(entry).unwrap_or_default();
    if record.kept_rows > MOST_ROWS {
        return words::so_many_rows(rows.len());
    }
    let columns = facts::KEPT_COLUMNS.within(entry).unwrap_or_default();
    let row = |row: &Vec<String>| {
        let said = columns.iter().zip(row).filter(|(_, value)| *value != facts::NONE);
        said.map(|(column, value)| format!("{column}: {}", visible(value))).collect::<Vec<_>>().join("; ")
    };
    rows.iter().map(row).collect::<Vec<_>>().join("\n")
}

/// The record up to an entry: what was expected of it was said by then.
fn before<'r>(record: &Record<'r>, entry: &Entry) -> &'r [Entry] {
    let upto = usize::try_from(entry.seq).unwrap_or(usize::MAX).min(record.entries.len());
    record.entries.get(..upto).unwrap_or(record.entries)
}

/// The sentence that somebody signed with their YubiKey.
fn statement(v: &serde_json::Value) -> String {
    let text = v.get("statement").and_then(|s| s.as_str()).unwrap_or_default();
    let says = serde_json::from_str::<serde_json::Value>(text).ok();
    let says = says.as_ref().and_then(|s| s.get("says")).and_then(|s| s.as_str());
    visible(says.unwrap_or(text)).into_owned()
}

/// Of so many entries of a plan's lines in a row each is told; of more, what they have in common: what became of each line stands
/// in the table of the keys, and thousands of pages nobody reads.
const TOLD_ONE_BY_ONE: usize = 400;

/// The lines of a plan that came one after another, as a table.
fn flush(lines: &mut Vec<(u64, &Entry)>, out: &mut Vec<Block<'static>>) {
    if lines.is_empty() {
        return;
    }
    if lines.len() > TOLD_ONE_BY_ONE {
        out.extend(in_sum(lines));
        lines.clear();
        return;
    }
    let row = |(line, entry): (u64, &Entry)| {
        let all = entry.facts.values().flatten();
        let said = all
            .filter(|(name, _)| *name != facts::PLAN_LINE.name())
            .map(|(name, v)| words::pair(&value::name(name), &value::text(v).replace('\n', ", ")));
        let says = said.collect::<Vec<_>>().join("; ");
        vec![Cow::from(line.to_string()), clock(entry).into(), says.into()]
    };
    let rows = lines.drain(..).map(row).collect();
    out.push(Block::Table(
        vec![Column::new(words::LINE, 8), Column::new(words::AT, 14), Column::new(words::WHAT, 78)],
        rows,
    ));
}

/// How many entries they are, of which lines, when, and what they say of each.
fn in_sum(lines: &[(u64, &Entry)]) -> Option<Block<'static>> {
    let (first, last) = (lines.first()?.1, lines.last()?.1);
    let lowest = lines.iter().map(|(line, _)| *line).min()?;
    let highest = lines.iter().map(|(line, _)| *line).max()?;
    let named: BTreeSet<&str> =
        lines.iter().flat_map(|(_, e)| e.facts.values().flatten()).map(|(name, _)| name.as_str()).collect();
    let named = named.into_iter().filter(|name| *name != facts::PLAN_LINE.name());
    Some(Block::Facts(vec![
        (words::ENTRIES.into(), words::from_to(first.seq, last.seq).into()),
        (words::LINES.into(), words::from_to(lowest, highest).into()),
        (words::AT.into(), words::from_to(clock(first), clock(last)).into()),
        (words::SAY_OF_EACH.into(), named.map(value::name).collect::<Vec<_>>().join(", ").into()),
        (words::READ_THEM.into(), words::IN_THE_RECORD.into()),
    ]))
}
