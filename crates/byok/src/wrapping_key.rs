//! A provider's wrapping key. What comes in is not believed until it has this type.

use crate::ByokError;
use crate::digest::sha256;
use crate::moment::{CLOCKS_DIFFER, iso};
use crate::pem;
use rsa::pkcs1::{DecodeRsaPublicKey as _, EncodeRsaPublicKey as _};
use rsa::pkcs8::der::{Decode, Encode};
use rsa::pkcs8::{DecodePublicKey, EncodePublicKey};
use rsa::{BoxedUint, RsaPublicKey};

/// The longest certificate or PEM text taken, in bytes.
const LONGEST: usize = 16_384;

/// An RSA public key: DER `SubjectPublicKeyInfo` (RFC 5280) in its one encoding, 2048, 3072 or 4096 bits, exponent
/// 65537, nothing after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappingKey {
    spki: Vec<u8>,
    bits: u16,
}

impl WrappingKey {
    /// From DER.
    pub fn from_der(der: &[u8]) -> Result<Self, ByokError> {
        let bits = modulus_bits(der)?;
        Ok(Self { spki: der.to_vec(), bits })
    }

    /// From a file with one PEM block `PUBLIC KEY` (RFC 7468) or `RSA PUBLIC KEY` (RFC 8017), whatever text stands around
    /// it.
    pub fn from_pem(text: &[u8]) -> Result<Self, ByokError> {
        if text.len() > LONGEST {
            return Err(ByokError::ParametersTooLarge(text.len()));
        }
        Self::from_any_der(&pem::decode(text, &pem::PUBLIC_KEYS)?)
    }

    /// From DER, `SubjectPublicKeyInfo` or `RSAPublicKey` (RFC 8017, PKCS#1). The second is the same key without its
    /// algorithm's name, and is brought to the first.
    pub(crate) fn from_any_der(der: &[u8]) -> Result<Self, ByokError> {
        let Ok(key) = RsaPublicKey::from_pkcs1_der(der) else { return Self::from_der(der) };
        // In its one encoding, and nothing after it.
        if key.to_pkcs1_der().ok().is_none_or(|again| again.as_bytes() != der) {
            return Err(ByokError::WrappingKeyMalformed);
        }
        let spki = key.to_public_key_der().map_err(|_| ByokError::WrappingKeyMalformed)?;
        Self::from_der(spki.as_bytes())
    }

    /// From an X.509 certificate, PEM or DER. Only its key is used: who signed it proves nothing on this machine.
    pub fn from_certificate(bytes: &[u8]) -> Result<Self, ByokError> {
        if bytes.len() > LONGEST {
            return Err(ByokError::ParametersTooLarge(bytes.len()));
        }
        let certificate = read_certificate(bytes)?;
        let spki = certificate.tbs_certificate().subject_public_key_info().to_der();
        Self::from_der(&spki.map_err(|_| ByokError::Certificate)?)
    }

    /// From modulus and exponent, big-endian, as a JWK (RFC 7518) has them.
    pub fn from_modulus(n: &[u8], e: &[u8]) -> Result<Self, ByokError> {
        if e != [1, 0, 1] {
            return Err(ByokError::WrappingKeyExponent);
        }
        if !matches!(n.len(), 256 | 384 | 512) || n.first().is_none_or(|top| *top < 0x80) {
            return Err(ByokError::WrappingKeySize);
        }
        let key = RsaPublicKey::new(BoxedUint::from_be_slice_vartime(n), BoxedUint::from(65_537_u32))
            .map_err(|_| ByokError::WrappingKeyMalformed)?;
        let der = key.to_public_key_der().map_err(|_| ByokError::WrappingKeyMalformed)?;
        Self::from_der(der.as_bytes())
    }

    /// DER `SubjectPublicKeyInfo`.
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// 2048, 3072 or 4096.
    pub const fn bits(&self) -> u16 {
        self.bits
    }

    /// SHA-256 of the DER, to compare on both sides of the gap.
    pub fn fingerprint(&self) -> [u8; 32] {
        sha256(&self.spki)
    }
}

/// A certificate, PEM or DER.
fn read_certificate(bytes: &[u8]) -> Result<x509_cert::Certificate, ByokError> {
    let der = if bytes.starts_with(b"\x30") { bytes.to_vec() } else { pem::decode(bytes, &["CERTIFICATE"])? };
    x509_cert::Certificate::from_der(&der).map_err(|_| ByokError::Certificate)
}

/// The modulus size of a wrapping key we take.
fn modulus_bits(der: &[u8]) -> Result<u16, ByokError> {
    const RSA_OID: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    // SEQUENCE, its length in one to three bytes, SEQUENCE, its length, then the algorithm.
    let whole = match *der {
        [0x30, n, ..] if n < 0x80 => 2 + usize::from(n),
        [0x30, 0x81, n, ..] => 3 + usize::from(n),
        [0x30, 0x82, a, b, ..] => 4 + usize::from(u16::from_be_bytes([a, b])),
        _ => return Err(ByokError::WrappingKeyMalformed),
    };
    if der.len() > whole {
        return Err(ByokError::WrappingKeyTrailingBytes);
    }
    if !der.get(..24.min(der.len())).is_some_and(|head| head.windows(RSA_OID.len()).any(|w| w == RSA_OID)) {
        return Err(ByokError::WrappingKeyNotRsa);
    }
    let key = match RsaPublicKey::from_public_key_der(der) {
        Ok(key) => key,
        // The library refuses moduli over 4096 bits itself.
        Err(_) if whole > 600 => return Err(ByokError::WrappingKeySize),
        Err(_) => return Err(ByokError::WrappingKeyMalformed),
    };
    let again = key.to_public_key_der().map_err(|_| ByokError::WrappingKeyMalformed)?;
    if again.as_bytes() != der {
        return Err(ByokError::WrappingKeyMalformed);
    }
    if !der.ends_with(&[0x02, 0x03, 0x01, 0x00, 0x01]) {
        return Err(ByokError::WrappingKeyExponent);
    }
    // With that exponent the length of canonical DER settles the modulus to the bit: its top bit must be set.
    match der.len() {
        294 => Ok(2048),
        422 => Ok(3072),
        550 => Ok(4096),
        _ => Err(ByokError::WrappingKeySize),
    }
}

/// From when to when a certificate says that it is valid, in Unix seconds.
pub(crate) fn certificate_validity(bytes: &[u8]) -> Result<(i64, i64), ByokError> {
    let certificate = read_certificate(bytes)?;
    let validity = certificate.tbs_certificate().validity();
    let unix = |time: &x509_cert::time::Time| i64::try_from(time.to_unix_duration().as_secs()).ok();
    unix(&validity.not_before).zip(unix(&validity.not_after)).ok_or(ByokError::Certificate)
}

/// Refuses a certificate, PEM or DER, that is not valid yet at Unix time `now`.
pub fn check_begun(certificate: &[u8], now: i64) -> Result<(), ByokError> {
    match certificate_validity(certificate)? {
        (from, _) if from > now + CLOCKS_DIFFER => {
            Err(ByokError::NotYetValid { from: iso(from), now: iso(now) })
        }
        _ => Ok(()),
    }
}
