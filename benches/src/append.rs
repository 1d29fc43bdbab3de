//! An entry of the transcript, against writing and flushing the same bytes.

use crate::table;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::time::{Duration, Instant};
use transcript::{Draft, Journal, Kind, Level, SystemClock};

const ENTRIES: u32 = 200;
const ROUNDS: usize = 7;

/// An entry like most of a ceremony's.
pub(crate) fn draft(n: u32) -> Draft {
    let kind = if n.is_multiple_of(2) { Kind::Intent } else { Kind::Outcome };
    Draft::new(kind)
        .at("backup", "share-3")
        .by("custodian", Some("witness"))
        .fact(Level::Public, "share-index", n % 255)
        .fact(
            Level::Public,
            "share-commitment",
            "7d0f1c2a9b3e4d5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7",
        )
        .fact(Level::Auditor, "custodian", "p-0007")
        .fact(Level::Internal, "site", "North, safe 2")
}

pub(crate) fn measure() {
    // Beside the build, on a disk: a temporary folder may be memory, where flushing costs nothing.
    let base = crate::beside("bench").with_file_name("bench-files");
    std::fs::create_dir_all(&base).expect("a folder");
    let dir = tempfile::tempdir_in(&base).expect("a folder");
    let mut rounds = Vec::new();
    for round in 0..ROUNDS {
        let path = dir.path().join(format!("{round}.jsonl"));
        let first = Draft::new(Kind::Opened).fact(Level::Public, "mode", "rehearsal");
        let mut journal = Journal::create(&path, first, Box::new(SystemClock::default())).expect("a journal");
        let mut reader = File::open(&path).expect("the journal");
        reader.seek(SeekFrom::End(0)).expect("its end");
        let mut plain = File::create(dir.path().join(format!("{round}.bare"))).expect("a file");
        let (mut ours, mut least) = (Duration::ZERO, Duration::ZERO);
        for n in 0..ENTRIES {
            let draft = draft(n);
            let start = Instant::now();
            journal.append(draft).expect("an entry");
            ours += start.elapsed();
            let mut bytes = Vec::new();
            reader.read_to_end(&mut bytes).expect("what was written");
            let start = Instant::now();
            plain.write_all(&bytes).and_then(|()| plain.sync_data()).expect("a write");
            least += start.elapsed();
        }
        rounds.push((ours / ENTRIES, least / ENTRIES));
    }
    table::line("transcript: append, to write + fdatasync", &rounds, Some(1.3));
}
