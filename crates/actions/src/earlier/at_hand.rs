//! What this workstation's other records say of where a key went. A record can only add to what the opened pack names:
//! anybody could have put it there, and what it adds is a question to two people.

use crate::earlier::{signer, words};
use engine::shelf::OtherRun;
use engine::{Cue, Shelf};
use facts::Named as _;
use protocol::Problem;
use register::places::{self, Place, Sort};
use register::{walk, walk_plan};
use std::collections::BTreeSet;
use transcript::{Entry, Reading};

/// How the check value of a pair begins: it is the whole SHA-256 of its public half, so that no other key has it.
const WHOLE: &str = "spki-sha256:";

/// Another run's record.
struct Record {
    other: OtherRun,
    reading: Reading,
}

impl Record {
    fn says(&self, is: impl Fn(&Entry) -> bool) -> bool {
        self.reading.entries.iter().any(is)
    }

    /// Whether it is of a key with this check value.
    fn is_of_key(&self, check_value: &str) -> bool {
        let is = |said: Option<String>| said.as_deref() == Some(check_value);
        self.says(|e| {
            is(facts::CHECK_VALUE.within(e))
                || is(facts::DRILL_CHECK_VALUE.within(e))
                || is(facts::WRAPPED_CHECK_VALUE.within(e))
                || is(facts::EARLIER_CHECK_VALUE.within(e))
                || is(facts::PLAN_MADE_CHECK_VALUE.within(e))
                || is(facts::PLAN_BACKED_CHECK_VALUE.within(e))
        })
    }

    /// Every place that it names for the key with this check value.
    fn places(&self, check_value: &str) -> Vec<Place> {
        let of_plan = walk_plan::of_record(&self.reading.entries, false);
        match of_plan.into_iter().find(|(key, _)| key == check_value) {
            Some((_, places)) => places.into_iter().map(|p| Place { became: None, ..p }).collect(),
            None => walk::of_record(&self.reading.entries, false),
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

/// Adds to the places of a key with that check value, as the pack of `run` names them, what the other records at hand
/// name. A record that is not surely of the same key has its places marked. A record whose evidence pack is signed with
/// one of these keys (SHA-256) is known whole.
pub(crate) fn add(
    cue: Cue<'_>,
    shelf: &(impl Shelf + ?Sized),
    run: &str,
    check_value: &str,
    signers: &[&str],
    to: &mut Vec<Place>,
) -> Result<(), Problem> {
    let others = shelf.other_runs()?.into_iter();
    let mut left: Vec<Record> = others.map(|other| Record { reading: other.reading(), other }).collect();
    // A record that was taken away or cut says nothing: what it said is unknown, unless its evidence pack still does.
    for gone in shelf.without_record()?.into_iter().filter(|gone| gone != run) {
        let record = left.iter_mut().find(|record| record.other.run == gone);
        match record.and_then(|record| Some((signed(cue, &record.other, signers)?, record))) {
            Some((reading, record)) => record.reading = reading,
            None => places::add(to, [Place::unread(&gone, words::NOT_AS_IT_ENDED)]),
        }
    }
    let mut family: BTreeSet<String> = to.iter().map(|p| p.run.clone()).chain([run.to_owned()]).collect();
    let mut tokens: BTreeSet<String> =
        to.iter().filter(|p| p.sort == Sort::Token).map(|p| p.id.clone()).collect();
    let mut read: BTreeSet<String> = BTreeSet::from([run.to_owned()]);
    // One that belongs may name what makes another one belong.
    loop {
        let belongs = |r: &Record| {
            r.is_of_key(check_value)
                && (check_value.starts_with(WHOLE) || r.names_token(&tokens) || r.is_of_run(&family))
        };
        let Some(at) = left.iter().position(belongs) else { break };
        let mut record = left.remove(at);
        if let Some(signed) = signed(cue, &record.other, signers) {
            read.insert(record.other.run.clone());
            record.reading = signed;
        }
        let found = record.places(check_value);
        tokens.extend(found.iter().filter(|p| p.sort == Sort::Token).map(|p| p.id.clone()));
        family.insert(record.other.run.clone());
        places::add(to, found);
        damaged(&record, to);
    }
    for record in &left {
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
    Ok(())
}

/// The record as its evidence pack has it, where that verifies.
fn signed(cue: Cue<'_>, other: &OtherRun, signers: &[&str]) -> Option<Reading> {
    let signer = signer::verified(&other.pack, cue.plan.mode, cue.repertoire).ok()?;
    let bytes = outside::read(&other.pack.join("transcript.jsonl"), outside::LARGEST_RECORD).ok()?;
    signers.contains(&signer.as_str()).then(|| Reading::of(&bytes))
}

/// What comes after the first bad entry is not read: where it says that the key went is then unknown.
fn damaged(record: &Record, to: &mut Vec<Place>) {
    if let Some((entry, why)) = &record.reading.bad {
        places::add(to, [Place::unread(&record.other.run, &words::bad_entry(*entry, why))]);
    }
}
