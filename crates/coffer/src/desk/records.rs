//! The workstation's own records, and what is among them.

use super::{Desk, record_in};
use facts::Named as _;
use protocol::Mode;
use register::Record;
use std::path::Path;
use transcript::{Entry, Reading, side_by_side};

/// The serial numbers of the tokens that these records name.
pub(super) fn serials(records: &[(String, Reading)]) -> Vec<String> {
    let entries = records.iter().flat_map(|(_, record)| &record.entries);
    let mut found: Vec<String> = entries
        .flat_map(|e| {
            let yubikeys = facts::YUBIKEY_SERIAL.all_in(e).map(|(_, serial)| serial);
            facts::TOKEN_SERIAL.within(e).into_iter().chain(yubikeys)
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a record that begins like this is that of the run and the mode in whose folder it lies. What cannot be read at all is not
/// known to be another's.
pub(crate) fn is_own(first: Option<&Entry>, run: &str, mode: Mode) -> bool {
    first.is_none_or(|first| {
        facts::RUN.within(first).as_deref() == Some(run)
            && facts::MODE.within(first).as_deref() == Some(mode.word())
    })
}

impl Desk {
    /// Whether a place lies in the state folder, links followed: what is copied there would be taken for the
    /// workstation's own.
    pub(crate) fn holds(&self, place: &Path) -> bool {
        let real = |path: &Path| path.ancestors().find_map(|above| above.canonicalize().ok());
        match (real(place), self.state.canonicalize()) {
            (Some(place), Ok(state)) => place.starts_with(state),
            _ => false,
        }
    }

    /// The records of a mode's runs, as far as they can be read, each with its run's id. One that says it is another run, or
    /// of the other mode, is none of them.
    pub(super) fn records(&self, mode: Mode) -> Vec<(String, Reading)> {
        let Ok(store) = self.store(mode) else { return Vec::new() };
        let read = |run: &String| {
            let reading = Reading::of(&record_in(&store.folder.join("runs").join(run))?);
            is_own(reading.entries.first(), run, mode).then_some((run.clone(), reading))
        };
        side_by_side(&store.runs(), Record::WORTH_IT, read).into_iter().flatten().collect()
    }
}
