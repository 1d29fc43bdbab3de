//! What shows a provider that it unwrapped the right key, beside the wrapped key itself.

use crate::ByokError;
use crate::digest::sha256;
use aws_lc_rs::aead::{AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use secrets::SecretBytes;

/// What a provider wants beside the wrapped key: made by the token, and tried before there is a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofKind {
    /// Nothing.
    Nothing,
    /// [`Proof::SealedNonce`], of the nonce that the provider sent ([`crate::provider::Import::nonce`]).
    SealedNonce,
    /// [`Proof::KeySha256`].
    KeySha256,
}

/// What shows the provider that it unwrapped the right key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof<'a> {
    /// The provider's nonce under AES-GCM (SP 800-38D) with the new key. IV of 12 bytes; ciphertext with the tag of 16
    /// after it.
    SealedNonce {
        /// Fresh and random.
        iv: &'a [u8],
        /// Ciphertext ‖ tag.
        sealed: &'a [u8],
    },
    /// SHA-256 (FIPS 180-4) of the key. The key has 256 random bits, so its digest gives nothing away.
    KeySha256(&'a [u8]),
}

impl Proof<'_> {
    /// Whether it is what this computer makes with the same key. `nonce` is what was to be sealed.
    pub fn is_of(&self, key: &SecretBytes, nonce: &[u8]) -> bool {
        match self {
            Self::SealedNonce { iv, sealed } => seal_nonce(key, iv, nonce).is_ok_and(|ours| ours == *sealed),
            Self::KeySha256(digest) => key_sha256(key) == *digest,
        }
    }
}

/// A provider's nonce under AES-GCM (SP 800-38D) with an AES key of 16, 24 or 32 bytes, and no additional data. `iv` must be 12 fresh random bytes. For keys on the host; a token with AES-GCM makes the same bytes.
pub fn seal_nonce(key: &SecretBytes, iv: &[u8], nonce: &[u8]) -> Result<Vec<u8>, ByokError> {
    let wrong = || ByokError::ProofMissing(crate::words::NONCE_UNDER_THE_KEY);
    let algorithm = match key.len() {
        16 => &AES_128_GCM,
        24 => &AES_192_GCM,
        32 => &AES_256_GCM,
        _ => return Err(wrong()),
    };
    let key = LessSafeKey::new(UnboundKey::new(algorithm, key.expose()).map_err(|_| wrong())?);
    let iv = Nonce::try_assume_unique_for_key(iv).map_err(|_| wrong())?;
    let mut out = nonce.to_vec();
    key.seal_in_place_append_tag(iv, Aad::empty(), &mut out).map_err(|_| wrong())?;
    Ok(out)
}

/// SHA-256 of the key, 32 bytes. For keys on the host; a token that can digest a key (`C_DigestKey`) gives the same.
pub fn key_sha256(key: &SecretBytes) -> [u8; 32] {
    sha256(key.expose())
}
