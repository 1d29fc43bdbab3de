//! PKCS#8 `PrivateKeyInfo` (RFC 5208) of a key that is to be imported: `SEQUENCE { INTEGER 0, SEQUENCE … }`, exact
//! length, the right algorithm, named curves only. Emulators take PKCS#1 and SEC1 too; the clouds document PKCS#8.

mod words;

use crate::{ByokError, KeyType};
use rsa::pkcs1::RsaPrivateKeyRef;
use rsa::pkcs8::ObjectIdentifier;
use rsa::pkcs8::PrivateKeyInfoRef;
use rsa::pkcs8::der::asn1::{ContextSpecific, OctetStringRef};
use rsa::pkcs8::der::{Decode, Reader, SliceReader, Tag};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// The curve's name (RFC 5480, SEC 2) and the length of its private numbers in bytes.
pub(crate) fn curve(key: KeyType) -> Option<(ObjectIdentifier, usize)> {
    match key {
        KeyType::P256 => Some((ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"), 32)),
        KeyType::P384 => Some((ObjectIdentifier::new_unwrap("1.3.132.0.34"), 48)),
        KeyType::P521 => Some((ObjectIdentifier::new_unwrap("1.3.132.0.35"), 66)),
        KeyType::P256k1 => Some((ObjectIdentifier::new_unwrap("1.3.132.0.10"), 32)),
        _ => None,
    }
}

impl KeyType {
    /// Refuses key material that is not exactly a key of this kind: raw bytes of the one right length, or PKCS#8
    /// (RFC 5208) of version 0 with the right algorithm, a named curve and nothing after it.
    pub fn check_material(self, material: &[u8]) -> Result<(), ByokError> {
        if self.is_asymmetric() {
            return check(self, material);
        }
        let expected = self.material_len().0;
        if material.len() == expected {
            Ok(())
        } else {
            Err(ByokError::MaterialLength { found: material.len(), expected })
        }
    }
}

/// Refuses anything that is not PKCS#8 of exactly this kind of key. Says nothing about the numbers themselves.
fn check(key: KeyType, der: &[u8]) -> Result<(), ByokError> {
    let bad = ByokError::MaterialForm;
    let info = PrivateKeyInfoRef::from_der(der).map_err(|_| bad(what_else(der)))?;
    // Version 1 (RFC 5958) carries a public key beside the private one; the clouds document version 0.
    if info.public_key.is_some() {
        return Err(bad(words::VERSION_1));
    }
    let private = info.private_key.as_bytes();
    if let Some(bits) = key.rsa_bits() {
        if info.algorithm.oid != RSA || info.algorithm.parameters.is_none_or(|p| !p.is_null()) {
            return Err(bad(words::NO_RSA));
        }
        return check_rsa(bits, private);
    }
    if let Some((name, len)) = curve(key) {
        if info.algorithm.oid != EC {
            return Err(bad(words::NO_EC));
        }
        let given = info.algorithm.parameters.ok_or(bad(words::NO_CURVE))?;
        match given.decode_as::<ObjectIdentifier>() {
            Ok(oid) if oid == name => return check_ec(name, len, private),
            Ok(_) => return Err(bad(words::OTHER_CURVE)),
            Err(_) => return Err(bad(words::CURVE_SPELT_OUT)),
        }
    }
    // Ed25519 (RFC 8410): an OCTET STRING of 32 bytes inside the OCTET STRING, no parameters.
    if info.algorithm.oid != ED25519 || info.algorithm.parameters.is_some() {
        return Err(bad(words::NO_ED25519));
    }
    match <&OctetStringRef>::from_der(private) {
        Ok(seed) if seed.as_bytes().len() == 32 => Ok(()),
        _ => Err(bad(words::NOT_32_BYTES)),
    }
}

/// RFC 8017 `RSAPrivateKey`: two primes, the right size, exponent 65537.
fn check_rsa(bits: u16, der: &[u8]) -> Result<(), ByokError> {
    let bad = ByokError::MaterialForm;
    let key = RsaPrivateKeyRef::from_der(der).map_err(|_| bad(words::RSA_UNREADABLE))?;
    if key.other_prime_infos.is_some() {
        return Err(bad(words::MORE_PRIMES));
    }
    let n = key.modulus.as_bytes();
    if n.len() != usize::from(bits / 8) || n.first().is_none_or(|top| *top < 0x80) {
        return Err(bad(words::OTHER_MODULUS));
    }
    if key.public_exponent.as_bytes() != [1, 0, 1] {
        return Err(bad(words::OTHER_EXPONENT));
    }
    Ok(())
}

/// RFC 5915 `ECPrivateKey` on this curve; what it repeats must agree.
fn check_ec(name: ObjectIdentifier, len: usize, der: &[u8]) -> Result<(), ByokError> {
    let bad = ByokError::MaterialForm;
    let read =
        |reader: &mut SliceReader<'_>| -> rsa::pkcs8::der::Result<(u8, usize, Option<ObjectIdentifier>)> {
            reader.sequence(|inner| {
                let version = u8::decode(inner)?;
                let number = <&OctetStringRef>::decode(inner)?.as_bytes().len();
                let named = ContextSpecific::<ObjectIdentifier>::decode_explicit(
                    inner,
                    rsa::pkcs8::der::TagNumber(0),
                )?;
                // The public point may be there, compressed or not; the provider computes it anyway.
                let _ = ContextSpecific::<rsa::pkcs8::der::asn1::BitStringRef<'_>>::decode_explicit(
                    inner,
                    rsa::pkcs8::der::TagNumber(1),
                )?;
                Ok((version, number, named.map(|n| n.value)))
            })
        };
    let mut reader = SliceReader::new(der).map_err(|_| bad(words::PRIVATE_EMPTY))?;
    let (version, number, named) = read(&mut reader).map_err(|_| bad(words::EC_UNREADABLE))?;
    reader.finish().map_err(|_| bad(words::AFTER_EC))?;
    if version != 1 || number != len {
        return Err(bad(words::OTHER_LENGTH));
    }
    if named.is_some_and(|n| n != name) {
        return Err(bad(words::TWO_CURVES));
    }
    Ok(())
}

/// Names the forms people most often bring instead.
fn what_else(der: &[u8]) -> &'static str {
    let Ok(mut reader) = SliceReader::new(der) else { return words::EMPTY };
    let Ok(header) = rsa::pkcs8::der::Header::decode(&mut reader) else { return words::NO_DER };
    let total = usize::try_from(header.length()).unwrap_or(usize::MAX);
    if header.tag() != Tag::Sequence {
        return words::NO_PRIVATE_KEY;
    }
    let rest = usize::try_from(reader.remaining_len()).unwrap_or(usize::MAX);
    if rest > total {
        return words::BYTES_FOLLOW;
    }
    if rest < total {
        return words::CUT_OFF;
    }
    let version = u8::decode(&mut reader);
    let next = rsa::pkcs8::der::Header::decode(&mut reader).map(|h| h.tag());
    match (version, next) {
        (Ok(0), Ok(Tag::Integer)) => words::PKCS1,
        (Ok(1), Ok(Tag::OctetString)) => words::SEC1,
        _ => words::NO_PKCS8,
    }
}
