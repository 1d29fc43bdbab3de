//! One record, and what it has spoken of up to the entry at hand.

use crate::words;
use facts::Named as _;
use std::collections::{BTreeMap, BTreeSet};
use transcript::runs::Runs;
use transcript::{Entry, Kind, Reading};

/// One record.
pub struct Record {
    /// The run's id.
    pub run: String,
    /// What its transcript says.
    pub reading: Reading,
    /// Whether the list of ended ceremonies has it, and it lies here as it ended: what it changed of registers that people keep
    /// counts only then. Of everything else the register tells what records say, whoever put them there.
    pub listed: bool,
}

impl Record {
    /// Fewer records than this are read by one processor.
    pub const WORTH_IT: usize = 8;

    /// A record, held against the list of ended ceremonies.
    pub fn held_against(ended: &Runs, run: String, reading: Reading) -> Self {
        let listed = ended.of(&run).is_some_and(|one| one.is_of(&reading.entries));
        Self { run, reading, listed }
    }
}

/// What the record at hand has spoken of so far: every list reads its entries against this.
pub(crate) struct Told<'r> {
    /// The record's run.
    pub(crate) run: &'r str,
    /// The set it makes.
    pub(crate) set: Option<String>,
    /// The set of an earlier ceremony that it opens.
    pub(crate) earlier: Option<String>,
    /// Whether the entry at hand is the first of all records that tells of that set.
    pub(crate) is_new: bool,
    /// The key's label, or how many keys of a plan there are.
    pub(crate) key: Option<String>,
    pub(crate) check_value: Option<String>,
    /// The serial number of the token that is open.
    pub(crate) serial: Option<String>,
    /// What the key is called at the provider whose wrapping key was read.
    pub(crate) cloud: Option<String>,
    /// The ceremony that the record opens the pack or the bundle of.
    pub(crate) earlier_run: Option<String>,
    /// The check value of the one key of the backup that the record opens, and of the bundle whose receipt it reads.
    pub(crate) opened: Option<String>,
    /// See [`Self::opened`].
    pub(crate) sent: Option<String>,
    /// Whether it says that its set takes the place of the older one: the older sheets were gone through by then.
    pub(crate) replaced: bool,
    names: BTreeMap<String, String>,
    /// The share that each custodian brought.
    brought: BTreeMap<String, u8>,
}

impl<'r> Told<'r> {
    pub(crate) fn of(record: &'r Record) -> Self {
        Self {
            run: &record.run,
            set: None,
            earlier: None,
            is_new: false,
            key: None,
            check_value: None,
            serial: None,
            cloud: None,
            earlier_run: None,
            opened: None,
            sent: None,
            replaced: false,
            names: BTreeMap::new(),
            brought: BTreeMap::new(),
        }
    }

    /// Goes on by an entry. `known` are the sets that the records so far told of.
    pub(crate) fn hear(&mut self, entry: &Entry, known: &mut BTreeSet<String>) {
        let people = facts::PEOPLE.within(entry).into_iter().flatten();
        self.names.extend(people.map(|(id, (name, _))| (id, name)));
        let plan = facts::PLAN_KEYS.within(entry).map(|keys| words::keys_of_a_plan(&keys));
        self.key = facts::KEY_LABEL.within(entry).or(plan).or(self.key.take());
        self.check_value = facts::CHECK_VALUE.within(entry).or(self.check_value.take());
        self.serial = facts::TOKEN_SERIAL.within(entry).or(self.serial.take());
        self.cloud = facts::CLOUD_KEY.within(entry).or(self.cloud.take());
        self.earlier_run = facts::EARLIER_CEREMONY.within(entry).or(self.earlier_run.take());
        self.sent = facts::EARLIER_CHECK_VALUE.within(entry).or(self.sent.take());
        if facts::DRILL_PLAN.within(entry).is_none() {
            self.opened = facts::DRILL_CHECK_VALUE.within(entry).or(self.opened.take());
        }
        if let Some(set) = facts::SHARE_SET.within(entry) {
            known.insert(set.clone());
            self.set = Some(set);
        }
        self.replaced |= facts::OLD_SET.within(entry).is_some();
        self.is_new = false;
        if let Some(earlier) = facts::DRILL_SET.within(entry) {
            self.is_new = known.insert(earlier.clone());
            self.earlier = Some(earlier);
        }
        if let (Some(_), Some(share), Some(_), Some(id)) =
            (&self.earlier, share_of(entry), facts::BAG_BROUGHT.within(entry), facts::CUSTODIAN.within(entry))
        {
            self.brought.insert(id, share);
        }
    }

    /// Who has the share that an entry is about: by name, where the record tells it.
    pub(crate) fn holder(&self, entry: &Entry) -> Option<String> {
        facts::CUSTODIAN.within(entry).map(|id| self.name_of(&id))
    }

    /// A person's name, or their id where the record does not tell it.
    pub(crate) fn name_of(&self, id: &str) -> String {
        self.names.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }

    /// The check value of the one key that the record is about.
    pub(crate) fn of_key(&self) -> Option<&String> {
        self.check_value.as_ref().or(self.opened.as_ref()).or(self.sent.as_ref())
    }

    /// The share that the custodian of an entry brought before.
    pub(crate) fn brought_by(&self, entry: &Entry) -> Option<u8> {
        facts::CUSTODIAN.within(entry).and_then(|id| self.brought.get(&id)).copied()
    }

    /// Whether an entry takes back what was made of the set: a backup that is made anew.
    pub(crate) fn is_voided(entry: &Entry) -> bool {
        entry.kind == Kind::TakenBack && facts::REMOVED_FILES.within(entry).is_some()
    }
}

/// The answers of a record that a script declared, where an entry is one of this kind.
pub(crate) fn declared<'e>(entry: &'e Entry, kind: &str) -> Option<impl Fn(&str) -> Option<String> + 'e> {
    let kind = facts::RECORDED.within(entry).filter(|recorded| recorded == kind)?;
    Some(move |field: &str| {
        let value = entry.value(&format!("{kind}.{field}"))?.as_str()?;
        (value != facts::NONE).then(|| value.to_owned())
    })
}

/// The number of the share that an entry is about.
pub(crate) fn share_of(entry: &Entry) -> Option<u8> {
    facts::SHARE_INDEX.within(entry).and_then(small)
}

/// A number of shares or sites.
pub(crate) fn small(number: u64) -> Option<u8> {
    u8::try_from(number).ok()
}

/// One list of the register. It reads the entries of all records, in order of time, and no other list.
pub(crate) trait List {
    /// Takes an entry of the record that is told of.
    fn take(&mut self, of: &Told<'_>, entry: &Entry);

    /// Another record begins.
    fn begins(&mut self) {}
}
