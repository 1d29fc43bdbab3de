//! Certificates in slots: written, read back, and self-signed ones made (RFC 5280).

use std::str::FromStr;
use std::time::Duration;

use der::asn1::{BitString, GeneralizedTime, UtcTime};
use der::{Decode, Encode, Sequence};
use secrets::SecretText;
use x509_cert::Certificate;
use x509_cert::certificate::Version;
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::time::{Time, Validity};

use crate::spki::{RSA, SignatureKind};
use crate::tlv::{element, elements};
use crate::words;
use crate::{Card, KeyKind, PivError, Slot};

/// Elements of a certificate object (SP 800-73-4 part 1, appendix A, table 10).
const CERTIFICATE: u8 = 0x70;
const COMPRESSION: u8 = 0x71;
const CHECKSUM: u8 = 0xfe;
/// The most bytes that the crate and the card take in one object; the certificate's frame takes ten of them.
const LIMIT: usize = 3063 - 10;
/// UTCTime ends with 2049 (RFC 5280, 4.1.2.5).
const UTC_TIME_ENDS: u64 = 2_524_608_000;

/// What a self-signed certificate says.
pub struct CertificateRequest<'a> {
    /// The subject's and issuer's common name, 1 to 64 characters.
    pub common_name: &'a str,
    /// Its serial number, from a source of randomness; the first bit is cleared.
    pub serial: [u8; 16],
    /// Seconds since 1970, UTC.
    pub not_before: u64,
    /// Seconds since 1970, UTC.
    pub not_after: u64,
}

/// `TBSCertificate` of RFC 5280, 4.1, without what is not used here.
#[derive(Sequence)]
struct ToBeSigned {
    #[asn1(context_specific = "0")]
    version: Version,
    serial_number: SerialNumber,
    signature: AlgorithmIdentifierOwned,
    issuer: Name,
    validity: Validity,
    subject: Name,
    key: SubjectPublicKeyInfoOwned,
}

/// `Certificate` of RFC 5280, 4.1.
#[derive(Sequence)]
struct Signed {
    tbs: ToBeSigned,
    algorithm: AlgorithmIdentifierOwned,
    signature: BitString,
}

impl Card {
    /// Makes a certificate for a slot's key that the key itself signs (DER). It is not written to the card.
    ///
    /// The `yubikey` crate's own function signs a digest where Ed25519 signs the message, so the certificate is made
    /// here. Errors: as [`Card::sign`].
    pub fn self_signed(
        &mut self,
        slot: Slot,
        pin: Option<&SecretText>,
        request: &CertificateRequest<'_>,
    ) -> Result<Vec<u8>, PivError> {
        let key = self.needed_key(slot)?;
        let kind = match key.kind {
            KeyKind::P256 => SignatureKind::EcdsaSha256,
            KeyKind::P384 => SignatureKind::EcdsaSha384,
            KeyKind::Ed25519 => SignatureKind::Ed25519,
            _ => SignatureKind::RsaSha256,
        };
        let tbs = to_be_signed(&key.public_key, kind, request)
            .ok_or(PivError::Host { why: words::NOT_LAID_OUT.to_owned() })?;
        let bytes = tbs.to_der().map_err(|e| PivError::Host { why: e.to_string() })?;
        let signature = self.sign(slot, pin, &bytes)?;
        let signature =
            BitString::from_bytes(&signature).map_err(|e| PivError::Host { why: e.to_string() })?;
        let algorithm = tbs.signature.clone();
        Signed { tbs, algorithm, signature }.to_der().map_err(|e| PivError::Host { why: e.to_string() })
    }

    /// Writes a certificate (DER) for a slot's key, and reads it back. Needs the management key to have been given.
    /// A certificate that is there already is replaced.
    ///
    /// Errors: [`PivError::WrongKind`] if it is not for the slot's key, [`PivError::ReadBack`].
    pub fn write_certificate(&mut self, slot: Slot, certificate: &[u8]) -> Result<(), PivError> {
        let key = self.needed_key(slot)?;
        let parsed = Certificate::from_der(certificate).map_err(|_| PivError::Refused {
            what: words::TAKE_CERTIFICATE,
            why: words::NOT_X509.to_owned(),
        })?;
        let theirs = parsed.tbs_certificate().subject_public_key_info().to_der();
        if theirs.ok().as_deref() != Some(&key.public_key[..]) {
            return Err(PivError::WrongKind { slot, need: words::OF_THE_CERTIFICATE });
        }
        if certificate.len() > LIMIT {
            let why = words::more_bytes_than(LIMIT);
            return Err(PivError::Refused { what: words::TAKE_CERTIFICATE, why });
        }
        let mut object =
            [element(CERTIFICATE, certificate), element(COMPRESSION, &[0]), element(CHECKSUM, &[])].concat();
        self.call(words::TAKE_CERTIFICATE, |y| y.save_object(slot.certificate_object(), &mut object))?;
        match self.read_certificate(slot)? {
            Some(back) if back == certificate => Ok(()),
            _ => Err(PivError::ReadBack { what: "certificate" }),
        }
    }

    /// The certificate in a slot (DER), or none.
    ///
    /// Errors: [`PivError::Refused`] for one that is compressed, which is not read here.
    pub fn read_certificate(&mut self, slot: Slot) -> Result<Option<Vec<u8>>, PivError> {
        self.certificate_in(slot.certificate_object())
    }

    pub(crate) fn certificate_in(&mut self, object: u32) -> Result<Option<Vec<u8>>, PivError> {
        let what = words::SHOW_CERTIFICATE;
        let found = self.object(object, what)?;
        let Some(content) = found else { return Ok(None) };
        let elements = elements(&content).ok_or(PivError::Nonsense { what })?;
        let value = |tag| elements.iter().find(|e| e.0 == tag).map(|e| e.1);
        match (value(CERTIFICATE), value(COMPRESSION)) {
            (Some(certificate), None | Some([0] | [])) => Ok(Some(certificate.to_vec())),
            (Some(_), Some(_)) => Err(PivError::Refused { what, why: words::COMPRESSED.to_owned() }),
            (None, _) => Err(PivError::Nonsense { what }),
        }
    }
}

fn to_be_signed(spki: &[u8], kind: SignatureKind, request: &CertificateRequest<'_>) -> Option<ToBeSigned> {
    let key = SubjectPublicKeyInfoOwned::from_der(spki).ok()?;
    // RFC 4055 wants NULL parameters with RSA; RFC 5758 and 8410 want none with ECDSA and Ed25519.
    let parameters = (key.algorithm.oid == RSA).then(der::Any::null);
    let mut serial = request.serial;
    serial[0] &= 0x7f;
    let name = Name::from_str(&format!("CN={}", escaped(request.common_name)?)).ok()?;
    Some(ToBeSigned {
        version: Version::V3,
        serial_number: SerialNumber::new(&serial).ok()?,
        signature: AlgorithmIdentifierOwned { oid: kind.oid(), parameters },
        issuer: name.clone(),
        validity: Validity::new(time(request.not_before)?, time(request.not_after)?),
        subject: name,
        key,
    })
}

/// RFC 4514, 2.4: what must be escaped in a name. 1 to 64 characters (RFC 5280, appendix A.1, ub-common-name).
fn escaped(name: &str) -> Option<String> {
    if !(1..=64).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        return None;
    }
    let last = name.chars().count() - 1;
    let mut out = String::new();
    for (at, c) in name.chars().enumerate() {
        let edge = c == ' ' && (at == 0 || at == last) || c == '#' && at == 0;
        if edge || "\"+,;<>\\=".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    Some(out)
}

fn time(seconds: u64) -> Option<Time> {
    let since = Duration::from_secs(seconds);
    if seconds < UTC_TIME_ENDS {
        UtcTime::from_unix_duration(since).ok().map(Time::UtcTime)
    } else {
        GeneralizedTime::from_unix_duration(since).ok().map(Time::GeneralTime)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped() {
        assert_eq!(escaped("Anna, custodian 1").unwrap(), "Anna\\, custodian 1");
        assert_eq!(escaped(" x ").unwrap(), "\\ x\\ ");
        assert_eq!(escaped(""), None);
        assert_eq!(escaped("a\nb"), None);
        assert_eq!(escaped(&"x".repeat(65)), None);
    }

    #[test]
    fn both_forms_of_time_are_used() {
        assert!(matches!(time(UTC_TIME_ENDS - 1), Some(Time::UtcTime(_))));
        assert!(matches!(time(UTC_TIME_ENDS), Some(Time::GeneralTime(_))));
    }
}
