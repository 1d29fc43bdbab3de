use super::super::sample;
use super::*;

/// What of a value its schema does not allow, by the few words of JSON Schema that are used there. An unknown word fails.
/// Members and items are looked at below, and patterns where Python's validator is at hand (`tests/schemas.rs`).
fn refused(whole: &Value, schema: &Value, value: &Value, path: &str) -> Vec<String> {
    let Some(words) = schema.as_object() else {
        return if schema == &Value::Bool(false) {
            vec![format!("{path}: nothing is allowed here")]
        } else {
            Vec::new()
        };
    };
    let mut wrong = Vec::new();
    let mut is = |holds: bool, word: &str| {
        if !holds {
            wrong.push(format!("{path}: {word}: {value}"));
        }
    };
    for (word, says) in words {
        match word.as_str() {
            "$schema"
            | "$id"
            | "$defs"
            | "title"
            | "description"
            | "required"
            | "properties"
            | "additionalProperties"
            | "items"
            | "prefixItems"
            | "pattern" => {}
            "const" => is(value == says, word),
            "enum" => is(says.as_array().unwrap().contains(value), word),
            "type" => {
                let sort = match value {
                    Value::Null => "null",
                    Value::Bool(_) => "boolean",
                    Value::Number(_) => "integer",
                    Value::String(_) => "string",
                    Value::Array(_) => "array",
                    Value::Object(_) => "object",
                };
                is(
                    says == sort || says.as_array().is_some_and(|all| all.iter().any(|one| one == sort)),
                    word,
                );
            }
            "minimum" => is(value.as_i64().is_none_or(|n| n >= says.as_i64().unwrap()), word),
            "maximum" => is(value.as_i64().is_none_or(|n| n <= says.as_i64().unwrap()), word),
            "minLength" => is(value.as_str().is_none_or(|t| !t.is_empty()), word),
            "minItems" => {
                is(value.as_array().is_none_or(|all| all.len() as u64 >= says.as_u64().unwrap()), word);
            }
            "maxItems" => {
                is(value.as_array().is_none_or(|all| all.len() as u64 <= says.as_u64().unwrap()), word);
            }
            "anyOf" => is(
                says.as_array().unwrap().iter().any(|one| refused(whole, one, value, path).is_empty()),
                word,
            ),
            "$ref" => {
                let at = says.as_str().unwrap().strip_prefix('#').unwrap();
                let inner = refused(whole, whole.pointer(at).unwrap(), value, path);
                is(inner.is_empty(), &inner.join("; "));
            }
            other => panic!("{path}: this test does not know {other}"),
        }
    }
    if let Some(members) = value.as_object() {
        for name in schema["required"].as_array().into_iter().flatten() {
            if !members.contains_key(name.as_str().unwrap()) {
                wrong.push(format!("{path}: {name} is missing"));
            }
        }
        for (name, member) in members {
            let rule = schema["properties"].get(name).or(schema.get("additionalProperties"));
            if let Some(rule) = rule {
                wrong.extend(refused(whole, rule, member, &format!("{path}/{name}")));
            }
        }
    }
    for (at, item) in value.as_array().into_iter().flatten().enumerate() {
        let rule = schema["prefixItems"].get(at).or(schema.get("items"));
        if let Some(rule) = rule {
            wrong.extend(refused(whole, rule, item, &format!("{path}/{at}")));
        }
    }
    wrong
}

fn made() -> Value {
    let register = sample::register();
    json(&Estate::of(&register, sample::TODAY))
}

#[test]
fn row_46_every_list_is_as_its_schema_says() {
    let (schema, made) = (schema(), made());
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(refused(&schema, &schema, &made, ""), Vec::<String>::new());
    // Each list has something in it, so that the walk went through it.
    for (name, list) in made.as_object().unwrap() {
        assert!(list.as_array().is_none_or(|list| !list.is_empty()), "{name} is empty");
    }
    let empty = json(&Estate::of(&register::Register::default(), sample::TODAY));
    assert_eq!(refused(&schema, &schema, &empty, ""), Vec::<String>::new());
}

#[test]
fn a_spoilt_list_is_refused() {
    let schema = schema();
    let spoilt = |at: &str, with: Value| {
        let mut made = made();
        *made.pointer_mut(at).unwrap() = with;
        assert!(!refused(&schema, &schema, &made, "").is_empty(), "{at}");
    };
    spoilt("/keys/0/state", "used".into());
    spoilt("/keys/0", serde_json::json!({}));
    spoilt("/sheets/0/share", 0.into());
    spoilt("/systems/0/values/custody", "theirs".into());
    spoilt("/coverage/all/covered", "one".into());
    spoilt("/keys/0/states/0", serde_json::json!(["active"]));
    spoilt("/day", Value::Null);
}

#[test]
fn the_schema_has_the_columns_that_every_register_has() {
    let schema = schema();
    for (kind, columns) in [
        ("system", facts::SYSTEM_COLUMNS),
        ("agreement", facts::AGREEMENT_COLUMNS),
        ("policy", facts::POLICY_COLUMNS),
        ("safeguard", facts::SAFEGUARD_COLUMNS),
        ("answer", facts::ANSWER_COLUMNS),
        ("incident", facts::INCIDENT_FIELDS),
    ] {
        let named = &schema["$defs"][kind]["properties"]["values"]["required"];
        assert_eq!(*named, serde_json::json!(columns), "{kind}");
    }
}

#[test]
fn no_list_says_who_has_a_sheet_where() {
    let text = made().to_string();
    for never in ["B-77", "North campus safe", "\"bag\"", "\"place\"", "\"seal\""] {
        assert!(!text.contains(never), "{never}");
    }
}
