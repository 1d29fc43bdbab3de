//! JSON (RFC 8259) that refuses a name given twice, which `serde_json::Value` would silently settle by the last one.

use crate::ByokError;
use crate::text::any_base64;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// What a refusal of a doubled name starts with; the callers turn it into their own error.
pub(crate) const TWICE: &str = crate::words::TWICE_GIVEN;

/// One JSON value that a provider sent, with at most 128 levels (the library's limit).
pub(crate) fn value(bytes: &[u8]) -> Result<Value, ByokError> {
    let text = incoming::text(bytes).map_err(ByokError::NotText)?;
    let Strict(value) = serde_json::from_str(&text).map_err(|e| {
        let text = e.to_string();
        match text.split_once(TWICE) {
            Some((_, name)) => ByokError::FieldTwice(name.split(' ').next().unwrap_or_default().to_owned()),
            None => ByokError::ParametersNotJson(text),
        }
    })?;
    Ok(value)
}

/// A value whose objects name each member once.
pub(crate) struct Strict(pub(crate) Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reader).map(Strict)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(v.into())
    }
    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(v.into())
    }
    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(v.into())
    }
    fn visit_f64<E>(self, v: f64) -> Result<Value, E> {
        Ok(v.into())
    }
    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        Ok(v.into())
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut out = Vec::new();
        while let Some(Strict(v)) = from.next_element()? {
            out.push(v);
        }
        Ok(Value::Array(out))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut out = Map::new();
        while let Some(name) = from.next_key::<String>()? {
            if out.contains_key(&name) {
                return Err(A::Error::custom(format!("{TWICE}{}", name.escape_default())));
            }
            let Strict(v) = from.next_value()?;
            out.insert(name, v);
        }
        Ok(Value::Object(out))
    }
}

/// A text member of a provider's reply, or an error that names it.
pub(crate) fn member<'a>(value: &'a Value, name: &'static str) -> Result<&'a str, ByokError> {
    value.get(name).and_then(Value::as_str).ok_or(ByokError::ParametersField(name))
}

/// Bytes that a provider's reply has in base64, or an error that names the member.
pub(crate) fn binary(value: &Value, name: &'static str) -> Result<Vec<u8>, ByokError> {
    any_base64(member(value, name)?).ok_or(ByokError::ParametersField(name))
}

/// A value as a file: indented, with a line's end behind it.
pub(crate) fn file(value: &Value) -> Vec<u8> {
    format!("{value:#}\n").into_bytes()
}
