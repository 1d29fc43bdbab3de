//! What AWS answered after the import.

use super::bundle::Manifest;
use crate::ByokError;
use crate::digest::sha256;
use crate::moment::{iso, unix_seconds};
use crate::receipt::values;
use crate::text::any_base64;
use data_encoding::HEXLOWER;
use serde_json::Value;

/// The largest receipt taken, in bytes.
const MAX_RECEIPT: usize = 65_536;
const PUBLIC_KEY_SAME: &str = "Public key: the same as ours";

/// What a receipt shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// One finding a line, for the transcript.
    pub lines: Vec<String>,
    /// AWS's name of the material: 64 lower-case hexadecimal digits.
    pub key_material_id: Option<String>,
}

/// Reads the output of `import-key-material`, `describe-key` and `get-public-key`, one or more after another in any
/// order, and holds it against the bundle's manifest.
pub fn read_receipt(bytes: &[u8], manifest: &[u8]) -> Result<Receipt, ByokError> {
    read_receipts(&[bytes], manifest)
}

/// The same from several files, each in an encoding of its own.
fn read_receipts(files: &[&[u8]], manifest: &[u8]) -> Result<Receipt, ByokError> {
    let manifest = Manifest::read(manifest)?;
    let malformed = |why: &str| ByokError::ReceiptMalformed(why.to_owned());
    if files.iter().map(|bytes| bytes.len()).sum::<usize>() > MAX_RECEIPT {
        return Err(malformed("too large"));
    }
    let mut receipt = Receipt { lines: Vec::new(), key_material_id: None };
    let (mut seen, mut described, mut public) = (0, false, false);
    let mut replies = Vec::new();
    for bytes in files {
        replies.extend(values(bytes)?);
    }
    for reply in replies {
        seen += 1;
        if let Some(about) = reply.get("KeyMetadata") {
            describe(about, &manifest, &mut receipt)?;
            described = true;
            continue;
        }
        let id = reply.get("KeyId").and_then(Value::as_str).ok_or_else(|| malformed("no KeyId"))?;
        same_key(id, &manifest)?;
        if let Some(key) = reply.get("PublicKey").and_then(Value::as_str) {
            let key = any_base64(key).ok_or_else(|| malformed("PublicKey is not base64"))?;
            if manifest.public_key_sha256.as_deref() != Some(&HEXLOWER.encode(&sha256(&key))) {
                return Err(ByokError::ReceiptPublicKey);
            }
            receipt.lines.push(PUBLIC_KEY_SAME.to_owned());
            public = true;
        } else {
            receipt.lines.push(format!("Imported into {}", manifest.key_arn));
            material(reply.get("KeyMaterialId"), &mut receipt)?;
            // AWS takes back under an earlier material's ID only what has that ID.
            if manifest.key_material_id.is_some() && receipt.key_material_id != manifest.key_material_id {
                return Err(ByokError::ReceiptOtherMaterial);
            }
        }
    }
    if seen == 0 {
        return Err(malformed("empty"));
    }
    if let Some(id) = &receipt.key_material_id {
        receipt.lines.push(format!("Key material ID: {id}"));
    }
    if !described {
        receipt
            .lines
            .push("Not shown: state, origin and expiry (describe-key is not in the receipt)".to_owned());
    }
    if manifest.public_key_sha256.is_some() && !public {
        receipt.lines.push("Not shown: the public key (get-public-key is not in the receipt)".to_owned());
    } else if manifest.public_key_sha256.is_none() {
        receipt.lines.push("A receipt cannot prove which symmetric key AWS holds".to_owned());
    }
    Ok(receipt)
}

/// The same, in the words of all providers.
pub(crate) fn read_any_receipt(
    files: &[&[u8]],
    manifest: &[u8],
) -> Result<crate::receipt::Receipt, ByokError> {
    use crate::receipt::Identity;
    let read = read_receipts(files, manifest)?;
    let manifest = Manifest::read(manifest)?;
    let identity = match manifest.public_key_sha256 {
        Some(_) if read.lines.iter().any(|l| l == PUBLIC_KEY_SAME) => Identity::PublicKeySame,
        Some(_) => Identity::PublicKeyNotShown,
        None => Identity::CannotBeProven,
    };
    Ok(crate::receipt::Receipt { lines: read.lines, name: read.key_material_id, identity })
}

fn same_key(id: &str, manifest: &Manifest) -> Result<(), ByokError> {
    // Older clients print the bare key ID.
    let bare = manifest.key_arn.rsplit_once('/').map(|(_, id)| id);
    let same = [Some(manifest.key_arn.as_str()), bare]
        .into_iter()
        .flatten()
        .any(|ours| ours.eq_ignore_ascii_case(id));
    if same { Ok(()) } else { Err(ByokError::ReceiptOtherKey) }
}

fn describe(about: &Value, manifest: &Manifest, receipt: &mut Receipt) -> Result<(), ByokError> {
    let text = |name: &str| about.get(name).and_then(Value::as_str);
    let shown = |name: &str| {
        text(name).unwrap_or("not given").chars().take(64).flat_map(char::escape_default).collect()
    };
    same_key(
        text("Arn")
            .or_else(|| text("KeyId"))
            .ok_or_else(|| ByokError::ReceiptMalformed("no Arn".to_owned()))?,
        manifest,
    )?;
    if text("KeyState") != Some("Enabled") {
        return Err(ByokError::ReceiptState(shown("KeyState")));
    }
    if text("Origin") != Some("EXTERNAL") {
        return Err(ByokError::ReceiptOrigin(shown("Origin")));
    }
    if text("KeySpec").is_some_and(|s| s != manifest.key_spec) {
        return Err(ByokError::ReceiptSpec(shown("KeySpec")));
    }
    let until = about.get("ValidTo").and_then(unix_seconds);
    if text("ExpirationModel") != Some(&manifest.expiration_model) || until != manifest.valid_to {
        return Err(ByokError::ReceiptExpiry);
    }
    receipt.lines.push("State: Enabled; origin: EXTERNAL".to_owned());
    receipt
        .lines
        .push(manifest.valid_to.map_or("Expires: never".to_owned(), |t| format!("Expires: {}", iso(t))));
    // New material becomes the current one only when the key is rotated; an older one need not be.
    if manifest.import_type.is_some() {
        receipt
            .lines
            .push("The current material is not compared: rotation decides which one that is".to_owned());
        return Ok(());
    }
    material(about.get("CurrentKeyMaterialId"), receipt)
}

/// Takes note of the material's ID; two in one receipt must agree.
fn material(id: Option<&Value>, receipt: &mut Receipt) -> Result<(), ByokError> {
    let Some(id) = id.filter(|v| !v.is_null()) else { return Ok(()) };
    let id = id
        .as_str()
        .filter(|id| id.len() == 64 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
        .ok_or_else(|| {
            ByokError::ReceiptMalformed("KeyMaterialId is not 64 hexadecimal digits".to_owned())
        })?;
    match &receipt.key_material_id {
        Some(other) if other != id => Err(ByokError::ReceiptOtherMaterial),
        _ => {
            receipt.key_material_id = Some(id.to_owned());
            Ok(())
        }
    }
}
