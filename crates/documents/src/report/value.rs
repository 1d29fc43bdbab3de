//! A fact's name and value as text.

use protocol::visible_lines;
use serde_json::Value;

/// A name as words: `check-value` is a check value.
pub fn name(name: &str) -> String {
    visible_lines(&name.replace('-', " ")).into_owned()
}

/// A value as text. Lists stand one a line where they hold more than one word each.
pub fn text(value: &Value) -> String {
    visible_lines(&plain(value)).into_owned()
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => super::words::YES.to_owned(),
        Value::Bool(false) => super::words::NO.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(list) if list.is_empty() => super::words::NONE.to_owned(),
        Value::Array(list) => {
            let short = list.iter().all(Value::is_number);
            let items: Vec<String> = list.iter().map(item).collect();
            items.join(if short { ", " } else { "\n" })
        }
        Value::Object(map) if map.is_empty() => super::words::NONE.to_owned(),
        Value::Object(map) => {
            let pairs: Vec<String> = map.iter().map(|(k, v)| format!("{k}: {}", item(v))).collect();
            pairs.join("\n")
        }
    }
}

/// A value inside another one, on one line.
fn item(value: &Value) -> String {
    match value {
        Value::Array(list) => list.iter().map(item).collect::<Vec<_>>().join(": "),
        Value::Object(map) => {
            map.iter().map(|(k, v)| format!("{k} {}", item(v))).collect::<Vec<_>>().join(", ")
        }
        other => plain(other).replace('\n', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_read_as_text() {
        assert_eq!(name("check-value"), "check value");
        for (value, says) in [
            (json!("a"), "a"),
            (json!(7), "7"),
            (json!(true), "yes"),
            (json!([]), "none"),
            (json!([1, 2, 3]), "1, 2, 3"),
            (json!(["a b", "c"]), "a b\nc"),
            (json!([["Network", "off"], ["Swap", "off"]]), "Network: off\nSwap: off"),
            (json!([["adm", ["Ada", "administrator"]]]), "adm: Ada: administrator"),
            (json!({"Key": "x", "Many": [1, 2]}), "Key: x\nMany: 1: 2"),
            (json!("turn\u{202e}ed"), "turn\\u{202e}ed"),
        ] {
            assert_eq!(text(&value), says);
        }
    }
}
