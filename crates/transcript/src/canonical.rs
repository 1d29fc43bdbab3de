//! Canonical JSON (RFC 8785): the one form of a content, so that no byte can change unseen.
//!
//! What a record holds is nearly always plain: names in ASCII, whole numbers. [`plain`] writes that directly, at a
//! fraction of what the general canonicaliser costs (`make bench` shows what verifying costs); for anything else it
//! stands back and the canonicaliser does it.
//! Both must give the same bytes wherever the first gives any, which the tests below hold them to.
use serde::Serialize;
use serde_json::{Map, Value};

use crate::words;

/// The largest whole number that a JSON number of RFC 8785 (an IEEE 754 double) can be relied on to hold: 2^53.
const WHOLE: u64 = 1 << 53;

/// The canonical bytes of a value, whatever it holds.
pub(crate) fn value(value: &Value) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(512);
    match plain(value, &mut out) {
        Some(()) => Ok(out),
        None => general(value),
    }
}

/// The canonical bytes of an object without the members named.
pub(crate) fn object_without(map: &Map<String, Value>, left_out: &[&str]) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(512);
    if members(map, left_out, &mut out).is_some() {
        return Ok(out);
    }
    let kept: Map<_, _> = map
        .iter()
        .filter(|(k, _)| !left_out.contains(&k.as_str()))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    general(&kept)
}

fn general(value: &impl Serialize) -> Result<Vec<u8>, String> {
    serde_json_canonicalizer::to_vec(value).map_err(words::no_canonical_form)
}

/// Appends the canonical form of a plain value; none, with `out` spoilt, where it is not plain.
fn plain(value: &Value, out: &mut Vec<u8>) -> Option<()> {
    match value {
        Value::Null => out.extend(b"null"),
        Value::Bool(true) => out.extend(b"true"),
        Value::Bool(false) => out.extend(b"false"),
        // Beyond 2^53, and with a fraction, the standard has rules of its own.
        Value::Number(number) => {
            let whole = number.as_u64().filter(|n| *n <= WHOLE)?;
            out.extend(whole.to_string().as_bytes());
        }
        Value::String(text) => string(text, out)?,
        Value::Array(list) => {
            out.push(b'[');
            for (n, item) in list.iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                plain(item, out)?;
            }
            out.push(b']');
        }
        Value::Object(map) => members(map, &[], out)?,
    }
    Some(())
}

fn members(map: &Map<String, Value>, left_out: &[&str], out: &mut Vec<u8>) -> Option<()> {
    out.push(b'{');
    let mut last: Option<&str> = None;
    for (name, value) in map.iter().filter(|(name, _)| !left_out.contains(&name.as_str())) {
        // The map is sorted by bytes only as the JSON library happens to be built, and the standard sorts by
        // UTF-16 units; in ASCII the two agree, and that each name is above the last is seen here.
        if !name.is_ascii() || last.is_some_and(|last| last >= name.as_str()) {
            return None;
        }
        if last.is_some() {
            out.push(b',');
        }
        string(name, out)?;
        out.push(b':');
        plain(value, out)?;
        last = Some(name);
    }
    out.push(b'}');
    Some(())
}

/// A string that needs no escape; none otherwise.
fn string(text: &str, out: &mut Vec<u8>) -> Option<()> {
    if text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        return None;
    }
    out.push(b'"');
    out.extend(text.as_bytes());
    out.push(b'"');
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (0..100_u64).prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "[ -~]{0,12}".prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec(("[a-z\u{e9}\u{ffff}\u{10000}\"\\\\]{0,4}", inner), 0..5)
                    .prop_map(|list| Value::Object(list.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn both_ways_give_the_same_bytes(content in any_value()) {
            // The canonicaliser refuses what a double cannot hold; then both must.
            prop_assert_eq!(value(&content).ok(), general(&content).ok());
            if let Value::Object(map) = &content {
                let mut less = map.clone();
                less.remove("a");
                prop_assert_eq!(object_without(map, &["a"]).ok(), general(&less).ok());
            }
        }
    }

    #[test]
    fn the_plain_way_is_taken_and_the_other_where_it_must_be() {
        let taken = |content: &Value| plain(content, &mut Vec::new()).is_some();
        assert!(taken(&json!({"a": [1, true, null, "x"], "b": {"c": 9_007_199_254_740_992_u64}})));
        for other in [json!(1.5), json!(-1), json!(9_007_199_254_740_993_u64), json!("\n"), json!({"é": 1})]
        {
            assert!(!taken(&other), "{other}");
        }
    }
}
