//! What the trials of a token showed, and which routes stand after them.

use crate::routes::{Way, form_trial, needs};
use crate::words;
use crate::{KeySpec, Offer, Recipe, Route, RouteFinding, Rung};

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
                return Err(words::trial_not_made(name));
            };
            if !trial.result.is_good() {
                return Err(words::trial_against(trial));
            }
        }
        Ok(())
    }

    /// Whether a key of this kind may take this route; the error says which trial stands against it. Host memory is
    /// never ruled out here: it needs nothing of the token, but people's approval.
    pub fn allows_route(&self, spec: KeySpec, route: Route) -> Result<(), String> {
        if let Route::Wrap(Recipe::Oaep(_), rung) = route {
            if let KeySpec::Rsa(_) = spec {
                return Err(words::RSA_TOO_LONG_FOR_OAEP.to_owned());
            }
            if spec.is_asymmetric() && rung != Rung::HostMemory {
                return Err(words::OAEP_IS_FOR_SECRETS.to_owned());
            }
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
                    Ok(()) if route.rung() == Some(Rung::HostMemory) => {
                        (Offer::NeedsApproval, words::KEY_IN_MEMORY.to_owned())
                    }
                    Ok(()) => (Offer::Offered, words::TRIALS_PASSED.to_owned()),
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

    /// As [`Capabilities::allows_backup_of`], where people agree that this computer mends the form of what the token wraps:
    /// that trial alone may stand against it ([`host::wrap_under`](crate::host::wrap_under)).
    pub fn allows_mended_backup_of(&self, spec: KeySpec) -> Result<(), String> {
        let mut needed = needs(Route::Backup, spec);
        needed.retain(|name| *name != form_trial(spec, Way::Kwp));
        self.stands(&needed)
    }
}

/// What a key says of itself, which a record may repeat only where the token was found to speak the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// `CKA_LOCAL`: made inside.
    MadeInside,
    /// `CKA_SENSITIVE` and `CKA_ALWAYS_SENSITIVE`.
    AlwaysSensitive,
    /// `CKA_EXTRACTABLE` false: never leaves.
    NeverLeaves,
    /// `CKA_WRAP_WITH_TRUSTED`: leaves only under a key its security officer trusts.
    LeavesUnderTrusted,
}

impl Capabilities {
    /// Whether a record may repeat what keys of this token say; the error says which trial stands against it.
    pub fn believes(&self, claim: Claim) -> Result<(), String> {
        let needed: &[&str] = match claim {
            Claim::MadeInside => &["generated-local", "imported-not-local"],
            Claim::AlwaysSensitive => &[
                "generated-always-sensitive",
                "imported-not-always-sensitive",
                "sensitive-stays",
                "sensitive-unreadable",
            ],
            Claim::NeverLeaves => &["non-extractable-refused", "extractable-stays"],
            Claim::LeavesUnderTrusted => &["wrap-with-trusted", "trusted-by-user"],
        };
        self.stands(&needed.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OaepHash;

    fn with(name: &str, result: Finding) -> Capabilities {
        let names = [
            "check-value",
            "import-aes",
            "aes-kwp",
            "aes-kwp-unwrap",
            "aes-kwp-tamper",
            "private-key-exact",
            "oaep-sha1",
            "oaep-sha256",
            "oaep-sha384",
            "oaep-sha512",
            "rsa-aes-key-wrap-sha1",
            "rsa-aes-key-wrap-sha256",
            "rsa-aes-key-wrap-sha384",
            "rsa-aes-key-wrap-sha512",
            "rsa-aes-key-wrap-sha1-pair",
            "rsa-aes-key-wrap-sha256-pair",
            "sensitive-unreadable",
            "non-extractable-refused",
            "extractable-stays",
            "restore-aes-256",
            "restore-p-384",
            "private-form-p-384",
            "private-form-one-mechanism-p-384",
        ];
        let trial = |n: &str| Capability {
            name: n.to_owned(),
            sentence: format!("It does {n}."),
            result: if n == name { result } else { Finding::Works },
            detail: "seen".to_owned(),
        };
        Capabilities { list: names.iter().map(|n| trial(n)).collect() }
    }

    #[test]
    fn a_lie_costs_the_routes_that_rest_on_it_and_no_other() {
        let found = with("aes-kwp", Finding::Lies);
        let recipe = Recipe::RsaAesKeyWrap(OaepHash::Sha256);
        assert_eq!(found.best_rung(KeySpec::Aes(256), recipe), Ok(Rung::OneMechanism));
        assert!(found.allows_backup().unwrap_err().contains("It does aes-kwp."));
        assert_eq!(found.lies().count(), 1);

        let found = with("rsa-aes-key-wrap-sha256", Finding::Lies);
        assert_eq!(found.best_rung(KeySpec::Aes(256), recipe), Ok(Rung::ComposedInToken));
        assert_eq!(found.best_rung(KeySpec::P384, recipe), Ok(Rung::OneMechanism));

        let found = with("private-key-exact", Finding::Lies);
        assert_eq!(found.allows_backup(), Ok(()));
        assert!(found.allows_backup_of(KeySpec::P384).is_err());
    }

    #[test]
    fn a_form_that_goes_wrong_costs_the_private_keys_of_that_kind() {
        let recipe = Recipe::RsaAesKeyWrap(OaepHash::Sha256);
        let found = with("private-form-p-384", Finding::Lies);
        assert_eq!(found.best_rung(KeySpec::P384, recipe), Ok(Rung::OneMechanism));
        assert!(found.allows_backup_of(KeySpec::P384).is_err());
        assert_eq!(found.allows_mended_backup_of(KeySpec::P384), Ok(()));
        let composed = Route::Wrap(recipe, Rung::ComposedInToken);
        assert!(found.allows_route(KeySpec::P384, composed).is_err());
        assert_eq!(found.allows_route(KeySpec::Aes(256), composed), Ok(()));
        assert_eq!(found.allows_backup(), Ok(()));

        let found = with("private-form-one-mechanism-p-384", Finding::Absent);
        assert_eq!(found.best_rung(KeySpec::P384, recipe), Ok(Rung::ComposedInToken));
        // Nothing else that stands against a backup is mended.
        for other in ["private-key-exact", "aes-kwp", "restore-p-384", "sensitive-unreadable"] {
            assert!(with(other, Finding::Lies).allows_mended_backup_of(KeySpec::P384).is_err(), "{other}");
        }
    }

    #[test]
    fn a_lie_that_no_route_rests_on_is_named_but_does_not_block() {
        let found = with("extractable-stays", Finding::Lies);
        let all = found.routes(KeySpec::Aes(256));
        assert!(all.iter().all(|r| r.offer != Offer::NotOffered), "{all:?}");
        assert!(found.believes(Claim::NeverLeaves).is_err());
        assert_eq!(found.lies().next().unwrap().name, "extractable-stays");
    }

    #[test]
    fn a_trial_that_was_not_made_is_not_passed() {
        let none = Capabilities::default();
        assert!(none.allows(Recipe::Oaep(OaepHash::Sha1)).unwrap_err().contains("was not made"));
        assert!(none.believes(Claim::MadeInside).is_err());
        // Host memory asks nothing of the token, and is never simply offered.
        for r in none.routes(KeySpec::Aes(256)) {
            let host = r.route.rung() == Some(Rung::HostMemory);
            assert_eq!(r.offer, if host { Offer::NeedsApproval } else { Offer::NotOffered }, "{}", r.route);
        }
    }
}
