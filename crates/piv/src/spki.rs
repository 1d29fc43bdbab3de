//! Public keys as DER `SubjectPublicKeyInfo` (RFC 5280, 5480, 8017, 8410), and signatures under them.

use aws_lc_rs::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use der::asn1::ObjectIdentifier;
use der::{Decode, Encode};
use x509_cert::spki::SubjectPublicKeyInfoOwned;

pub(crate) const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");

/// A signature algorithm that a YubiKey or Yubico's certificate authorities use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SignatureKind {
    RsaSha256,
    RsaSha384,
    RsaSha512,
    EcdsaSha256,
    EcdsaSha384,
    Ed25519,
}

impl SignatureKind {
    const ALL: [(Self, ObjectIdentifier); 6] = [
        (Self::RsaSha256, ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11")),
        (Self::RsaSha384, ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12")),
        (Self::RsaSha512, ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13")),
        (Self::EcdsaSha256, ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2")),
        (Self::EcdsaSha384, ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3")),
        (Self::Ed25519, ED25519),
    ];

    pub(crate) fn from_oid(oid: ObjectIdentifier) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == oid).map(|(kind, _)| *kind)
    }

    pub(crate) fn oid(self) -> ObjectIdentifier {
        // Every kind is in the table.
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or(ED25519, |(_, oid)| *oid)
    }
}

/// Whether `signature` over `message` verifies under `key`; a key of the wrong type does not verify.
pub(crate) fn verifies(
    key: &SubjectPublicKeyInfoOwned,
    kind: SignatureKind,
    message: &[u8],
    signature: &[u8],
) -> bool {
    let curve = key.algorithm.parameters.as_ref().and_then(|p| p.decode_as::<ObjectIdentifier>().ok());
    let algorithm: &'static dyn VerificationAlgorithm = match (kind, key.algorithm.oid, curve) {
        (SignatureKind::RsaSha256, RSA, _) => &signature::RSA_PKCS1_2048_8192_SHA256,
        (SignatureKind::RsaSha384, RSA, _) => &signature::RSA_PKCS1_2048_8192_SHA384,
        (SignatureKind::RsaSha512, RSA, _) => &signature::RSA_PKCS1_2048_8192_SHA512,
        (SignatureKind::EcdsaSha256, EC, Some(P256)) => &signature::ECDSA_P256_SHA256_ASN1,
        (SignatureKind::EcdsaSha256, EC, Some(P384)) => &signature::ECDSA_P384_SHA256_ASN1,
        (SignatureKind::EcdsaSha384, EC, Some(P256)) => &signature::ECDSA_P256_SHA384_ASN1,
        (SignatureKind::EcdsaSha384, EC, Some(P384)) => &signature::ECDSA_P384_SHA384_ASN1,
        (SignatureKind::Ed25519, ED25519, _) => &signature::ED25519,
        _ => return false,
    };
    let Some(bits) = key.subject_public_key.as_bytes() else { return false };
    UnparsedPublicKey::new(algorithm, bits).verify(message, signature).is_ok()
}

/// Whether this DER `SubjectPublicKeyInfo` says that it is of RSA.
pub(crate) fn is_rsa(spki: &[u8]) -> bool {
    SubjectPublicKeyInfoOwned::from_der(spki).is_ok_and(|key| key.algorithm.oid == RSA)
}

/// The uncompressed point (65 bytes) of a P-256 key, if it is one and lies on the curve.
pub(crate) fn p256_point(spki: &[u8]) -> Option<Vec<u8>> {
    let key = SubjectPublicKeyInfoOwned::from_der(spki).ok()?;
    let curve: ObjectIdentifier = key.algorithm.parameters.as_ref()?.decode_as().ok()?;
    let point = key.subject_public_key.as_bytes()?;
    let whole = key.algorithm.oid == EC && curve == P256 && point.len() == 65 && point[0] == 4;
    (whole && p256_point_is_valid(point)).then(|| point.to_vec())
}

/// Whether 65 bytes are a point of the curve P-256.
pub(crate) fn p256_point_is_valid(point: &[u8]) -> bool {
    let key = aws_lc_rs::agreement::UnparsedPublicKey::new(&aws_lc_rs::agreement::ECDH_P256, point);
    point.len() == 65 && aws_lc_rs::agreement::ParsedPublicKey::try_from(&key).is_ok()
}

pub(crate) fn to_der(key: &SubjectPublicKeyInfoOwned) -> Option<Vec<u8>> {
    key.to_der().ok()
}
