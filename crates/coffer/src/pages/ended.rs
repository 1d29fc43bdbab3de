//! The list of ended ceremonies, held against the records that are here: whether one is missing, was replaced, or ended
//! without being listed.

use super::words;
use engine::ended_list;
use facts::Named as _;
use serde::Serialize;
use std::path::Path;
use transcript::Reading;
use transcript::runs::{Place, Runs};

/// What the list says, and what does not agree with it.
#[derive(Debug, Serialize)]
pub(super) struct Ended {
    /// How many ceremonies it names.
    pub(super) listed: usize,
    /// What is wrong, a sentence each.
    pub(super) wrong: Vec<String>,
}

/// Reads the list in a mode's folder, and holds it against the records of its runs.
pub(super) fn ended(mode_folder: &Path, records: &[(String, Vec<u8>)]) -> Ended {
    let runs = match ended_list(mode_folder) {
        Ok(runs) => runs,
        Err(problem) => return Ended { listed: 0, wrong: vec![problem.happened] },
    };
    let missing = runs.ended().iter().filter(|one| !records.iter().any(|(run, _)| *run == one.run));
    let mut wrong: Vec<String> = missing.map(|one| words::ended_and_missing(&one.run)).collect();
    for (run, bytes) in records {
        let reading = Reading::of(bytes);
        let signed = facts::SIGNING_KEY_SHA256.newest(&reading.entries).is_some();
        match runs.of(run) {
            Some(one) if !one.is_of(&reading.entries) => {
                wrong.push(words::ended_and_replaced(run));
            }
            None if reading.ended.is_some() && signed => wrong.push(words::ended_and_not_listed(run)),
            _ => {}
        }
        if !begun_on(&runs, &reading) {
            wrong.push(words::begun_on_another_list(run));
        }
    }
    Ended { listed: runs.ended().len(), wrong }
}

/// Whether what a record says of the list at its beginning is on this list.
fn begun_on(runs: &Runs, reading: &Reading) -> bool {
    let lines = facts::RUNS_ENDED_BEFORE.newest(&reading.entries);
    let digest = facts::ENDED_LIST_SHA256.newest(&reading.entries);
    lines.zip(digest).is_none_or(|(lines, digest)| runs.goes_through(&Place { lines, digest }))
}
