//! Rules over a whole record.

use crate::approval;
use crate::past::Past;
use crate::replay::{Departure, Signed};
use script::{Person, Plan, Planned};
use std::path::Path;
use transcript::{Entry, Kind};

/// What a rule sees.
pub struct Whole<'r> {
    /// The plan.
    pub plan: &'r Plan,
    /// The record.
    pub past: Past<'r>,
    /// Whether it was closed, or is about to be.
    pub closed: bool,
    /// The pack that it lies in, where there is one; files of it may be withheld.
    pub pack: Option<&'r Path>,
}

impl Whole<'_> {
    /// These people signed exactly this sentence in the attempt that came to an outcome, as far as they sign with YubiKeys: a
    /// passphrase leaves nothing that could be checked here.
    pub fn signed_for<'p>(
        &self,
        outcome: &Entry,
        people: impl IntoIterator<Item = &'p Person>,
        says: &str,
    ) -> Result<(), Departure> {
        let before = self.past.entries.iter().rev().skip_while(|e| e.seq >= outcome.seq);
        let attempt = before.take_while(|e| e.kind != Kind::Intent);
        let signed: Vec<Signed> = attempt.filter_map(approval::said).collect();
        Signed::by(&signed, people, says, outcome)
    }

    /// The step that an entry is of.
    pub fn step_of(&self, entry: &Entry) -> Option<&Planned> {
        self.plan.steps.iter().find(|step| entry.step.as_ref() == Some(&step.id))
    }
}

/// A rule over the whole record, which belongs to several actions.
pub trait Rule: Sync {
    /// Whether the record keeps it.
    fn holds(&self, whole: &Whole<'_>) -> Result<(), Departure>;
}
