//! The kinds of key a ceremony makes, and what a token says of one.

use std::fmt;
use std::str::FromStr;

use crate::TokenError;
use crate::words;

/// The kinds of key a ceremony makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeySpec {
    /// AES; the size in bits: 128, 192 or 256.
    Aes(u16),
    /// A secret for HMAC; the size in bytes.
    Hmac(u16),
    /// RSA with exponent 65537; the modulus in bits: 2048, 3072 or 4096.
    Rsa(u16),
    /// NIST P-256 (FIPS 186-5).
    P256,
    /// NIST P-384 (FIPS 186-5).
    P384,
    /// NIST P-521 (FIPS 186-5).
    P521,
    /// secp256k1 (SEC 2): few tokens have it.
    Secp256k1,
}

impl KeySpec {
    /// The elliptic curves.
    pub(crate) const CURVES: [Self; 4] = [Self::P256, Self::P384, Self::P521, Self::Secp256k1];

    /// Whether this is a key pair.
    pub fn is_asymmetric(self) -> bool {
        !matches!(self, Self::Aes(_) | Self::Hmac(_))
    }
}

impl fmt::Display for KeySpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aes(bits) => write!(f, "aes-{bits}"),
            Self::Hmac(bytes) => write!(f, "hmac-{bytes}"),
            Self::Rsa(bits) => write!(f, "rsa-{bits}"),
            Self::P256 => f.write_str("p-256"),
            Self::P384 => f.write_str("p-384"),
            Self::P521 => f.write_str("p-521"),
            Self::Secp256k1 => f.write_str("secp256k1"),
        }
    }
}

impl FromStr for KeySpec {
    type Err = TokenError;

    /// `aes-256`, `hmac-32` (bytes), `rsa-3072`, `p-256`, `p-384`, `p-521`, `secp256k1`.
    fn from_str(s: &str) -> Result<Self, TokenError> {
        let no = || TokenError::NotOffered { reason: words::not_made_here(s) };
        if s == "secp256k1" {
            return Ok(Self::Secp256k1);
        }
        let (family, size) = s.split_once('-').ok_or_else(no)?;
        let size: u16 = size.parse().map_err(|_| no())?;
        match (family, size) {
            ("aes", 128 | 192 | 256) => Ok(Self::Aes(size)),
            ("hmac", 16..=128) => Ok(Self::Hmac(size)),
            ("rsa", 2048 | 3072 | 4096) => Ok(Self::Rsa(size)),
            ("p", 256) => Ok(Self::P256),
            ("p", 384) => Ok(Self::P384),
            ("p", 521) => Ok(Self::P521),
            _ => Err(no()),
        }
    }
}

/// A key inside the token, for this session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Handle(pub(crate) u64);

/// A key's attributes as read back from the token after the fact; `None` where it would not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFacts {
    /// The key (the private half of a pair).
    pub handle: Handle,
    /// Its label.
    pub label: String,
    /// Its kind.
    pub spec: KeySpec,
    /// `CKA_ID`: 16 random bytes, where this program made or restored it.
    pub id: Option<Vec<u8>>,
    /// `CKA_UNIQUE_ID` (PKCS#11 3.0), which the token gives and nobody can change.
    pub unique_id: Option<Vec<u8>>,
    /// `CKA_SENSITIVE`.
    pub sensitive: Option<bool>,
    /// `CKA_EXTRACTABLE`.
    pub extractable: Option<bool>,
    /// `CKA_ALWAYS_SENSITIVE`.
    pub always_sensitive: Option<bool>,
    /// `CKA_NEVER_EXTRACTABLE`.
    pub never_extractable: Option<bool>,
    /// `CKA_LOCAL`: made inside the token.
    pub local: Option<bool>,
    /// `CKA_WRAP_WITH_TRUSTED`.
    pub wrap_with_trusted: Option<bool>,
    /// As [`check_value_of`](crate::check_value_of) gives it. For a pair, only after the private half signed a fresh
    /// challenge in the token that verified under `public_key` on this computer.
    pub check_value: String,
    /// The public half, DER `SubjectPublicKeyInfo` (RFC 5280).
    pub public_key: Option<Vec<u8>>,
}
