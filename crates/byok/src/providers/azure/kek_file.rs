//! The file that a KEK comes in.

use super::words;
use crate::json::member;
use crate::moment::{is_time, unix_seconds};
use crate::replies::said;
use crate::text::any_base64;
use crate::{ByokError, WrappingKey};
use serde_json::Value;

/// What a KEK's file says.
pub(super) struct File {
    pub(super) wrapping_key: WrappingKey,
    pub(super) kid: Option<String>,
    /// From when and until when, Unix seconds.
    pub(super) valid: (Option<i64>, Option<i64>),
    /// Whether it says what the KEK may do.
    pub(super) ops_known: bool,
}

/// A JWK (RFC 7517), bare or as `az keyvault key show` and the REST interface put it, with the KEK's attributes.
pub(super) fn from_json(reply: &Value) -> Result<File, ByokError> {
    let jwk = reply.get("key").filter(|k| k.is_object()).unwrap_or(reply);
    // A software key could have been read by anyone with access to the vault.
    if member(jwk, "kty")? != "RSA-HSM" {
        return Err(words::other_type(&said(jwk, "kty")));
    }
    let ops =
        jwk.get("keyOps").or_else(|| jwk.get("key_ops")).ok_or(ByokError::ParametersField("key_ops"))?;
    if ops.as_array().is_none_or(|a| a.len() != 1 || a.first().and_then(Value::as_str) != Some("import")) {
        return Err(words::other_operations());
    }
    let number = |name: &'static str| -> Result<Vec<u8>, ByokError> {
        let bytes = any_base64(member(jwk, name)?).ok_or(ByokError::ParametersField(name))?;
        // Some tools write a leading zero.
        Ok(bytes.iter().copied().skip_while(|b| *b == 0).collect())
    };
    let key = WrappingKey::from_modulus(&number("n")?, &number("e")?)?;
    let attributes = reply.get("attributes");
    // azure-cli's names, and those of the interface.
    let time = |names: [&str; 2], what: &'static str| {
        let found = names.iter().find_map(|n| attributes?.get(*n)).filter(|t| !t.is_null());
        let read = |t| unix_seconds(t).filter(|t| is_time(*t)).ok_or(ByokError::TimeMalformed(what));
        found.map(read).transpose()
    };
    let from = time(["notBefore", "nbf"], words::KEK_BEGINS)?;
    let expires = time(["expires", "exp"], words::KEK_ENDS)?;
    if attributes.and_then(|a| a.get("enabled")).is_some_and(|e| e != &Value::Bool(true)) {
        return Err(ByokError::differs("disabled", "enabled"));
    }
    let kid = jwk.get("kid").and_then(Value::as_str).map(str::to_owned);
    Ok(File { wrapping_key: key, kid, valid: (from, expires), ops_known: true })
}
