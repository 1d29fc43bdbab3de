//! A table for a rehearsal: one row of examples.

use super::export::WriteExports;
use super::keep::KeepRegister;
use crate::stand_in::{FILE, FOLDER, Prepared, StandIn, folder, is, key};
use facts::NONE;
use protocol::Problem;
use script::declared::{Field, FieldForm};
use script::{Plan, Planned, Row};
use std::collections::BTreeMap;
use std::path::Path;

/// For `keep-register`: the examples of the script, as a table.
pub(crate) struct PracticeTable;

impl StandIn for PracticeTable {
    fn serves(&self, row: &Row) -> bool {
        is(row, &KeepRegister)
    }

    fn make(&self, _: &Plan, steps: &[&Planned], beside: &Path) -> Result<Prepared, Problem> {
        folder(beside)?;
        let mut answers = BTreeMap::new();
        for step in steps {
            let Some(declared) = &step.record else { continue };
            let names: Vec<String> = declared.fields.iter().map(|field| field.name.clone()).collect();
            let row: Vec<String> = declared.fields.iter().map(example).collect();
            let path = beside.join(format!("{}.csv", declared.kind));
            store::write_new(&path, &estate::write(&names, std::iter::once(row.as_slice())))?;
            answers.insert(key(step, FILE), path.display().to_string());
        }
        Ok(Prepared { answers, ..Prepared::default() })
    }
}

/// For `write-exports`: a folder in place of the medium.
pub(crate) struct ExportMedium;

impl StandIn for ExportMedium {
    fn serves(&self, row: &Row) -> bool {
        is(row, &WriteExports)
    }

    fn make(&self, _: &Plan, steps: &[&Planned], beside: &Path) -> Result<Prepared, Problem> {
        folder(beside)?;
        Ok(Prepared::path(steps, FOLDER, beside))
    }
}

/// What a column says for practice.
fn example(field: &Field) -> String {
    let usual = match field.form {
        FieldForm::Day => "2027-10-01",
        FieldForm::Number => "72",
        FieldForm::Choice => field.choices.first().map_or(NONE, String::as_str),
        _ => NONE,
    };
    field.example.clone().unwrap_or_else(|| usual.to_owned())
}
