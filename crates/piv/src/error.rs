//! What can go wrong with a YubiKey, in words for the person at the desk.

use crate::words;
use crate::{Firmware, Slot};

/// A value that every YubiKey has when it leaves the factory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorySecret {
    /// PIN 123456.
    Pin,
    /// PUK 12345678.
    Puk,
    /// The management key 0102..08, three times.
    ManagementKey,
}

/// Why an attestation does not show what it should.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
pub enum AttestationFault {
    /// Not DER, not X.509, or an algorithm that no YubiKey uses.
    #[error("a certificate of the chain cannot be read: {0}")]
    Unreadable(&'static str),
    /// No pinned root or known intermediate signed it.
    #[error("no root that this program was told to trust signed it (the chain ends at \"{0}\")")]
    UnknownIssuer(String),
    /// A signature of the chain is wrong.
    #[error("the signature of \"{0}\" is wrong")]
    Signature(String),
    /// A certificate signs that may not.
    #[error("\"{0}\" may not sign certificates")]
    NotAnAuthority(String),
    /// A certificate of the chain is not yet or no longer valid.
    #[error("\"{0}\" is not valid at this workstation's time")]
    OutOfTime(String),
    /// A statement is missing or malformed.
    #[error("it does not state the {0}")]
    Missing(&'static str),
    /// It states something else than the card says or the caller expects.
    #[error("it states another {what} ({attested}) than expected ({expected})")]
    Differs {
        /// What differs.
        what: &'static str,
        /// What the attestation says.
        attested: String,
        /// What was expected.
        expected: String,
    },
}

/// A failure. [`PivError::happened`], [`PivError::unchanged`] and [`PivError::to_do`] are for people, the code is for
/// programs; displayed, it says what happened and what to do.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
#[error("{}; {}", self.happened(), self.to_do())]
#[allow(missing_docs, reason = "fields speak through their variant")]
pub enum PivError {
    /// No `pcscd` answers.
    NoService,
    /// No YubiKey of this serial number, and no other either.
    NoSuchCard { wanted: u32 },
    /// Another YubiKey is there instead.
    AnotherCard { wanted: u32, found: Vec<u32> },
    /// More than one where one was meant.
    SeveralCards { found: Vec<u32> },
    /// None at all where one was meant.
    NoCard,
    /// The reader holds a card that is no YubiKey with PIV.
    NotAYubiKey { reader: String },
    /// Another program holds it.
    InUse { reader: String },
    /// Pulled out, or it lost power.
    Removed,
    /// Firmware before what the operation needs.
    FirmwareTooOld { have: Firmware, need: Firmware },
    /// A PIN of a form that no YubiKey takes, or a factory value chosen anew.
    UnusablePin { why: &'static str },
    /// The PIN was wrong.
    WrongPin { tries: u8 },
    /// The PIN is blocked.
    PinBlocked,
    /// The PUK was wrong.
    WrongPuk { tries: u8 },
    /// The PUK is blocked.
    PukBlocked,
    /// The key wants the PIN first.
    PinNeeded { slot: Slot },
    /// Nobody touched the contact in time.
    TouchNotGiven { slot: Slot },
    /// The management key was wrong, or none is stored under the PIN.
    ManagementKeyRefused,
    /// A factory secret has to be replaced first.
    FactorySecretsLeft { which: Vec<FactorySecret> },
    /// There is a key already.
    SlotTaken { slot: Slot },
    /// There is no key, or no certificate.
    SlotEmpty { slot: Slot },
    /// The key was brought from outside.
    Imported { slot: Slot },
    /// A key of another kind is needed.
    WrongKind { slot: Slot, need: &'static str },
    /// What was read back is not what was written or asked for.
    ReadBack { what: &'static str },
    /// A signature that the card made does not verify.
    BadSignature { slot: Slot },
    /// The attestation does not show what it should.
    Attestation(AttestationFault),
    /// The file of attestation roots cannot be used.
    Roots { why: &'static str },
    /// Not a box, or one of a later format, or one that was changed.
    BoxDamaged { why: &'static str },
    /// A box for another key.
    BoxForAnother,
    /// A rehearsal box in production, or the reverse.
    BoxWrongMode { rehearsal: bool },
    /// The secret is too long or empty, or the key to encrypt to is not one.
    NotEncryptable { why: &'static str },
    /// The system's randomness or memory failed.
    Host { why: String },
    /// The card answered something that makes no sense.
    Nonsense { what: &'static str },
    /// Any other refusal.
    Refused { what: &'static str, why: String },
}

impl PivError {
    /// Stable, lower case with hyphens. Never reused for another meaning.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoService => "piv-no-service",
            Self::NoSuchCard { .. } => "piv-no-such-card",
            Self::AnotherCard { .. } => "piv-another-card",
            Self::SeveralCards { .. } => "piv-several-cards",
            Self::NoCard => "piv-no-card",
            Self::NotAYubiKey { .. } => "piv-not-a-yubikey",
            Self::InUse { .. } => "piv-in-use",
            Self::Removed => "piv-removed",
            Self::FirmwareTooOld { .. } => "piv-firmware-too-old",
            Self::UnusablePin { .. } => "piv-unusable-pin",
            Self::WrongPin { .. } => "piv-wrong-pin",
            Self::PinBlocked => "piv-pin-blocked",
            Self::WrongPuk { .. } => "piv-wrong-puk",
            Self::PukBlocked => "piv-puk-blocked",
            Self::PinNeeded { .. } => "piv-pin-needed",
            Self::TouchNotGiven { .. } => "piv-touch-not-given",
            Self::ManagementKeyRefused => "piv-management-key-refused",
            Self::FactorySecretsLeft { .. } => "piv-factory-secrets-left",
            Self::SlotTaken { .. } => "piv-slot-taken",
            Self::SlotEmpty { .. } => "piv-slot-empty",
            Self::Imported { .. } => "piv-imported",
            Self::WrongKind { .. } => "piv-wrong-kind",
            Self::ReadBack { .. } => "piv-read-back",
            Self::BadSignature { .. } => "piv-bad-signature",
            Self::Attestation(_) => "piv-attestation",
            Self::Roots { .. } => "piv-roots",
            Self::BoxDamaged { .. } => "piv-box-damaged",
            Self::BoxForAnother => "piv-box-for-another",
            Self::BoxWrongMode { .. } => "piv-box-wrong-mode",
            Self::NotEncryptable { .. } => "piv-not-encryptable",
            Self::Host { .. } => "piv-host",
            Self::Nonsense { .. } => "piv-nonsense",
            Self::Refused { .. } => "piv-refused",
        }
    }

    /// Whether trying the same again can help once the person has done what [`PivError::to_do`] says.
    pub fn again(&self) -> bool {
        match self {
            Self::NoService
            | Self::NoSuchCard { .. }
            | Self::AnotherCard { .. }
            | Self::SeveralCards { .. }
            | Self::NoCard
            | Self::NotAYubiKey { .. }
            | Self::InUse { .. }
            | Self::Removed
            | Self::UnusablePin { .. }
            | Self::WrongPin { .. }
            | Self::WrongPuk { .. }
            | Self::PinNeeded { .. }
            | Self::TouchNotGiven { .. }
            | Self::ManagementKeyRefused
            | Self::BoxForAnother
            | Self::Host { .. } => true,
            Self::FirmwareTooOld { .. }
            | Self::PinBlocked
            | Self::PukBlocked
            | Self::FactorySecretsLeft { .. }
            | Self::SlotTaken { .. }
            | Self::SlotEmpty { .. }
            | Self::Imported { .. }
            | Self::WrongKind { .. }
            | Self::ReadBack { .. }
            | Self::BadSignature { .. }
            | Self::Attestation(_)
            | Self::Roots { .. }
            | Self::BoxDamaged { .. }
            | Self::BoxWrongMode { .. }
            | Self::NotEncryptable { .. }
            | Self::Nonsense { .. }
            | Self::Refused { .. } => false,
        }
    }
}

impl From<AttestationFault> for PivError {
    fn from(fault: AttestationFault) -> Self {
        Self::Attestation(fault)
    }
}

impl From<secrets::SecretError> for PivError {
    fn from(e: secrets::SecretError) -> Self {
        Self::Host { why: e.to_string() }
    }
}

impl From<aws_lc_rs::error::Unspecified> for PivError {
    fn from(_: aws_lc_rs::error::Unspecified) -> Self {
        Self::Host { why: words::CALCULATION_FAILED.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// "Do not trust this key" was said of a workstation whose clock was wrong, and of firmware newer than this build.
    #[test]
    fn a_wrong_clock_or_an_unknown_intermediate_is_not_the_keys_fault() {
        let todo = |fault: AttestationFault| PivError::Attestation(fault).to_do();
        let clock = todo(AttestationFault::OutOfTime("Yubico PIV Attestation B 1".to_owned()));
        assert!(clock.contains("clock") && !clock.contains("trust"), "{clock}");
        let unknown = todo(AttestationFault::UnknownIssuer("Yubico PIV Attestation B2 1".to_owned()));
        assert!(
            unknown.starts_with("look on Yubico's page") && unknown.contains("if not, do not trust"),
            "{unknown}"
        );
        for against in [
            AttestationFault::Signature("x".to_owned()),
            AttestationFault::NotAnAuthority("x".to_owned()),
            AttestationFault::Differs { what: "slot", attested: "9a".to_owned(), expected: "9c".to_owned() },
        ] {
            assert!(todo(against).starts_with("do not trust this key"));
        }
    }
}
