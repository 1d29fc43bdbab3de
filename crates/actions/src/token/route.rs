//! How the master key leaves the token: inside it, or, where the plan allows it and a second person agrees, through this
//! computer's memory.

use super::words;
use engine::words::out_of_order;
use engine::{AskPeople, Cue, Halt, KeepRecord, Outcome, Past, Recall as _, TokenRefusal};
use facts::Named;
use protocol::{Ask, Problem};
use script::Plan;
use secrets::SecretBytes;
use tokens::{Capabilities, KeyFacts, KeySpec, Recipe, Rung, Token, Wrapped};

/// The plan's parameter that allows the last rung.
const PARAMETER: &str = "host-memory";
/// Its value that does.
const WITH_APPROVAL: &str = "with-approval";

/// Whether the plan allows the last rung.
pub(crate) fn is_allowed(plan: &Plan) -> bool {
    plan.value(PARAMETER) == WITH_APPROVAL
}

/// A token without a way for what the plan will ask of it; `mendable` says whether the last rung would help, which people
/// are then told where the script has that parameter.
pub(crate) fn none_to(cue: Cue<'_>, what: &str, why: &str, mendable: bool) -> Problem {
    words::no_route(what, why, mendable && cue.plan.values.contains_key(PARAMETER))
}

/// The way that the trials left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// The token wraps; the key's bytes stay in it.
    Inside,
    /// This computer wraps, with the key's bytes in its locked memory.
    ThroughHost,
}

impl Way {
    /// The best way that the trials allow and the plan does; the error says what stands against the others.
    pub(crate) fn of(
        cue: Cue<'_>,
        found: &Capabilities,
        spec: KeySpec,
        recipe: Recipe,
    ) -> Result<(Self, Rung), String> {
        match found.best_rung(spec, recipe) {
            Ok(rung) => Ok((Self::Inside, rung)),
            Err(_) if is_allowed(cue.plan) => Ok((Self::ThroughHost, Rung::HostMemory)),
            Err(why) => Err(why),
        }
    }

    /// What stands against both ways inside the token, for the record and for who decides on the last rung: against
    /// wrapping by a recipe, where one is meant, or else against the backup.
    pub(crate) fn against(found: &Capabilities, spec: KeySpec, recipe: Option<Recipe>) -> String {
        let wrapping = recipe.and_then(|recipe| found.best_rung(spec, recipe).err());
        wrapping.or_else(|| found.allows_backup_of(spec).err()).unwrap_or_default()
    }

    /// The same for the backup: through this computer's memory only where nothing but the form that the token gives its
    /// private keys stands against it.
    pub(crate) fn of_backup(cue: Cue<'_>, found: &Capabilities, spec: KeySpec) -> Result<Self, String> {
        match found.allows_backup_of(spec) {
            Ok(()) => Ok(Self::Inside),
            Err(_) if is_allowed(cue.plan) && found.allows_mended_backup_of(spec).is_ok() => {
                Ok(Self::ThroughHost)
            }
            Err(why) => Err(why),
        }
    }

    /// The way that the self-test of this run recorded under this fact: [`facts::CLOUD_ROUTE`] or [`facts::BACKUP_ROUTE`].
    pub(crate) fn recorded(past: &Past<'_>, fact: &impl Named<facts::RouteWord>) -> Self {
        if past.newest(fact).as_deref() == Some(Rung::HostMemory.word()) {
            Self::ThroughHost
        } else {
            Self::Inside
        }
    }

    /// Wraps a key in the token for an RSA public key (DER `SubjectPublicKeyInfo`).
    pub(crate) fn wrap(
        self,
        token: &mut dyn Token,
        key: &KeyFacts,
        spki: &[u8],
        recipe: Recipe,
    ) -> Result<Wrapped, TokenRefusal> {
        Ok(match self {
            Self::Inside => token.wrap_for(key.handle, spki, recipe),
            Self::ThroughHost => tokens::host::wrap_out_of(token, key, spki, recipe),
        }?)
    }

    /// Wraps a key in the token under a backup wrapping key.
    pub(crate) fn wrap_under(
        self,
        token: &mut dyn Token,
        kek: &SecretBytes,
        key: &KeyFacts,
    ) -> Result<Vec<u8>, TokenRefusal> {
        Ok(match self {
            Self::Inside => token.wrap_under(kek, key.handle),
            Self::ThroughHost => tokens::host::wrap_under(token, kek, key),
        }?)
    }

    /// Says who agreed to the last rung, where it was taken, and that the form of a private key was then set here: said of
    /// every one, since which keys need it tells something of their numbers.
    pub(crate) fn recorded_in(outcome: Outcome, approved: Option<String>, of_pairs: bool) -> Outcome {
        let Some(role) = approved else { return outcome };
        let outcome = outcome.fact(&facts::HOST_MEMORY_APPROVED_BY, role);
        if of_pairs { outcome.fact(&facts::PRIVATE_KEY_FORM, words::FORM_SET_HERE) } else { outcome }
    }

    /// Before the last rung the confirmer agrees to it, knowing what it means. Gives the role of who agreed.
    pub(crate) fn approved(
        self,
        cue: Cue<'_>,
        on: &mut (impl AskPeople + KeepRecord + ?Sized),
    ) -> Result<Option<String>, Halt> {
        if self == Self::Inside {
            return Ok(None);
        }
        let second = cue.step.confirmer.as_ref().ok_or_else(out_of_order)?;
        let why = on.newest(&facts::HOST_MEMORY_BECAUSE).unwrap_or_else(|| words::NO_MECHANISM.to_owned());
        let ask = Ask::Observe {
            facts: words::what_host_memory_means(&why),
            button: words::decides(&second.name),
            done: false,
        };
        on.ask(ask, None)?;
        on.signed_by(second, words::I_AGREE_TO_HOST_MEMORY)?;
        Ok(Some(second.role.clone()))
    }
}
