//! A file of answers, for rehearsals and tests. Uses nothing else of this program, so that a fuzz target can take it in.

use serde::Deserialize;
use std::collections::BTreeMap;

/// What an answers file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answers {
    /// The token's PIN.
    #[serde(default)]
    pub(crate) pin: String,
    /// Sign-in passphrases by person id; a rehearsal's hint is used where none is given.
    #[serde(default)]
    pub(crate) passphrases: BTreeMap<String, String>,
    /// Answers to files, folders, texts and choices by prompt key (`read-parameters/file`).
    #[serde(default, rename = "answers")]
    pub(crate) by_key: BTreeMap<String, String>,
}

impl Answers {
    /// Reads a file's text; the error says what is wrong with it.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let text = incoming::text(text.as_bytes()).unwrap_or_default();
        toml::from_str(&text).map_err(|e| e.message().to_owned())
    }
}
