//! What ceremonies of a workstation commissioned: rosters, modules, and the keys that sign its records. Those of closed
//! ceremonies on the list of ended ones count, whose records lie there as they ended. A file that somebody put beside them
//! enrols nobody, and where the record of one that ended is not there, what it commissioned is not known: it is not taken for
//! one that commissioned nothing.

use crate::memory::ended_list;
use crate::shelf::reading;
use crate::stage::Origin;
use facts::Named as _;
use std::collections::BTreeMap;
use std::path::Path;
use transcript::runs::EndedRun;
use transcript::{Entry, Kind};

/// What the ceremonies that ended in one mode commissioned.
#[derive(Debug, Default)]
pub struct Commissioned {
    /// Each that did, in the order in which they ended, with its place on the list.
    ceremonies: Vec<(usize, Ceremony)>,
    /// Closed ones whose record is not there as it ended, with their place.
    missing: Vec<(usize, String)>,
    /// Which key signed the line of each that ended.
    signers: Vec<String>,
    /// How many had ended when each of them began, where its record tells.
    begun_after: Vec<Option<u64>>,
}

/// One that commissioned.
#[derive(Debug)]
struct Ceremony {
    run: String,
    roster: String,
    key: Option<String>,
    module: Option<String>,
}

impl Commissioned {
    /// What the list of ended ceremonies and their records say in the folder of a mode. Where the list does not hold in
    /// itself, nothing is known, and no ceremony begins either.
    pub fn here(mode: &Path) -> Self {
        let Ok(list) = ended_list(mode) else { return Self::default() };
        let mut here = Self { signers: list.signers().to_vec(), ..Self::default() };
        for (at, ended) in list.ended().iter().enumerate() {
            let record = as_it_ended(mode, ended);
            let first = record.as_ref().and_then(|record| record.first());
            here.begun_after.push(first.and_then(|first| facts::RUNS_ENDED_BEFORE.within(first)));
            match record {
                _ if ended.how != Kind::Closed => {}
                Some(record) => {
                    here.ceremonies.extend(Ceremony::of(&ended.run, &record).map(|one| (at, one)));
                }
                None => here.missing.push((at, ended.run.clone())),
            }
        }
        here
    }

    /// Whether a roster of this digest (SHA-256, lower-case hex) is that of the last ceremony that enrolled anybody.
    pub fn roster(&self, sha256: &str) -> Origin {
        let newest = self.ceremonies.last();
        let since = newest.map_or(0, |(at, _)| *at);
        if let Some((_, run)) = self.missing.iter().rfind(|(at, _)| *at >= since) {
            return Origin::Unknown(run.clone());
        }
        match newest {
            None if self.signers.is_empty() => Origin::NothingBefore,
            Some((_, newest)) if newest.roster == sha256 => Origin::Ceremony(newest.run.clone()),
            _ if self.enrolled(sha256) => Origin::Replaced,
            _ => Origin::Elsewhere,
        }
    }

    /// The digest of the roster that was enrolled last, as far as the records that are there tell.
    pub fn newest_roster(&self) -> Option<&str> {
        self.ceremonies.last().map(|(_, one)| one.roster.as_str())
    }

    /// Whether some ceremony enrolled a roster of this digest.
    pub fn enrolled(&self, sha256: &str) -> bool {
        self.ceremonies.iter().any(|(_, one)| one.roster == sha256)
    }

    /// Whether a key of this digest (SHA-256 of DER `SubjectPublicKeyInfo`, lower-case hex) signs ceremonies here.
    pub(crate) fn key(&self, sha256: &str) -> Origin {
        self.one_of(|one| one.key.as_deref(), sha256)
    }

    /// Whether a module whose file has this digest (SHA-256, lower-case hex) was commissioned.
    pub fn module(&self, sha256: &str) -> Origin {
        self.one_of(|one| one.module.as_deref(), sha256)
    }

    /// How many lines of the list neither the key of this digest signed nor one that was commissioned by then. What was on the
    /// list when a ceremony of this key's began was looked at then, and is in its record; what came while it was stopped was
    /// not, though its own line names that as the one before it.
    pub(crate) fn lines_by_others(&self, key_sha256: &str) -> u64 {
        let own = self.signers.iter().zip(&self.begun_after).filter(|(by, _)| *by == key_sha256);
        let vouched = own.filter_map(|(_, begun_after)| *begun_after).max().unwrap_or_default();
        let vouched = usize::try_from(vouched).unwrap_or(usize::MAX);
        // The token's own key vouches for its own lines, wherever they stand.
        let is_known = |at: usize| at < vouched || self.signers.get(at).is_some_and(|by| by == key_sha256);
        let known = self.ceremonies.iter().filter(|(at, _)| is_known(*at));
        let keys: Vec<&str> = known.filter_map(|(_, one)| one.key.as_deref()).collect();
        let after = self.signers.iter().skip(vouched);
        after.filter(|by| *by != key_sha256 && !keys.contains(&by.as_str())).count() as u64
    }

    fn one_of(&self, tells: impl Fn(&Ceremony) -> Option<&str>, sha256: &str) -> Origin {
        let told: BTreeMap<&str, &str> =
            self.ceremonies.iter().filter_map(|(_, one)| Some((tells(one)?, one.run.as_str()))).collect();
        match (told.get(sha256), self.missing.last()) {
            (Some(run), _) => Origin::Ceremony((*run).to_owned()),
            (None, Some((_, run))) if told.is_empty() => Origin::Unknown(run.clone()),
            (None, None) if told.is_empty() => Origin::NothingBefore,
            (None, _) => Origin::Elsewhere,
        }
    }
}

impl Ceremony {
    fn of(run: &str, record: &[Entry]) -> Option<Self> {
        Some(Self {
            run: run.to_owned(),
            roster: facts::ROSTER_ENROLLED_SHA256.newest(record)?,
            key: facts::SIGNING_KEY_SHA256.newest(record),
            module: facts::MODULE_SHA256.newest(record),
        })
    }
}

/// The record of a ceremony on the list, where it lies there as it ended.
fn as_it_ended(mode: &Path, ended: &EndedRun) -> Option<Vec<Entry>> {
    let record = reading(&mode.join("runs").join(&ended.run)).entries;
    ended.is_of(&record).then_some(record)
}

/// The ceremonies on the list of a mode whose record is not there as it ended.
pub(crate) fn without_record(mode: &Path) -> Vec<String> {
    let Ok(list) = ended_list(mode) else { return Vec::new() };
    let missing = list.ended().iter().filter(|ended| as_it_ended(mode, ended).is_none());
    missing.map(|ended| ended.run.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(at: usize, roster: &str) -> (usize, Ceremony) {
        let text = |what: &str| Some(format!("{what}-of-{roster}"));
        let (key, module) = (text("key"), text("module"));
        (at, Ceremony { run: format!("run-{at}"), roster: roster.to_owned(), key, module })
    }

    fn here(ceremonies: Vec<(usize, Ceremony)>, missing: &[usize], ended: usize) -> Commissioned {
        let missing = missing.iter().map(|at| (*at, format!("run-{at}"))).collect();
        let signers = vec!["key-of-a".to_owned(); ended];
        Commissioned { ceremonies, missing, signers, begun_after: vec![None; ended] }
    }

    fn by(at: usize) -> Origin {
        Origin::Ceremony(format!("run-{at}"))
    }

    fn unknown(at: usize) -> Origin {
        Origin::Unknown(format!("run-{at}"))
    }

    #[test]
    fn the_people_are_those_enrolled_last() {
        assert_eq!(here(vec![], &[], 0).roster("a"), Origin::NothingBefore);
        assert_eq!(here(vec![], &[], 3).roster("a"), Origin::Elsewhere);
        let twice = || vec![one(0, "a"), one(4, "b")];
        assert_eq!(here(twice(), &[], 6).roster("b"), by(4));
        assert_eq!(here(twice(), &[], 6).roster("a"), Origin::Replaced);
        assert_eq!(here(twice(), &[], 6).roster("c"), Origin::Elsewhere);
        // One that ended before is missed by nobody; one that ended since may have enrolled others.
        assert_eq!(here(twice(), &[2], 6).roster("b"), by(4));
        assert_eq!(here(twice(), &[2, 5], 6).roster("b"), unknown(5));
        assert_eq!(here(vec![one(0, "a")], &[4], 6).roster("a"), unknown(4));
        assert_eq!(here(vec![], &[0], 1).roster("a"), unknown(0));
    }

    #[test]
    fn a_key_and_a_module_are_those_of_any_commissioning_and_of_none_that_is_missing() {
        let twice = || vec![one(0, "a"), one(4, "b")];
        assert_eq!(here(twice(), &[1], 6).key("key-of-a"), by(0));
        assert_eq!(here(twice(), &[], 6).module("module-of-b"), by(4));
        assert_eq!(here(twice(), &[5], 6).module("other"), Origin::Elsewhere);
        assert_eq!(here(vec![], &[0], 2).key("other"), unknown(0));
        assert_eq!(here(vec![], &[], 2).key("other"), Origin::NothingBefore);
    }

    #[test]
    fn a_line_is_vouched_for_by_a_ceremony_of_the_tokens_key_that_began_after_it() {
        let begun = |signers: &[&str], begun_after: &[u64], key: &str| {
            let signers = signers.iter().map(|s| format!("key-of-{s}")).collect();
            let ceremonies = vec![one(0, "a"), one(2, "b")];
            let begun_after = begun_after.iter().map(|many| Some(*many)).collect();
            let here = Commissioned { ceremonies, missing: vec![], signers, begun_after };
            here.lines_by_others(&format!("key-of-{key}"))
        };
        // Each began when the one before it had ended.
        let by_others =
            |signers: &[&str], key: &str| begun(signers, &(0..signers.len() as u64).collect::<Vec<_>>(), key);
        assert_eq!(by_others(&["a", "a", "a"], "a"), 0);
        assert_eq!(by_others(&[], "a"), 0);
        assert_eq!(by_others(&["a", "a", "x"], "a"), 1);
        assert_eq!(by_others(&["x", "x", "a"], "a"), 0);
        assert_eq!(by_others(&["a", "a", "a", "x", "b"], "a"), 1, "b was commissioned by then");
        assert_eq!(by_others(&["a", "a", "b", "b"], "a"), 2, "b was not commissioned before");
        assert_eq!(by_others(&["a", "a", "b"], "new"), 3);
        // One that somebody put there while the ceremony was stopped that ended after it.
        assert_eq!(begun(&["a", "x", "a"], &[0, 0, 1], "a"), 1);
        assert_eq!(
            begun(&["a", "x", "a", "a"], &[0, 0, 1, 3], "a"),
            0,
            "it was looked at when the last began"
        );
    }
}
