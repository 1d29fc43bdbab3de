//! What AWS answered after the import.

use super::files::{EXPIRATION_MODEL, IMPORT_TYPE, KEY, KEY_MATERIAL_ID, KEY_SPEC, is_material_id};
use super::words;
use crate::ByokError;
use crate::bundle::Manifest;
use crate::moment::unix_seconds;
use crate::replies::{Receipt, Replies, said};
use crate::text::any_base64;
use serde_json::Value;

/// Reads the output of `import-key-material`, `describe-key` and `get-public-key`, one or more after another in any
/// order.
pub(super) fn read(replies: &Replies, manifest: &Manifest, receipt: &mut Receipt) -> Result<(), ByokError> {
    let mut described = false;
    for reply in &replies.json {
        if let Some(about) = reply.get("KeyMetadata") {
            describe(about, manifest, receipt)?;
            described = true;
            continue;
        }
        same_key(reply.get("KeyId"), manifest)?;
        if let Some(key) = reply.get("PublicKey").and_then(Value::as_str) {
            receipt.public_key(
                manifest,
                &any_base64(key)
                    .ok_or_else(|| ByokError::ReceiptMalformed(words::PUBLIC_KEY_NOT_BASE64.to_owned()))?,
            )?;
        } else {
            receipt.lines.push(words::imported(manifest.destination(KEY)?));
            material(reply.get("KeyMaterialId"), receipt)?;
            // AWS takes back under an earlier material's ID only what has that ID.
            let earlier = manifest.destination(KEY_MATERIAL_ID).ok();
            if earlier.is_some() && receipt.name.as_deref() != earlier {
                return Err(ByokError::ReceiptOtherMaterial);
            }
        }
    }
    if let Some(id) = &receipt.name {
        receipt.lines.push(words::key_material_id(id));
    }
    if !described {
        receipt.lines.push(words::NOT_DESCRIBED.to_owned());
    }
    Ok(())
}

fn same_key(id: Option<&Value>, manifest: &Manifest) -> Result<(), ByokError> {
    let id =
        id.and_then(Value::as_str).ok_or_else(|| ByokError::ReceiptMalformed(words::NO_KEY_ID.to_owned()))?;
    let ours = manifest.destination(KEY)?;
    // Older clients print the bare key ID.
    let bare = ours.rsplit_once('/').map(|(_, id)| id);
    let same = [Some(ours), bare].into_iter().flatten().any(|ours| ours.eq_ignore_ascii_case(id));
    if same { Ok(()) } else { Err(ByokError::ReceiptOtherKey) }
}

fn describe(about: &Value, manifest: &Manifest, receipt: &mut Receipt) -> Result<(), ByokError> {
    let text = |name: &str| about.get(name).and_then(Value::as_str);
    same_key(about.get("Arn").or_else(|| about.get("KeyId")), manifest)?;
    if text("KeyState") != Some("Enabled") {
        return Err(ByokError::ReceiptState(said(about, "KeyState")));
    }
    if text("Origin") != Some("EXTERNAL") {
        return Err(ByokError::ReceiptOrigin(said(about, "Origin")));
    }
    let spec = manifest.destination(KEY_SPEC)?;
    if text("KeySpec").is_some_and(|s| s != spec) {
        return Err(ByokError::ReceiptSpec(said(about, "KeySpec")));
    }
    if text("ExpirationModel") != Some(manifest.destination(EXPIRATION_MODEL)?) {
        return Err(ByokError::ReceiptExpiry);
    }
    receipt.lines.push(words::STATE.to_owned());
    receipt.expiry(manifest, about.get("ValidTo").and_then(unix_seconds))?;
    // New material becomes the current one only when the key is rotated; an older one need not be.
    if manifest.destination(IMPORT_TYPE).is_ok() {
        receipt.lines.push(words::CURRENT_NOT_COMPARED.to_owned());
        return Ok(());
    }
    material(about.get("CurrentKeyMaterialId"), receipt)
}

/// Takes note of the material's ID; two in one receipt must agree.
fn material(id: Option<&Value>, receipt: &mut Receipt) -> Result<(), ByokError> {
    let Some(id) = id.filter(|v| !v.is_null()) else { return Ok(()) };
    let id = id
        .as_str()
        .filter(|id| is_material_id(id))
        .ok_or_else(|| ByokError::ReceiptMalformed(words::MATERIAL_ID_MALFORMED.to_owned()))?;
    match &receipt.name {
        Some(other) if other != id => Err(ByokError::ReceiptOtherMaterial),
        _ => {
            receipt.name = Some(id.to_owned());
            Ok(())
        }
    }
}
