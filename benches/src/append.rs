//! An entry of the transcript, against writing and flushing the same bytes, and against a row with the same bytes in `SQLite`, which
//! flushes its write-ahead log at each commit (`journal_mode` WAL, `synchronous` FULL). And what its signature adds, which in a
//! ceremony follows every entry.

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

/// The same bytes in a row each.
struct Sqlite(rusqlite::Connection);

impl Sqlite {
    fn open(path: &std::path::Path) -> Self {
        let database = rusqlite::Connection::open(path).expect("a database");
        let set =
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE entry (line BLOB NOT NULL);";
        database.execute_batch(set).expect("a table");
        Self(database)
    }

    fn append(&self, bytes: &[u8]) {
        let insert = self.0.prepare_cached("INSERT INTO entry (line) VALUES (?1)");
        insert.and_then(|mut insert| insert.execute([bytes])).expect("a row");
    }
}

pub(crate) fn measure() {
    let dir = crate::on_a_disk();
    let (mut rounds, mut in_sqlite, mut signed) = (Vec::new(), Vec::new(), Vec::new());
    let mut key = crate::verify::Key::generated();
    for round in 0..ROUNDS {
        let path = dir.path().join(format!("{round}.jsonl"));
        let first = Draft::new(Kind::Opened).fact(Level::Public, "mode", "rehearsal");
        let mut journal = Journal::create(&path, first, Box::new(SystemClock::default())).expect("a journal");
        let mut reader = File::open(&path).expect("the journal");
        reader.seek(SeekFrom::End(0)).expect("its end");
        let mut plain = File::create(dir.path().join(format!("{round}.bare"))).expect("a file");
        let sqlite = Sqlite::open(&dir.path().join(format!("{round}.db")));
        let (mut ours, mut least) = (Duration::ZERO, Duration::ZERO);
        let (mut theirs, mut signing) = (Duration::ZERO, Duration::ZERO);
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
            let start = Instant::now();
            sqlite.append(&bytes);
            theirs += start.elapsed();
            let start = Instant::now();
            journal.checkpoint(&mut key).expect("is signed");
            signing += start.elapsed();
            reader.seek(SeekFrom::End(0)).expect("its end");
        }
        rounds.push((ours / ENTRIES, least / ENTRIES));
        in_sqlite.push((ours / ENTRIES, theirs / ENTRIES));
        signed.push(((ours + signing) / ENTRIES, ours / ENTRIES));
    }
    table::line("transcript: append, to write + fdatasync", &rounds, Some(1.3));
    table::line("transcript: append, to a row in SQLite (WAL, FULL)", &in_sqlite, Some(1.0));
    table::line("transcript: the same with its signature, to without", &signed, None);
}
