//! What this workstation's other records say of where a key went. A record can only add to what the opened pack names:
//! anybody could have put it there, and what it adds is a question to two people.

use super::places::{self, Place, Sort};
use super::receipt;
use crate::engine::Engine;
use std::collections::BTreeSet;
use std::path::Path;
use transcript::{Entry, Reading};

/// The facts of a record that say of which key it is.
const NAMES_A_KEY: [&str; 4] =
    ["check-value", "drill-check-value", "wrapped-check-value", "earlier-check-value"];
/// Those that say in which token it lay.
const NAMES_A_TOKEN: [&str; 3] = ["token-serial", "earlier-token-serial", "restored-into"];
/// The one that says from which ceremony it is.
const NAMES_A_RUN: &str = "earlier-ceremony";
/// How the check value of a pair begins: it is the whole SHA-256 of its public half, so that no other key has it.
const WHOLE: &str = "spki-sha256:";

/// Another run's record.
struct Record {
    run: String,
    reading: Reading,
}

impl Record {
    /// Whether a text fact of one of these names is as asked.
    fn names(&self, facts: &[&str], is: impl Fn(&str) -> bool) -> bool {
        let texts = |e: &Entry| facts.iter().any(|f| e.value(f).and_then(|v| v.as_str()).is_some_and(&is));
        self.reading.entries.iter().any(texts)
    }
}

/// Adds to the places of a key with that check value, as the pack of `run` names them, what the other records at hand
/// name. A record that is not surely of the same key has its places marked. A record whose evidence pack is signed with
/// one of these keys (SHA-256) is known whole.
pub(super) fn add(engine: &Engine<'_>, run: &str, check_value: &str, signers: &[&str], to: &mut Vec<Place>) {
    let Some(runs) = engine.folder.parent() else { return };
    let mut left = records(runs, &engine.folder);
    let mut family: BTreeSet<String> = to.iter().map(|p| p.run.clone()).chain([run.to_owned()]).collect();
    let mut tokens: BTreeSet<String> =
        to.iter().filter(|p| p.sort == Sort::Token).map(|p| p.id.clone()).collect();
    let mut read: BTreeSet<String> = BTreeSet::from([run.to_owned()]);
    // One that belongs may name what makes another one belong.
    loop {
        let belongs = |r: &Record| {
            let of_key = r.names(&NAMES_A_KEY, |v| v == check_value);
            let by_token = r.names(&NAMES_A_TOKEN, |s| tokens.contains(&places::token_id(s)));
            let by_run = family.contains(&r.run) || r.names(&[NAMES_A_RUN], |e| family.contains(e));
            of_key && (check_value.starts_with(WHOLE) || by_token || by_run)
        };
        let Some(at) = left.iter().position(belongs) else { break };
        let mut record = left.remove(at);
        if let Some(signed) = signed(engine, &record, signers) {
            read.insert(record.run.clone());
            record.reading = signed;
        }
        let found = places::of_record(&record.reading.entries, false);
        tokens.extend(found.iter().filter(|p| p.sort == Sort::Token).map(|p| p.id.clone()));
        family.insert(record.run.clone());
        places::add(to, found);
        damaged(&record, to);
    }
    for record in &left {
        let of_key = record.names(&NAMES_A_KEY, |v| v == check_value);
        if of_key {
            let found = places::of_record(&record.reading.entries, false);
            places::add(to, found.into_iter().map(|p| Place { perhaps: true, ..p }));
        }
        if of_key || record.reading.bad.is_some() {
            damaged(record, to);
        }
    }
    // What was not known of a record is known once it was read itself.
    to.retain(|p| p.sort != Sort::Record || !read.contains(&p.run));
}

/// The record as its evidence pack has it, where that verifies.
fn signed(engine: &Engine<'_>, record: &Record, signers: &[&str]) -> Option<Reading> {
    let mode = engine.plan.mode;
    let pack = engine.folder.parent()?.join(&record.run).join(format!("{}-evidence", mode.word()));
    let signer = receipt::verified(&pack, mode).ok()?;
    let bytes = outside::read(&pack.join("transcript.jsonl"), outside::LARGEST_RECORD).ok()?;
    signers.contains(&signer.as_str()).then(|| Reading::of(&bytes))
}

/// What comes after the first bad entry is not read: where it says that the key went is then unknown.
fn damaged(record: &Record, to: &mut Vec<Place>) {
    if let Some((entry, why)) = &record.reading.bad {
        let why = format!("entry {entry} of it does not verify ({why})");
        places::add(to, [Place::unread(&record.run, &why)]);
    }
}

/// Every record beside this run's own, by name.
fn records(runs: &Path, own: &Path) -> Vec<Record> {
    let folders = std::fs::read_dir(runs).into_iter().flatten().flatten().map(|e| e.path());
    let mut found: Vec<Record> = folders
        .filter(|f| f != own && f.join("transcript.jsonl").exists())
        .filter_map(|f| {
            let run = f.file_name()?.to_str()?.to_owned();
            // One that cannot be read at all is one whose first entry is bad.
            let bytes =
                outside::read(&f.join("transcript.jsonl"), outside::LARGEST_RECORD).unwrap_or_default();
            Some(Record { run, reading: Reading::of(&bytes) })
        })
        .collect();
    found.sort_by(|a, b| a.run.cmp(&b.run));
    found
}
