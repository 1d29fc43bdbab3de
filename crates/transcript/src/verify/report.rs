//! What the verifier found, check by check.

use crate::types::{Entry, Level};

/// One thing that was checked.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Line {
    /// Whether it holds.
    pub holds: bool,
    /// What was checked and found, in a sentence.
    pub says: String,
}

/// What the verifier found.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Report {
    /// Whether everything that was checked holds.
    pub holds: bool,
    /// `rehearsal` or `production`, if the first entry could be read.
    pub mode: Option<String>,
    /// Each check; the mode stands first.
    pub lines: Vec<Line>,
    /// What this cannot tell, and what a reader must do about it.
    pub not_checked: Vec<String>,
    /// SHA-256 (lower-case hex) of the public key, DER `SubjectPublicKeyInfo`, that everything checked here is signed
    /// with; none where nothing is, or more than one key signed.
    pub signer: Option<String>,
    /// The first thing that is wrong: `entry 7`, or a file's name.
    pub first_bad: Option<String>,
    /// The record's entries up to the first that does not hold, for who asks more of them: nothing is read twice.
    #[serde(skip)]
    pub entries: Vec<Entry>,
    /// The highest level that is all there: below [`Level::Internal`] for a shortened copy.
    #[serde(skip)]
    pub level: Level,
}

impl Report {
    pub(super) fn new() -> Self {
        Self {
            holds: true,
            mode: None,
            lines: Vec::new(),
            not_checked: Vec::new(),
            signer: None,
            first_bad: None,
            entries: Vec::new(),
            level: Level::Internal,
        }
    }

    pub(super) fn good(&mut self, says: impl Into<String>) {
        self.lines.push(Line { holds: true, says: says.into() });
    }

    pub(super) fn bad(&mut self, what: &str, says: impl Into<String>) {
        self.holds = false;
        self.first_bad.get_or_insert_with(|| what.to_owned());
        self.lines.push(Line { holds: false, says: says.into() });
    }

    pub(super) fn check(&mut self, holds: bool, what: &str, good: impl Into<String>, bad: impl Into<String>) {
        if holds { self.good(good) } else { self.bad(what, bad) }
    }

    pub(super) fn unknown(&mut self, says: impl Into<String>) {
        self.not_checked.push(says.into());
    }
}
