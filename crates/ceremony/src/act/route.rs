//! How the master key leaves the token for a cloud: inside it, or, where the plan allows it and a second person agrees,
//! through this computer's memory.

use super::{noted, token_problem};
use crate::engine::{Engine, Halt};
use crate::plan::Planned;
use protocol::{Ask, Fact, Problem, Verdict};
use secrets::SecretBytes;
use tokens::{Capabilities, KeyFacts, KeySpec, Recipe, Rung, Token, Wrapped};
use transcript::{Draft, Level};

/// The plan's parameter that allows the last rung.
pub(crate) const PARAMETER: &str = "host-memory";
/// Its value that does.
pub(crate) const WITH_APPROVAL: &str = "with-approval";

/// The way that the trials left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// The token wraps; the key's bytes stay in it.
    Inside,
    /// This computer wraps, with the key's bytes in its locked memory.
    ThroughHost,
}

impl Way {
    /// The best way that the trials allow and the plan does; the error says what stands against the others.
    pub(super) fn of(
        engine: &Engine<'_>,
        found: &Capabilities,
        spec: KeySpec,
        recipe: Recipe,
    ) -> Result<(Self, Rung), String> {
        let why = match found.best_rung(spec, recipe) {
            Ok(rung) => return Ok((Self::Inside, rung)),
            Err(why) => why,
        };
        if engine.plan.value(PARAMETER) == WITH_APPROVAL {
            return Ok((Self::ThroughHost, Rung::HostMemory));
        }
        Err(why)
    }

    /// What stands against both ways inside the token, for the record and for who decides on the last rung.
    pub(super) fn against(found: &Capabilities, spec: KeySpec, recipe: Option<Recipe>) -> String {
        let wrapping = recipe.and_then(|recipe| found.best_rung(spec, recipe).err());
        wrapping.or_else(|| found.allows_backup_of(spec).err()).unwrap_or_default()
    }

    /// The same for the backup: through this computer's memory only where nothing but the form that the token gives its
    /// private keys stands against it.
    pub(super) fn of_backup(
        engine: &Engine<'_>,
        found: &Capabilities,
        spec: KeySpec,
    ) -> Result<Self, String> {
        let Err(why) = found.allows_backup_of(spec) else { return Ok(Self::Inside) };
        if engine.plan.value(PARAMETER) == WITH_APPROVAL && found.allows_mended_backup_of(spec).is_ok() {
            return Ok(Self::ThroughHost);
        }
        Err(why)
    }

    /// The way that the self-test of this run recorded under this fact: `cloud-route` or `backup-route`.
    pub(super) fn recorded(engine: &Engine<'_>, fact: &str) -> Self {
        if engine.fact(fact).as_deref() == Some(Rung::HostMemory.word()) {
            Self::ThroughHost
        } else {
            Self::Inside
        }
    }

    /// Wraps a key in the token for an RSA public key (DER `SubjectPublicKeyInfo`).
    pub(super) fn wrap(
        self,
        token: &mut dyn Token,
        key: &KeyFacts,
        spki: &[u8],
        recipe: Recipe,
    ) -> Result<Wrapped, Problem> {
        let wrapped = match self {
            Self::Inside => token.wrap_for(key.handle, spki, recipe),
            Self::ThroughHost => tokens::host::wrap_out_of(token, key, spki, recipe),
        };
        wrapped.map_err(|e| token_problem(&e))
    }

    /// Wraps a key in the token under a backup wrapping key.
    pub(super) fn wrap_under(
        self,
        token: &mut dyn Token,
        kek: &SecretBytes,
        key: &KeyFacts,
    ) -> Result<Vec<u8>, Problem> {
        let wrapped = match self {
            Self::Inside => token.wrap_under(kek, key.handle),
            Self::ThroughHost => tokens::host::wrap_under(token, kek, key),
        };
        wrapped.map_err(|e| token_problem(&e))
    }

    /// Names in the draft who agreed to the last rung, where it was taken, and that the form of a private key was then set
    /// here: said of every one, since which keys need it tells something of their numbers.
    pub(super) fn recorded_in(draft: Draft, approved: Option<String>, spec: KeySpec) -> Draft {
        let Some(role) = approved else { return draft };
        let draft = draft.fact(Level::Public, "host-memory-approved-by", role);
        if !spec.is_asymmetric() {
            return draft;
        }
        let form = "PKCS#8 with every number in its standard length, set in this computer's locked memory";
        draft.fact(Level::Public, "private-key-form", form)
    }

    /// Before the last rung the confirmer agrees to it, knowing what it means. Gives the role of who agreed.
    pub(super) fn approved(self, engine: &mut Engine<'_>, step: &Planned) -> Result<Option<String>, Halt> {
        if self == Self::Inside {
            return Ok(None);
        }
        let Some(second) = step.confirmer.clone() else { return Err(super::out_of_order().into()) };
        let why = engine
            .fact("host-memory-because")
            .unwrap_or_else(|| "this token has no mechanism of its own for what the cloud takes".to_owned());
        let facts = vec![
            Fact {
                name: "Where the key is wrapped".to_owned(),
                expected: Some("inside the token".to_owned()),
                observed: "in this computer's locked memory, for a moment; then it is wiped".to_owned(),
                verdict: Verdict::Differs,
            },
            noted("Why", why),
            Fact {
                name: "What that means".to_owned(),
                expected: None,
                observed: "whoever controls this computer now could learn the key; no HSM keeps it from them"
                    .to_owned(),
                verdict: Verdict::NotProvable,
            },
        ];
        let button = format!("{} decides", second.name);
        engine.ask(step, Ask::Observe { facts, button }, None)?;
        let words = "I agree that the master key passes through this computer's memory to be wrapped.";
        engine.signed_by(step, &second, words, None)?;
        Ok(Some(second.role))
    }
}
