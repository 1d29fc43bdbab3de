//! What a person is told when something was refused or went wrong.

use serde::{Deserialize, Serialize};

/// One refusal or failure in the three sentences every screen shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
#[serde(deny_unknown_fields)]
pub struct Problem {
    /// Stable, lower case with hyphens, for instance `parameters-expired`. Never reused for another meaning.
    pub code: String,
    /// What happened.
    pub happened: String,
    /// What is unchanged.
    pub unchanged: String,
    /// What to do next.
    pub todo: String,
    /// Whether trying the same again can help.
    pub again: bool,
    /// The technical detail, folded away on screens; never a secret.
    pub detail: Option<String>,
}

impl Problem {
    /// A problem from its code and its three sentences; trying again does not help, no detail.
    pub fn new(
        code: &str,
        happened: impl Into<String>,
        unchanged: impl Into<String>,
        todo: impl Into<String>,
    ) -> Self {
        Self {
            code: code.to_owned(),
            happened: happened.into(),
            unchanged: unchanged.into(),
            todo: todo.into(),
            again: false,
            detail: None,
        }
    }

    /// Marks that trying the same again can help.
    #[must_use]
    pub fn can_try_again(mut self) -> Self {
        self.again = true;
        self
    }

    /// Adds the technical detail.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {} [{}]", self.happened, self.unchanged, self.todo, self.code)
    }
}

impl std::error::Error for Problem {}
