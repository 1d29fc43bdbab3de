//! Keys for every cloud but AWS: each script plays by itself, its blob opens with openssl to the key of the record, what
//! comes in wrong is refused before anything is made, and the cloud's answer is held against the bundle.

mod bundles;
mod receipts;
mod wrapping_keys;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use whole_program::{run, said};

fn sh(folder: &Path, line: &str) -> Vec<u8> {
    let out = Command::new("sh").args(["-euc", line]).current_dir(folder).output().unwrap();
    assert!(out.status.success(), "{line}: {}", said(&out));
    out.stdout
}

/// Rehearses a script and gives its pack; a stand-in's key lies beside it.
fn rehearsed(dir: &Path, name: &str, script: &str, set: &[&str]) -> PathBuf {
    let pack = dir.join(name);
    let state = dir.join("state");
    let mut args = vec!["rehearse", script, "--out", pack.to_str().unwrap()];
    args.extend(set.iter().flat_map(|pair| ["--set", pair]));
    let out = run(&state, &args);
    assert!(out.status.success(), "{script} {set:?}: {}", said(&out));
    pack
}

fn facts(pack: &Path, name: &str) -> Vec<Value> {
    let record = std::fs::read_to_string(pack.join("transcript.jsonl")).unwrap();
    let lines = record.lines().map(|l| serde_json::from_str::<Value>(l).unwrap());
    lines.filter_map(|entry| find(&entry, name).cloned()).collect()
}

/// A fact of an entry, at whichever level it lies.
fn find<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::Object(map) => map.get(name).or_else(|| map.values().find_map(|v| find(v, name))),
        Value::Array(list) => list.iter().find_map(|v| match v.get("name").and_then(Value::as_str) {
            Some(n) if n == name => v.get("value"),
            _ => find(v, name),
        }),
        _ => None,
    }
}

fn json_of(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}
