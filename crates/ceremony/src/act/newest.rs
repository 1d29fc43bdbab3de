//! The newest bag of each share of an earlier set: a drill seals the sheets in new bags, which the pack of the ceremony
//! that made the set cannot know. This workstation's own drills do, and their packs are believed as far as they verify.

use super::receipt;
use crate::engine::Engine;
use std::collections::BTreeMap;
use std::path::Path;
use transcript::{Entry, Kind, Reading};

/// What this workstation's other records say of a set's bags.
#[derive(Default)]
pub(super) struct Newest {
    /// Share index, the bag it was sealed in last, and the ceremony in which it was.
    pub(super) bags: Vec<(u64, String, String)>,
    /// Ceremonies that sealed sheets of the set and that are not believed, each with why.
    pub(super) passed_over: Vec<(String, String)>,
}

/// Reads every other record of this mode on this workstation. Only closed ceremonies count, by their evidence packs, signed
/// with one of these keys (SHA-256): anybody can put a folder there, and a pack says what it says.
pub(super) fn of(engine: &Engine<'_>, set: &str, signers: &[&str]) -> Newest {
    let Some(runs) = engine.folder.parent() else { return Newest::default() };
    let mut found = Newest::default();
    let mut drills = Vec::new();
    let folders = std::fs::read_dir(runs).into_iter().flatten().flatten().map(|e| e.path());
    for folder in folders.filter(|f| *f != engine.folder) {
        let Some(run) = folder.file_name().and_then(|n| n.to_str()).map(str::to_owned) else { continue };
        let record = record(&folder);
        // What comes after the first bad entry is not read: whether it sealed sheets of the set is then unknown.
        let of_set = |e: &Entry| e.value("drill-set").and_then(|v| v.as_str()) == Some(set);
        let damaged = record.bad.is_some() && record.entries.iter().any(of_set);
        if !damaged && resealed(&record.entries, set).is_empty() {
            continue;
        }
        match believed(engine, &folder, &record, set, signers) {
            Ok((when, bags)) => drills.push((when, run, bags)),
            Err(why) => found.passed_over.push((run, why)),
        }
    }
    // Times are all of one form (RFC 3339, UTC, milliseconds), so their order is that of the text.
    drills.sort();
    let mut newest = BTreeMap::new();
    for (_, run, bags) in drills {
        newest.extend(bags.into_iter().map(|(share, bag)| (share, (bag, run.clone()))));
    }
    found.bags = newest.into_iter().map(|(share, (bag, run))| (share, bag, run)).collect();
    found.passed_over.sort();
    found
}

fn record(folder: &Path) -> Reading {
    Reading::of(&outside::read(&folder.join("transcript.jsonl"), outside::LARGEST_RECORD).unwrap_or_default())
}

/// When a drill ended, and the bags that its pack says it sealed; or why it is not believed.
fn believed(
    engine: &Engine<'_>,
    folder: &Path,
    record: &Reading,
    set: &str,
    signers: &[&str],
) -> Result<(String, BTreeMap<u64, String>), String> {
    if let Some((entry, why)) = &record.bad {
        return Err(format!("entry {entry} of its record does not verify: {why}"));
    }
    if record.ended != Some(Kind::Closed) {
        return Err("it is not closed".to_owned());
    }
    let pack = folder.join(format!("{}-evidence", engine.plan.mode.word()));
    let signer = receipt::verified(&pack, engine.plan.mode).map_err(|p| p.happened)?;
    if !signers.contains(&signer.as_str()) {
        return Err("it is signed with another key than this record and the pack of the backup".to_owned());
    }
    // From here on the pack's own record counts, which is the one that was verified.
    let entries = self::record(&pack).entries;
    let ended = entries.iter().rev().find(|e| e.kind == Kind::Closed).map(|e| e.utc.clone());
    Ok((ended.unwrap_or_default(), resealed(&entries, set)))
}

/// The bags that a record says sheets of the set were sealed in again: by share index. Where custodians brought their
/// shares twice, because the room ended in between, the last time counts.
fn resealed(entries: &[Entry], set: &str) -> BTreeMap<u64, String> {
    let text = |e: &Entry, name: &str| e.value(name).and_then(|v| v.as_str()).map(str::to_owned);
    let (mut ours, mut brought, mut bags) = (false, BTreeMap::new(), BTreeMap::new());
    for entry in entries {
        if let Some(opened) = text(entry, "drill-set") {
            ours = opened == set;
        }
        let Some(custodian) = text(entry, "custodian").filter(|_| ours) else { continue };
        if entry.value("bag-brought").is_some()
            && let Some(share) = entry.value("share-index").and_then(serde_json::Value::as_u64)
        {
            brought.insert(custodian.clone(), share);
        }
        if let (Some(bag), Some(share)) = (text(entry, "bag-resealed"), brought.get(&custodian)) {
            bags.insert(*share, bag);
        }
    }
    bags
}
