//! The restore blob: the same parts under a new key, and that key for the HSM that is to hold them.

use super::{Random, SecurityDomain, bad, derive, jwe, open_item};
use crate::digest::sha256;
use crate::{ByokError, WrappingKey};
use data_encoding::BASE64URL_NOPAD;
use secrets::SecretBytes;
use serde_json::json;

pub(super) fn blob(
    domain: &SecurityDomain,
    master: &SecretBytes,
    certificate: &[u8],
    exchange: &WrappingKey,
    random: Random<'_>,
) -> Result<Vec<u8>, ByokError> {
    let new_master = SecretBytes::filled_by(32, |to| random(to))?;
    let content_key = SecretBytes::filled_by(64, |to| random(to))?;
    let iv = |random: Random<'_>| -> Result<[u8; 16], ByokError> {
        let mut iv = [0; 16];
        random(&mut iv)?;
        Ok(iv)
    };
    let mut data = Vec::new();
    for item in &domain.items {
        let plain = open_item(item, master)?;
        let key = derive::item_key(&new_master, &item.tag)?;
        let sealed = jwe::seal_direct(&item.tag, &key, iv(random)?, &plain)?;
        data.push(json!({ "compact_jwe": sealed, "tag": item.tag }));
    }
    let wrapped = jwe::seal_for(exchange.spki(), &content_key, iv(random)?, &new_master)?;
    let blob = json!({
        "EncData": { "data": data, "kdf": "sp108_kdf" },
        "WrappedKey": { "enc_key": wrapped, "x5t_256": BASE64URL_NOPAD.encode(&sha256(certificate)) },
    });
    serde_json::to_vec(&blob).map_err(|e| bad(e.to_string()))
}
