//! The attestation chain in X.509 (RFC 5280): test root, device (slot F9), key.
//! Extensions: <https://developers.yubico.com/PIV/Introduction/PIV_attestation.html>

use std::str::FromStr;
use std::time::Duration;

use der::asn1::{BitString, ObjectIdentifier, OctetString, UtcTime};
use der::{Decode, Encode, Sequence};
use x509_cert::certificate::Version;
use x509_cert::ext::Extension;
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::time::{Time, Validity};

use crate::key::SlotKey;
use crate::state::Firmware;

const ROOT: &str = "CN=VIRTUAL YubiKey PIV Root (test only)";
const DEVICE: &str = "CN=Yubico PIV Attestation";
const ECDSA_WITH_SHA256: &str = "1.2.840.10045.4.3.2";
const BASIC_CONSTRAINTS: &str = "2.5.29.19";
const FIRMWARE: &str = "1.3.6.1.4.1.41482.3.3";
const SERIAL: &str = "1.3.6.1.4.1.41482.3.7";
const POLICIES: &str = "1.3.6.1.4.1.41482.3.8";
const FORM_FACTOR: &str = "1.3.6.1.4.1.41482.3.9";
/// 2020-01-01 and 2049-12-31, so that no test depends on the day it runs.
const NOT_BEFORE: u64 = 1_577_836_800;
const NOT_AFTER: u64 = 2_524_521_600;

/// Certificates that a card leaves the factory with, DER.
pub(crate) struct DeviceChain {
    pub(crate) root: Vec<u8>,
    pub(crate) device: Vec<u8>,
}

pub(crate) fn device_chain(firmware: Firmware, root: &SlotKey, device: &SlotKey) -> Option<DeviceChain> {
    let ca = || extension(BASIC_CONSTRAINTS, true, &[0x30, 3, 1, 1, 0xff]);
    Some(DeviceChain {
        root: issue(ROOT, &root.spki()?, ROOT, root, vec![ca()?])?,
        device: issue(
            DEVICE,
            &device.spki()?,
            ROOT,
            root,
            vec![ca()?, extension(FIRMWARE, false, &firmware.0)?],
        )?,
    })
}

/// ATTEST: says that `key` was generated in `slot` of this device.
pub(crate) fn attestation(
    firmware: Firmware,
    serial: u32,
    slot: u8,
    key: &SlotKey,
    device: &SlotKey,
) -> Option<Vec<u8>> {
    // A DER INTEGER: no leading zeros but one before a high bit.
    let bytes = serial.to_be_bytes();
    let significant = &bytes[bytes.iter().position(|b| *b != 0).unwrap_or(3)..];
    let sign: &[u8] = if significant[0] & 0x80 != 0 { &[0] } else { &[] };
    let len = u8::try_from(sign.len() + significant.len()).ok()?;
    let extensions = vec![
        extension(FIRMWARE, false, &firmware.0)?,
        extension(SERIAL, false, &[&[2, len], sign, significant].concat())?,
        extension(POLICIES, false, &[key.pin_policy, key.touch_policy])?,
        extension(FORM_FACTOR, false, &[1])?, // USB-A, full size
    ];
    issue(&format!("CN=YubiKey PIV Attestation {slot:x}"), &key.spki()?, DEVICE, device, extensions)
}

/// `TBSCertificate` of RFC 5280, 4.1.
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
    #[asn1(context_specific = "3")]
    extensions: Vec<Extension>,
}

/// `Certificate` of RFC 5280, 4.1.
#[derive(Sequence)]
struct Signed {
    tbs: ToBeSigned,
    algorithm: AlgorithmIdentifierOwned,
    signature: BitString,
}

fn issue(
    subject: &str,
    spki: &[u8],
    issuer: &str,
    issuer_key: &SlotKey,
    extensions: Vec<Extension>,
) -> Option<Vec<u8>> {
    let algorithm = AlgorithmIdentifierOwned { oid: oid(ECDSA_WITH_SHA256)?, parameters: None };
    let mut serial = [0; 16];
    aws_lc_rs::rand::fill(&mut serial).ok()?;
    serial[0] = serial[0] & 0x7f | 1;
    let tbs = ToBeSigned {
        version: Version::V3,
        serial_number: SerialNumber::new(&serial).ok()?,
        signature: algorithm.clone(),
        issuer: Name::from_str(issuer).ok()?,
        validity: Validity::new(time(NOT_BEFORE)?, time(NOT_AFTER)?),
        subject: Name::from_str(subject).ok()?,
        key: SubjectPublicKeyInfoOwned::from_der(spki).ok()?,
        extensions,
    };
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &tbs.to_der().ok()?);
    let signature = BitString::from_bytes(&issuer_key.sign(digest.as_ref())?).ok()?;
    Signed { tbs, algorithm, signature }.to_der().ok()
}

fn extension(id: &str, critical: bool, value: &[u8]) -> Option<Extension> {
    Some(Extension { extn_id: oid(id)?, critical, extn_value: OctetString::new(value).ok()? })
}

fn oid(text: &str) -> Option<ObjectIdentifier> {
    ObjectIdentifier::new(text).ok()
}

fn time(seconds: u64) -> Option<Time> {
    UtcTime::from_unix_duration(Duration::from_secs(seconds)).ok().map(Time::UtcTime)
}
