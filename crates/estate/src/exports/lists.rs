//! Every list as JSON, for programs of the hospital's own. `data/lists.schema.json` is its JSON Schema, and
//! `docs/exports/json.md` says what is where.

use crate::{Coverage, Estate, Retained, coverage, retention};
use facts::NONE;
use register::places::Sort;
use register::{CloudKey, Copy, Device, Due, Key, Set, Sheet, SheetState};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The form of it: a later one that a reader of this one would take wrongly has another number.
const FORMAT: &str = "cofferdam lists 1";
const SCHEMA: &str = include_str!("../../data/lists.schema.json");

/// Every list of an estate. Of sheets it has which there are and what became of them, and no holder, bag, seal or place.
pub fn json(estate: &Estate<'_>) -> Value {
    let rows = |kind: &str| -> Vec<Row<'_>> {
        let (columns, rows) = estate.register.kept_of(kind);
        rows.iter().map(|row| Row::of(columns, row)).collect()
    };
    let register = estate.register;
    let lists = Lists {
        format: FORMAT,
        day: &estate.today,
        systems: rows(facts::SYSTEM),
        agreements: rows(facts::AGREEMENT),
        policies: rows(facts::POLICY),
        safeguards: rows(facts::SAFEGUARD),
        answers: rows(facts::ANSWER),
        incidents: rows(facts::INCIDENT),
        keys: &register.keys,
        clouds: &register.clouds,
        copies: register.copies.iter().map(CopyOf::of).collect(),
        sets: &register.sets,
        sheets: register.sheets.iter().map(SheetOf::of).collect(),
        devices: &register.devices,
        dues: &register.dues,
        coverage: coverage(estate),
        retention: retention(estate),
    };
    // Texts, numbers and lists of them always have a form in JSON.
    serde_json::to_value(lists).unwrap_or_default()
}

/// The same, saying whether it is of rehearsals or of production.
pub fn of_mode(estate: &Estate<'_>, mode: &str) -> Value {
    let mut lists = json(estate);
    if let Some(members) = lists.as_object_mut() {
        members.insert("mode".to_owned(), mode.into());
    }
    lists
}

/// The JSON Schema (2020-12) of [`json`].
pub fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap_or_default()
}

#[derive(Serialize)]
struct Lists<'e> {
    format: &'static str,
    /// The day that it is of.
    day: &'e str,
    systems: Vec<Row<'e>>,
    agreements: Vec<Row<'e>>,
    policies: Vec<Row<'e>>,
    safeguards: Vec<Row<'e>>,
    answers: Vec<Row<'e>>,
    incidents: Vec<Row<'e>>,
    keys: &'e [Key],
    clouds: &'e [CloudKey],
    copies: Vec<CopyOf<'e>>,
    sets: &'e [Set],
    sheets: Vec<SheetOf<'e>>,
    devices: &'e [Device],
    dues: &'e [Due],
    coverage: Coverage,
    retention: Vec<Retained>,
}

/// A row of a register, one that is listed no longer too.
#[derive(Serialize)]
struct Row<'e> {
    id: &'e str,
    /// What each column says; null where it says nothing.
    values: BTreeMap<&'e str, Option<&'e str>>,
    since: &'e str,
    changed: &'e str,
    run: &'e str,
    left: Option<&'e str>,
}

impl<'e> Row<'e> {
    fn of(columns: &'e [String], row: &'e register::KeptRow) -> Self {
        let value = |column: &'e String| {
            (column.as_str(), Some(row.text(columns, column)).filter(|value| *value != NONE))
        };
        Self {
            id: &row.id,
            values: columns.iter().map(value).collect(),
            since: &row.since,
            changed: &row.changed,
            run: &row.run,
            left: row.left.as_deref(),
        }
    }
}

/// A copy of a key. What is said of a sheet may name its bag, and of a printer its queue: of these only the word for it stands.
#[derive(Serialize)]
struct CopyOf<'e> {
    key: &'e str,
    id: &'e str,
    sort: Sort,
    says: Option<&'e str>,
    run: &'e str,
    became: Option<&'e (String, String)>,
    perhaps: bool,
    set: Option<&'e str>,
}

impl<'e> CopyOf<'e> {
    fn of(copy: &'e Copy) -> Self {
        let place = &copy.place;
        let tells = matches!(place.sort, Sort::Token | Sort::File | Sort::Cloud | Sort::Bundle);
        Self {
            key: &copy.key,
            id: &place.id,
            sort: place.sort,
            says: tells.then_some(place.says.as_str()),
            run: &place.run,
            became: place.became.as_ref(),
            perhaps: place.perhaps,
            set: copy.set.as_deref(),
        }
    }
}

/// A sheet without who has it where.
#[derive(Serialize)]
struct SheetOf<'e> {
    set: &'e str,
    share: u8,
    state: SheetState,
    since: &'e str,
    run: &'e str,
}

impl<'e> SheetOf<'e> {
    fn of(sheet: &'e Sheet) -> Self {
        Self { set: &sheet.set, share: sheet.share, state: sheet.state, since: &sheet.since, run: &sheet.run }
    }
}

#[cfg(test)]
mod tests;
