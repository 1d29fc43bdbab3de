//! What an answer must be, to follow "it must be".

use crate::ByokError;
use crate::says::says;

pub(super) fn one_of(choices: &[&str]) -> String {
    format!("one of {}", choices.join(", "))
}

pub(super) fn within(example: &str, endings: &[&str]) -> String {
    format!("like {example}; the endings known here are {}", endings.join(", "))
}

pub(super) fn no_such_ask() -> ByokError {
    ByokError::StatedMalformed { what: "an answer", form: "another".to_owned() }
}

says! {
    like(example: &str) "like {example}"
}
