//! What the trials of a token showed, and which routes stand after them.

use crate::routes::needs;
use crate::{KeySpec, OaepHash, Offer, Recipe, Route, RouteFinding, Rung};

/// What a trial showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Done, and the result checked on the host.
    Works,
    /// Something forbidden was refused, as it should be.
    RefusedRightly,
    /// The token does not have it.
    Absent,
    /// The token reported success but the result is wrong, or allowed what it must refuse, or says what is not so.
    Lies,
}

impl Finding {
    /// The words used in records and tables.
    pub fn words(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::RefusedRightly => "refused rightly",
            Self::Absent => "absent",
            Self::Lies => "lies",
        }
    }

    /// Whether this is what was hoped for.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Works | Self::RefusedRightly)
    }
}

/// One trial of the self-test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capability {
    /// What was tried, such as `aes-kwp`. Stable: records quote it.
    pub name: String,
    /// What is so if the trial is passed, as a sentence.
    pub sentence: String,
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
    fn trial(&self, name: &str) -> Option<&Capability> {
        self.list.iter().find(|c| c.name == name)
    }

    /// The finding of the trial called `name`.
    pub fn finding(&self, name: &str) -> Option<Finding> {
        self.trial(name).map(|c| c.result)
    }

    /// The trials in which the token lied. Those that no route needs are for the record alone.
    pub fn lies(&self) -> impl Iterator<Item = &Capability> {
        self.list.iter().filter(|c| c.result == Finding::Lies)
    }

    fn stands(&self, needed: &[String]) -> Result<(), String> {
        for name in needed {
            let Some(trial) = self.trial(name) else {
                return Err(format!("the trial \"{name}\" was not made; run the token's self-test"));
            };
            if !trial.result.is_good() {
                return Err(format!(
                    "the trial {name} (\"{}\") found that the token {}: {}",
                    trial.sentence,
                    if trial.result == Finding::Lies { "lies" } else { "cannot" },
                    trial.detail
                ));
            }
        }
        Ok(())
    }

    /// Whether a key of this kind may take this route; the error says which trial stands against it. Host memory is
    /// never ruled out here: it needs nothing of the token, but people's approval.
    pub fn allows_route(&self, spec: KeySpec, route: Route) -> Result<(), String> {
        if matches!(route, Route::Wrap(Recipe::Oaep(_), _)) && spec.is_asymmetric() {
            return Err("a private key is too long for RSA-OAEP alone".to_owned());
        }
        self.stands(&needs(route, spec))
    }

    /// Every route for a key of this kind, with the reason for or against it.
    pub fn routes(&self, spec: KeySpec) -> Vec<RouteFinding> {
        Route::all()
            .into_iter()
            .map(|route| {
                let (offer, reason) = match self.allows_route(spec, route) {
                    Err(why) => (Offer::NotOffered, why),
                    Ok(()) if route.rung() == Some(Rung::HostMemory) => (
                        Offer::NeedsApproval,
                        "the key would be in this computer's memory, so a second person has to agree"
                            .to_owned(),
                    ),
                    Ok(()) => (Offer::Offered, "every trial it needs was passed".to_owned()),
                };
                RouteFinding { route, offer, reason }
            })
            .collect()
    }

    /// The best rung inside the token for a key of this kind; the error says what stands against the last one.
    pub fn best_rung(&self, spec: KeySpec, recipe: Recipe) -> Result<Rung, String> {
        let mut refusal = String::new();
        for rung in Rung::inside(recipe) {
            match self.allows_route(spec, Route::Wrap(recipe, *rung)) {
                Ok(()) => return Ok(*rung),
                Err(why) => refusal = why,
            }
        }
        Err(refusal)
    }

    /// Whether secret keys may be wrapped this way inside the token; the error says which trial stands against it.
    pub fn allows(&self, recipe: Recipe) -> Result<(), String> {
        self.best_rung(KeySpec::Aes(256), recipe).map(|_| ())
    }

    /// Whether AES keys can be backed up under an imported AES-256 key (AES-KWP, both ways).
    pub fn allows_backup(&self) -> Result<(), String> {
        self.allows_backup_of(KeySpec::Aes(256))
    }

    /// Whether a key of this kind can be backed up under an imported AES-256 key (AES-KWP, both ways).
    pub fn allows_backup_of(&self, spec: KeySpec) -> Result<(), String> {
        self.allows_route(spec, Route::Backup)
    }
}

/// The word for a hash in trials' names.
pub(crate) fn hash_word(hash: OaepHash) -> &'static str {
    match hash {
        OaepHash::Sha1 => "sha1",
        OaepHash::Sha256 => "sha256",
    }
}
