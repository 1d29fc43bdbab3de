//! What the service would give for custodians' certificates: rehearsals and tests only.

use super::{Random, certificate, derive, jwe};
use crate::ByokError;
use crate::digest::sha256;
use data_encoding::BASE64URL_NOPAD;
use secrets::SecretBytes;
use serde_json::json;

/// What lies in a stand-in: tags and contents, nothing secret.
const PARTS: [(&str, &[u8]); 2] = [("backup key", b"practice secret"), ("internal", &[7; 1000])];

/// A security domain file as the service would write it for these certificates (PEM or DER), `required` of which open
/// it. Its parts are practice.
pub fn stand_in(certificates: &[Vec<u8>], required: usize, random: Random<'_>) -> Result<Vec<u8>, ByokError> {
    let secret = |len: usize, random: Random<'_>| SecretBytes::filled_by(len, |to| random(to));
    let iv = |random: Random<'_>| -> Result<[u8; 16], ByokError> {
        let mut iv = [0; 16];
        random(&mut iv)?;
        Ok(iv)
    };
    let master = secret(32, random)?;
    let mut data = Vec::new();
    for (tag, plain) in PARTS {
        let key = derive::item_key(&master, tag)?;
        let plain = SecretBytes::copied_from(plain)?;
        data.push(json!({ "tag": tag, "compact_jwe": jwe::seal_direct(tag, &key, iv(random)?, &plain)? }));
    }
    let mut sealed = Vec::new();
    for (share, bytes) in split(&master, certificates.len(), required, random)?.iter().zip(certificates) {
        let (der, key) = certificate(bytes)?;
        let content_key = secret(64, random)?;
        let jwe = jwe::seal_for(key.spki(), &content_key, iv(random)?, share)?;
        sealed.push(json!({ "enc_key": jwe, "x5t_256": BASE64URL_NOPAD.encode(&sha256(&der)) }));
    }
    let file = json!({
        "EncData": { "data": data, "kdf": "sp108_kdf" },
        "SharedKeys": { "required": required, "key_algorithm": "shamir_share", "enc_shares": sealed },
    });
    Ok(file.to_string().into_bytes())
}

/// Splits as the service must: a random polynomial over the integers modulo 257 for each byte.
fn split(
    secret: &SecretBytes,
    n: usize,
    required: usize,
    random: Random<'_>,
) -> Result<Vec<SecretBytes>, ByokError> {
    let mut words = vec![Vec::new(); n];
    for byte in secret.expose() {
        let mut coefficients = vec![u32::from(*byte)];
        for _ in 1..required {
            let mut four = [0; 4];
            random(&mut four)?;
            coefficients.push(u32::from_le_bytes(four) % 257);
        }
        for (x, share) in (1_u16..).zip(&mut words) {
            let v = coefficients.iter().rev().fold(0, |acc, c| (acc * u32::from(x) + c) % 257);
            share.extend((x << 9 | u16::try_from(v).unwrap_or_default()).to_le_bytes());
        }
    }
    words.iter().map(|w| Ok(SecretBytes::copied_from(w)?)).collect()
}
