//! What an export says of each key, gathered from all its documents.

use super::words;
use crate::providers::{azure, google};
use crate::{ByokError, Target, aws};
use std::collections::{BTreeMap, BTreeSet};

/// The most keys and key versions taken.
const MOST: usize = 10_000;

/// What a provider says that can be done with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// It can be used.
    Usable,
    /// It is switched off, and can be switched on again.
    Disabled,
    /// Its deletion is scheduled: for this time, Unix seconds, where the export says it.
    PendingDeletion(Option<i64>),
    /// Its material is gone.
    Destroyed,
    /// The key is there and its material is not.
    PendingImport,
    /// Something else, in the provider's own word, shortened and without control characters.
    Other(String),
    /// The export names the key and does not say: a list of AWS's has names alone.
    NotSaid,
}

/// One key, or one version of it, as the export shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenKey {
    /// Where it lies.
    pub target: Target,
    /// Where it lies there, as [`super::place`] gives it.
    pub place: String,
    /// What it is called, in the form that [`crate::provider::Import::called`] gives: at AWS the ARN, at Azure the key's
    /// name in its vault, at Google the key's full resource name.
    pub name: String,
    /// Which version of it, where the export says so: at Azure 32 hexadecimal digits, at Google a number. Records name
    /// none: what Azure and Google call a version is known only after the import.
    pub version: Option<String>,
    /// What can be done with it.
    pub condition: Condition,
    /// Until when, Unix seconds; none where it has no end or [`Condition::NotSaid`].
    pub expires: Option<i64>,
    /// AWS's aliases of it (`alias/…`), in order.
    pub aliases: Vec<String>,
    /// Whether its material was imported, where the export says so.
    pub imported: Option<bool>,
}

impl SeenKey {
    /// The whole name, with its place and version: at Azure the key identifier, elsewhere the name and version as the
    /// provider's tool writes them.
    pub fn full_name(&self) -> String {
        full_name(self.target, Some(&self.place), &self.name, self.version.as_deref())
    }
}

/// A whole name from its parts; without its place an Azure key has its name alone.
pub(super) fn full_name(target: Target, place: Option<&str>, name: &str, version: Option<&str>) -> String {
    let version = |between: &str| version.map(|v| format!("{between}{v}")).unwrap_or_default();
    match (target, place) {
        (Target::AzureKeyVault | Target::AzureManagedHsm, Some(host)) => {
            format!("https://{host}/keys/{name}{}", version("/"))
        }
        (Target::GoogleKms, _) => format!("{name}{}", version("/cryptoKeyVersions/")),
        _ => name.to_owned(),
    }
}

/// Which key a name means, in the form to compare: in small letters where the provider does not tell capitals apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Id {
    pub(super) target: Target,
    pub(super) place: Option<String>,
    pub(super) name: String,
    pub(super) version: Option<String>,
}

impl Id {
    /// From a name as records have it, or as [`SeenKey::full_name`] gives it; `place` is what is known beside it.
    pub(super) fn read(target: Target, name: &str, place: Option<&str>) -> Self {
        let beside = place.map(|p| p.strip_prefix("https://").unwrap_or(p).to_ascii_lowercase());
        let alone = |place, name: String| Self { target, place, name, version: None };
        match target {
            Target::AwsKms => match aws::key_arn(name) {
                Ok(arn) => alone(Some(region_and_account(&arn)), arn),
                Err(_) => alone(None, name.to_ascii_lowercase()),
            },
            Target::AzureKeyVault | Target::AzureManagedHsm => match azure::key_in(name) {
                Some((_, host, name, version)) => {
                    Self { target, place: Some(host), name: name.to_ascii_lowercase(), version }
                }
                None => alone(beside, name.to_ascii_lowercase()),
            },
            Target::GoogleKms => match google::key_in(name) {
                Some((ring, name, version)) => Self { target, place: Some(ring), name, version },
                None => alone(None, name.to_owned()),
            },
            _ => alone(beside, name.to_owned()),
        }
    }

    pub(super) fn of(seen: &SeenKey) -> Self {
        let version = seen.version.clone();
        Self { version, ..Self::read(seen.target, &seen.name, Some(&seen.place)) }
    }
}

/// `REGION/ACCOUNT` of an ARN already checked.
pub(super) fn region_and_account(arn: &str) -> String {
    let mut parts = arn.split(':').skip(3);
    let mut next = || parts.next().unwrap_or_default();
    format!("{}/{}", next(), next())
}

/// What is gathered while documents are read.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    keys: BTreeMap<Id, SeenKey>,
    pub(super) lists: BTreeSet<(Target, String)>,
    pub(super) alias_lists: BTreeSet<String>,
}

impl Gathered {
    /// Takes note of a key. What two documents say of one key is put together; it must agree.
    pub(super) fn see(&mut self, new: SeenKey) -> Result<(), ByokError> {
        let id = Id::of(&new);
        let Some(known) = self.keys.get_mut(&id) else {
            if self.keys.len() >= MOST {
                return Err(ByokError::StateMalformed(words::TOO_MANY_KEYS.to_owned()));
            }
            self.keys.insert(id, new);
            return Ok(());
        };
        if new.condition != Condition::NotSaid {
            let same = (&known.condition, known.expires) == (&new.condition, new.expires);
            if known.condition != Condition::NotSaid && !same {
                return Err(ByokError::StateMalformed(words::said_otherwise(&known.full_name())));
            }
            (known.condition, known.expires) = (new.condition, new.expires);
        }
        if known.imported.zip(new.imported).is_some_and(|(known, new)| known != new) {
            return Err(ByokError::StateMalformed(words::said_otherwise(&known.full_name())));
        }
        known.imported = known.imported.or(new.imported);
        // Capitals may be told apart in writing alone. Files come in any order, and that of the documents decides nothing:
        // small letters sort after capitals.
        if new.name > known.name {
            known.name = new.name;
        }
        for alias in new.aliases {
            if !known.aliases.contains(&alias) {
                known.aliases.push(alias);
            }
        }
        Ok(())
    }

    /// The keys, in the order of their names.
    pub(super) fn into_keys(self) -> Vec<SeenKey> {
        let mut keys: Vec<SeenKey> = self.keys.into_values().collect();
        for key in &mut keys {
            key.aliases.sort();
        }
        keys
    }
}
