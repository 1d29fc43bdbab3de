//! AWS KMS: `ImportKeyMaterial` into a key of origin `EXTERNAL`.

mod bundle;
mod multi_region;
mod parameters;
mod prepared;
mod receipt;
mod rotation;
mod scripts;

pub use crate::bundle::BundleFile;
pub(crate) use bundle::is_manifest;
pub use bundle::{About, Bundle, Expiry, about, files, files_for, verify_bundle};
pub use multi_region::{Stage, order};
pub use parameters::Parameters;
pub(crate) use parameters::fits;
pub(crate) use prepared::{ASKS, Prepared, TO_FETCH};
pub(crate) use receipt::read_any_receipt;
pub use receipt::{Receipt, read_receipt};
pub use rotation::Rotation;

use crate::named::named;
use crate::provider::realms;
use crate::{ByokError, KeyType, Recipe, Target, table};

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

    /// The kind of key, in the words of the table of targets.
    pub const fn key_type(self) -> KeyType {
        match self {
            Self::SymmetricDefault => KeyType::Aes256,
            Self::Hmac224 => KeyType::HmacSha224,
            Self::Hmac256 => KeyType::HmacSha256,
            Self::Hmac384 => KeyType::HmacSha384,
            Self::Hmac512 => KeyType::HmacSha512,
            Self::Rsa2048 => KeyType::Rsa2048,
            Self::Rsa3072 => KeyType::Rsa3072,
            Self::Rsa4096 => KeyType::Rsa4096,
            Self::EccNistP256 => KeyType::P256,
            Self::EccNistP384 => KeyType::P384,
            Self::EccNistP521 => KeyType::P521,
            Self::EccSecgP256k1 => KeyType::P256k1,
        }
    }

    /// The length of the key material in bytes: least and most; see [`KeyType::material_len`].
    pub const fn material_len(self) -> (usize, usize) {
        self.key_type().material_len()
    }
}

/// How to wrap a key of this kind, or why AWS would refuse it. `modulus_bits` is the wrapping key's size.
pub fn recipe(spec: KeySpec, algorithm: WrappingAlgorithm, modulus_bits: u16) -> Result<Recipe, ByokError> {
    table::look_up(Target::AwsKms, spec.key_type(), algorithm.name(), modulus_bits).map(|row| row.recipe)
}

/// The same for the key of this ARN: KMS in China takes less. Source: AWS KMS Developer Guide, "Importing key material",
/// its pages on requirements and on the wrapping algorithms.
pub fn recipe_for(
    key_arn: &str,
    spec: KeySpec,
    algorithm: WrappingAlgorithm,
    modulus_bits: u16,
) -> Result<Recipe, ByokError> {
    let recipe = recipe(spec, algorithm, modulus_bits)?;
    refused_in_china(key_arn, spec.key_type(), recipe).map_or(Ok(recipe), Err)
}

fn refused_in_china(key_arn: &str, key: KeyType, recipe: Recipe) -> Option<ByokError> {
    if key_arn.split(':').nth(1) != Some("aws-cn") {
        return None;
    }
    let why = match (key, recipe) {
        (KeyType::Aes256, _) => "KMS in China takes symmetric keys of 16 bytes (SM4) alone",
        (_, Recipe::RsaAesKeyWrap(_)) => "KMS in China takes no key wrapped with RSA_AES_KEY_WRAP",
        _ => return None,
    };
    Some(ByokError::KeyTypeNotTaken { target: Target::AwsKms, key, why })
}

/// The full ARN of a KMS key as somebody typed it, in its normal form: not an alias or a bare key ID, in a Region of the
/// partition that it names.
pub fn key_arn(text: &str) -> Result<String, ByokError> {
    // AWS writes every part in small letters.
    let arn = crate::answers::cleaned(text).to_ascii_lowercase();
    check_arn(&arn)?;
    Ok(arn)
}

/// Whether this is a KMS key's ARN: `arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+`, at most 256 bytes.
/// Nothing outside these characters may reach a script or a policy. The Region must be one of the partition.
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
    match parts[..] {
        [_, partition, _, region, ..] if good => realms::same_aws_partition(partition, region),
        _ => Err(ByokError::KeyArnMalformed),
    }
}

#[cfg(test)]
mod tests;
