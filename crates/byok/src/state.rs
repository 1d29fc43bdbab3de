//! What providers say of keys that were imported, carried in: [`ProviderState`] reads what the online team exports with
//! the providers' own tools, [`compare`] holds it against what is known here.
//!
//! AWS KMS, Azure Key Vault, Azure Managed HSM and Google Cloud KMS are read; exports of the others are refused, because
//! what their tools print was not confirmed, and their keys are reported as not covered. `docs/byok/provider-state.md` says
//! which commands make an export, and what follows from what is missing in it.

mod aws;
mod azure;
mod compare;
mod difference;
mod documents;
mod google;
mod keys;
mod members;
mod words;

pub use compare::{KnownKey, compare};
pub use difference::{Change, Difference};
pub use keys::{Condition, SeenKey};

use crate::{ByokError, Target};
use keys::{Gathered, Id};
use std::collections::{BTreeMap, BTreeSet};

/// What an export shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProviderState {
    /// Every key and key version in it, once each, in the order of target, place, name and version.
    pub keys: Vec<SeenKey>,
    /// What it lists in full, so that what is not in it is not there: AWS's Regions with their accounts, Azure's vaults and
    /// managed HSMs, Google's key rings, and Google's keys with their versions.
    pub lists: BTreeSet<(Target, String)>,
    /// The Regions with their accounts of which it lists AWS's aliases.
    pub alias_lists: BTreeSet<String>,
}

impl ProviderState {
    /// Reads the files of an export, each with one JSON document of a tool or several one after another, or with arrays of
    /// them, in any order. At most 16 MiB altogether, and 10 000 keys.
    ///
    /// Refused is what none of the tools prints, what gives one name twice in an object, and two documents that say
    /// different things of one key.
    pub fn read(files: &[&[u8]]) -> Result<Self, ByokError> {
        let mut gathered = Gathered::default();
        for (document, listed) in documents::objects(files)? {
            let known = aws::read(&document, &mut gathered)?
                || azure::read(&document, &mut gathered)?
                || google::read(&document, listed, &mut gathered)?;
            if !known {
                return Err(words::unknown(&document));
            }
        }
        let (lists, alias_lists) = (gathered.lists.clone(), gathered.alias_lists.clone());
        Ok(Self { keys: gathered.into_keys(), lists, alias_lists })
    }
}

/// Where a key lies at its provider, from its name in a record and what the record has beside it
/// ([`crate::provider::Import::shown`]): at AWS `REGION/ACCOUNT`, at Azure the host of its vault, at Google its key ring.
/// None where neither says it, and for the other providers.
pub fn place(target: Target, called: &str, prepared: &BTreeMap<String, String>) -> Option<String> {
    let vault = match target {
        Target::AzureKeyVault | Target::AzureManagedHsm => prepared.get("Vault").map(String::as_str),
        _ => None,
    };
    Id::read(target, called, vault).place
}

#[cfg(test)]
mod tests;
