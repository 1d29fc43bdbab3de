//! Members of the objects in an export.

use super::words;
use crate::ByokError;
use crate::moment::{is_time, unix_seconds};
use serde_json::Value;

/// A text, or an error that names it.
pub(super) fn text<'a>(value: &'a Value, name: &'static str) -> Result<&'a str, ByokError> {
    value.get(name).and_then(Value::as_str).ok_or_else(|| words::lacks(name))
}

/// Whether anything is said under this name.
pub(super) fn said(value: &Value, name: &str) -> bool {
    value.get(name).is_some_and(|v| !v.is_null())
}

/// A time, Unix seconds, where one is said: a number or ISO 8601, by the tool's version and settings.
pub(super) fn time(value: &Value, name: &'static str) -> Result<Option<i64>, ByokError> {
    let Some(time) = value.get(name).filter(|time| !time.is_null()) else { return Ok(None) };
    unix_seconds(time).filter(|t| is_time(*t)).map(Some).ok_or_else(|| words::no_time(name))
}
