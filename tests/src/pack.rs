//! What an evidence pack holds, as tests read it.

use crate::{run, said};
use std::path::{Path, PathBuf};

/// Checks that a pack holds and follows its script.
pub fn holds(state: &Path, pack: &Path) {
    let out = run(state, &["verify", &pack.display().to_string()]);
    assert!(crate::intact(&out) && said(&out).contains("follows the script"), "{}", said(&out));
}

/// The entries of the record in a run's folder or in a pack.
pub fn entries(folder: &Path) -> Vec<transcript::Entry> {
    let record = std::fs::read(folder.join("transcript.jsonl")).expect("a record");
    transcript::Reading::of(&record).entries
}

/// Every value of a fact in a pack's record, in order.
pub fn facts(pack: &Path, name: &str) -> Vec<serde_json::Value> {
    let record = std::fs::read(pack.join("transcript.jsonl")).expect("a record");
    let entries = transcript::Reading::of(&record).entries;
    entries.iter().filter_map(|e| e.value(name).cloned()).collect()
}

/// The last text of that name in a pack's record.
pub fn fact(pack: &Path, name: &str) -> String {
    let all = facts(pack, name);
    all.last().and_then(|v| v.as_str()).unwrap_or_else(|| panic!("no {name}")).to_owned()
}

/// The pack's wrapped file.
pub fn wrapped(pack: &Path) -> PathBuf {
    pack.join(fact(pack, "wrapped-backup"))
}
