//! The newest bag of each share of an earlier set: a drill seals the sheets in new bags, which the pack of the ceremony
//! that made the set cannot know. This workstation's own drills do, and their packs are believed as far as they verify.

use crate::earlier::{signer, words};
use engine::shelf::{OtherRun, reading};
use engine::{Cue, Shelf};
use facts::Named as _;
use protocol::Problem;
use std::collections::BTreeMap;
use transcript::{Entry, Kind, Reading};

/// What this workstation's other records say of a set's bags.
#[derive(Default)]
pub(crate) struct Newest {
    /// Share index, the bag it was sealed in last, and the ceremony in which it was.
    pub(crate) bags: Vec<(u64, String, String)>,
    /// Ceremonies that sealed sheets of the set and that are not believed, each with why.
    pub(crate) passed_over: Vec<(String, String)>,
}

/// Reads every other record of this mode on this workstation. Only closed ceremonies count, by their evidence packs, signed
/// with one of these keys (SHA-256): anybody can put a folder there, and a pack says what it says.
pub(crate) fn of(
    cue: Cue<'_>,
    shelf: &(impl Shelf + ?Sized),
    set: &str,
    signers: &[&str],
) -> Result<Newest, Problem> {
    let mut found = Newest::default();
    let mut drills = Vec::new();
    for other in shelf.other_runs()? {
        let record = other.reading();
        // What comes after the first bad entry is not read: whether it sealed sheets of the set is then unknown.
        let of_set = |e: &Entry| facts::DRILL_SET.within(e).as_deref() == Some(set);
        let damaged = record.bad.is_some() && record.entries.iter().any(of_set);
        if !damaged && resealed(&record.entries, set).is_empty() {
            continue;
        }
        match believed(cue, &other, &record, set, signers) {
            Ok((when, bags)) => drills.push((when, other.run, bags)),
            Err(why) => found.passed_over.push((other.run, why)),
        }
    }
    // Times are all of one form (RFC 3339, UTC, milliseconds), so their order is that of the text.
    drills.sort();
    let mut newest = BTreeMap::new();
    for (_, run, bags) in drills {
        newest.extend(bags.into_iter().map(|(share, bag)| (share, (bag, run.clone()))));
    }
    found.bags = newest.into_iter().map(|(share, (bag, run))| (share, bag, run)).collect();
    found.passed_over.sort();
    Ok(found)
}

/// When a drill ended, and the bags that its pack says it sealed; or why it is not believed.
fn believed(
    cue: Cue<'_>,
    other: &OtherRun,
    record: &Reading,
    set: &str,
    signers: &[&str],
) -> Result<(String, BTreeMap<u64, String>), String> {
    if let Some((entry, why)) = &record.bad {
        return Err(words::entry_does_not_verify(*entry, why));
    }
    if record.ended != Some(Kind::Closed) {
        return Err(words::NOT_CLOSED.to_owned());
    }
    let signer = signer::verified(&other.pack, cue.plan.mode, cue.repertoire).map_err(|p| p.happened)?;
    if !signers.contains(&signer.as_str()) {
        return Err(words::ANOTHER_SIGNER.to_owned());
    }
    // From here on the pack's own record counts, which is the one that was verified.
    let entries = reading(&other.pack).entries;
    let ended = entries.iter().rev().find(|e| e.kind == Kind::Closed).map(|e| e.utc.clone());
    Ok((ended.unwrap_or_default(), resealed(&entries, set)))
}

/// The bags that a record says sheets of the set were sealed in again: by share index. Where custodians brought their
/// shares twice, because the room ended in between, the last time counts.
fn resealed(entries: &[Entry], set: &str) -> BTreeMap<u64, String> {
    let (mut ours, mut brought, mut bags) = (false, BTreeMap::new(), BTreeMap::new());
    for entry in entries {
        if let Some(opened) = facts::DRILL_SET.within(entry) {
            ours = opened == set;
        }
        let Some(custodian) = facts::CUSTODIAN.within(entry).filter(|_| ours) else { continue };
        if facts::BAG_BROUGHT.within(entry).is_some()
            && let Some(share) = facts::SHARE_INDEX.within(entry)
        {
            brought.insert(custodian.clone(), share);
        }
        if let (Some(bag), Some(share)) = (facts::BAG_RESEALED.within(entry), brought.get(&custodian)) {
            bags.insert(*share, bag);
        }
    }
    bags
}
