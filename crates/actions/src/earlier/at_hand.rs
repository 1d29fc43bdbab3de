//! What this workstation's other records say of where a key went. A record can only add to what the opened pack names:
//! anybody could have put it there, and what it adds is a question to two people.

use crate::earlier::{signer, words};
use engine::shelf::OtherRun;
use engine::{Cue, Shelf};
use facts::{CheckValue, Fact, Named as _};
use protocol::Problem;
use register::places::{self, Place, Sort};
use register::{walk, walk_plan};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use transcript::{Entry, Reading};

/// How the check value of a pair begins: it is the whole SHA-256 of its public half, so that no other key has it.
const WHOLE: &str = "spki-sha256:";

/// Another run's record, with the check values of all keys that it is of.
struct Record {
    other: OtherRun,
    reading: Reading,
    keys: BTreeSet<String>,
    /// Where the keys of its plan went, once somebody asked: a plan has up to thousands.
    of_plan: OnceCell<BTreeMap<String, Vec<Place>>>,
    /// The same record as its evidence pack has it, where that verifies, once somebody asked.
    signed: OnceCell<Option<Box<Record>>>,
}

/// The other runs' records.
pub(crate) struct AtHand {
    records: Vec<Record>,
    /// What is not at hand or not as it ended.
    unread: Vec<Place>,
}

impl Record {
    fn says(&self, is: impl Fn(&Entry) -> bool) -> bool {
        self.reading.entries.iter().any(is)
    }

    fn of(other: OtherRun, reading: Reading) -> Self {
        const KEYS: [Fact<CheckValue>; 5] = [
            facts::CHECK_VALUE,
            facts::WRAPPED_CHECK_VALUE,
            facts::EARLIER_CHECK_VALUE,
            facts::PLAN_MADE_CHECK_VALUE,
            facts::PLAN_BACKED_CHECK_VALUE,
        ];
        let mut keys = BTreeSet::new();
        for entry in &reading.entries {
            keys.extend(KEYS.iter().filter_map(|fact| fact.within(entry)));
            keys.extend(facts::DRILL_CHECK_VALUE.within(entry));
        }
        Self { other, reading, keys, of_plan: OnceCell::new(), signed: OnceCell::new() }
    }

    /// Whether it is of a key with this check value.
    fn is_of_key(&self, check_value: &str) -> bool {
        self.keys.contains(check_value)
    }

    /// Every place that it names for the key with this check value.
    fn places(&self, check_value: &str) -> Vec<Place> {
        let entries = &self.reading.entries;
        let of_plan = self.of_plan.get_or_init(|| walk_plan::of_record(entries, false).into_iter().collect());
        match of_plan.get(check_value) {
            Some(places) => places.iter().cloned().map(|p| Place { became: None, ..p }).collect(),
            None => walk::of_record(entries, false),
        }
    }

    /// Whether it says that a key lay in one of these tokens.
    fn names_token(&self, tokens: &BTreeSet<String>) -> bool {
        let is = |said: Option<String>| said.is_some_and(|s| tokens.contains(&places::token_id(&s)));
        self.says(|e| {
            is(facts::TOKEN_SERIAL.within(e))
                || is(facts::EARLIER_TOKEN_SERIAL.within(e))
                || is(facts::RESTORED_INTO.within(e))
        })
    }

    /// Whether it is one of these ceremonies, or goes on from one.
    fn is_of_run(&self, family: &BTreeSet<String>) -> bool {
        let earlier = |e: &Entry| facts::EARLIER_CEREMONY.within(e).is_some_and(|r| family.contains(&r));
        family.contains(&self.other.run) || self.says(earlier)
    }
}

impl AtHand {
    /// Reads every run's record but that of `run`, whose pack is opened. A record that was taken away or cut says nothing: what it
    /// said is unknown, unless its evidence pack, signed with one of these keys (SHA-256), still does.
    pub(crate) fn read(
        cue: Cue<'_>,
        shelf: &(impl Shelf + ?Sized),
        run: &str,
        signers: &[&str],
    ) -> Result<Self, Problem> {
        let others = shelf.other_runs()?.into_iter();
        let mut records: Vec<Record> =
            others.map(|other| Record::of(other.clone(), other.reading())).collect();
        let mut unread = Vec::new();
        for gone in shelf.without_record()?.into_iter().filter(|gone| gone != run) {
            let record = records.iter_mut().find(|record| record.other.run == gone);
            match record.and_then(|record| Some((signed(cue, &record.other, signers)?, record))) {
                Some((whole, record)) => *record = whole,
                None => unread.push(Place::unread(&gone, words::NOT_AS_IT_ENDED)),
            }
        }
        Ok(Self { records, unread })
    }

    /// Adds to the places of a key with that check value, as the pack of `run` names them, what these records name. A record
    /// that is not surely of the same key has its places marked. A record whose evidence pack is signed with one of these keys
    /// (SHA-256) is known whole.
    pub(crate) fn add(
        &self,
        cue: Cue<'_>,
        run: &str,
        check_value: &str,
        signers: &[&str],
        to: &mut Vec<Place>,
    ) {
        places::add(to, self.unread.iter().cloned());
        let mut left: Vec<&Record> = self.records.iter().collect();
        let mut family: BTreeSet<String> = to.iter().map(|p| p.run.clone()).chain([run.to_owned()]).collect();
        let mut tokens: BTreeSet<String> =
            to.iter().filter(|p| p.sort == Sort::Token).map(|p| p.id.clone()).collect();
        let mut read: BTreeSet<String> = BTreeSet::from([run.to_owned()]);
        // One that belongs may name what makes another one belong.
        loop {
            let belongs = |r: &&Record| {
                r.is_of_key(check_value)
                    && (check_value.starts_with(WHOLE) || r.names_token(&tokens) || r.is_of_run(&family))
            };
            let Some(at) = left.iter().position(belongs) else { break };
            let mut record = left.remove(at);
            let whole = record.signed.get_or_init(|| signed(cue, &record.other, signers).map(Box::new));
            if let Some(whole) = whole {
                read.insert(record.other.run.clone());
                record = whole;
            }
            let found = record.places(check_value);
            tokens.extend(found.iter().filter(|p| p.sort == Sort::Token).map(|p| p.id.clone()));
            family.insert(record.other.run.clone());
            places::add(to, found);
            damaged(record, to);
        }
        for record in left {
            let of_key = record.is_of_key(check_value);
            if of_key {
                let found = record.places(check_value);
                places::add(to, found.into_iter().map(|p| Place { perhaps: true, ..p }));
            }
            if of_key || record.reading.bad.is_some() {
                damaged(record, to);
            }
        }
        // What was not known of a record is known once it was read itself.
        to.retain(|p| p.sort != Sort::Record || !read.contains(&p.run));
    }
}

/// The record as its evidence pack has it, where that verifies.
fn signed(cue: Cue<'_>, other: &OtherRun, signers: &[&str]) -> Option<Record> {
    let signer = signer::verified(&other.pack, cue.plan.mode, cue.repertoire).ok()?;
    let bytes = outside::read(&other.pack.join("transcript.jsonl"), outside::LARGEST_RECORD).ok()?;
    signers.contains(&signer.as_str()).then(|| Record::of(other.clone(), Reading::of(&bytes)))
}

/// What comes after the first bad entry is not read: where it says that the key went is then unknown.
fn damaged(record: &Record, to: &mut Vec<Place>) {
    if let Some((entry, why)) = &record.reading.bad {
        places::add(to, [Place::unread(&record.other.run, &words::bad_entry(*entry, why))]);
    }
}
