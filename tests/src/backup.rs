//! A backup in the hands of its custodians: made, and brought again.

use crate::room::Room;
use protocol::{Answer, Ask, PromptView, RunState};
use std::path::{Path, PathBuf};

/// The rows of each sheet.
pub type Sheets = Vec<Vec<String>>;

/// A ceremony that made a backup.
pub struct Backup {
    /// Its evidence pack.
    pub pack: PathBuf,
    /// What its custodians wrote down, in the order of the shares.
    pub sheets: Sheets,
}

/// The bag that share `n` is sealed in here.
pub fn bag(n: usize) -> Answer {
    Answer::Text { text: format!("B {n}") }
}

/// Answers about bags: share N is sealed in bag N, and custodian N brings it.
pub fn bags(prompt: &PromptView) -> Option<Answer> {
    let turn = prompt.step.id.rsplit('.').next().and_then(|n| n.parse().ok());
    turn.filter(|_| matches!(prompt.ask, Ask::Text { .. })).map(bag)
}

/// Makes a key and a backup with two of three shares.
pub fn made(state: &Path, script: &str, parameters: &[(&str, &str)]) -> Backup {
    let mut room = Room::open(state);
    let all = [parameters, &[("threshold", "2"), ("shares", "3")]].concat();
    let finished = room.rehearse(script, &all, &mut |prompt, _| bags(prompt));
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    Backup { pack: finished.pack.expect("a pack").into(), sheets: room.sheets_shown() }
}

/// A room whose custodians bring these sheets, in this order.
pub fn bringing(state: &Path, pack: &Path, mut sheets: Sheets) -> Room {
    let mut room = Room::open(state);
    room.medium = pack.display().to_string();
    sheets.reverse();
    room.sheets = sheets;
    room
}
