//! Why something is no key that is taken, to follow "it is not what this provider takes".

pub(super) const VERSION_1: &str = "it is version 1 of PKCS#8 (RFC 5958), not version 0";
pub(super) const NO_RSA: &str = "it is no RSA key";
pub(super) const NO_EC: &str = "it is no elliptic-curve key";
pub(super) const NO_CURVE: &str = "it names no curve";
pub(super) const OTHER_CURVE: &str = "it is on another curve";
pub(super) const CURVE_SPELT_OUT: &str = "its curve is spelt out; only named curves are taken";
pub(super) const NO_ED25519: &str = "it is no Ed25519 key";
pub(super) const NOT_32_BYTES: &str = "its private key is not 32 bytes";
pub(super) const RSA_UNREADABLE: &str = "its RSA key cannot be read";
pub(super) const MORE_PRIMES: &str = "it has more than two primes";
pub(super) const OTHER_MODULUS: &str = "its modulus has another size";
pub(super) const OTHER_EXPONENT: &str = "its public exponent is not 65537";
pub(super) const PRIVATE_EMPTY: &str = "its private key is empty";
pub(super) const EC_UNREADABLE: &str = "its EC key cannot be read";
pub(super) const AFTER_EC: &str = "something follows its EC key";
pub(super) const OTHER_LENGTH: &str = "its private number has another length";
pub(super) const TWO_CURVES: &str = "it names two curves";
pub(super) const EMPTY: &str = "it is empty";
pub(super) const NO_PRIVATE_KEY: &str = "it is not DER of a private key";
pub(super) const BYTES_FOLLOW: &str = "bytes follow it";
pub(super) const CUT_OFF: &str = "it stops in the middle";
pub(super) const PKCS1: &str = "it is PKCS#1 (RSA PRIVATE KEY), not PKCS#8";
pub(super) const SEC1: &str = "it is SEC1 (EC PRIVATE KEY), not PKCS#8";
pub(super) const NO_PKCS8: &str = "it is not PKCS#8 DER";
pub(super) const NO_DER: &str = "it is not DER";
