//! The kinds of keys that take imported material, by AWS's names.

use crate::KeyType;
use crate::named::named;

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

impl KeySpec {
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

    /// AWS's name for a kind of key, where it takes such keys.
    pub fn of(key: KeyType) -> Option<Self> {
        Self::ALL.iter().copied().find(|spec| spec.key_type() == key)
    }
}
