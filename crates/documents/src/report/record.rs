//! What every part of the report asks of the record.

use super::{ReportOf, value, words};
use facts::{Form, Named};
use protocol::visible;
use script::Planned;
use std::collections::BTreeMap;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use transcript::{Entry, Kind};

/// The record, read once.
pub(super) struct Record<'a> {
    pub(super) entries: &'a [Entry],
    pub(super) run: String,
    pub(super) rehearsal: bool,
    pub(super) script: String,
    pub(super) title: String,
    pub(super) script_sha256: String,
    /// How it ended, if it did.
    pub(super) ended: Option<Kind>,
    /// Names and roles by id, where the reader may have them.
    pub(super) people: BTreeMap<String, (String, String)>,
    /// How many rows of registers became another.
    pub(super) kept_rows: usize,
    steps: BTreeMap<&'a str, &'a Planned>,
}

impl<'a> Record<'a> {
    pub(super) fn of(of: &ReportOf<'a>) -> Self {
        let first = of.entries.first();
        let text = |fact: &facts::Fact<facts::Text>| {
            first.and_then(|e| fact.within(e)).map(|t| visible(&t).into_owned()).unwrap_or_default()
        };
        let script = text(&facts::SCRIPT);
        let people = first.and_then(|e| facts::PEOPLE.within(e)).unwrap_or_default();
        let ends = |e: &Entry| matches!(e.kind, Kind::Closed | Kind::Abandoned).then_some(e.kind);
        Self {
            entries: of.entries,
            run: first.and_then(|e| facts::RUN.within(e)).unwrap_or_default(),
            rehearsal: first.and_then(|e| facts::MODE.within(e)).is_none_or(|mode| mode != "production"),
            title: of.plan.map_or_else(|| script.clone(), |p| visible(&p.script.title).into_owned()),
            script,
            script_sha256: first.and_then(|e| facts::SCRIPT_SHA256.within(e)).unwrap_or_default(),
            ended: of.entries.iter().find_map(ends),
            people: people.into_iter().collect(),
            kept_rows: of
                .entries
                .iter()
                .filter_map(|e| facts::KEPT_ROWS.within(e))
                .map(|rows| rows.len())
                .sum(),
            steps: of.plan.iter().flat_map(|p| &p.steps).map(|s| (s.id.as_str(), s)).collect(),
        }
    }

    /// The step of that id, where the reader may have the script.
    pub(super) fn step(&self, id: &str) -> Option<&'a Planned> {
        self.steps.get(id).copied()
    }

    pub(super) fn newest<F: Form>(&self, fact: &impl Named<F>) -> Option<F::Value> {
        fact.newest(self.entries)
    }

    /// The newest value of a fact that is a text, in which nothing is hidden.
    pub(super) fn text<F: Form<Value = String>>(&self, fact: &impl Named<F>) -> Option<String> {
        self.newest(fact).map(|text| visible(&text).into_owned())
    }

    /// The device, as it says of itself; nothing where none was used.
    pub(super) fn device(&self) -> String {
        let text = |fact: &facts::Fact<facts::Text>| self.text(fact).unwrap_or_default();
        words::device(&text(&facts::TOKEN_MODEL), &text(&facts::TOKEN_FIRMWARE), &text(&facts::TOKEN_SERIAL))
    }

    /// What the record shows, a sentence each.
    pub(super) fn shows(&self) -> Vec<String> {
        let newest = |name: &str| self.entries.iter().rev().find_map(|e| e.value(name)).map(value::text);
        let says = |(fact, says): &(&str, &str)| {
            Some(says.replace("{}", newest(fact)?.lines().next().unwrap_or_default()))
        };
        words::CERTIFIED.iter().filter_map(says).collect()
    }

    /// A person's name, or their id where the reader may not have it.
    pub(super) fn name_of(&self, id: &str) -> String {
        self.people.get(id).map_or_else(|| visible(id).into_owned(), |(name, _)| visible(name).into_owned())
    }
}

/// The moment of an entry.
pub(super) fn at(entry: &Entry) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(&entry.utc, &Rfc3339).ok()
}

/// The time of day of an entry: `14:05:09`.
pub(super) fn clock(entry: &Entry) -> String {
    visible(entry.utc.get(11..19).unwrap_or(&entry.utc)).into_owned()
}

/// The day and the minute of an entry: `2026-11-25 14:05 UTC`.
pub(super) fn minute(entry: &Entry) -> String {
    match (entry.utc.get(..10), entry.utc.get(11..16)) {
        (Some(day), Some(minute)) => visible(&format!("{day} {minute} UTC")).into_owned(),
        _ => visible(&entry.utc).into_owned(),
    }
}
