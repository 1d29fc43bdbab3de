//! What AWS's tool prints: `describe-key`, `list-keys` and `list-aliases` of `aws kms`. The names and the values of its
//! members: service model of botocore 1.44.5.

use super::keys::{Condition, Gathered, SeenKey, region_and_account};
use super::members::{text, time};
use super::words;
use crate::text::{made_of, shown};
use crate::{ByokError, Target, aws};
use serde_json::Value;

/// Reads one object, if it is AWS's.
pub(super) fn read(document: &Value, into: &mut Gathered) -> Result<bool, ByokError> {
    if let Some(about) = document.get("KeyMetadata") {
        describe(about, into)?;
        return Ok(true);
    }
    let (keys, aliases) = (document.get("Keys"), document.get("Aliases"));
    if keys.is_none() && aliases.is_none() {
        return Ok(false);
    }
    // A list that goes on elsewhere does not show that a key is missing.
    let whole = document.get("Truncated") != Some(&Value::Bool(true))
        && ["NextToken", "NextMarker"].iter().all(|n| document.get(n).is_none_or(Value::is_null));
    for key in list(keys, "Keys")? {
        let seen = named(text(key, "KeyArn")?)?;
        if whole {
            into.lists.insert((Target::AwsKms, seen.place.clone()));
        }
        into.see(seen)?;
    }
    for entry in list(aliases, "Aliases")? {
        alias(entry, whole, into)?;
    }
    Ok(true)
}

fn list<'a>(value: Option<&'a Value>, name: &'static str) -> Result<&'a [Value], ByokError> {
    match value {
        None => Ok(&[]),
        Some(value) => value.as_array().map(Vec::as_slice).ok_or_else(|| words::lacks(name)),
    }
}

/// A key of which nothing is known but its ARN.
fn named(arn: &str) -> Result<SeenKey, ByokError> {
    let known = aws::key_arn(arn).map_err(|e| ByokError::StateMalformed(e.to_string()))?;
    let place = region_and_account(&known);
    Ok(SeenKey {
        target: Target::AwsKms,
        place,
        name: arn.to_owned(),
        version: None,
        condition: Condition::NotSaid,
        expires: None,
        aliases: Vec::new(),
        imported: None,
    })
}

fn describe(about: &Value, into: &mut Gathered) -> Result<(), ByokError> {
    let condition = match text(about, "KeyState")? {
        "Enabled" => Condition::Usable,
        "Disabled" => Condition::Disabled,
        "PendingDeletion" => Condition::PendingDeletion(time(about, "DeletionDate")?),
        // The deletion of a primary key that waits for that of its replicas: no date is set yet.
        "PendingReplicaDeletion" => Condition::PendingDeletion(None),
        "PendingImport" => Condition::PendingImport,
        other => Condition::Other(shown(other)),
    };
    let expires = match about.get("ExpirationModel").and_then(Value::as_str) {
        Some("KEY_MATERIAL_EXPIRES") => time(about, "ValidTo")?,
        _ => None,
    };
    let imported = about.get("Origin").and_then(Value::as_str).map(|origin| origin == "EXTERNAL");
    into.see(SeenKey { condition, expires, imported, ..named(text(about, "Arn")?)? })
}

/// An alias, whose ARN says in which Region and account the key with the bare ID beside it lies.
fn alias(entry: &Value, whole: bool, into: &mut Gathered) -> Result<(), ByokError> {
    let name = text(entry, "AliasName")?;
    let arn = text(entry, "AliasArn")?;
    let (before, _) = arn.split_once(":alias/").ok_or_else(|| words::lacks("AliasArn"))?;
    if !made_of(name, 256, b"/_-") {
        return Err(words::lacks("AliasName"));
    }
    // Of AWS's own aliases some have no key yet; the Region and account are theirs all the same.
    let id = entry.get("TargetKeyId").and_then(Value::as_str);
    let seen = named(&format!("{before}:key/{}", id.unwrap_or("none")))?;
    if whole {
        into.alias_lists.insert(seen.place.clone());
    }
    if id.is_some() {
        into.see(SeenKey { aliases: vec![name.to_owned()], ..seen })?;
    }
    Ok(())
}
