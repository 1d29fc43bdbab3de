//! Why an algorithm is not used, or a key not taken.
use crate::named::named;

pub(super) const PKCS1: &str = "RSAES-PKCS1-v1_5 has no integrity and its decryption leaks";
pub(super) const SM2: &str = "SM2 is not supported here";
pub(super) const ENDED: &str = "AWS ended it on 2023-10-10";
pub(super) const LAYOUT: &str = "the layout of what it wraps is not documented";
pub(super) const LEGACY: &str = "it is legacy, and dedicated KMS instances lack it";
pub(super) const NO_SHA224: &str = "the cryptographic library here has no OAEP with SHA-224; take SHA256";
pub(super) const MASK: &str =
    "whether its mask generation also uses SHA-512 is not documented, and a wrong guess is only found online";
pub(super) const WHICH_HASH: &str =
    "the hash that search index and database encryption expect is not documented";
pub(super) const AWS_ED25519: &str = "AWS does not list Ed25519 among the keys that can be imported";
pub(super) const AZURE_AES: &str =
    "Microsoft documents AES keys for Managed HSM; in Premium vaults they are a preview";
pub(super) const GOOGLE_P521: &str = "Google lists no algorithm for P-521";
pub(super) const ORACLE_EC: &str = "Oracle does not import elliptic-curve keys";
pub(super) const ALIBABA_AES: &str = "only AES-256 is documented for import";
pub(super) const SALESFORCE_AES: &str = "a tenant secret has 256 bits";
pub(super) const NOT_LISTED: &str = "its documentation lists no such key";
pub(super) const HPKE: &str = "\
    it is a preview (since 2026-08-06) for software protection only, and the layout of what it wraps is not documented";

pub(crate) fn from_bits(key: impl std::fmt::Display, least: u16) -> String {
    format!("{key} (under {least} bits or more)")
}

pub(crate) fn refused_for_all(keys: &str) -> String {
    format!("\nRefused for every algorithm: {keys}.\n")
}

named! {
    /// How the wrapped key travels.
    Encoding {
        /// A file of the bytes themselves.
        Raw = "raw bytes in a file",
        /// Base64 (RFC 4648, padded) in a text file.
        Base64Text = "base64 in a text file",
        /// Base64 as a member of a JSON file.
        Base64Json = "base64 in JSON",
        /// Base64url without padding in a `.byok` JSON file.
        ByokJson = "base64url in a .byok file",
    }
}
