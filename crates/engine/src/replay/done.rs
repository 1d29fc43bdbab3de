//! One outcome, as its action gets it to judge.

use super::{Departure, Why};
use crate::past::Past;
use script::{Plan, Planned};
use transcript::{Entry, Kind};

/// Who signed what, each verified, since the step at hand was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The person's id.
    pub person: String,
    /// The sentence.
    pub says: String,
    /// What they restated.
    pub restated: Option<String>,
}

/// One outcome, with all that leads to it.
pub struct Done<'r> {
    /// The plan.
    pub plan: &'r Plan,
    /// The step that it is of.
    pub step: &'r Planned,
    /// Every entry before it.
    pub before: Past<'r>,
    /// Those since its step was begun.
    pub since_intent: &'r [Entry],
    /// The outcome.
    pub outcome: &'r Entry,
    /// Who signed with a YubiKey since then; a passphrase leaves nothing that could be checked here.
    pub signed: &'r [Signed],
}

impl Done<'_> {
    /// How many exceptions were raised since the step was begun; that each was decided is every record's rule.
    pub fn exceptions(&self) -> usize {
        self.since_intent.iter().filter(|e| e.kind == Kind::Exception).count()
    }

    /// A departure of this outcome, under the action's name.
    pub fn departs(&self, code: &'static str, says: impl Into<String>) -> Departure {
        let why = Why::Of { action: self.step.action.name, code, says: says.into() };
        Departure { entry: Some(self.outcome.seq), why }
    }
}
