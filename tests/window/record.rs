//! A transcript without what differs from run to run: times, ids and random values.

use serde_json::Value;
use std::fmt::Write;
use std::path::Path;

/// Facts whose value is made anew in every run, or names this build or a file's place.
const ANEW: &[&str] = &[
    "check-value",
    "clock-agreed",
    "key-label",
    "medium-folder",
    "preflight",
    "program",
    "rebuilt-check-value",
    "roster-from",
    "roster-sha256",
    "run",
    "script-sha256",
    "share-commitments",
    "share-set",
    "signature",
    "signed",
    "signer",
    "to-mend",
    "token-serial",
    "valid-to-utc",
    "watches",
    "wrapped-backup",
    "wrapped-check-value",
    "wrapping-key-sha256",
];

/// One line an entry: kind, step, actor and confirmer, what was opened and closed, and each fact with its value where
/// that is the same in every run.
pub(crate) fn steady(transcript: &Path) -> String {
    let mut out = String::new();
    for line in std::fs::read_to_string(transcript).unwrap().lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        let parts = entry["parts"].as_array().unwrap();
        let text = |name: &str| parts[0][name].as_str().unwrap_or("-").to_owned();
        write!(out, "{} {} {} {}", text("kind"), text("step"), text("actor"), text("confirmer")).unwrap();
        for (sign, name) in [('+', "opens"), ('-', "closes")] {
            for owed in parts[0][name].as_array().unwrap() {
                write!(out, " {sign}{}", owed["id"].as_str().or(owed.as_str()).unwrap()).unwrap();
            }
        }
        for file in parts[0]["files"].as_array().unwrap() {
            write!(out, " file:{}", without_ids(file["name"].as_str().unwrap())).unwrap();
        }
        out.push('\n');
        for part in parts {
            for (name, value) in part["facts"].as_object().unwrap() {
                let value = if anew(name, value) { "*".to_owned() } else { value.to_string() };
                writeln!(out, "    {}: {name} = {value}", part["level"].as_str().unwrap()).unwrap();
            }
        }
    }
    out
}

/// The lines that differ, each with what stands there in the other; empty where the two are the same.
pub(crate) fn differences(one: &str, other: &str) -> String {
    let (mut one, mut other) = (one.lines(), other.lines());
    let mut out = String::new();
    loop {
        match (one.next(), other.next()) {
            (None, None) => return out,
            (a, b) if a == b => {}
            (a, b) => {
                writeln!(out, "{}\n    against {}", a.unwrap_or("nothing"), b.unwrap_or("nothing")).unwrap();
            }
        }
    }
}

fn anew(name: &str, value: &Value) -> bool {
    ANEW.contains(&name) || value.as_str().is_some_and(|text| without_ids(text) != text)
}

/// Runs of hexadecimal digits that are long enough to be an id or a digest, replaced by an asterisk.
fn without_ids(text: &str) -> String {
    let mut out = String::new();
    let mut run = String::new();
    for c in text.chars().chain(std::iter::once('\0')) {
        if c.is_ascii_hexdigit() {
            run.push(c);
            continue;
        }
        out.push_str(if run.len() >= 12 && run.chars().any(|c| c.is_ascii_digit()) { "*" } else { &run });
        run.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}
