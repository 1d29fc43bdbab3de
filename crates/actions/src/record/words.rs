//! What people read where a script has something recorded.

use engine::words::observed;
use facts::NONE;
use protocol::{Choice, Fact, problems};
use register::{Device, Due, Key, Set, Sheet};
use script::Person;
use script::declared::{Field, FieldForm};
use serde_json::Value;

problems! {
    /// A patient's number has no place in a record of keys.
    pub(super) fn names_a_patient() = "names-a-patient" again {
        "That looks like a social security number, a medical record number or a day of birth."
        "Nothing of it was kept."
        "Write it again without naming a patient."
    }

    /// A kind that the register reads, without what it reads.
    pub(super) fn kind_of_the_register(step: &str, kind: &str, fields: &str) = "kind-of-the-register" {
        "The register reads records of the kind {kind}, and step {step} does not ask for {fields}: nothing would come of it there."
        "Nothing was started."
        "Add the fields, as the script that ships has them; or give the record a kind of your own."
    }

    /// A way between two states that the standard does not have; `why` is a sentence.
    pub(super) fn not_to_be_chosen(why: &str) = "not-that-state" again {
        "{why}"
        "Nothing was recorded."
        "Choose another state; where the records are wrong about the key, stop, and mend what they miss first."
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

pub(super) fn policy(followed: &str) -> Choice {
    let (called, sha256) = followed.rsplit_once(' ').unwrap_or((followed, ""));
    offered(followed, called, Some(format!("SHA-256 {sha256}")))
}

/// Why a key cannot come to a state.
pub(super) fn not_from_there(state: &str, next: &str) -> String {
    format!(
        "By the records here the key is {state}, and from that it cannot become {next} (SP 800-57 Part 1 Rev. 5, section 7)."
    )
}

pub(super) const COMES_TO_NO_SUCH_STATE: &str =
    "By the records here it can come to none of the states that are asked for.";

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

pub(super) fn none_of_these() -> Choice {
    offered(NONE, "None that is known here", None)
}

pub(super) fn bag(sheet: &Sheet) -> Choice {
    let bag = sheet.bag.clone().unwrap_or_default();
    let note = format!("share {} of set {}, {}, at {}", sheet.share, sheet.set, sheet.state, sheet.place);
    offered(&bag, bag.as_str(), Some(note))
}

pub(super) fn token(device: &Device) -> Choice {
    let note: Vec<String> = [&device.model, &device.firmware, &device.label]
        .into_iter()
        .flatten()
        .filter(|said| !said.is_empty())
        .cloned()
        .collect();
    offered(&device.serial, device.serial.as_str(), (!note.is_empty()).then(|| note.join(", ")))
}

pub(super) fn script(name: &str, version: u32, sha256: &str) -> Choice {
    let note = Some(format!("SHA-256 {sha256}"));
    offered(&format!("{name} version {version} {sha256}"), format!("{name}, version {version}"), note)
}

pub(super) fn set(set: &Set) -> Choice {
    offered(&set.set, set.set.as_str(), Some(set.state.to_string()))
}

/// What is read aloud in an exercise, and how long there is to answer.
pub(super) fn inject(text: &str, minutes: Option<u16>) -> Vec<Fact> {
    let allowed = minutes.map(|minutes| observed("Time to answer", format!("{minutes} minutes")));
    [observed("Read aloud", text)].into_iter().chain(allowed).collect()
}

pub(super) const EVERYONE_HEARD: &str = "Everyone has heard it";

/// How long the answers took.
pub(super) fn took(seconds: u64, minutes: Option<u16>) -> Fact {
    let of = minutes.map_or(String::new(), |minutes| format!(", of {minutes} minutes"));
    observed("Answered after", format!("{} min {} s{of}", seconds / 60, seconds % 60))
}

pub(super) const NO_TIME: &str = "it does not say how long the answers to what was read aloud took";

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
