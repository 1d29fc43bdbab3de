//! Addresses of vaults and managed HSMs, and identifiers of keys in them.

use crate::Target;
use crate::answers::{host, url};
use crate::providers::realms::{AZURE, AzureCloud};
use crate::text::made_of;
use std::fmt;

/// The two kinds of places that Azure has for keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Vault,
    ManagedHsm,
}

impl Place {
    /// How its addresses end in one of Azure's clouds.
    const fn ending(self, cloud: &AzureCloud) -> &'static str {
        match self {
            Self::Vault => cloud.vaults,
            Self::ManagedHsm => cloud.hsms,
        }
    }

    /// How its addresses end in each of them.
    pub(super) fn endings(self) -> Vec<&'static str> {
        AZURE.iter().map(|cloud| self.ending(cloud)).collect()
    }

    /// The name of a vault or managed HSM, if this host in small letters is one of this kind.
    pub(super) fn name_of(self, host: &str) -> Option<&str> {
        let name = AZURE.iter().find_map(|cloud| host.strip_suffix(self.ending(cloud)))?;
        made_of(name, 24, b"-").then_some(name)
    }

    /// An address as `https://HOST`; or the bare name, in small letters, where only that was given, alone or at the end of
    /// its resource ID.
    pub(super) fn address(self, text: &str) -> Option<String> {
        let small = text.to_ascii_lowercase();
        let kind = match self {
            Self::Vault => "/providers/microsoft.keyvault/vaults/",
            Self::ManagedHsm => "/providers/microsoft.keyvault/managedhsms/",
        };
        let of_resource = small.strip_prefix("/subscriptions/").and_then(|id| id.split_once(kind));
        let bare = of_resource.map_or(small.as_str(), |(_, name)| name);
        if made_of(bare, 24, b"-") {
            return Some(bare.to_owned());
        }
        let host = host(text)?;
        self.name_of(&host)?;
        Some(format!("https://{host}"))
    }
}

/// A key from its identifier, with its version or without: in which kind of place and on which host, in small letters, it
/// is, its name as it is written, and its version in small letters.
pub(crate) fn key_in(text: &str) -> Option<(Target, String, String, Option<String>)> {
    let (host, path) = text.contains("://").then(|| url(text))??;
    let parts: Vec<&str> = path.split('/').collect();
    let (kind, name, version) = match parts[..] {
        [kind, name] => (kind, name, None),
        [kind, name, version] => (kind, name, Some(version)),
        _ => return None,
    };
    let hex = version.is_none_or(|v| v.len() == 32 && v.bytes().all(|b| b.is_ascii_hexdigit()));
    let good = kind.eq_ignore_ascii_case("keys") && made_of(name, 127, b"-") && hex;
    let target = match (Place::Vault.name_of(&host), Place::ManagedHsm.name_of(&host)) {
        (Some(_), _) => Target::AzureKeyVault,
        (None, Some(_)) => Target::AzureManagedHsm,
        (None, None) => return None,
    };
    good.then(|| (target, host, name.to_owned(), version.map(str::to_ascii_lowercase)))
}

/// A key identifier: `https://HOST/keys/NAME/VERSION`. Microsoft: "always compare them as case-insensitive strings"
/// (About keys, secrets, and certificates; read 2026-11-29).
#[derive(Debug, Clone)]
pub(super) struct Kid {
    pub(super) host: String,
    pub(super) name: String,
    pub(super) version: String,
}

impl Kid {
    pub(super) fn read(text: &str) -> Option<Self> {
        // Nothing but the whole identifier: without its scheme it would be no URL, which the `.byok` file wants.
        let (_, host, name, version) = key_in(text)?;
        Some(Self { host, name, version: version? })
    }
}

impl fmt::Display for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "https://{}/keys/{}/{}", self.host, self.name, self.version)
    }
}

impl PartialEq for Kid {
    fn eq(&self, other: &Self) -> bool {
        (&self.host, &self.version) == (&other.host, &other.version)
            && self.name.eq_ignore_ascii_case(&other.name)
    }
}
