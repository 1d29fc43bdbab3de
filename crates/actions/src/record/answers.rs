//! What is asked of one field, and which answers have its form.

use super::offers::Offers;
use super::words;
use engine::words::not_an_answer;
use engine::{AskPeople, Halt};
use estate::names_a_patient;
use protocol::{Answer, Ask, Choice, Mode, Problem};
use script::declared::{Declared, Field, FieldForm, Reader};
use serde_json::Value;

/// Whether a record of this kind says in which state a key is.
pub(super) fn says_a_state(kind: &str) -> bool {
    [facts::KEY_STATE, facts::COMPROMISE].contains(&kind)
}

/// What there is to choose from. Of the states of the key `of_key` those stand there and cannot be chosen to which it may not
/// come, by the records here, and so do keys that may come to none of them.
pub(super) fn offered(
    declared: &Declared,
    field: &Field,
    offers: &Offers,
    of_key: Option<&str>,
) -> Vec<Choice> {
    let states = declared.fields.iter().find(|f| f.name == "state" && says_a_state(&declared.kind));
    let stuck = |choice: &Choice| {
        states.is_some_and(|states| states.choices.iter().all(|s| offers.refuses(&choice.id, s).is_some()))
    };
    match field.form {
        FieldForm::Choice => {
            let refused = |choice: &str| offers.refuses(of_key?, choice);
            let choice = |choice: &String| Choice { refused: refused(choice), ..words::choice(choice) };
            field.choices.iter().map(choice).collect()
        }
        FieldForm::Key => {
            let refused = |choice: &Choice| stuck(choice).then(|| words::COMES_TO_NO_SUCH_STATE.to_owned());
            offers.keys.iter().map(|c| Choice { refused: refused(c), ..c.clone() }).collect()
        }
        FieldForm::Due => offers.dues.clone(),
        FieldForm::Person => offers.people.clone(),
        FieldForm::Bag => offers.bags.clone(),
        FieldForm::Token => offers.tokens.clone(),
        FieldForm::Set => offers.sets.clone(),
        FieldForm::Script => offers.scripts.clone(),
        FieldForm::Policy => offers.policies.clone(),
        FieldForm::Text | FieldForm::Day | FieldForm::Number => Vec::new(),
    }
}

/// Asks for one field until there is an answer of its form.
pub(super) fn asked(
    mode: Mode,
    on: &mut (impl AskPeople + ?Sized),
    field: &Field,
    choices: &[Choice],
) -> Result<Value, Halt> {
    let example = words::example(field);
    let mut problem = None;
    loop {
        let ask = if choices.is_empty() {
            let suggested = (mode == Mode::Rehearsal).then(|| example.clone());
            Ask::Text { question: field.ask.clone(), example: example.clone(), suggested }
        } else {
            Ask::Choose { question: field.ask.clone(), choices: choices.to_vec() }
        };
        let found = match on.ask(ask, problem.take())? {
            Answer::Chosen { id } => match choices.iter().find(|choice| choice.id == id) {
                Some(Choice { refused: Some(why), .. }) => Err(words::not_to_be_chosen(why)),
                Some(_) => Ok(Value::from(id)),
                None => Err(not_an_answer()),
            },
            Answer::Text { text } if choices.is_empty() => typed(field, text.trim()),
            _ => Err(not_an_answer()),
        };
        match found {
            Ok(value) => return Ok(value),
            Err(why) => problem = Some(why),
        }
    }
}

/// What somebody typed, where it has the field's form.
fn typed(field: &Field, text: &str) -> Result<Value, Problem> {
    if field.form == FieldForm::Text && names_a_patient(text) {
        return Err(words::names_a_patient());
    }
    // Whoever writes None. means none: else it would be due.
    let text = if text.trim_end_matches('.').eq_ignore_ascii_case(facts::NONE) { facts::NONE } else { text };
    let value = match field.form {
        FieldForm::Number => text.parse::<u64>().map_or(Value::Null, Value::from),
        _ => Value::from(text),
    };
    if fits(field, &value) { Ok(value) } else { Err(words::not_of_its_form(field)) }
}

/// Whether a value has the form that the script declares. Which keys, people and dues there are, other records say.
pub(super) fn fits(field: &Field, value: &Value) -> bool {
    let text = value.as_str();
    match field.form {
        FieldForm::Number => value.is_u64(),
        FieldForm::Choice => text.is_some_and(|text| field.choices.iter().any(|choice| choice == text)),
        FieldForm::Day => {
            text.is_some_and(|text| script::day(text).is_some() || (field.optional && text == facts::NONE))
        }
        FieldForm::Text => text.is_some_and(|text| {
            // What stands in lists and calendars has one line.
            let clean = |c: char| !c.is_control() || (c == '\n' && field.level == Reader::Auditor);
            (1..=field.longest()).contains(&text.chars().count()) && text.chars().all(clean)
        }),
        FieldForm::Person
        | FieldForm::Key
        | FieldForm::Due
        | FieldForm::Bag
        | FieldForm::Token
        | FieldForm::Set
        | FieldForm::Script
        | FieldForm::Policy => text.is_some_and(|text| !text.is_empty()),
    }
}
