//! What is wrong with what a step declares that it records.

use crate::declared::{Field, FieldForm, Reader, named};
use crate::row::Row;
use crate::script::Step;
use crate::words;
use protocol::Problem;
use std::collections::BTreeSet;

/// The longest text that a field may take, in characters.
const LONGEST: usize = 2000;
/// The longest inject, in characters, and the most minutes for its answers.
const LONGEST_INJECT: usize = 1200;
const MOST_MINUTES: u16 = 240;
/// The furthest day on which something may be due, in days.
const FURTHEST: u16 = 3660;

/// What is wrong with what a step declares, or with its declaring nothing where its action records what it declares.
pub(super) fn declared(step: &Step, action: &Row, found: &mut Vec<Problem>) {
    let id = &step.id;
    let declared = match (&step.record, action.records) {
        (None, false) => return,
        (Some(declared), true) => declared,
        (declared, _) => return found.push(words::record_table(id, declared.is_some())),
    };
    let mut names = BTreeSet::new();
    let fits = |text: &String| (1..=LONGEST_INJECT).contains(&text.chars().count());
    let allows = |minutes: u16| declared.inject.is_some() && (1..=MOST_MINUTES).contains(&minutes);
    if !declared.inject.as_ref().is_none_or(fits) || !declared.minutes.is_none_or(allows) {
        found.push(words::record_inject(id, LONGEST_INJECT, MOST_MINUTES));
    }
    if !is_name(&declared.kind) {
        found.push(words::record_name(id, &declared.kind));
    }
    if declared.fields.is_empty() {
        found.push(words::record_of_nothing(id));
    }
    for field in &declared.fields {
        if !is_name(&field.name) || !names.insert(&field.name) {
            found.push(words::record_name(id, &field.name));
        }
        let choices = field.choices.iter().collect::<BTreeSet<_>>();
        let chosen = field.form == FieldForm::Choice;
        if chosen == choices.is_empty()
            || choices.len() != field.choices.len()
            || choices.iter().any(|c| c.is_empty())
        {
            found.push(words::record_choices(id, &field.name));
        }
        if field
            .example
            .as_ref()
            .is_some_and(|example| !(is_answer(field, example) || field.optional && example == facts::NONE))
        {
            found.push(words::record_example(id, &field.name));
        }
        if !(1..=LONGEST).contains(&field.longest()) {
            found.push(words::record_longest(id, &field.name, LONGEST));
        }
    }
    for due in &declared.due {
        if !(1..=FURTHEST).contains(&due.within_days) {
            found.push(words::record_days(id, &due.id, FURTHEST));
        }
        if let Some(name) = &due.from
            && !declared.fields.iter().any(|field| field.name == *name && field.form == FieldForm::Day)
        {
            found.push(words::record_due_names_none(id, name));
        }
        for name in named(&due.id).chain(named(&due.says)) {
            let field = declared.fields.iter().find(|field| field.name == name);
            // What is due stands in the register, and in a calendar.
            match field {
                None => found.push(words::record_due_names_none(id, name)),
                Some(field) if field.level != Reader::Public => found.push(words::record_due_names(id, name)),
                Some(_) => {}
            }
        }
    }
}

/// Whether the field takes this answer, as far as a script alone can say: who and what there is, records say.
fn is_answer(field: &Field, answer: &str) -> bool {
    match field.form {
        FieldForm::Text => (1..=field.longest()).contains(&answer.chars().count()),
        FieldForm::Number => answer.parse::<u64>().is_ok(),
        FieldForm::Day => crate::day(answer).is_some(),
        FieldForm::Choice => field.choices.iter().any(|choice| choice == answer),
        _ => true,
    }
}

/// A name of a kind or a field: 1 to 40 of a-z, 0-9 and dashes, beginning with a letter.
fn is_name(name: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=40).contains(&name.len())
        && name.bytes().all(fits)
        && name.starts_with(|c: char| c.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_kinds_and_fields_have_one_form() {
        for name in ["break-glass", "a", "key2"] {
            assert!(is_name(name), "{name}");
        }
        let long = "a".repeat(41);
        for name in ["", "Break", "2keys", "-a", "a.b", "a b", "a_b", &long] {
            assert!(!is_name(name), "{name}");
        }
        assert_eq!(named("rotate {key} of {system}").collect::<Vec<_>>(), ["key", "system"]);
        assert_eq!(named("an open { brace").count(), 0);
    }
}
