//! The algorithms of key versions that can be imported.

use crate::KeyType;
use crate::answers::choice;

/// The algorithms of key versions, as the service names them, with the key that each needs.
const ALGORITHMS: &[(&str, KeyType)] = &[
    ("GOOGLE_SYMMETRIC_ENCRYPTION", KeyType::Aes256),
    ("AES_256_GCM", KeyType::Aes256),
    ("AES_256_CBC", KeyType::Aes256),
    ("AES_256_CTR", KeyType::Aes256),
    ("AES_128_GCM", KeyType::Aes128),
    ("AES_128_CBC", KeyType::Aes128),
    ("AES_128_CTR", KeyType::Aes128),
    ("HMAC_SHA1", KeyType::HmacSha1),
    ("HMAC_SHA224", KeyType::HmacSha224),
    ("HMAC_SHA256", KeyType::HmacSha256),
    ("HMAC_SHA384", KeyType::HmacSha384),
    ("HMAC_SHA512", KeyType::HmacSha512),
    ("RSA_SIGN_PSS_2048_SHA256", KeyType::Rsa2048),
    ("RSA_SIGN_PSS_3072_SHA256", KeyType::Rsa3072),
    ("RSA_SIGN_PSS_4096_SHA256", KeyType::Rsa4096),
    ("RSA_SIGN_PSS_4096_SHA512", KeyType::Rsa4096),
    ("RSA_SIGN_PKCS1_2048_SHA256", KeyType::Rsa2048),
    ("RSA_SIGN_PKCS1_3072_SHA256", KeyType::Rsa3072),
    ("RSA_SIGN_PKCS1_4096_SHA256", KeyType::Rsa4096),
    ("RSA_SIGN_PKCS1_4096_SHA512", KeyType::Rsa4096),
    ("RSA_SIGN_RAW_PKCS1_2048", KeyType::Rsa2048),
    ("RSA_SIGN_RAW_PKCS1_3072", KeyType::Rsa3072),
    ("RSA_SIGN_RAW_PKCS1_4096", KeyType::Rsa4096),
    ("RSA_DECRYPT_OAEP_2048_SHA256", KeyType::Rsa2048),
    ("RSA_DECRYPT_OAEP_3072_SHA256", KeyType::Rsa3072),
    ("RSA_DECRYPT_OAEP_4096_SHA256", KeyType::Rsa4096),
    ("RSA_DECRYPT_OAEP_4096_SHA512", KeyType::Rsa4096),
    ("RSA_DECRYPT_OAEP_2048_SHA1", KeyType::Rsa2048),
    ("RSA_DECRYPT_OAEP_3072_SHA1", KeyType::Rsa3072),
    ("RSA_DECRYPT_OAEP_4096_SHA1", KeyType::Rsa4096),
    ("EC_SIGN_P256_SHA256", KeyType::P256),
    ("EC_SIGN_P384_SHA384", KeyType::P384),
    ("EC_SIGN_SECP256K1_SHA256", KeyType::P256k1),
    ("EC_SIGN_ED25519", KeyType::Ed25519),
];

/// The key that a key version's algorithm needs.
pub(super) fn key_type(algorithm: &str) -> Option<KeyType> {
    ALGORITHMS.iter().find(|(name, _)| *name == algorithm).map(|(_, key)| *key)
}

/// The name as the service writes it; gcloud writes it in small letters with hyphens.
pub(super) fn named(algorithm: &str) -> Option<&'static str> {
    choice(algorithm, names())
}

/// All names.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    ALGORITHMS.iter().map(|(name, _)| *name)
}

/// An algorithm that needs this kind of key, for a stand-in.
pub(super) fn algorithm_for(key: KeyType) -> Option<&'static str> {
    ALGORITHMS.iter().find(|(_, needs)| *needs == key).map(|(name, _)| *name)
}
