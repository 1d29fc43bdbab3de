//! Scripts that people approved for production.

use crate::told::{List, Record, Told, declared};
use serde::{Deserialize, Serialize};
use transcript::{Entry, Kind};

/// An approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The script: its name and version.
    pub script: String,
    /// The SHA-256 of its file, in lower-case hex.
    pub sha256: String,
    /// The day until which it is approved.
    pub until: String,
    /// The policy that it follows: its id, version and SHA-256 as they stood, where one was named.
    #[serde(default)]
    pub policy: Option<String>,
    /// When two people signed it, UTC.
    pub since: String,
    /// The run.
    pub run: String,
}

/// Every approval whose ceremony closed and is on the list of ended ones, oldest first: a file that somebody put among the records
/// approves nothing.
#[derive(Default)]
pub(crate) struct Approvals {
    all: Vec<Approval>,
    /// Of the record at hand.
    own: Vec<Approval>,
}

impl List for Approvals {
    fn take(&mut self, of: &Told<'_>, entry: &Entry) {
        let Some(said) = declared(entry, facts::SCRIPT_APPROVAL) else { return };
        let script = said("script");
        let Some((script, sha256)) = script.as_deref().and_then(|text| text.rsplit_once(' ')) else { return };
        self.own.push(Approval {
            script: script.to_owned(),
            sha256: sha256.to_owned(),
            until: said("until").unwrap_or_default(),
            policy: said("policy"),
            since: entry.utc.clone(),
            run: of.run.to_owned(),
        });
    }

    fn begins(&mut self) {
        self.own.clear();
    }
}

impl Approvals {
    /// The record at hand is read to its end.
    pub(crate) fn ended(&mut self, record: &Record) {
        let own = std::mem::take(&mut self.own);
        if record.listed && record.reading.bad.is_none() && record.reading.ended == Some(Kind::Closed) {
            self.all.extend(own);
        }
    }

    pub(crate) fn listed(self) -> Vec<Approval> {
        self.all
    }
}
