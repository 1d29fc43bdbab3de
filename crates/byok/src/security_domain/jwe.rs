//! JWE in compact form (RFC 7516) with `A256CBC-HS512` (RFC 7518, 5.2.5): the only content encryption in the file.

use super::{bad, words};
use crate::json::Strict;
use crate::{ByokError, Hash};
use aws_lc_rs::cipher::{
    AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey,
    UnboundCipherKey,
};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, OaepPublicEncryptingKey,
    PrivateDecryptingKey, PublicEncryptingKey,
};
use data_encoding::BASE64URL_NOPAD;
use secrets::SecretBytes;
use serde_json::{Value, json};

/// How the content key travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Direct,
    Oaep(Hash),
}

/// One JWE, taken apart.
#[derive(Debug)]
pub(super) struct Jwe {
    algorithm: Algorithm,
    /// The header as it was encoded: it is authenticated in this form.
    header: String,
    encrypted_key: Vec<u8>,
    iv: [u8; 16],
    ciphertext: Vec<u8>,
    tag: [u8; 32],
}

impl Jwe {
    pub(super) fn read(compact: &str) -> Result<Self, ByokError> {
        let parts: Vec<&str> = compact.split('.').collect();
        let [header, key, iv, ciphertext, tag] = parts[..] else {
            return Err(bad(words::FIVE_PARTS));
        };
        let decode =
            |part: &str| BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| bad(words::NO_BASE64URL));
        let Strict(fields) = serde_json::from_slice(&decode(header)?).map_err(|_| bad(words::HEADER))?;
        let field = |name: &str| fields.get(name).and_then(Value::as_str);
        let algorithm = match field("alg") {
            Some("dir") => Algorithm::Direct,
            Some("RSA-OAEP-256") => Algorithm::Oaep(Hash::Sha256),
            Some("RSA-OAEP") => Algorithm::Oaep(Hash::Sha1),
            _ => return Err(bad(words::ALG)),
        };
        if field("enc") != Some("A256CBC-HS512") {
            return Err(bad(words::ENC));
        }
        // What must be understood, or undone after decryption, is nothing that this format has.
        if fields.get("crit").is_some() || fields.get("zip").is_some() {
            return Err(bad(words::CRIT));
        }
        let encrypted_key = decode(key)?;
        if (algorithm == Algorithm::Direct) != encrypted_key.is_empty() {
            return Err(bad(words::KEY));
        }
        let ciphertext = decode(ciphertext)?;
        if ciphertext.is_empty() || !ciphertext.len().is_multiple_of(16) {
            return Err(bad(words::BLOCKS));
        }
        Ok(Self {
            algorithm,
            header: header.to_owned(),
            encrypted_key,
            iv: decode(iv)?.try_into().map_err(|_| bad(words::IV))?,
            ciphertext,
            // azure-cli does not compare a tag of another length at all; here it is refused.
            tag: decode(tag)?.try_into().map_err(|_| bad(words::AUTH_TAG))?,
        })
    }

    pub(super) fn is_direct(&self) -> bool {
        self.algorithm == Algorithm::Direct
    }

    pub(super) fn oaep_hash(&self) -> Option<Hash> {
        match self.algorithm {
            Algorithm::Direct => None,
            Algorithm::Oaep(hash) => Some(hash),
        }
    }

    pub(super) fn encrypted_key(&self) -> &[u8] {
        &self.encrypted_key
    }

    /// The content key, 64 bytes, with a private key in PKCS#8 DER.
    pub(super) fn unwrap_key(&self, private_key: &SecretBytes) -> Result<SecretBytes, ByokError> {
        let wrong = || ByokError::Unwrap;
        let oaep = match self.oaep_hash().ok_or_else(wrong)? {
            Hash::Sha1 => &OAEP_SHA1_MGF1SHA1,
            _ => &OAEP_SHA256_MGF1SHA256,
        };
        let key = PrivateDecryptingKey::from_pkcs8(private_key.expose()).map_err(|_| wrong())?;
        let key = OaepPrivateDecryptingKey::new(key).map_err(|_| wrong())?;
        let mut room = SecretBytes::copied_from(&vec![0; key.min_output_size()])?;
        let out = key.decrypt(oaep, &self.encrypted_key, room.expose_mut(), None).map_err(|_| wrong())?;
        Ok(SecretBytes::copied_from(out)?)
    }

    /// The plaintext, with the content key.
    pub(super) fn open(&self, content_key: &SecretBytes) -> Result<SecretBytes, ByokError> {
        let wrong = || ByokError::Unwrap;
        let (mac, aes) = halves(content_key).ok_or_else(wrong)?;
        let expected = authentication_tag(mac, &self.header, &self.iv, &self.ciphertext);
        verify_slices_are_equal(&expected, &self.tag).map_err(|_| wrong())?;
        let key = UnboundCipherKey::new(&AES_256, aes).map_err(|_| wrong())?;
        let key = PaddedBlockDecryptingKey::cbc_pkcs7(key).map_err(|_| wrong())?;
        let mut room = SecretBytes::copied_from(&self.ciphertext)?;
        let iv = DecryptionContext::Iv128(FixedLength::from(&self.iv));
        let plain = key.decrypt(room.expose_mut(), iv).map_err(|_| wrong())?;
        Ok(SecretBytes::copied_from(plain)?)
    }
}

/// MAC key and AES key: the two halves of a content key of 64 bytes.
fn halves(content_key: &SecretBytes) -> Option<(&[u8], &[u8])> {
    let bytes = content_key.expose();
    (bytes.len() == 64).then(|| bytes.split_at(32))
}

/// The first half of HMAC-SHA-512 over header, IV, ciphertext and the header's length in bits.
fn authentication_tag(mac: &[u8], header: &str, iv: &[u8], ciphertext: &[u8]) -> [u8; 32] {
    let key = hmac::Key::new(hmac::HMAC_SHA512, mac);
    let mut run = hmac::Context::with_key(&key);
    let bits = u64::try_from(header.len()).unwrap_or(u64::MAX).saturating_mul(8);
    for part in [header.as_bytes(), iv, ciphertext, &bits.to_be_bytes()] {
        run.update(part);
    }
    let mut out = [0; 32];
    out.copy_from_slice(run.sign().as_ref().get(..32).unwrap_or(&[0; 32]));
    out
}

fn seal(
    header: &Value,
    encrypted_key: &[u8],
    content_key: &SecretBytes,
    iv: [u8; 16],
    plain: &SecretBytes,
) -> Result<String, ByokError> {
    let wrong = || bad(words::NOT_SEALED);
    let (mac, aes) = halves(content_key).ok_or_else(wrong)?;
    let header = BASE64URL_NOPAD.encode(header.to_string().as_bytes());
    let key = UnboundCipherKey::new(&AES_256, aes).map_err(|_| wrong())?;
    let key = PaddedBlockEncryptingKey::cbc_pkcs7(key).map_err(|_| wrong())?;
    // Room for the padding, so that the plaintext is encrypted where it lies and never moved.
    let mut sealed = Vec::with_capacity(plain.len() + 16);
    sealed.extend_from_slice(plain.expose());
    let context = EncryptionContext::Iv128(FixedLength::from(iv));
    key.less_safe_encrypt(&mut sealed, context).map_err(|_| wrong())?;
    let tag = authentication_tag(mac, &header, &iv, &sealed);
    let part = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    Ok([header, part(encrypted_key), part(&iv), part(&sealed), part(&tag)].join("."))
}

/// Seals under a content key that both sides know.
pub(super) fn seal_direct(
    tag: &str,
    content_key: &SecretBytes,
    iv: [u8; 16],
    plain: &SecretBytes,
) -> Result<String, ByokError> {
    let header = json!({ "alg": "dir", "enc": "A256CBC-HS512", "kid": tag });
    seal(&header, &[], content_key, iv, plain)
}

/// Seals for the holder of an RSA key, DER `SubjectPublicKeyInfo`.
pub(super) fn seal_for(
    spki: &[u8],
    content_key: &SecretBytes,
    iv: [u8; 16],
    plain: &SecretBytes,
) -> Result<String, ByokError> {
    let wrong = || bad(words::KEY_NOT_SEALED);
    let key = PublicEncryptingKey::from_der(spki).map_err(|_| wrong())?;
    let key = OaepPublicEncryptingKey::new(key).map_err(|_| wrong())?;
    let mut wrapped = vec![0; key.ciphertext_size()];
    let len = key
        .encrypt(&OAEP_SHA256_MGF1SHA256, content_key.expose(), &mut wrapped, None)
        .map_err(|_| wrong())?
        .len();
    wrapped.truncate(len);
    // azure-cli writes this kid, and the service was only ever shown such blobs.
    let header = json!({ "alg": "RSA-OAEP-256", "enc": "A256CBC-HS512", "kid": "not used" });
    seal(&header, &wrapped, content_key, iv, plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        data_encoding::HEXLOWER_PERMISSIVE.decode(text.replace(' ', "").as_bytes()).unwrap()
    }

    /// RFC 7518, appendix B.3.
    #[test]
    fn the_rfcs_own_vector() {
        let key: Vec<u8> = (0..64).collect();
        let key = SecretBytes::copied_from(&key).unwrap();
        let jwe = Jwe {
            algorithm: Algorithm::Direct,
            header: "The second principle of Auguste Kerckhoffs".to_owned(),
            encrypted_key: Vec::new(),
            iv: hex("1af38c2dc2b96ffdd86694092341bc04").try_into().unwrap(),
            ciphertext: hex(
                "4affaaadb78c31c5da4b1b590d10ffbd3dd8d5d302423526912da037ecbcc7bd822c301dd67c373bccb584ad3e9279c2\
                 e6d12a1374b77f077553df829410446b36ebd97066296ae6427ea75c2e0846a11a09ccf5370dc80bfecbad28c73f09b3\
                 a3b75e662a2594410ae496b2e2e6609e31e6e02cc837f053d21f37ff4f51950bbe2638d09dd7a4930930806d0703b1f6",
            ),
            tag: hex("4dd3b4c088a7f45c216839645b2012bf2e6269a8c56a816dbc1b267761955bc5").try_into().unwrap(),
        };
        let plain = jwe.open(&key).unwrap();
        let text = b"A cipher system must not be required to be secret, and it must be able to fall into the hands of the \
            enemy without inconvenience";
        assert!(plain.same_as(text));
    }
}
