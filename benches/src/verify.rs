//! `coffer verify` of a long transcript, against `sha256sum` of the same file.

use crate::append::draft;
use crate::{beside, table};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use transcript::{Draft, Journal, Kind, Level, SystemClock};

const ENTRIES: u32 = 100_000;
const ROUNDS: usize = 5;

pub(crate) fn measure() {
    // In memory where that is possible: 100,000 flushes of a disk are not what is measured here.
    let memory = Path::new("/dev/shm");
    let dir =
        if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a folder");
    let path = dir.path().join("transcript.jsonl");
    let first = Draft::new(Kind::Opened).fact(Level::Public, "mode", "rehearsal");
    let mut journal = Journal::create(&path, first, Box::new(SystemClock::default())).expect("a journal");
    for n in 1..ENTRIES {
        journal.append(draft(n)).expect("an entry");
    }
    drop(journal);
    let rounds: Vec<(Duration, Duration)> = (0..ROUNDS)
        .map(|_| {
            let state = dir.path();
            let ours =
                timed(Command::new(beside("coffer")).arg("--state").arg(state).arg("verify").arg(&path));
            (ours, timed(Command::new("sha256sum").arg(&path)))
        })
        .collect();
    table::line("transcript: verify 100,000 entries, to sha256sum", &rounds, Some(5.0));
    let size = std::fs::metadata(&path).map_or(0, |m| m.len());
    table::note(&format!("the file has {} MB", size / 1_000_000));
}

fn timed(command: &mut Command) -> Duration {
    let start = Instant::now();
    let status = command.stdout(Stdio::null()).status().expect("it starts");
    assert!(status.success(), "{command:?} found something");
    start.elapsed()
}
