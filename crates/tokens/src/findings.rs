//! What the trials of a token showed.

use crate::{OaepHash, Recipe};

/// What a trial showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Done, and the result checked on the host.
    Works,
    /// Something forbidden was refused, as it should be.
    RefusedRightly,
    /// The token does not have it.
    Absent,
    /// The token reported success but the result is wrong, or allowed what it must refuse.
    Lies,
}

/// One trial of the self-test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capability {
    /// What was tried, such as `aes-kwp`.
    pub name: String,
    /// What it showed.
    pub result: Finding,
    /// The evidence or the token's answer.
    pub detail: String,
}

/// All trials of a self-test.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// In the order tried.
    pub list: Vec<Capability>,
}

impl Capabilities {
    /// The finding of the trial called `name`.
    pub fn finding(&self, name: &str) -> Option<Finding> {
        self.list.iter().find(|c| c.name == name).map(|c| c.result)
    }

    fn needs(&self, names: &[&str]) -> Result<(), String> {
        for name in names {
            match self.list.iter().find(|c| c.name == *name) {
                Some(c) if matches!(c.result, Finding::Works | Finding::RefusedRightly) => {}
                Some(c) => return Err(format!("this token failed the trial \"{name}\": {}", c.detail)),
                None => return Err(format!("the trial \"{name}\" was not made; run the token's self-test")),
            }
        }
        Ok(())
    }

    /// Whether keys may be wrapped this way; the error says which trial stands against it.
    pub fn allows(&self, r: Recipe) -> Result<(), String> {
        match r {
            Recipe::Oaep(OaepHash::Sha1) => self.needs(&["oaep-sha1"]),
            Recipe::Oaep(OaepHash::Sha256) => self.needs(&["oaep-sha256"]),
            Recipe::RsaAesKeyWrap(OaepHash::Sha1) => self.needs(&["aes-kwp", "oaep-sha1"]),
            Recipe::RsaAesKeyWrap(OaepHash::Sha256) => self.needs(&["aes-kwp", "oaep-sha256"]),
        }
    }

    /// Whether keys can be backed up under an imported AES-256 key (AES-KWP, both ways).
    pub fn allows_backup(&self) -> Result<(), String> {
        self.needs(&["import-aes", "aes-kwp", "aes-kwp-unwrap"])
    }
}
