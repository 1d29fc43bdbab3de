//! The one table of what wraps how for whom. It drives the choice of the recipe, the checks of bundles, what forms
//! offer, and the tables in `docs/byok` (a test holds them against it). What is not in it is refused with a reason.

mod words;

pub use words::Encoding;

use crate::KeyType as K;
use crate::answers::{same_word, unknown_name};
use crate::named::named;
use crate::{ByokError, Hash, KeyType, Recipe, oaep_limit};
use std::fmt::Write as _;

named! {
    /// Where a key can be imported.
    Target {
        /// AWS KMS, key of origin `EXTERNAL`.
        AwsKms = "aws-kms",
        /// Azure Key Vault, tier Premium.
        AzureKeyVault = "azure-key-vault",
        /// Azure Key Vault Managed HSM.
        AzureManagedHsm = "azure-managed-hsm",
        /// Google Cloud KMS import job.
        GoogleKms = "google-kms",
        /// Oracle Cloud Infrastructure Vault.
        OracleVault = "oracle-vault",
        /// Alibaba Cloud KMS.
        AlibabaKms = "alibaba-kms",
        /// IBM Key Protect.
        IbmKeyProtect = "ibm-key-protect",
        /// `HashiCorp` Vault or `OpenBao`, transit engine.
        Transit = "vault-transit",
        /// Salesforce Shield Platform Encryption, bring your own key.
        SalesforceShield = "salesforce-shield",
    }
}

/// One wrapping algorithm of a target, with all keys it takes.
#[derive(Debug)]
pub struct Row {
    /// Where the key goes.
    pub target: Target,
    /// The algorithm's name at the target.
    pub algorithm: &'static str,
    /// What that means.
    pub recipe: Recipe,
    /// The sizes of wrapping keys it comes with, in bits.
    pub wrapping_bits: &'static [u16],
    /// The keys it takes.
    pub keys: &'static [KeyType],
    /// How the blob travels.
    pub encoding: Encoding,
}

const ALL_SIZES: &[u16] = &[2048, 3072, 4096];
const AES: &[K] = &[K::Aes128, K::Aes192, K::Aes256];
const AZURE: &[K] = &[K::Rsa2048, K::Rsa3072, K::Rsa4096, K::P256, K::P384, K::P521, K::P256k1];
const GOOGLE_DIRECT: &[K] = &[
    K::Aes128,
    K::Aes256,
    K::HmacSha1,
    K::HmacSha224,
    K::HmacSha256,
    K::HmacSha384,
    K::HmacSha512,
    K::P256,
    K::P384,
    K::P256k1,
    K::Ed25519,
];
const GOOGLE_ALL: &[K] = &[
    K::Aes128,
    K::Aes256,
    K::HmacSha1,
    K::HmacSha224,
    K::HmacSha256,
    K::HmacSha384,
    K::HmacSha512,
    K::Rsa2048,
    K::Rsa3072,
    K::Rsa4096,
    K::P256,
    K::P384,
    K::P256k1,
    K::Ed25519,
];
const AWS_DIRECT: &[K] = &[
    K::Aes256,
    K::HmacSha224,
    K::HmacSha256,
    K::HmacSha384,
    K::HmacSha512,
    K::P256,
    K::P384,
    K::P521,
    K::P256k1,
];
const AWS_HYBRID: &[K] = AZURE;
const TRANSIT: &[K] = &[
    K::Aes128,
    K::Aes256,
    K::HmacSha256,
    K::HmacSha384,
    K::HmacSha512,
    K::Rsa2048,
    K::Rsa3072,
    K::Rsa4096,
    K::P256,
    K::P384,
    K::P521,
    K::Ed25519,
];

const fn row(
    target: Target,
    algorithm: &'static str,
    recipe: Recipe,
    wrapping_bits: &'static [u16],
    keys: &'static [KeyType],
    encoding: Encoding,
) -> Row {
    Row { target, algorithm, recipe, wrapping_bits, keys, encoding }
}

/// Every algorithm that is used, grouped by target, the one to offer first first.
pub const ROWS: &[Row] = {
    use Encoding::{Base64Json, Base64Text, ByokJson, Raw};
    use Hash::{Sha1, Sha256, Sha384, Sha512};
    use Recipe::{Oaep, OaepThenAesEcb, RsaAesKeyWrap};
    use Target as T;
    const BIG: &[u16] = &[4096];
    &[
        row(T::AwsKms, "RSAES_OAEP_SHA_256", Oaep(Sha256), ALL_SIZES, AWS_DIRECT, Raw),
        row(T::AwsKms, "RSAES_OAEP_SHA_1", Oaep(Sha1), ALL_SIZES, AWS_DIRECT, Raw),
        row(T::AwsKms, "RSA_AES_KEY_WRAP_SHA_256", RsaAesKeyWrap(Sha256), ALL_SIZES, AWS_HYBRID, Raw),
        row(T::AwsKms, "RSA_AES_KEY_WRAP_SHA_1", RsaAesKeyWrap(Sha1), ALL_SIZES, AWS_HYBRID, Raw),
        row(T::AzureKeyVault, "CKM_RSA_AES_KEY_WRAP", RsaAesKeyWrap(Sha1), ALL_SIZES, AZURE, ByokJson),
        row(
            T::AzureManagedHsm,
            "CKM_RSA_AES_KEY_WRAP",
            RsaAesKeyWrap(Sha1),
            ALL_SIZES,
            &[
                K::Aes128,
                K::Aes192,
                K::Aes256,
                K::Rsa2048,
                K::Rsa3072,
                K::Rsa4096,
                K::P256,
                K::P384,
                K::P521,
                K::P256k1,
            ],
            ByokJson,
        ),
        row(T::GoogleKms, "RSA_OAEP_4096_SHA256_AES_256", RsaAesKeyWrap(Sha256), BIG, GOOGLE_ALL, Raw),
        row(T::GoogleKms, "RSA_OAEP_3072_SHA256_AES_256", RsaAesKeyWrap(Sha256), &[3072], GOOGLE_ALL, Raw),
        row(T::GoogleKms, "RSA_OAEP_4096_SHA256", Oaep(Sha256), BIG, GOOGLE_DIRECT, Raw),
        row(T::GoogleKms, "RSA_OAEP_3072_SHA256", Oaep(Sha256), &[3072], GOOGLE_DIRECT, Raw),
        row(T::GoogleKms, "RSA_OAEP_4096_SHA1_AES_256", RsaAesKeyWrap(Sha1), BIG, GOOGLE_ALL, Raw),
        row(T::GoogleKms, "RSA_OAEP_3072_SHA1_AES_256", RsaAesKeyWrap(Sha1), &[3072], GOOGLE_ALL, Raw),
        row(T::OracleVault, "RSA_OAEP_SHA256", Oaep(Sha256), ALL_SIZES, AES, Base64Json),
        row(
            T::OracleVault,
            "RSA_OAEP_AES_SHA256",
            RsaAesKeyWrap(Sha256),
            ALL_SIZES,
            &[K::Aes128, K::Aes192, K::Aes256, K::Rsa2048, K::Rsa3072, K::Rsa4096],
            Base64Json,
        ),
        row(T::AlibabaKms, "RSAES_OAEP_SHA_256", Oaep(Sha256), &[2048], &[K::Aes256], Base64Text),
        row(
            T::AlibabaKms,
            "RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD",
            OaepThenAesEcb(Sha256),
            &[2048],
            &[K::Rsa2048, K::Rsa3072, K::Rsa4096, K::P256, K::P256k1],
            Base64Text,
        ),
        row(T::IbmKeyProtect, "RSAES_OAEP_SHA_256", Oaep(Sha256), ALL_SIZES, AES, Base64Json),
        row(T::Transit, "SHA256", RsaAesKeyWrap(Sha256), BIG, TRANSIT, Base64Text),
        row(T::Transit, "SHA384", RsaAesKeyWrap(Sha384), BIG, TRANSIT, Base64Text),
        row(T::Transit, "SHA512", RsaAesKeyWrap(Sha512), BIG, TRANSIT, Base64Text),
        row(T::Transit, "SHA1", RsaAesKeyWrap(Sha1), BIG, TRANSIT, Base64Text),
        row(T::SalesforceShield, "RSA-OAEP with SHA-1", Oaep(Sha1), BIG, &[K::Aes256], Base64Text),
    ]
};

/// An algorithm that a target names and that is not used here, with the reason.
#[derive(Debug)]
pub struct LeftOut {
    /// Whose algorithm.
    pub target: Target,
    /// Its name there.
    pub algorithm: &'static str,
    /// Why not.
    pub why: &'static str,
}

const fn left_out(target: Target, algorithm: &'static str, why: &'static str) -> LeftOut {
    LeftOut { target, algorithm, why }
}

/// What is named and not used.
pub const LEFT_OUT: &[LeftOut] = {
    use Target as T;
    &[
        left_out(T::AwsKms, "RSAES_PKCS1_V1_5", words::ENDED),
        left_out(T::AwsKms, "SM2PKE", words::SM2),
        left_out(T::GoogleKms, "HPKE_KEM_ML_KEM_768_HKDF_SHA256_AES_256_GCM", words::HPKE),
        left_out(T::GoogleKms, "HPKE_KEM_ML_KEM_1024_HKDF_SHA256_AES_256_GCM", words::HPKE),
        left_out(T::GoogleKms, "HPKE_KEM_XWING_HKDF_SHA256_AES_256_GCM", words::LAYOUT),
        left_out(T::AlibabaKms, "RSAES_PKCS1_V1_5", words::PKCS1),
        left_out(T::AlibabaKms, "RSAES_OAEP_SHA_1", words::LEGACY),
        left_out(T::AlibabaKms, "SM2PKE", words::SM2),
        left_out(T::AlibabaKms, "SM2PKE_SM4_ECB", words::SM2),
        left_out(T::Transit, "SHA224", words::NO_SHA224),
        left_out(T::SalesforceShield, "RSA-OAEP with SHA-512", words::MASK),
        left_out(T::SalesforceShield, "CKM_RSA_AES_KEY_WRAP", words::WHICH_HASH),
    ]
};

/// Why a target takes none of some keys, where there is more to say than that its documentation lists none.
const NOT_TAKEN: &[(Target, &[KeyType], &str)] = &[
    (Target::AwsKms, &[K::Ed25519], words::AWS_ED25519),
    (Target::AzureKeyVault, AES, words::AZURE_AES),
    (Target::GoogleKms, &[K::P521], words::GOOGLE_P521),
    (Target::OracleVault, &[K::P256, K::P384, K::P521, K::P256k1], words::ORACLE_EC),
    (Target::AlibabaKms, &[K::Aes128, K::Aes192], words::ALIBABA_AES),
    (Target::SalesforceShield, &[K::Aes128, K::Aes192], words::SALESFORCE_AES),
];

/// The rows of one target, in the order to offer them.
pub fn rows(target: Target) -> impl Iterator<Item = &'static Row> {
    ROWS.iter().filter(move |r| r.target == target)
}

/// How to wrap this key for this target under a wrapping key of `wrapping_bits`, or why that is refused.
pub fn look_up(
    target: Target,
    key: KeyType,
    algorithm: &str,
    wrapping_bits: u16,
) -> Result<&'static Row, ByokError> {
    let Some(row) = rows(target).find(|r| same_word(r.algorithm, algorithm)) else {
        return Err(
            match LEFT_OUT.iter().find(|l| l.target == target && same_word(l.algorithm, algorithm)) {
                Some(l) => ByokError::AlgorithmLeftOut { algorithm: l.algorithm, why: l.why },
                None => unknown_name(algorithm, rows(target).map(|r| r.algorithm)),
            },
        );
    };
    if !ALL_SIZES.contains(&wrapping_bits) {
        return Err(ByokError::WrappingKeySize);
    }
    if !row.wrapping_bits.contains(&wrapping_bits) {
        return Err(ByokError::WrappingKeySizeForAlgorithm {
            algorithm: row.algorithm,
            found: wrapping_bits,
        });
    }
    if !row.keys.contains(&key) {
        return Err(match rows(target).find(|r| r.keys.contains(&key)) {
            Some(other) => ByokError::AlgorithmNotForKeyType {
                target: target.name(),
                spec: key.to_string(),
                algorithm: row.algorithm.to_owned(),
                instead: other.algorithm,
            },
            None => not_taken_by(target, key, not_taken(target, key)),
        });
    }
    if let Recipe::Oaep(hash) = row.recipe
        && key.usual_len() > oaep_limit(hash, wrapping_bits)
    {
        return Err(ByokError::KeyTooLongForWrappingKey(key.to_string()));
    }
    // Oracle refuses a key stronger than the one it travels under.
    if target == Target::OracleVault && key.rsa_bits().is_some_and(|bits| bits > wrapping_bits) {
        return Err(ByokError::KeyStrongerThanWrappingKey(key.to_string()));
    }
    Ok(row)
}

/// The refusal of a key that a target, or this place of it, does not take.
pub(crate) fn not_taken_by(target: Target, key: KeyType, why: &'static str) -> ByokError {
    ByokError::KeyTypeNotTaken { target: target.name(), key: key.name(), why }
}

fn not_taken(target: Target, key: KeyType) -> &'static str {
    NOT_TAKEN
        .iter()
        .find(|(t, keys, _)| *t == target && keys.contains(&key))
        .map_or(words::NOT_LISTED, |(_, _, why)| why)
}

/// The table of one target in Markdown, as its page in `docs/byok` shows it.
pub fn markdown(target: Target) -> String {
    let mut s =
        String::from("| Algorithm | Wrapping key | Recipe | Keys | Travels as |\n|---|---|---|---|---|\n");
    for row in rows(target) {
        let bits: Vec<String> = row.wrapping_bits.iter().map(u16::to_string).collect();
        let mut keys: Vec<String> = Vec::new();
        for &key in row.keys {
            let taken: Vec<&u16> = row
                .wrapping_bits
                .iter()
                .filter(|b| look_up(target, key, row.algorithm, **b).is_ok())
                .collect();
            if taken.len() == row.wrapping_bits.len() {
                keys.push(key.to_string());
            } else if let Some(least) = taken.first() {
                keys.push(words::from_bits(key, **least));
            }
        }
        let _ = writeln!(
            s,
            "| `{}` | RSA {} | {} | {} | {} |",
            row.algorithm,
            bits.join(", "),
            row.recipe,
            keys.join(", "),
            row.encoding
        );
    }
    for l in LEFT_OUT.iter().filter(|l| l.target == target) {
        let _ = writeln!(s, "| `{}` | – | not used: {} | – | – |", l.algorithm, l.why);
    }
    let none: Vec<String> = KeyType::ALL
        .iter()
        .filter(|k| rows(target).all(|r| !r.keys.contains(k)))
        .map(|k| match not_taken(target, *k) {
            words::NOT_LISTED => k.to_string(),
            why => format!("{k} ({why})"),
        })
        .collect();
    s.push_str(&words::refused_for_all(&none.join(", ")));
    s
}
