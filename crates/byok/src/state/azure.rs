//! What Azure's tool prints: `az keyvault key list`, `list-versions`, `list-deleted` and `show`, of vaults and of managed
//! HSMs. The names of its members: azure-cli 2.91.0, `keyvault/_transformers.py`.

use super::keys::{Condition, Gathered, SeenKey};
use super::members::{said, time};
use super::words;
use crate::ByokError;
use crate::providers::azure::key_in;
use crate::text::shown;
use serde_json::Value;

/// Reads one object, if it is Azure's.
pub(super) fn read(document: &Value, into: &mut Gathered) -> Result<bool, ByokError> {
    let text = |of: &Value| of.get("kid").and_then(Value::as_str).map(str::to_owned);
    let (kid, listed) = match (text(document), document.get("key").and_then(text)) {
        (Some(kid), _) => (kid, true),
        (None, Some(kid)) => (kid, false),
        (None, None) => return Ok(false),
    };
    let (target, host, name, version) = key_in(&kid).ok_or_else(|| words::not_a_kid(&kid))?;
    let attributes = document.get("attributes").ok_or_else(|| words::lacks("attributes"))?;
    let deleted = ["scheduledPurgeDate", "deletedDate", "recoveryId"].iter().any(|name| said(document, name));
    // The list of keys gives the identifier without a version; that of one key's versions and that of deleted keys show
    // nothing of which other keys there are.
    if listed && !deleted && version.is_none() {
        into.lists.insert((target, host.clone()));
    }
    let condition = if deleted {
        Condition::PendingDeletion(time(document, "scheduledPurgeDate")?)
    } else {
        match attributes.get("enabled") {
            Some(Value::Bool(true)) => Condition::Usable,
            Some(Value::Bool(false)) => Condition::Disabled,
            Some(Value::Null) | None => Condition::NotSaid,
            Some(other) => Condition::Other(shown(&other.to_string())),
        }
    };
    let expires = match condition {
        Condition::NotSaid => None,
        // The service's own name is `exp`; which of the two the tool prints depends on its version.
        _ => time(attributes, if said(attributes, "expires") { "expires" } else { "exp" })?,
    };
    let (aliases, imported) = (Vec::new(), None);
    into.see(SeenKey { target, place: host, name, version, condition, expires, aliases, imported })?;
    Ok(true)
}
