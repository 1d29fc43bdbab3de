//! One outcome, as its action gets it to judge.

use super::{Departure, Why};
use crate::past::Past;
use facts::Named as _;
use protocol::Problem;
use script::{Person, Plan, Planned};
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

impl Signed {
    /// These people signed exactly this sentence, as far as they sign with YubiKeys: a passphrase leaves nothing that could be
    /// checked here. Else a departure of this outcome.
    pub(crate) fn by<'p>(
        signed: &[Self],
        people: impl IntoIterator<Item = &'p Person>,
        says: &str,
        outcome: &Entry,
    ) -> Result<(), Departure> {
        let did = |person: &Person| signed.iter().any(|s| s.person == person.id && s.says == says);
        let missing = people.into_iter().find(|person| person.yubikey.is_some() && !did(person));
        missing.map_or(Ok(()), |person| {
            let why = Why::SignedOtherwise { name: person.name.clone() };
            Err(Departure { entry: Some(outcome.seq), why })
        })
    }
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
    /// This problem was made an exception since the step was begun; else a departure that says so. It is held against the
    /// problem that the action raises, so that one about something else decides nothing. That each exception was decided is
    /// every record's rule.
    pub fn decided(&self, on: &Problem, otherwise: &'static str) -> Result<(), Departure> {
        let mut raised = self.since_intent.iter().filter(|e| e.kind == Kind::Exception);
        if raised.any(|e| facts::CODE.within(e).as_ref() == Some(&on.code)) {
            return Ok(());
        }
        Err(self.departs("not-decided", otherwise))
    }

    /// These people signed exactly this sentence, as far as they sign with YubiKeys.
    pub fn signed_by<'p>(
        &self,
        people: impl IntoIterator<Item = &'p Person>,
        says: &str,
    ) -> Result<(), Departure> {
        Signed::by(self.signed, people, says, self.outcome)
    }

    /// Who does the step, and who confirms it where somebody does.
    pub fn both(&self) -> impl Iterator<Item = &Person> {
        [Some(&self.step.actor), self.step.confirmer.as_ref()].into_iter().flatten()
    }

    /// A departure of this outcome, under the action's name.
    pub fn departs(&self, code: &'static str, says: impl Into<String>) -> Departure {
        let why = Why::Of { action: self.step.action.name, code, says: says.into() };
        Departure { entry: Some(self.outcome.seq), why }
    }
}
