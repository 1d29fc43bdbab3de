//! The ledger over ten thousand records with a hundred thousand copies: from the records alone, against `sha256sum` of the same
//! files and against that twice over with their verification one after another, and all of them against half of them; from
//! the index, against reading as many bytes.

use crate::table;
use register::Register;
use register::index::{Heads, head, read, write};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use transcript::runs::Runs;
use transcript::{Draft, Journal, Kind, Level, Reading, SystemClock};

const RECORDS: u32 = 10_000;
const SHEETS: u32 = 7;
const ROUNDS: usize = 3;

pub(crate) fn measure() {
    let dir = crate::in_memory();
    let files: Vec<PathBuf> = (0..RECORDS).map(|n| made(dir.path(), n)).collect();
    let half = files.get(..files.len() / 2).unwrap_or_default();
    let rounds: Vec<(Duration, Duration)> =
        (0..ROUNDS).map(|_| (of_records(&files).0, summed(&files))).collect();
    table::line("ledger: 10,000 records, to sha256sum", &rounds, None);
    let rounds: Vec<(Duration, Duration)> =
        (0..ROUNDS).map(|_| (of_records(&files).0, summed(&files) * 2 + verified(&files))).collect();
    table::line("ledger: the same, to it twice and verifying", &rounds, Some(1.0));
    let rounds: Vec<(Duration, Duration)> =
        (0..ROUNDS).map(|_| (of_records(&files).0 / 2, of_records(half).0)).collect();
    table::line("ledger: half of the time for all, to half of them", &rounds, Some(1.3));

    let (_, register, heads) = of_records(&files);
    let index = dir.path().join("register");
    write(&index, &heads, &register).expect("an index");
    let plain = dir.path().join("plain.json");
    std::fs::write(&plain, serde_json::to_vec(&register).expect("JSON")).expect("a file");
    let rounds: Vec<(Duration, Duration)> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            let found = read(&index, &heads);
            let ours = start.elapsed();
            assert!(found.is_ok_and(|found| found == register), "another register");
            let start = Instant::now();
            std::fs::read(&plain).expect("the file");
            (ours, start.elapsed())
        })
        .collect();
    table::line("ledger: from the index, to reading as much", &rounds, None);
    table::note(&format!("{} copies of {} keys", register.copies.len(), register.keys.len()));
}

/// A record of a key, its backup and its way to a cloud: ten copies.
fn made(folder: &Path, n: u32) -> PathBuf {
    let path = folder.join(format!("{n:05}.jsonl"));
    let outcome = |facts: &[(&str, serde_json::Value)]| {
        facts
            .iter()
            .fold(Draft::new(Kind::Outcome), |d, (name, value)| d.fact(Level::Public, name, value.clone()))
    };
    let first = Draft::new(Kind::Opened).fact(Level::Public, "mode", "production").fact(
        Level::Public,
        "run",
        format!("20261130-{n:06}-000-1"),
    );
    let mut journal = Journal::create(&path, first, Box::new(SystemClock::default())).expect("a journal");
    let set = format!("0000-0000-{:04X}-{:04X}", n >> 16, n & 0xffff);
    let commitments = vec!["0".repeat(64); SHEETS as usize];
    let mut entries = vec![
        outcome(&[("token-serial", json!("0001"))]),
        outcome(&[
            ("key-label", json!(format!("key-{n}"))),
            ("key-spec", json!("aes-256")),
            ("local", json!("yes")),
            ("check-value", json!(format!("cmac-aes:{n:032x}"))),
        ]),
        outcome(&[
            ("share-set", json!(set)),
            ("shares", json!(SHEETS)),
            ("threshold", json!(3)),
            ("share-commitments", json!(commitments)),
        ]),
        outcome(&[("cloud-key", json!(format!("key-{n}"))), ("valid-to-utc", json!("2027-01-01T00:00:00Z"))]),
        outcome(&[("wrapped-for", json!("aws-kms")), ("expiry", json!("never"))]),
    ];
    entries.extend((1..=SHEETS).map(|share| {
        outcome(&[
            ("share-index", json!(share)),
            ("custodian", json!(format!("c{share}"))),
            ("bag", json!(format!("A {n:06} {share}"))),
        ])
    }));
    entries.push(Draft::new(Kind::Closed));
    for entry in entries {
        journal.append(entry).expect("an entry");
    }
    path
}

fn of_records(files: &[PathBuf]) -> (Duration, Register, Heads) {
    let start = Instant::now();
    let records: Vec<(String, Vec<u8>)> = files
        .iter()
        .map(|path| {
            let run = path.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
            (run, std::fs::read(path).expect("a record"))
        })
        .collect();
    let heads: Heads = records.iter().map(|(run, bytes)| (run.clone(), head(bytes))).collect();
    let register = Register::of_transcripts(&records, &Runs::default());
    (start.elapsed(), register, heads)
}

/// The time in which every record is verified, one after another.
fn verified(files: &[PathBuf]) -> Duration {
    let start = Instant::now();
    for path in files {
        assert!(Reading::of(&std::fs::read(path).expect("a record")).bad.is_none(), "a record that holds");
    }
    start.elapsed()
}

fn summed(files: &[PathBuf]) -> Duration {
    let start = Instant::now();
    let status = Command::new("sha256sum").args(files).stdout(Stdio::null()).status();
    assert!(status.is_ok_and(|s| s.success()), "sha256sum");
    start.elapsed()
}
