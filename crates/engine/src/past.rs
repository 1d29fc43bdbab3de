//! The record as far as it goes, for whoever reads it.

use crate::words;
use facts::{Form, Named};
use protocol::Problem;
use std::collections::BTreeMap;
use transcript::{Entry, Kind, Obligation};

/// A record's entries.
#[derive(Debug, Clone, Copy)]
pub struct Past<'r> {
    /// In their order.
    pub entries: &'r [Entry],
}

impl<'r> Past<'r> {
    /// How often a passphrase was refused, by the id of the person whose it was not.
    pub fn refused_sign_ins(&self) -> BTreeMap<String, u32> {
        let mut refused = BTreeMap::new();
        for entry in self.entries {
            if facts::NOTE.within(entry).as_deref() == Some(words::PASSPHRASE_REFUSED)
                && let Some(person) = facts::PERSON.within(entry)
            {
                *refused.entry(person).or_default() += 1;
            }
        }
        refused
    }

    /// The newest value of a fact that has its form: how a step learns what an earlier one made.
    pub fn newest<F: Form>(&self, fact: &impl Named<F>) -> Option<F::Value> {
        fact.newest(self.entries)
    }

    /// The same, refused where an earlier step did not record it: the checker makes that impossible.
    pub fn need<F: Form>(&self, fact: &impl Named<F>) -> Result<F::Value, Problem> {
        self.newest(fact).ok_or_else(words::out_of_order)
    }

    /// Whether the record says this at all.
    pub fn says<F: Form>(&self, fact: &impl Named<F>) -> bool {
        self.entries.iter().any(|e| e.value(&fact.called()).is_some())
    }

    /// Whether an ending of this kind is in the record.
    pub fn ended_as(&self, kind: Kind) -> bool {
        self.entries.iter().any(|e| e.kind == kind)
    }

    /// Whether the record has ended, either way.
    pub fn is_over(&self) -> bool {
        self.ended_as(Kind::Closed) || self.ended_as(Kind::Abandoned)
    }

    /// What is owed.
    pub fn owed(&self) -> Vec<&'r Obligation> {
        let mut open: Vec<&Obligation> = Vec::new();
        for entry in self.entries {
            open.retain(|o| !entry.closes.contains(&o.id));
            open.extend(&entry.opens);
        }
        open
    }

    /// The newest digest of each file that the record names and that was not removed since, by recorded name.
    pub fn files(&self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        for entry in self.entries {
            files.extend(entry.files.iter().map(|f| (f.name.clone(), f.sha256.clone())));
            for name in facts::REMOVED_FILES.within(entry).into_iter().flatten() {
                files.remove(&name);
            }
        }
        files
    }
}
