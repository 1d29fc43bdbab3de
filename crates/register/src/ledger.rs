//! The register: all lists, driven over all records in order of time.

use crate::owed::{self, Owed};
use crate::sets::{Set, SetState, Sets};
use crate::sheets::{Sheet, Sheets};
use crate::told::{List, Record, Told};
use crate::words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// All that the records of one mode tell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// Every set, oldest first.
    pub sets: Vec<Set>,
    /// Every sheet, by set and share.
    pub sheets: Vec<Sheet>,
    /// Everything owed.
    pub owed: Vec<Owed>,
    /// What cannot have happened as the records have it, such as a bag's number used twice.
    pub contradictions: Vec<String>,
}

impl Register {
    /// What these records tell; they come in any order.
    pub fn of(records: &[Record]) -> Self {
        let mut order: Vec<&Record> = records.iter().filter(|r| !r.reading.entries.is_empty()).collect();
        order.sort_by(|a, b| begun(a).cmp(begun(b)).then_with(|| a.run.cmp(&b.run)));
        let (mut sets, mut sheets) = (Sets::default(), Sheets::default());
        let mut known = BTreeSet::new();
        for record in order {
            let mut told = Told::of(record);
            for entry in &record.reading.entries {
                told.hear(entry, &mut known);
                for list in [&mut sets as &mut dyn List, &mut sheets] {
                    list.take(&told, entry);
                }
            }
            if let Some(set) = sets.ended(&told, record) {
                sheets.given_up(set, record);
            }
        }
        let (sets, (sheets, contradictions)) = (sets.listed(), sheets.listed());
        let owed = owed::all(records, &sets, &sheets);
        Self { sets, sheets, owed, contradictions }
    }

    /// What a day's reader has to know beside [`Register::owed`]: drills that are due, or were never held, of the sets in
    /// use. `today` as `2026-11-25`.
    pub fn drills(&self, today: &str) -> Vec<String> {
        self.sets.iter().filter(|s| s.state == SetState::InUse).map(|set| words::drill(set, today)).collect()
    }
}

fn begun(record: &Record) -> &str {
    record.reading.entries.first().map_or("", |e| e.utc.as_str())
}
