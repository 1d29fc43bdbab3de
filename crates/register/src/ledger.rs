//! The register: all lists, driven over all records in order of time.

use crate::approvals::{Approval, Approvals};
use crate::attempts::{Attempts, Refused};
use crate::clouds::{CloudKey, Clouds};
use crate::copies::{Copies, Copy};
use crate::devices::{Device, Devices};
use crate::dues::{By, Due, Dues};
use crate::kept::{Kept, KeptList, KeptRow};
use crate::keys::{Key, Keys};
use crate::media::{Media, Medium};
use crate::owed::{self, Owed};
use crate::people::{People, Person};
use crate::sets::{Set, SetState, Sets};
use crate::sheets::{Sheet, Sheets};
use crate::sorted::{run_of, sheets_of};
use crate::told::{List, Record, Told};
use crate::words;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use transcript::runs::Runs;
use transcript::{Kind, Reading, side_by_side};

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
    /// Every register that people keep, by kind.
    #[serde(default)]
    pub kept: Vec<KeptList>,
    /// Its rows, by kind and id, with those that are listed no longer.
    #[serde(default)]
    pub kept_rows: Vec<KeptRow>,
    /// What rows said of policies and agreements that others took the place of, by kind and oldest first; `left` is when. They are
    /// documentation too, which is to be kept.
    #[serde(default)]
    pub kept_former: Vec<KeptRow>,
    /// Refused passphrases and PINs, over all ceremonies.
    pub refused: Vec<Attempts>,
    /// Everything due: open ones first, by day.
    pub dues: Vec<Due>,
    /// Everything owed.
    pub owed: Vec<Owed>,
    /// Ceremonies that closed, by the list of ended ones, and whose record is not here as it ended: what they changed of registers
    /// is not known.
    #[serde(default)]
    pub missing: Vec<String>,
    /// What cannot have happened as the records have it, such as a bag's number used twice.
    pub contradictions: Vec<String>,
}

/// How many records are held at a time while transcripts are read.
const AT_ONCE: usize = 1024;

impl Register {
    /// What these records tell; they come in any order.
    pub fn of(records: &[Record]) -> Self {
        let mut order: Vec<&Record> = records.iter().collect();
        order.sort_by(|a, b| begun(&a.reading).cmp(begun(&b.reading)).then_with(|| a.run.cmp(&b.run)));
        let mut lists = Lists::default();
        for record in order {
            lists.take(record);
        }
        lists.listed()
    }

    /// What these records tell, of a workstation whose list of ended ceremonies this is.
    pub fn here(records: &[Record], ended: &Runs) -> Self {
        let here = records.iter().filter(|record| record.listed).map(|record| record.run.as_str()).collect();
        Self { missing: missing(ended, &here), ..Self::of(records) }
    }

    /// What these runs' transcripts tell, by the list of ended ceremonies; they come in any order. Few of them are held read at a
    /// time.
    pub fn of_transcripts(transcripts: &[(String, Vec<u8>)], ended: &Runs) -> Self {
        let mut order: Vec<(String, &String, &Vec<u8>)> =
            transcripts.iter().map(|(run, bytes)| (transcript::begun(bytes), run, bytes)).collect();
        order.sort();
        let (mut lists, mut here) = (Lists::default(), BTreeSet::new());
        for some in order.chunks(AT_ONCE) {
            let read = |(_, run, bytes): &(String, &String, &Vec<u8>)| {
                Record::held_against(ended, (*run).clone(), Reading::of(bytes))
            };
            for ((_, run, _), record) in some.iter().zip(side_by_side(some, Record::WORTH_IT, read)) {
                lists.take(&record);
                if record.listed {
                    here.insert(run.as_str());
                }
            }
        }
        Self { missing: missing(ended, &here), ..lists.listed() }
    }

    /// The copies of one key, by place.
    pub fn copies_of(&self, check_value: &str) -> &[Copy] {
        run_of(&self.copies, |copy| copy.key.as_str(), check_value)
    }

    /// The sheets of one set, by share.
    pub fn sheets_of(&self, set: &str) -> &[Sheet] {
        sheets_of(&self.sheets, set)
    }

    /// The names of the columns of a register, and its rows by id; both empty where nothing of that kind is kept.
    pub fn kept_of(&self, kind: &str) -> (&[String], &[KeptRow]) {
        let columns = self.kept.iter().find(|list| list.kind == kind).map_or(&[][..], |list| &list.columns);
        (columns, run_of(&self.kept_rows, |row| row.kind.as_str(), kind))
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

/// Those that closed and are not here.
fn missing(ended: &Runs, here: &BTreeSet<&str>) -> Vec<String> {
    let closed = ended.ended().iter().filter(|one| one.how == Kind::Closed);
    closed.filter(|one| !here.contains(one.run.as_str())).map(|one| one.run.clone()).collect()
}

/// When a record begins; nothing where it holds no entry.
fn begun(reading: &Reading) -> &str {
    reading.entries.first().map_or("", |e| e.utc.as_str())
}

/// All lists while records are gone through, oldest first.
#[derive(Default)]
struct Lists {
    sets: Sets,
    sheets: Sheets,
    keys: Keys,
    people: People,
    devices: Devices,
    media: Media,
    clouds: Clouds,
    approvals: Approvals,
    kept: Kept,
    refused: Refused,
    dues: Dues,
    copies: Copies,
    owed: Vec<Owed>,
    /// The sets that the records so far told of.
    known: BTreeSet<String>,
}

impl Lists {
    fn take(&mut self, record: &Record) {
        self.owed.extend(owed::by_record(record));
        if record.reading.entries.is_empty() {
            return;
        }
        let mut told = Told::of(record);
        let mut lists: [&mut dyn List; 11] = [
            &mut self.sets,
            &mut self.sheets,
            &mut self.keys,
            &mut self.people,
            &mut self.devices,
            &mut self.media,
            &mut self.clouds,
            &mut self.approvals,
            &mut self.kept,
            &mut self.refused,
            &mut self.dues,
        ];
        for list in &mut lists {
            list.begins();
        }
        for entry in &record.reading.entries {
            told.hear(entry, &mut self.known);
            for list in &mut lists {
                list.take(&told, entry);
            }
        }
        self.copies.ended(&told, record);
        self.approvals.ended(record);
        self.kept.ended(record);
        if let Some(set) = self.sets.ended(&told, record) {
            self.sheets.given_up(set, record);
        }
    }

    fn listed(self) -> Register {
        let (sets, (sheets, mut contradictions)) = (self.sets.listed(), self.sheets.listed());
        let ends_of_backups = self.keys.ends_of_backups();
        let ((keys, of_keys), (people, of_people)) = (self.keys.listed(), self.people.listed(&sheets));
        let kept = self.kept.listed();
        contradictions.extend(of_keys.into_iter().chain(of_people).chain(kept.contradictions));
        let approvals = self.approvals.listed();
        let devices = self.devices.listed();
        let dues = self.dues.listed(&By {
            sets: &sets,
            keys: &keys,
            people: &people,
            devices: &devices,
            ends_of_backups,
            kept: &kept.lists,
            kept_rows: &kept.rows,
            approvals: &approvals,
        });
        Register {
            owed: owed::all(self.owed, &sets, &sheets),
            copies: self.copies.listed(),
            clouds: self.clouds.listed(),
            approvals,
            media: self.media.listed(),
            kept: kept.lists,
            kept_rows: kept.rows,
            kept_former: kept.former,
            refused: self.refused.listed(),
            keys,
            sets,
            sheets,
            people,
            devices,
            dues,
            missing: Vec::new(),
            contradictions,
        }
    }
}
