//! Wrapped-key import bundles: one file a provider, what it sends, what it takes, how to check it after.
//!
//! Nothing here touches a token. The crate reads what the provider sent, decides how the key must be wrapped
//! ([`Recipe`]), and lays out the files that go back. [`Disposable`] stands in for the provider so that every recipe
//! can be opened again before a real key is used.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot go on has failed"))]

pub mod aws;
mod disposable;
mod error;
mod json;

pub use disposable::{Disposable, stand_in_reply};
pub use error::ByokError;

/// The hash of RSAES-OAEP (RFC 8017): used for the label **and** for MGF1; the label is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// SHA-1, 20 bytes (FIPS 180-4).
    Sha1,
    /// SHA-256, 32 bytes (FIPS 180-4).
    Sha256,
}

impl Hash {
    /// Digest length in bytes.
    pub const fn len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    /// Never empty; here because a `len` calls for it.
    pub const fn is_empty(self) -> bool {
        false
    }
}

/// How a token must wrap the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipe {
    /// RSAES-OAEP of the key itself; the blob is one modulus long.
    Oaep(Hash),
    /// `CKM_RSA_AES_KEY_WRAP` (PKCS#11): RSAES-OAEP of a fresh AES-256 key, then the key under it with AES key wrap
    /// with padding (RFC 5649). RSA part first, no header.
    RsaAesKeyWrap(Hash),
}

/// The longest plaintext RSAES-OAEP takes, in bytes: k − 2h − 2 (RFC 8017, 7.1.1).
pub const fn oaep_limit(hash: Hash, modulus_bits: u16) -> usize {
    (modulus_bits as usize / 8).saturating_sub(2 * hash.len() + 2)
}

/// The exact length in bytes of the wrapped key, for a key of `key_len` bytes (raw, or PKCS#8 DER).
pub const fn expected_blob_len(recipe: Recipe, modulus_bits: u16, key_len: usize) -> usize {
    let modulus = modulus_bits as usize / 8;
    match recipe {
        Recipe::Oaep(_) => modulus,
        Recipe::RsaAesKeyWrap(_) => modulus + key_len.div_ceil(8) * 8 + 8,
    }
}
