//! What a record says of a key plan and its keys: every line has one key, one backup and one bundle, and none is missing.

use super::{Departure, text_of};
use crate::act::key_plan::{Backed, check_value_of, check_value_of_all, not_apart};
use outside::LARGEST_RECORD;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use transcript::{Entry, Kind};

/// The lines of the key plan that a record is about, as it was last read; none where it is about no plan. Each is there
/// once and they rise, as many as the record says that the plan has keys.
pub(crate) fn plan_lines(entries: &[Entry]) -> Result<Vec<u64>, String> {
    let newest = |name: &str| entries.iter().rev().find_map(|e| e.value(name));
    let Some(lines) = newest("plan-lines") else { return Ok(Vec::new()) };
    let lines: Vec<u64> =
        serde_json::from_value(lines.clone()).map_err(|_| "its plan-lines is no list of numbers")?;
    if !lines.is_sorted_by(|a, b| a < b) {
        return Err("two keys of the plan have one line, or the lines do not rise".to_owned());
    }
    let many = newest("plan-keys").and_then(|v| v.as_str()).unwrap_or_default();
    if lines.is_empty() || lines.len() > byok::plan::MOST_KEYS || many != lines.len().to_string() {
        return Err(format!("the plan has \"{many}\" keys on {} lines", lines.len()));
    }
    Ok(lines)
}

/// What each key of a plan has alone: its label, the public half of a pair, and under one share set its wrapped file (one
/// key always wraps to the same bytes there, RFC 5649). Check values of secret keys are 24 bits, and two may be alike.
fn of_one_key(entry: &Entry) -> Vec<(&'static str, String)> {
    let text = |name: &str| text_of(Some(entry), name);
    let backup = text("plan-backup-file");
    let wrapped = entry.files.iter().find(|f| f.name == backup).map(|f| f.sha256.clone());
    let value = Some(text("plan-made-check-value")).filter(|v| v.starts_with("spki-sha256:"));
    [
        ("label", Some(text("plan-made-label"))),
        ("public half", value),
        ("wrapped file", Some(backup)),
        ("wrapped file", wrapped),
        ("bundle", Some(text("plan-bundle-folder"))),
    ]
    .into_iter()
    .filter_map(|(what, of)| Some((what, of.filter(|of| !of.is_empty())?)))
    .collect()
}

/// Every line of a key plan was made once, and what was backed up, rebuilt and wrapped of it is that key and no other
/// line's. In a closed record no line is without any of these, the backup being the one whose shares count, and every
/// number of keys in it is the number of the plan's lines.
pub(crate) fn plan_filled(entries: &[Entry], closed: bool) -> Result<(), Departure> {
    let departs = |entry: Option<u64>, why: String| Err(Departure { entry, why });
    let lines = match plan_lines(entries) {
        Ok(lines) => lines,
        Err(why) => return departs(None, why),
    };
    let set = entries.iter().rev().map(|e| text_of(Some(e), "share-set")).find(|set| !set.is_empty());
    let mut made: BTreeMap<u64, String> = BTreeMap::new();
    let mut of_line: BTreeMap<(&str, String), u64> = BTreeMap::new();
    let mut done: HashSet<(&str, u64)> = HashSet::new();
    for entry in entries.iter().filter(|e| e.kind == Kind::Note) {
        let Some(line) = entry.value("plan-line").and_then(serde_json::Value::as_u64) else { continue };
        if lines.binary_search(&line).is_err() {
            return departs(Some(entry.seq), format!("the plan has no line {line}"));
        }
        let made_now = text_of(Some(entry), "plan-made-check-value");
        if !made_now.is_empty() && made.insert(line, made_now).is_some() {
            return departs(Some(entry.seq), format!("the key of line {line} was made before"));
        }
        let of_set = text_of(Some(entry), "plan-backup-set");
        let counts = of_set.is_empty() || Some(of_set) == set;
        for of_one in of_one_key(entry).into_iter().filter(|_| counts) {
            let what = of_one.0;
            if let Some(other) = of_line.insert(of_one, line).filter(|other| *other != line) {
                let why = format!("the keys of lines {other} and {line} have one {what}");
                return departs(Some(entry.seq), why);
            }
        }
        for what in ["plan-backed-check-value", "plan-rebuilt-check-value", "plan-wrapped-check-value"] {
            let found = text_of(Some(entry), what);
            if found.is_empty() {
                continue;
            }
            if made.get(&line) != Some(&found) {
                return departs(Some(entry.seq), format!("its {what} is not that of the key of line {line}"));
            }
            // Opening the backups is begun again after an interruption, and nothing else.
            if counts && !done.insert((what, line)) && what != "plan-rebuilt-check-value" {
                return departs(Some(entry.seq), format!("its {what} was said of line {line} before"));
            }
        }
    }
    let of_all = check_value_of_all(made.iter().map(|(line, value)| (*line, value.as_str())));
    if let Some(other) = entries.iter().find(|e| e.value("plan-check-value").is_some_and(|v| *v != of_all)) {
        return departs(Some(other.seq), "its plan-check-value is not that of the plan's keys".to_owned());
    }
    for name in ["plan-made", "plan-backed-up", "plan-rebuilt", "plan-wrapped", "plan-written"] {
        let other = |e: &&Entry| e.value(name).is_some_and(|v| v.as_u64() != Some(lines.len() as u64));
        if let Some(other) = entries.iter().find(other) {
            let why = format!("its {name} is not the number of the plan's lines, {}", lines.len());
            return departs(Some(other.seq), why);
        }
    }
    if !closed {
        return Ok(());
    }
    for line in lines {
        let missing = [
            ("plan-backed-check-value", "backed up"),
            ("plan-rebuilt-check-value", "brought back from its backup"),
            ("plan-wrapped-check-value", "wrapped"),
        ];
        if let Some((_, what)) = missing.into_iter().find(|(fact, _)| !done.contains(&(*fact, line))) {
            return departs(None, format!("the key of line {line} of the plan was never {what}"));
        }
    }
    Ok(())
}

/// A drill of a plan's backups opened every one of them since its step was begun, each to the key of its line.
pub(super) fn plan_drilled(entries: &[Entry]) -> Result<(), Departure> {
    let mut plan: BTreeMap<u64, String> = BTreeMap::new();
    let mut opened: HashSet<u64> = HashSet::new();
    for entry in entries {
        let departs = |why: String| Err(Departure { entry: Some(entry.seq), why });
        if entry.value("drill-set").is_some() {
            let lines = entry.value("drill-plan").map(|v| serde_json::from_value::<Vec<Backed>>(v.clone()));
            let of_all = lines.as_ref().and_then(|l| l.as_ref().ok()).map(|l| check_value_of(l));
            if lines.is_some() && of_all != Some(text_of(Some(entry), "drill-check-value")) {
                return departs("its drill-check-value is not that of the plan's keys".to_owned());
            }
            let listed = lines.as_ref().and_then(|l| l.as_ref().ok());
            if let Some(why) = listed.and_then(|l| not_apart(l.iter())) {
                return departs(format!("its drill-plan does not say {why}"));
            }
            plan = lines.into_iter().flatten().flatten().map(|l| (l.line, l.check_value)).collect();
        }
        match entry.kind {
            Kind::Intent => opened.clear(),
            Kind::Note => {
                let Some(line) = entry.value("drilled-line").and_then(serde_json::Value::as_u64) else {
                    continue;
                };
                let found = text_of(Some(entry), "drilled-line-check-value");
                if plan.get(&line) != Some(&found) {
                    return departs(format!("what opened is not the key of line {line}"));
                }
                if !opened.insert(line) {
                    return departs(format!("the backup of line {line} was opened twice"));
                }
            }
            Kind::Outcome if entry.value("drilled-check-value").is_some() => {
                if let Some(left) = plan.keys().find(|line| !opened.contains(line)) {
                    return departs(format!("the backup of line {left} was not opened"));
                }
                let many = entry.value("drilled-lines").and_then(serde_json::Value::as_u64);
                if !plan.is_empty() && many != u64::try_from(plan.len()).ok() {
                    return departs("it says that another number of backups was opened".to_owned());
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The lines that the record names are those of the plan in the pack; a copy for a reader may be without it.
pub(super) fn plan_in_pack(folder: &Path, entries: &[Entry]) -> Result<(), Departure> {
    let departs = |why: &str| Err(Departure { entry: None, why: why.to_owned() });
    let newest = |name: &str| entries.iter().rev().find_map(|e| e.value(name));
    let in_pack = |v: &serde_json::Value| outside::read_plain(&folder.join(v.as_str()?), LARGEST_RECORD).ok();
    let Some(bytes) = newest("plan-file").and_then(in_pack) else {
        return Ok(());
    };
    if newest("plan-sha256").and_then(|v| v.as_str()) != Some(&crate::digest::sha256_hex(&bytes)) {
        return departs("the key plan in the pack is not the one that was read");
    }
    let Ok(keys) = byok::plan::read(&bytes) else {
        return departs("the key plan in the pack cannot be read");
    };
    let lines: Vec<u64> = keys.iter().map(|k| k.line).collect();
    if newest("plan-lines") == Some(&serde_json::json!(lines)) {
        return Ok(());
    }
    departs("the record names other lines than the key plan has")
}
