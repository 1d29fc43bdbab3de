//! What Google's tool prints: `gcloud kms keys list` and `gcloud kms keys versions list` with `--format json`. The names and
//! the values of its members: google-cloud-kms 3.18.0, `CryptoKey` and `CryptoKeyVersion`.

use super::keys::{Condition, Gathered, SeenKey};
use super::members::{said, text, time};
use super::words;
use crate::providers::google::key_in;
use crate::text::shown;
use crate::{ByokError, Target};
use serde_json::Value;

/// Reads one object, if it is Google's. One that stands in no list was described alone, and shows nothing of which others
/// there are.
pub(super) fn read(document: &Value, listed: bool, into: &mut Gathered) -> Result<bool, ByokError> {
    let Some(name) = document.get("name").and_then(Value::as_str).filter(|n| n.contains("/cryptoKeys/"))
    else {
        return Ok(false);
    };
    let (ring, key, version) = key_in(name).ok_or_else(|| words::not_a_resource(name))?;
    if version.is_some() {
        if listed {
            into.lists.insert((Target::GoogleKms, key));
        }
        into.see(a_version(document)?)?;
        return Ok(true);
    }
    if listed {
        into.lists.insert((Target::GoogleKms, ring.clone()));
    }
    match document.get("primary").filter(|p| !p.is_null()) {
        Some(primary) => {
            let seen = a_version(primary)?;
            if seen.name != key {
                return Err(words::not_a_resource(&seen.name));
            }
            into.see(seen)?;
        }
        // Keys that do not encrypt symmetrically have no primary version: the list does not say how they are.
        None => into.see(SeenKey {
            target: Target::GoogleKms,
            place: ring,
            name: key,
            version: None,
            condition: Condition::NotSaid,
            expires: None,
            aliases: Vec::new(),
            imported: None,
        })?,
    }
    Ok(true)
}

fn a_version(about: &Value) -> Result<SeenKey, ByokError> {
    let name = text(about, "name")?;
    let (place, name, version) = key_in(name)
        .filter(|(_, _, version)| version.is_some())
        .ok_or_else(|| words::not_a_resource(name))?;
    let condition = match text(about, "state")? {
        "ENABLED" => Condition::Usable,
        "DISABLED" => Condition::Disabled,
        "DESTROYED" => Condition::Destroyed,
        "PENDING_IMPORT" => Condition::PendingImport,
        "DESTROY_SCHEDULED" => Condition::PendingDeletion(time(about, "destroyTime")?),
        other => Condition::Other(shown(other)),
    };
    let imported = Some(said(about, "importJob"));
    // Imported material does not expire at Google.
    let expires = None;
    Ok(SeenKey {
        target: Target::GoogleKms,
        place,
        name,
        version,
        condition,
        expires,
        aliases: Vec::new(),
        imported,
    })
}
