//! A table, held against a register: in the ceremony, and before the day.

use super::words;
use estate::{Column, Form, Known, changes, check};
use incoming::table::Fault;
use protocol::{Fact, Problem};
use register::{KeptRow, Register};
use script::Script;
use script::declared::{Declared, Field, FieldForm};

/// What a table would change in the register of a step that keeps one, as the ceremony shows it; or everything that is wrong with
/// it, and the problem that says so. `scripts` are the texts of those that can be played here. Nothing is changed.
pub fn looked_at<'s>(
    declared: &Declared,
    register: &Register,
    scripts: impl Iterator<Item = &'s str>,
    table: &[u8],
) -> Result<Vec<Fact>, (Vec<Fact>, Problem)> {
    let refused = |faults: &[Fault]| (words::faults(faults), words::table_faulty(faults));
    let columns = columns(declared);
    let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    let (kept_columns, kept) = register.kept_of(&declared.kind);
    let rows = estate::read(table, &columns).map_err(|faults| refused(&faults))?;
    let found = changes(kept_columns, kept, &names, rows, true);
    let faults = check(&declared.kind, &names, found.rows(), &known(register, &declared.kind, scripts));
    if faults.is_empty() {
        Ok(words::differences(&declared.kind, &found, &names))
    } else {
        Err(refused(&faults))
    }
}

/// Rows that are listed still.
pub(super) fn listed(rows: &[KeptRow]) -> impl Iterator<Item = &KeptRow> {
    rows.iter().filter(|row| row.left.is_none())
}

/// What rows may name, by the register and the scripts here.
pub(super) fn known<'s>(register: &Register, kind: &str, scripts: impl Iterator<Item = &'s str>) -> Known {
    let agreements = listed(register.kept_of(facts::AGREEMENT).1);
    Known {
        keys: register.keys.iter().map(|key| key.check_value.clone()).collect(),
        agreements: agreements.map(|row| row.id.clone()).collect(),
        listed: listed(register.kept_of(kind).1)
            .map(|row| (estate::alike(&row.id), row.id.clone()))
            .collect(),
        scripts: scripts.filter_map(|text| Some(Script::parse(text).ok()?.name)).collect(),
    }
}

/// The columns that a step declares.
pub(super) fn columns(declared: &Declared) -> Vec<Column> {
    let form = |field: &Field| match field.form {
        FieldForm::Choice => Form::Choice(field.choices.clone()),
        FieldForm::Day => Form::Day,
        FieldForm::Number => Form::Number,
        FieldForm::Key => Form::Key,
        _ => Form::Text,
    };
    let column = |field: &Field| Column {
        name: field.name.clone(),
        form: form(field),
        optional: field.optional,
        longest: field.longest(),
    };
    declared.fields.iter().map(column).collect()
}
