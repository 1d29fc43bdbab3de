//! How a key is wrapped, in the terms of the standards.

use std::fmt;

/// The hash of RSAES-OAEP (RFC 8017): used for the label **and** for MGF1; the label is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// SHA-1, 20 bytes (FIPS 180-4).
    Sha1,
    /// SHA-256, 32 bytes (FIPS 180-4).
    Sha256,
    /// SHA-384, 48 bytes (FIPS 180-4).
    Sha384,
    /// SHA-512, 64 bytes (FIPS 180-4).
    Sha512,
}

impl Hash {
    /// Digest length in bytes.
    pub const fn len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// Never empty; here because a `len` calls for it.
    pub const fn is_empty(self) -> bool {
        false
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        })
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
    /// Alibaba Cloud's own: RSAES-OAEP of a fresh AES-256 key, then the key under it with AES-256-ECB and the padding
    /// of PKCS#7. RSA part first, no header. The second part has no integrity: only a comparison of public keys shows
    /// that it arrived.
    OaepThenAesEcb(Hash),
}

impl Recipe {
    /// The hash of its OAEP part.
    pub const fn hash(self) -> Hash {
        match self {
            Self::Oaep(hash) | Self::RsaAesKeyWrap(hash) | Self::OaepThenAesEcb(hash) => hash,
        }
    }
}

impl fmt::Display for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Oaep(hash) => write!(f, "OAEP({hash})"),
            Self::RsaAesKeyWrap(hash) => write!(f, "OAEP({hash}) of an AES-256 key ‖ AES-KWP"),
            Self::OaepThenAesEcb(hash) => write!(f, "OAEP({hash}) of an AES-256 key ‖ AES-256-ECB, PKCS#7"),
        }
    }
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
        Recipe::OaepThenAesEcb(_) => modulus + (key_len / 16 + 1) * 16,
    }
}
