//! Public keys in the forms in which providers give them back, brought to DER `SubjectPublicKeyInfo` to compare.

use crate::pem;
use crate::{ByokError, KeyType, WrappingKey};
use rsa::pkcs8::ObjectIdentifier;
use rsa::pkcs8::der::asn1::BitStringRef;
use rsa::pkcs8::der::{Any, Decode, Encode};
use rsa::pkcs8::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfo, SubjectPublicKeyInfoRef};

const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// The curve's name and the length of a coordinate in bytes.
fn curve(key: KeyType) -> Option<(ObjectIdentifier, usize)> {
    crate::pkcs8::curve(key)
}

/// Refuses a public key that is not of this kind, or not DER in its one encoding.
pub(crate) fn check(key: KeyType, der: &[u8]) -> Result<(), ByokError> {
    let bad = || ByokError::PublicKeyMismatch;
    if let Some(bits) = key.rsa_bits() {
        let same = WrappingKey::from_der(der).is_ok_and(|k| k.bits() == bits);
        return if same { Ok(()) } else { Err(bad()) };
    }
    let spki = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| bad())?;
    let point = spki.subject_public_key.as_bytes().ok_or_else(bad)?;
    let good = match curve(key) {
        Some((name, len)) => {
            let named = spki.algorithm.parameters.and_then(|p| p.decode_as::<ObjectIdentifier>().ok());
            spki.algorithm.oid == EC
                && named == Some(name)
                && point.first() == Some(&4)
                && point.len() == 1 + 2 * len
        }
        None => spki.algorithm.oid == ED25519 && spki.algorithm.parameters.is_none() && point.len() == 32,
    };
    if good { Ok(()) } else { Err(bad()) }
}

/// From modulus and exponent, big-endian.
pub(crate) fn from_rsa(n: &[u8], e: &[u8]) -> Result<Vec<u8>, ByokError> {
    WrappingKey::from_modulus(n, e).map(|k| k.spki().to_vec())
}

/// From the coordinates of a point, big-endian; shorter ones are filled up.
pub(crate) fn from_point(key: KeyType, x: &[u8], y: &[u8]) -> Option<Vec<u8>> {
    let (name, len) = curve(key)?;
    let mut point = vec![4];
    for number in [x, y] {
        point.extend(std::iter::repeat_n(0, len.checked_sub(number.len())?));
        point.extend(number);
    }
    spki(EC, Some(Any::encode_from(&name).ok()?), &point)
}

/// From the 32 bytes of an Ed25519 key.
pub(crate) fn from_ed25519(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.len() == 32 { spki(ED25519, None, bytes) } else { None }
}

/// From PEM.
pub(crate) fn from_pem(text: &str) -> Result<Vec<u8>, ByokError> {
    pem::decode(text.as_bytes(), &["PUBLIC KEY"])
}

fn spki(oid: ObjectIdentifier, parameters: Option<Any>, key: &[u8]) -> Option<Vec<u8>> {
    let algorithm = AlgorithmIdentifierOwned { oid, parameters };
    let subject_public_key = BitStringRef::from_bytes(key).ok()?;
    SubjectPublicKeyInfo { algorithm, subject_public_key }.to_der().ok()
}
