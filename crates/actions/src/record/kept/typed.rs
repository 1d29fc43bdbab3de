//! Rows of a register that are typed, column by column.

use super::words;
use crate::record::offers::Offers;
use crate::record::words::example;
use engine::words::not_an_answer;
use engine::{AskPeople, Halt, Stage};
use estate::{Column, Row, alike};
use facts::NONE;
use protocol::{Answer, Ask, Choice, Problem};
use register::KeptRow;
use script::declared::{Declared, Field, FieldForm};

/// Asks for rows until people have no more; of one that is kept already, for the columns that change.
pub(super) fn typed_rows(
    stage: &mut dyn Stage,
    declared: &Declared,
    columns: &[Column],
    offers: &Offers,
    (kept_columns, kept): (&[String], &[KeptRow]),
) -> Result<Vec<Row>, Halt> {
    let mut rows: Vec<Row> = Vec::new();
    let Some((first, id_column)) = declared.fields.first().zip(columns.first()) else { return Ok(rows) };
    loop {
        let id = answered(stage, first, id_column, offers, None)?;
        // Whoever types another capital means the row that is kept.
        let plain = alike(&id);
        let of_kept = kept.iter().find(|row| row.left.is_none() && alike(&row.id) == plain);
        let id = of_kept.map_or(id, |row| row.id.clone());
        let typed = rows.iter().position(|row| alike(row.id()) == plain).map(|at| rows.remove(at).values);
        let before = typed.or_else(|| {
            let row = kept.iter().find(|row| row.left.is_none() && row.id == id)?;
            Some(columns.iter().map(|column| row.text(kept_columns, &column.name).to_owned()).collect())
        });
        let values = if let Some(values) = before {
            changed(stage, declared, columns, offers, values)?
        } else {
            let mut values = vec![id];
            for (field, column) in declared.fields.iter().zip(columns).skip(1) {
                values.push(answered(stage, field, column, offers, None)?);
            }
            values
        };
        rows.push(Row { line: 0, values });
        if chosen(stage, words::ANOTHER, &words::another())? == words::NO_MORE {
            break;
        }
    }
    rows.sort_by(|a, b| a.values.first().cmp(&b.values.first()));
    Ok(rows)
}

/// A row with whatever people change of it.
fn changed(
    stage: &mut dyn Stage,
    declared: &Declared,
    columns: &[Column],
    offers: &Offers,
    mut values: Vec<String>,
) -> Result<Vec<String>, Halt> {
    loop {
        let named = declared.fields.iter().zip(&values).skip(1);
        let choices =
            named.map(|(field, value)| words::column(&field.name, value)).chain([words::that_is_all()]);
        let choices: Vec<Choice> = choices.collect();
        let column = chosen(stage, words::WHICH_COLUMN, &choices)?;
        let at = declared.fields.iter().position(|field| field.name == column);
        let Some((at, field, of)) = at.and_then(|at| Some((at, declared.fields.get(at)?, columns.get(at)?)))
        else {
            return Ok(values);
        };
        let before = values.get(at).cloned();
        let after = answered(stage, field, of, offers, before.as_deref())?;
        if let Some(value) = values.get_mut(at) {
            *value = after;
        }
    }
}

fn chosen(stage: &mut dyn Stage, question: &str, choices: &[Choice]) -> Result<String, Halt> {
    match stage.ask(Ask::Choose { question: question.to_owned(), choices: choices.to_vec() }, None)? {
        Answer::Chosen { id } if choices.iter().any(|choice| choice.id == id) => Ok(id),
        _ => Err(not_an_answer().into()),
    }
}

/// Asks for one value until there is one of its form.
fn answered(
    stage: &mut (impl AskPeople + ?Sized),
    field: &Field,
    column: &Column,
    offers: &Offers,
    before: Option<&str>,
) -> Result<String, Halt> {
    let choices: Vec<Choice> = match field.form {
        FieldForm::Choice => field.choices.iter().map(|choice| words::one_of(choice, before)).collect(),
        FieldForm::Key => offers.keys.clone(),
        _ => Vec::new(),
    };
    let mut problem: Option<Problem> = None;
    loop {
        let question = words::asked(&field.ask, field.optional);
        let ask = if choices.is_empty() {
            let suggested = before.filter(|before| *before != NONE).map(str::to_owned);
            Ask::Text { question, example: example(field), suggested }
        } else {
            Ask::Choose { question, choices: choices.clone() }
        };
        let text = match stage.ask(ask, problem.take())? {
            Answer::Chosen { id } if choices.iter().any(|choice| choice.id == id) => id,
            Answer::Text { text } if choices.is_empty() => text,
            _ => return Err(not_an_answer().into()),
        };
        match column.read(&text) {
            Ok(value) => return Ok(value),
            Err(why) => problem = Some(words::not_taken(&why)),
        }
    }
}
