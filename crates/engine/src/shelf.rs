//! Other ceremonies' records on this workstation. Anybody could have put them there: they are offers, never the truth.

use std::path::{Path, PathBuf};
use transcript::Reading;

/// The folder of another run of the same mode.
#[derive(Debug, Clone)]
pub struct OtherRun {
    /// Its id.
    pub run: String,
    /// Where it lies.
    pub folder: PathBuf,
    /// The pack that it would have left when it closed.
    pub pack: PathBuf,
}

impl OtherRun {
    /// The record as it lies there. One that cannot be read at all is one whose first entry is bad.
    pub fn reading(&self) -> Reading {
        reading(&self.folder)
    }
}

/// The record that lies in a folder.
pub fn reading(folder: &Path) -> Reading {
    let path = folder.join("transcript.jsonl");
    Reading::of(&outside::read(&path, outside::LARGEST_RECORD).unwrap_or_default())
}

/// Every run beside this one, by name.
pub(crate) fn beside(own: &Path, mode: &str) -> Vec<OtherRun> {
    let Some(runs) = own.parent() else { return Vec::new() };
    let folders = std::fs::read_dir(runs).into_iter().flatten().flatten().map(|e| e.path());
    let mut found: Vec<OtherRun> = folders
        .filter(|folder| folder != own && folder.join("transcript.jsonl").exists())
        .filter_map(|folder| {
            let run = folder.file_name()?.to_str()?.to_owned();
            Some(OtherRun { run, pack: folder.join(format!("{mode}-evidence")), folder })
        })
        .collect();
    found.sort_by(|a, b| a.run.cmp(&b.run));
    found
}
