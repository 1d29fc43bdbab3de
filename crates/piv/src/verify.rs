//! Whether an attestation leads to a pinned root, and what it states. No card is needed.
//!
//! <https://developers.yubico.com/PIV/Introduction/PIV_attestation.html>; path rules after RFC 5280, 6.1, without what
//! Yubico's chains do not have (revocation, policies, name constraints).

use der::asn1::ObjectIdentifier;
use der::{Decode, Encode, Reader, SliceReader};
use x509_cert::Certificate;
use x509_cert::ext::pkix::BasicConstraints;

use crate::roots::{Known, fingerprint, subject};
use crate::spki::{self, SignatureKind};
use crate::words;
use crate::{AttestationFault, Firmware, PinRule, Roots, Slot, TouchRule};

const FIRMWARE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.41482.3.3");
const SERIAL: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.41482.3.7");
const POLICIES: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.41482.3.8");
const FORM_FACTOR: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.41482.3.9");
const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
/// How the subject of every attestation begins; the slot follows in hexadecimal.
const SUBJECT: &str = "CN=YubiKey PIV Attestation ";
/// Attestation, device, and at most two intermediates before the root.
const LONGEST: usize = 4;

/// The shape of a YubiKey.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FormFactor {
    /// USB-A, full size.
    UsbA,
    /// USB-A, nano.
    UsbANano,
    /// USB-C, full size.
    UsbC,
    /// USB-C, nano.
    UsbCNano,
    /// USB-C and Lightning.
    UsbCLightning,
    /// USB-A with a fingerprint reader.
    BioUsbA,
    /// USB-C with a fingerprint reader.
    BioUsbC,
    /// Anything else, as the byte that said so.
    Other(u8),
}

impl FormFactor {
    /// The upper bits of the byte mark special editions (FIPS, Security Key), not the shape.
    pub(crate) fn from_byte(byte: u8) -> Self {
        match byte & 0x0f {
            1 => Self::UsbA,
            2 => Self::UsbANano,
            3 => Self::UsbC,
            4 => Self::UsbCNano,
            5 => Self::UsbCLightning,
            6 => Self::BioUsbA,
            7 => Self::BioUsbC,
            _ => Self::Other(byte),
        }
    }
}

/// What an attestation states, once its chain has been verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attested {
    /// The slot in which the key was made.
    pub slot: Slot,
    /// The public key, DER `SubjectPublicKeyInfo`.
    pub public_key: Vec<u8>,
    /// The YubiKey's serial number. Models without a visible one do not state it.
    pub serial: u32,
    /// Its firmware when it attested.
    pub firmware: Firmware,
    /// Its shape, if stated.
    pub form_factor: Option<FormFactor>,
    /// When the key wants the PIN.
    pub pin: PinRule,
    /// When it wants a touch.
    pub touch: TouchRule,
    /// The subject of the root that was reached.
    pub root: String,
    /// SHA-256 of the root's DER.
    pub root_sha256: [u8; 32],
    /// The chain from the attestation to the root, DER, for the evidence.
    pub chain: Vec<Vec<u8>>,
}

impl Attested {
    /// Whether who holds the device, and its PIN, can copy this key, by its kind and the firmware (YSA-2024-03).
    pub fn lets_copy(&self) -> bool {
        self.firmware < Firmware::AFTER_YSA_2024_03 && !spki::is_rsa(&self.public_key)
    }
}

/// Verifies an attestation (DER) and the certificate of the device that signed it (DER, from its slot F9) against
/// pinned roots at a time (seconds since 1970, UTC), and reads what it states.
pub fn verify_attestation(
    attestation: &[u8],
    device: &[u8],
    roots: &Roots,
    now: u64,
) -> Result<Attested, AttestationFault> {
    let leaf = Known::read(attestation).ok_or(AttestationFault::Unreadable(words::THE_ATTESTATION))?;
    let device = Known::read(device).ok_or(AttestationFault::Unreadable(words::DEVICE_CERTIFICATE))?;
    in_time(&leaf, now)?;
    issued(&leaf, &device, 0, Marked::Perhaps)?;
    let mut chain = vec![&leaf, &device];
    let root = loop {
        // The loop ends: each turn ends it or lengthens the chain.
        let last = chain[chain.len() - 1];
        in_time(last, now)?;
        if let Some(root) = issuer(last, &roots.anchors, chain.len() - 1)? {
            in_time(root, now)?;
            break root;
        }
        match issuer(last, &roots.intermediates, chain.len() - 1)? {
            Some(next) if chain.len() < LONGEST => chain.push(next),
            _ => return Err(AttestationFault::UnknownIssuer(subject(&last.certificate))),
        }
    };
    let mut chain: Vec<Vec<u8>> = chain.iter().map(|k| k.der.clone()).collect();
    chain.push(root.der.clone());
    stated(&leaf.certificate, root, chain)
}

fn stated(leaf: &Certificate, root: &Known, chain: Vec<Vec<u8>>) -> Result<Attested, AttestationFault> {
    use AttestationFault::Missing;
    let tbs = leaf.tbs_certificate();
    let slot = subject(leaf)
        .strip_prefix(SUBJECT)
        .and_then(|hex| u8::from_str_radix(hex, 16).ok())
        .and_then(Slot::from_reference)
        .ok_or(Missing("slot"))?;
    let firmware = extension(leaf, FIRMWARE).and_then(|v| v.try_into().ok()).ok_or(Missing("firmware"))?;
    let serial =
        extension(leaf, SERIAL).and_then(|v| u32::from_der(v).ok()).ok_or(Missing("serial number"))?;
    let (pin, touch) = match extension(leaf, POLICIES) {
        Some([pin, touch]) => PinRule::from_byte(*pin).zip(TouchRule::from_byte(*touch)),
        _ => None,
    }
    .ok_or(Missing(words::PIN_AND_TOUCH_RULES))?;
    let form_factor = match extension(leaf, FORM_FACTOR) {
        Some([byte]) => Some(FormFactor::from_byte(*byte)),
        Some(_) => return Err(Missing("form factor")),
        None => None,
    };
    Ok(Attested {
        slot,
        public_key: tbs.subject_public_key_info().to_der().map_err(|_| Missing("public key"))?,
        serial,
        firmware: Firmware(firmware),
        form_factor,
        pin,
        touch,
        root: subject(&root.certificate),
        root_sha256: fingerprint(&root.der),
        chain,
    })
}

/// The value of an extension. Yubico puts some values in as they are and some in DER; the caller knows which. None if
/// it stands twice.
fn extension(certificate: &Certificate, id: ObjectIdentifier) -> Option<&[u8]> {
    let mut found = certificate.tbs_certificate().extensions()?.iter().filter(|e| e.extn_id == id);
    let value = found.next()?.extn_value.as_bytes();
    found.next().is_none().then_some(value)
}

fn has(certificate: &Certificate, id: ObjectIdentifier) -> bool {
    certificate.tbs_certificate().extensions().is_some_and(|all| all.iter().any(|e| e.extn_id == id))
}

fn names_match(child: &Known, issuer: &Known) -> bool {
    child.certificate.tbs_certificate().issuer() == issuer.certificate.tbs_certificate().subject()
}

/// Whether an issuer's certificate says in so many words that it may sign certificates.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Marked {
    Surely,
    /// Older devices carry a certificate without basic constraints (seen with firmware 5.2.4), for which OpenSSL refuses
    /// their chains. It is an authority by its place: a pinned root or a known intermediate, which sign no keys of
    /// users, has issued it, and it states the device's firmware. An attestation of a user's key cannot take that place,
    /// as its issuer is a device.
    Perhaps,
}

/// The certificate among these that issued `child`; none if none bears the issuer's name. Several may bear it, as when
/// a root was renewed; then the last one's fault is told if none did.
fn issuer<'a>(
    child: &Known,
    among: &'a [Known],
    below: usize,
) -> Result<Option<&'a Known>, AttestationFault> {
    let mut fault = None;
    for candidate in among.iter().filter(|c| names_match(child, c)) {
        match issued(child, candidate, below, Marked::Surely) {
            Ok(()) => return Ok(Some(candidate)),
            Err(e) => fault = Some(e),
        }
    }
    fault.map_or(Ok(None), Err)
}

/// Checks that `issuer` may sign and did sign `child`, below which stand `below` authorities.
fn issued(child: &Known, issuer: &Known, below: usize, marked: Marked) -> Result<(), AttestationFault> {
    if !names_match(child, issuer) {
        return Err(AttestationFault::UnknownIssuer(subject(&child.certificate)));
    }
    let is_authority = if marked == Marked::Perhaps && !has(&issuer.certificate, BASIC_CONSTRAINTS) {
        has(&issuer.certificate, FIRMWARE)
    } else {
        extension(&issuer.certificate, BASIC_CONSTRAINTS)
            .and_then(|v| BasicConstraints::from_der(v).ok())
            .is_some_and(|c| c.ca && c.path_len_constraint.is_none_or(|most| below <= usize::from(most)))
    };
    if !is_authority {
        return Err(AttestationFault::NotAnAuthority(subject(&issuer.certificate)));
    }
    let algorithm = child.certificate.signature_algorithm();
    if algorithm != child.certificate.tbs_certificate().signature() {
        return Err(AttestationFault::Unreadable(words::TWO_ALGORITHMS));
    }
    let kind = SignatureKind::from_oid(algorithm.oid)
        .ok_or(AttestationFault::Unreadable(words::UNKNOWN_ALGORITHM))?;
    let signature =
        child.certificate.signature().as_bytes().ok_or(AttestationFault::Unreadable(words::THE_SIGNATURE))?;
    let signed = signed_part(&child.der).ok_or(AttestationFault::Unreadable(words::THE_SIGNED_PART))?;
    let key = issuer.certificate.tbs_certificate().subject_public_key_info();
    if spki::verifies(key, kind, signed, signature) {
        Ok(())
    } else {
        Err(AttestationFault::Signature(subject(&child.certificate)))
    }
}

/// The signed bytes as they came, not as they would be encoded again.
fn signed_part(certificate: &[u8]) -> Option<&[u8]> {
    let mut outer = SliceReader::new(certificate).ok()?;
    let header = der::Header::decode(&mut outer).ok()?;
    let mut inner = SliceReader::new(outer.read_slice(header.length()).ok()?).ok()?;
    inner.tlv_bytes().ok()
}

fn in_time(known: &Known, now: u64) -> Result<(), AttestationFault> {
    let validity = known.certificate.tbs_certificate().validity();
    let from = validity.not_before.to_unix_duration().as_secs();
    let to = validity.not_after.to_unix_duration().as_secs();
    if (from..=to).contains(&now) {
        Ok(())
    } else {
        Err(AttestationFault::OutOfTime(subject(&known.certificate)))
    }
}
