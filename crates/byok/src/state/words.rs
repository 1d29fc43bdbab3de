//! What is said of a provider's state.

use super::{Change, Difference};
use crate::arrived::Wanted;
use crate::moment::iso;
use crate::says::says;
use crate::text::shown;
use crate::{ByokError, of};
use serde_json::Value;

pub(super) const WANTED: Wanted = Wanted {
    what: "what the provider's tool says of its keys, as JSON",
    how: "Save the output of aws kms describe-key, list-keys and list-aliases, of az keyvault key list or show, or of gcloud \
          kms keys list and keys versions list (with --output json, of gcloud --format json), unchanged, and carry that in.",
};
pub(super) const TOO_MANY_VALUES: &str = "it has more values than 10 000 keys have";
pub(super) const TOO_MANY_KEYS: &str = "it has more than 10 000 keys and key versions";
pub(super) const NO_OBJECT: &str = "it holds a value that is no object";

pub(super) fn too_large(bytes: usize, most: usize) -> String {
    format!("it is {bytes} bytes, and at most {most} are taken")
}

pub(super) fn lacks(name: &str) -> ByokError {
    ByokError::StateMalformed(format!("it lacks {name}, or that is not of the right kind"))
}

pub(super) fn no_time(name: &str) -> ByokError {
    ByokError::StateMalformed(format!("the time in {name} cannot be read"))
}

pub(super) fn not_a_kid(kid: &str) -> ByokError {
    ByokError::StateMalformed(format!("{} is no identifier of an Azure key", shown(kid)))
}

pub(super) fn not_a_resource(name: &str) -> ByokError {
    ByokError::StateMalformed(format!(
        "{} is no key of Cloud KMS, or not the one that it belongs to",
        shown(name)
    ))
}

/// An object that none of the tools prints, by what it has.
pub(super) fn unknown(object: &Value) -> ByokError {
    let names: Vec<String> =
        object.as_object().into_iter().flat_map(|o| o.keys()).take(4).map(|n| shown(n)).collect();
    let names = if names.is_empty() { "nothing in it".to_owned() } else { names.join(", ") };
    ByokError::StateMalformed(format!("no command that is known here prints an object with {names}"))
}

says! {
    said_otherwise(key: &str) "two documents say different things of {key}"
}

/// A time for people, or that there is none.
fn time(at: Option<i64>) -> String {
    at.map_or_else(|| "never".to_owned(), iso)
}

/// What differs, for people.
pub(super) fn difference(of_key: &Difference) -> String {
    let key = format!("{} at {}", of_key.key, of(of_key.target).title());
    match &of_key.what {
        Change::Disabled => format!("{key} is disabled there, and in use by the records here."),
        Change::PendingDeletion(Some(day)) => {
            format!("{key} will be deleted there at {}, and is in use by the records here.", iso(*day))
        }
        Change::PendingDeletion(None) => {
            format!("{key} waits for its deletion there, and is in use by the records here.")
        }
        Change::Destroyed => format!("{key} is destroyed there, and in use by the records here."),
        Change::NotImported => {
            format!(
                "{key} has no key material there, and is in use by the records here: it was never imported, expired or was \
                 deleted."
            )
        }
        Change::ExpiryMoved { was, is } => {
            format!(
                "{key} expires at another time than recorded. Recorded: {}; there: {}.",
                time(*was),
                time(*is)
            )
        }
        Change::AliasMoved { alias, from, to } => {
            let none = || "no key".to_owned();
            format!(
                "{alias} of {key} has moved. Before: {}; now: {}.",
                from.clone().unwrap_or_else(none),
                to.clone().unwrap_or_else(none)
            )
        }
        Change::Unknown => {
            format!(
                "{key} is there and in no record here. A key exchange key is there too where keys are imported with one; any \
                 other must be explained."
            )
        }
        Change::KnownAbsent => {
            format!("{key} is not in the full list of its place, and in use by the records here.")
        }
        Change::NotCovered => format!("{key} is not in what was carried in: nothing is known of its state."),
        Change::StillUsable => format!("{key} can be used there, and is not in use by the records here."),
        Change::StateNotShown => {
            format!("{key} is named in what was carried in without its state: nothing is known of it.")
        }
        Change::Unclear(word) => format!("{key} is in the state {word} there, which means nothing here."),
        Change::ByNameAlone => {
            format!(
                "{key} was found by its name alone: no record here says in which vault it is. Make sure that it is this one."
            )
        }
    }
}
