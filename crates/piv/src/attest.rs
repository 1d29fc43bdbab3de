//! Attestation of a key on an open card: the card's claim, the proof, and the two compared.

use yubikey::piv;

use crate::words;
use crate::{AttestationFault, Attested, Card, KeyFacts, Origin, PivError, Roots, Slot, verify_attestation};

/// The data object with the certificate of the attestation key (slot F9).
const DEVICE_CERTIFICATE: u32 = 0x5f_ff01;

/// A key that was made on this YubiKey, proven.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AttestedKey {
    /// What the card says.
    pub facts: KeyFacts,
    /// What the verified attestation states; it agrees with `facts` and with the card that is open.
    pub attested: Attested,
    /// The attestation, DER, for the evidence.
    pub attestation: Vec<u8>,
    /// The device's own certificate (slot F9), DER, for the evidence.
    pub device_certificate: Vec<u8>,
}

impl Card {
    /// Has the card attest a key, verifies the chain up to a pinned root at a time (seconds since 1970, UTC), and
    /// compares what it states with what the card says: slot, public key, serial number, firmware, form factor, PIN and touch
    /// rules.
    ///
    /// Errors: [`PivError::SlotEmpty`]; [`PivError::Imported`], as only keys made on the card are attested;
    /// [`PivError::Attestation`].
    pub fn attest(&mut self, slot: Slot, roots: &Roots, now: u64) -> Result<AttestedKey, PivError> {
        let facts = self.needed_key(slot)?;
        if facts.origin == Origin::Imported {
            return Err(PivError::Imported { slot });
        }
        let attestation = self.call(words::ATTEST_A_KEY, |yubikey| piv::attest(yubikey, slot.id()))?.to_vec();
        let device_certificate = self
            .certificate_in(DEVICE_CERTIFICATE)?
            .ok_or(AttestationFault::Missing(words::SIGNING_DEVICE))?;
        let attested = verify_attestation(&attestation, &device_certificate, roots, now)?;
        same("slot", &attested.slot, &slot)?;
        same("serial number", &attested.serial, &self.serial())?;
        same("firmware", &attested.firmware, &self.firmware())?;
        same("PIN rule", &attested.pin.word(), &facts.pin.word())?;
        same("touch rule", &attested.touch.word(), &facts.touch.word())?;
        if let (Some(stated), Some(said)) = (attested.form_factor, self.form_factor()) {
            same("form factor", &stated, &said)?;
        }
        if attested.public_key != facts.public_key {
            return Err(AttestationFault::Differs {
                what: "public key",
                attested: "another".to_owned(),
                expected: "the slot's".to_owned(),
            }
            .into());
        }
        Ok(AttestedKey { facts, attested, attestation, device_certificate })
    }
}

fn same(
    what: &'static str,
    attested: &impl ToString,
    expected: &impl ToString,
) -> Result<(), AttestationFault> {
    let (attested, expected) = (attested.to_string(), expected.to_string());
    if attested == expected { Ok(()) } else { Err(AttestationFault::Differs { what, attested, expected }) }
}
