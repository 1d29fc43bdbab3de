//! A disk that fills up half way through a line: a file-size limit stands in for it (`write` then fails with EFBIG).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]
mod common;
use std::process::Command;

use common::{Ticks, opened};
use transcript::{Draft, Journal, JournalError, Kind, Level, verify};

const PLACE: &str = "TRANSCRIPT_TEST_FULL";

#[test]
fn a_full_disk_leaves_the_record_as_it_was() {
    if let Some(place) = std::env::var_os(PLACE) {
        return inside(std::path::Path::new(&place));
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.jsonl");
    let run = Command::new("bash")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f 4; exec \"$0\" --exact a_full_disk_leaves_the_record_as_it_was",
        ])
        .arg(std::env::current_exe().unwrap())
        .env(PLACE, &path)
        .output()
        .unwrap();
    assert!(run.status.success(), "{run:?}");
    assert!(verify::transcript(&std::fs::read(&path).unwrap()).holds);
}

fn inside(path: &std::path::Path) {
    let mut journal = Journal::create(path, opened(), Box::new(Ticks::default())).unwrap();
    let long = || Draft::new(Kind::Note).fact(Level::Public, "text", "x".repeat(6000));
    let before = (std::fs::read(path).unwrap(), journal.head());
    assert!(matches!(journal.append(long()), Err(JournalError::Write(_))));
    assert_eq!((std::fs::read(path).unwrap(), journal.head()), before);
    // A shorter entry still fits, and follows on.
    journal.append(Draft::new(Kind::Note)).unwrap();
    assert_eq!(journal.head().entries, 2);
}
