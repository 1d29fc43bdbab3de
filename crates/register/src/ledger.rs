//! The register: all lists, driven over all records in order of time.

use crate::approvals::{Approval, Approvals};
use crate::attempts::{Attempts, Refused};
use crate::clouds::{CloudKey, Clouds};
use crate::copies::{Copies, Copy};
use crate::devices::{Device, Devices};
use crate::dues::{By, Due, Dues};
use crate::keys::{Key, Keys};
use crate::media::{Media, Medium};
use crate::owed::{self, Owed};
use crate::people::{People, Person};
use crate::sets::{Set, SetState, Sets};
use crate::sheets::{Sheet, Sheets};
use crate::told::{List, Record, Told};
use crate::words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// All that the records of one mode tell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// Every key, oldest first.
    pub keys: Vec<Key>,
    /// Every copy, by key and place.
    pub copies: Vec<Copy>,
    /// Every key at a provider, oldest first.
    #[serde(default)]
    pub clouds: Vec<CloudKey>,
    /// Every script that was approved for production, oldest first.
    #[serde(default)]
    pub approvals: Vec<Approval>,
    /// Every set, oldest first.
    pub sets: Vec<Set>,
    /// Every sheet, by set and share.
    pub sheets: Vec<Sheet>,
    /// Everybody whom a roster named, by id.
    pub people: Vec<Person>,
    /// Every token and YubiKey.
    pub devices: Vec<Device>,
    /// Every medium that a script had recorded.
    #[serde(default)]
    pub media: Vec<Medium>,
    /// Refused passphrases and PINs, over all ceremonies.
    pub refused: Vec<Attempts>,
    /// Everything due: open ones first, by day.
    pub dues: Vec<Due>,
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
        let (mut sets, mut sheets, mut keys) = (Sets::default(), Sheets::default(), Keys::default());
        let (mut people, mut devices, mut refused, mut dues) =
            (People::default(), Devices::default(), Refused::default(), Dues::default());
        let (mut copies, mut media) = (Copies::default(), Media::default());
        let (mut clouds, mut approvals) = (Clouds::default(), Approvals::default());
        let mut known = BTreeSet::new();
        for record in order {
            let mut told = Told::of(record);
            let mut lists: [&mut dyn List; 10] = [
                &mut sets,
                &mut sheets,
                &mut keys,
                &mut people,
                &mut devices,
                &mut media,
                &mut clouds,
                &mut approvals,
                &mut refused,
                &mut dues,
            ];
            for list in &mut lists {
                list.begins();
            }
            for entry in &record.reading.entries {
                told.hear(entry, &mut known);
                for list in &mut lists {
                    list.take(&told, entry);
                }
            }
            copies.ended(&told, record);
            approvals.ended(record);
            if let Some(set) = sets.ended(&told, record) {
                sheets.given_up(set, record);
            }
        }
        let (sets, (sheets, mut contradictions)) = (sets.listed(), sheets.listed());
        let ends_of_backups = keys.ends_of_backups();
        let ((keys, of_keys), (people, of_people)) = (keys.listed(), people.listed(&sheets));
        contradictions.extend(of_keys.into_iter().chain(of_people));
        let (devices, refused) = (devices.listed(), refused.listed());
        let owed = owed::all(records, &sets, &sheets);
        let dues = dues.listed(&By {
            sets: &sets,
            keys: &keys,
            people: &people,
            devices: &devices,
            ends_of_backups,
        });
        Self {
            keys,
            copies: copies.listed(),
            clouds: clouds.listed(),
            approvals: approvals.listed(),
            sets,
            sheets,
            people,
            devices,
            media: media.listed(),
            refused,
            dues,
            owed,
            contradictions,
        }
    }

    /// The copies of one key, by place.
    pub fn copies_of(&self, check_value: &str) -> &[Copy] {
        run_of(&self.copies, |copy| copy.key.as_str(), check_value)
    }

    /// The sheets of one set, by share.
    pub fn sheets_of(&self, set: &str) -> &[Sheet] {
        sheets_of(&self.sheets, set)
    }

    /// Whether nothing is left of a key but its wrapped file, which sheets open that guard other keys of its plan.
    pub fn is_wrapped_still(&self, check_value: &str) -> bool {
        let id = crate::dues::end_of_backup_id(check_value);
        self.dues.iter().any(|due| due.id == id)
    }

    /// What a day's reader has to know beside [`Register::owed`]: drills that are due, or were never held, of the sets in
    /// use. `today` as `2026-11-25`.
    pub fn drills(&self, today: &str) -> Vec<String> {
        self.sets.iter().filter(|s| s.state == SetState::InUse).map(|set| words::drill(set, today)).collect()
    }
}

/// The sheets of one set among all, which are listed by set and share.
pub(crate) fn sheets_of<'s>(sheets: &'s [Sheet], set: &str) -> &'s [Sheet] {
    run_of(sheets, |sheet| sheet.set.as_str(), set)
}

/// Those of a list in order of `by` whose `by` is this.
fn run_of<'l, T>(list: &'l [T], by: impl Fn(&T) -> &str, this: &str) -> &'l [T] {
    let from = list.partition_point(|item| by(item) < this);
    let rest = list.get(from..).unwrap_or_default();
    rest.get(..rest.partition_point(|item| by(item) == this)).unwrap_or_default()
}

fn begun(record: &Record) -> &str {
    record.reading.entries.first().map_or("", |e| e.utc.as_str())
}
