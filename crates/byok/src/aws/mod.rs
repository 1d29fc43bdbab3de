//! AWS KMS: `ImportKeyMaterial` into a key of origin `EXTERNAL`.

mod bundle;
mod parameters;
mod receipt;
mod scripts;

pub use bundle::{About, Bundle, BundleFile, Expiry, about, files, verify_bundle};
pub use parameters::Parameters;
pub use receipt::{Receipt, read_receipt};

use crate::{ByokError, Hash, Recipe};
use std::fmt;
use std::str::FromStr;

/// Declares an enum whose values have the names AWS gives them.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }
        impl $name {
            /// Every value, in the order to offer them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The name AWS uses.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }
        impl FromStr for $name {
            type Err = ByokError;
            fn from_str(text: &str) -> Result<Self, ByokError> {
                Self::ALL.iter().copied().find(|v| v.name() == text).ok_or_else(|| {
                    ByokError::UnknownName(text.chars().take(64).flat_map(char::escape_default).collect())
                })
            }
        }
    };
}

named! {
    /// `KeySpec` of the KMS key, of those that take imported material.
    KeySpec {
        /// AES-256, 32 bytes raw.
        SymmetricDefault = "SYMMETRIC_DEFAULT",
        /// 28 bytes raw.
        Hmac224 = "HMAC_224",
        /// 32 bytes raw.
        Hmac256 = "HMAC_256",
        /// 48 bytes raw.
        Hmac384 = "HMAC_384",
        /// 64 bytes raw.
        Hmac512 = "HMAC_512",
        /// PKCS#8 DER.
        Rsa2048 = "RSA_2048",
        /// PKCS#8 DER.
        Rsa3072 = "RSA_3072",
        /// PKCS#8 DER.
        Rsa4096 = "RSA_4096",
        /// PKCS#8 DER, named curve.
        EccNistP256 = "ECC_NIST_P256",
        /// PKCS#8 DER, named curve.
        EccNistP384 = "ECC_NIST_P384",
        /// PKCS#8 DER, named curve.
        EccNistP521 = "ECC_NIST_P521",
        /// PKCS#8 DER, named curve.
        EccSecgP256k1 = "ECC_SECG_P256K1",
    }
}

named! {
    /// `WrappingAlgorithm` of `GetParametersForImport`.
    WrappingAlgorithm {
        /// OAEP with SHA-256 and MGF1-SHA-256.
        RsaesOaepSha256 = "RSAES_OAEP_SHA_256",
        /// OAEP with SHA-1 and MGF1-SHA-1.
        RsaesOaepSha1 = "RSAES_OAEP_SHA_1",
        /// An AES-256 key under OAEP-SHA-256, the key under that with RFC 5649.
        RsaAesKeyWrapSha256 = "RSA_AES_KEY_WRAP_SHA_256",
        /// The same with OAEP-SHA-1.
        RsaAesKeyWrapSha1 = "RSA_AES_KEY_WRAP_SHA_1",
    }
}

impl KeySpec {
    /// Whether AWS can give back a public key for it.
    pub const fn is_asymmetric(self) -> bool {
        !matches!(self, Self::SymmetricDefault) && !self.is_hmac()
    }

    /// Whether it is an HMAC key.
    pub const fn is_hmac(self) -> bool {
        matches!(self, Self::Hmac224 | Self::Hmac256 | Self::Hmac384 | Self::Hmac512)
    }

    /// The length of the key material in bytes: least and most. Raw keys have one length; PKCS#8 varies with leading
    /// zeros and with whether the public point is in it.
    pub const fn material_len(self) -> (usize, usize) {
        match self {
            Self::SymmetricDefault | Self::Hmac256 => (32, 32),
            Self::Hmac224 => (28, 28),
            Self::Hmac384 => (48, 48),
            Self::Hmac512 => (64, 64),
            Self::Rsa2048 => (1190, 1224),
            Self::Rsa3072 => (1760, 1808),
            Self::Rsa4096 => (2340, 2384),
            Self::EccNistP256 | Self::EccSecgP256k1 => (60, 152),
            Self::EccNistP384 => (76, 200),
            Self::EccNistP521 => (92, 256),
        }
    }
}

/// How to wrap a key of this kind, or why AWS would refuse it. `modulus_bits` is the wrapping key's size.
pub fn recipe(spec: KeySpec, algorithm: WrappingAlgorithm, modulus_bits: u16) -> Result<Recipe, ByokError> {
    use WrappingAlgorithm as W;
    if !matches!(modulus_bits, 2048 | 3072 | 4096) {
        return Err(ByokError::WrappingKeySize);
    }
    let recipe = match algorithm {
        W::RsaesOaepSha256 => Recipe::Oaep(Hash::Sha256),
        W::RsaesOaepSha1 => Recipe::Oaep(Hash::Sha1),
        W::RsaAesKeyWrapSha256 => Recipe::RsaAesKeyWrap(Hash::Sha256),
        W::RsaAesKeyWrapSha1 => Recipe::RsaAesKeyWrap(Hash::Sha1),
    };
    let refused = |instead| {
        Err(ByokError::AlgorithmNotForKeyType {
            spec: spec.to_string(),
            algorithm: algorithm.to_string(),
            instead,
        })
    };
    match (recipe, spec) {
        (Recipe::RsaAesKeyWrap(_), s) if !s.is_asymmetric() => refused("RSAES_OAEP_SHA_256"),
        (Recipe::Oaep(_), KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096) => {
            refused("RSA_AES_KEY_WRAP_SHA_256")
        }
        (Recipe::Oaep(_), KeySpec::EccNistP521) if modulus_bits == 2048 => {
            Err(ByokError::KeyTooLongForWrappingKey(spec.to_string()))
        }
        _ => Ok(recipe),
    }
}

/// Whether a text is the full ARN of a KMS key, not an alias or a bare key ID.
pub fn is_key_arn(text: &str) -> bool {
    check_arn(text).is_ok()
}

/// Whether this is a KMS key's ARN: `arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+`, at most 256 bytes.
/// Nothing outside these characters may reach a script or a policy.
pub(crate) fn check_arn(arn: &str) -> Result<(), ByokError> {
    fn all(text: &str, ok: impl Fn(u8) -> bool) -> bool {
        !text.is_empty() && text.bytes().all(ok)
    }
    let parts: Vec<&str> = arn.split(':').collect();
    let good = arn.len() <= 256
        && matches!(parts[..], ["arn", partition, "kms", region, account, key]
        if partition.strip_prefix("aws").is_some_and(|p| p.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'))
            && all(region, |b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && account.len() == 12 && all(account, |b| b.is_ascii_digit())
            && key.strip_prefix("key/").is_some_and(|k| all(k, |b| b.is_ascii_alphanumeric() || b == b'-')));
    if good { Ok(()) } else { Err(ByokError::KeyArnMalformed) }
}

#[cfg(test)]
mod tests;
