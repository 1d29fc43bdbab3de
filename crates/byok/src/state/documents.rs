//! The JSON in what was carried in: one document or several one after another, and arrays of them.

use super::words;
use crate::ByokError;
use crate::json::{Strict, TWICE};
use incoming::Kind;
use serde_json::Value;

/// The most that is taken altogether, in bytes.
const LARGEST: usize = 16 * 1024 * 1024;

/// The most commas: every value but the first of a list or an object has one before it. It bounds the memory that a file
/// of small values takes, which is many times the file's size; the most keys that are taken, with all that the tools say
/// of each, need less than half.
const MOST_COMMAS: usize = 1_000_000;

/// Every object of the files, in order, out of whatever lists they stand in, and whether it stood in one.
pub(super) fn objects(files: &[&[u8]]) -> Result<Vec<(Value, bool)>, ByokError> {
    let size = files.iter().fold(0_usize, |sum, file| sum.saturating_add(file.len()));
    if size > LARGEST {
        return Err(ByokError::StateMalformed(words::too_large(size, LARGEST)));
    }
    if files.iter().flat_map(|file| file.iter()).filter(|b| **b == b',').count() > MOST_COMMAS {
        return Err(ByokError::StateMalformed(words::TOO_MANY_VALUES.to_owned()));
    }
    let mut found = Vec::new();
    for file in files {
        for value in values(file)? {
            flatten(value, false, &mut found)?;
        }
    }
    Ok(found)
}

/// The JSON values of one file.
fn values(bytes: &[u8]) -> Result<Vec<Value>, ByokError> {
    let text = incoming::text(bytes).map_err(|e| refused(bytes).unwrap_or(ByokError::NotText(e)))?;
    let documents = serde_json::Deserializer::from_str(&text).into_iter::<Strict>();
    let read: Result<Vec<Value>, _> = documents.map(|document| document.map(|Strict(v)| v)).collect();
    match read {
        Ok(values) if !values.is_empty() => Ok(values),
        Ok(_) => Err(words::WANTED.not(&Kind::Empty)),
        Err(e) => Err(malformed(bytes, &e.to_string())),
    }
}

/// What else the file is, where it is nothing of JSON: a table or YAML, if the tool was not asked for JSON.
fn refused(bytes: &[u8]) -> Option<ByokError> {
    match Kind::of(bytes) {
        Kind::Json | Kind::JsonSeveral(_) | Kind::OtherText(_) | Kind::Unknown => None,
        other => Some(words::WANTED.not(&other)),
    }
}

fn malformed(bytes: &[u8], why: &str) -> ByokError {
    match why.split_once(TWICE) {
        Some((_, name)) => ByokError::FieldTwice(name.split(' ').next().unwrap_or_default().to_owned()),
        None => refused(bytes).unwrap_or_else(|| ByokError::StateMalformed(why.to_owned())),
    }
}

/// The objects of a value. Lists nest no deeper than the reader of JSON lets them.
fn flatten(value: Value, listed: bool, into: &mut Vec<(Value, bool)>) -> Result<(), ByokError> {
    match value {
        Value::Array(list) => list.into_iter().try_for_each(|value| flatten(value, true, into)),
        Value::Object(_) => {
            into.push((value, listed));
            Ok(())
        }
        _ => Err(ByokError::StateMalformed(words::NO_OBJECT.to_owned())),
    }
}
