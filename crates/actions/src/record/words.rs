//! What people read where a script has something recorded.

use engine::words::observed;
use facts::NONE;
use protocol::{Choice, Fact, problems};
use register::{Due, Key};
use script::Person;
use script::declared::{Field, FieldForm};
use serde_json::Value;

problems! {
    /// A patient's number has no place in a record of keys.
    pub(super) fn names_a_patient() = "names-a-patient" again {
        "That looks like a social security number or a medical record number."
        "Nothing of it was kept."
        "Write it again without naming a patient."
    }

    /// The answer has not the form that the script declares.
    fn not_that(what: &str) = "not-of-its-form" again {
        "That is not {what}."
        "Nothing was recorded."
        "Write it again."
    }
}

/// What materials are called.
pub(super) mod called {
    pub(crate) const RECORDED: &str = "something that was recorded";
}

pub(super) const FOR_THE_RECORD: &str = "I state this for the record: ";
pub(super) const IS_RIGHT: &str = "It is all there, and right";

/// What both people sign: the kind, and each answer under its question's name.
pub(super) fn for_the_record(kind: &str, values: &[(&Field, Value)]) -> String {
    let said: Vec<String> =
        values.iter().map(|(field, value)| format!("{}: {}", field.name, plain(value))).collect();
    format!("{FOR_THE_RECORD}{kind}. {}", said.join("; "))
}

/// A value as people read it.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What is about to be recorded, and what is due after it.
pub(super) fn recorded(values: &[(&Field, Value)], due: &[(String, String, String)]) -> Vec<Fact> {
    let said = values.iter().map(|(field, value)| observed(field.ask.as_str(), plain(value)));
    let due = due.iter().map(|(_, says, by)| observed(format!("Due by {by}"), says.as_str()));
    said.chain(due).collect()
}

pub(super) fn not_of_its_form(field: &Field) -> protocol::Problem {
    not_that(&match field.form {
        FieldForm::Day => "a day, as 2027-10-01".to_owned(),
        FieldForm::Number => "a number".to_owned(),
        _ => format!("text of 1 to {} characters", field.longest()),
    })
}

/// An answer as it might be.
pub(super) fn example(field: &Field) -> String {
    let usual = || match field.form {
        FieldForm::Day => "2027-10-01".to_owned(),
        FieldForm::Number => "3".to_owned(),
        _ => "As it was seen on the day".to_owned(),
    };
    field.example.clone().unwrap_or_else(usual)
}

fn offered(id: &str, title: impl Into<String>, note: Option<String>) -> Choice {
    Choice { id: id.to_owned(), title: title.into(), note, refused: None }
}

pub(super) fn choice(choice: &str) -> Choice {
    offered(choice, choice, None)
}

pub(super) fn key(key: &Key) -> Choice {
    let called = key.label.clone().or_else(|| key.system.clone()).unwrap_or_else(|| key.check_value.clone());
    offered(&key.check_value, called, Some(format!("{}, {}", key.state, key.check_value)))
}

pub(super) fn no_key() -> Choice {
    offered(NONE, "No key that is known here", None)
}

pub(super) fn due(due: &Due) -> Choice {
    offered(&due.id, due.says.as_str(), due.by.as_ref().map(|by| format!("by {by}")))
}

pub(super) fn nothing_due() -> Choice {
    offered(NONE, "Nothing that is due", None)
}

pub(super) fn person(person: &Person) -> Choice {
    offered(&person.id, person.name.as_str(), Some(person.role.clone()))
}

// Departures.
pub(super) const NOTHING_DECLARED: &str = "its step declares nothing that could be recorded";
pub(super) const OTHER_KIND: &str = "it is recorded as another kind than its step declares";
pub(super) const OTHER_DUES: &str = "what is due after it is not what its step and its answers say";

pub(super) fn not_declared(name: &str) -> String {
    format!("it says {name}, which its step does not declare")
}

pub(super) fn not_as_declared(name: &str) -> String {
    format!("it does not say {name} in the form and at the level that its step declares")
}
