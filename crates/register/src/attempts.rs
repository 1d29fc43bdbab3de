//! What was refused: passphrases that were not the person's, and PINs that the token did not take.

use crate::told::{List, Told};
use facts::{Named as _, PASSPHRASE_REFUSED, PIN_OF_THE_FACTORY, PIN_REFUSED};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use transcript::{Entry, Kind};

/// Refused attempts by one person, or at one token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempts {
    /// What was refused.
    pub of: AttemptOf,
    /// Whose passphrase it was not, by name; or the token's serial number.
    pub whose: String,
    /// How often, over all ceremonies.
    pub times: u32,
    /// When last, UTC, and in which run.
    pub last: String,
    /// See [`Self::last`].
    pub run: String,
}

/// What was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttemptOf {
    /// To sign as a person.
    Person,
    /// To open a token.
    Token,
}

/// All of them.
#[derive(Default)]
pub(crate) struct Refused(BTreeMap<(AttemptOf, String), Attempts>);

impl List for Refused {
    fn take(&mut self, of: &Told<'_>, entry: &Entry) {
        let Some(note) = facts::NOTE.within(entry).filter(|_| entry.kind == Kind::Note) else { return };
        let (sort, whose) = match note.as_str() {
            PASSPHRASE_REFUSED => (AttemptOf::Person, facts::PERSON.within(entry).map(|id| of.name_of(&id))),
            PIN_REFUSED | PIN_OF_THE_FACTORY => (AttemptOf::Token, of.serial.clone()),
            _ => return,
        };
        let whose = whose.unwrap_or_default();
        let attempts = self.0.entry((sort, whose.clone())).or_insert_with(|| Attempts {
            of: sort,
            whose,
            times: 0,
            last: String::new(),
            run: String::new(),
        });
        attempts.times += 1;
        (attempts.last, attempts.run) = (entry.utc.clone(), of.run.to_owned());
    }
}

impl Refused {
    /// By whom or at what.
    pub(crate) fn listed(self) -> Vec<Attempts> {
        self.0.into_values().collect()
    }
}
