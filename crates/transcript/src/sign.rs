//! ECDSA P-256, as aws-lc-rs does it, and the one form of public key we take.
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use data_encoding::BASE64;

use crate::types::Signer;
use crate::words;

/// DER of a P-256 `SubjectPublicKeyInfo` (RFC 5480) up to and including the uncompressed-point marker.
const SPKI_PREFIX: [u8; 27] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
];
const SPKI_LEN: usize = 91;

/// Whether the signature over the message is good under that key. Any other form of key is a no.
pub(crate) fn good(spki: &[u8], message: &[u8], signature: &[u8]) -> bool {
    if spki.len() != SPKI_LEN || !spki.starts_with(&SPKI_PREFIX) {
        return false;
    }
    let point = &spki[SPKI_PREFIX.len() - 1..];
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature).is_ok()
}

/// Signs, then verifies what came back: a signature that does not verify must not be written down as one.
pub(crate) fn signed(signer: &mut dyn Signer, message: &[u8]) -> Result<Vec<u8>, String> {
    let signature = signer.sign(message)?;
    if good(signer.public_key(), message, &signature) {
        Ok(signature)
    } else {
        Err(words::SIGNED_BADLY.into())
    }
}

/// Bytes between two marks, in base64 of 64 characters a line, as RFC 7468 has them.
pub(crate) fn between(begin: &str, bytes: &[u8], end: &str) -> String {
    let mut out = String::from(begin);
    let text = BASE64.encode(bytes);
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out + end
}

/// The key in PEM (RFC 7468).
pub(crate) fn to_pem(spki: &[u8]) -> String {
    between("-----BEGIN PUBLIC KEY-----\n", spki, "-----END PUBLIC KEY-----\n")
}

/// The key from exactly the PEM that [`to_pem`] writes.
pub(crate) fn from_pem(pem: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(pem).ok()?;
    let body: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
    let spki = BASE64.decode(body.as_bytes()).ok()?;
    (to_pem(&spki) == text).then_some(spki)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};

    /// A workstation's key in software.
    pub(crate) struct Key(EcdsaKeyPair, pub(crate) Vec<u8>);

    impl Key {
        pub(crate) fn new() -> Self {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
            let spki: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
            let spki = spki.as_ref().to_vec();
            Self(pair, spki)
        }
    }

    impl Signer for Key {
        fn public_key(&self) -> &[u8] {
            &self.1
        }

        fn sign(&mut self, message: &[u8]) -> Result<Vec<u8>, String> {
            self.0.sign(&SystemRandom::new(), message).map(|s| s.as_ref().to_vec()).map_err(|e| e.to_string())
        }
    }
}
