//! What can go wrong with a YubiKey, in words for the person at the desk.

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

impl std::fmt::Display for FactorySecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Pin => "PIN",
            Self::Puk => "PUK",
            Self::ManagementKey => "management key",
        })
    }
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

impl AttestationFault {
    /// What to do next, without a full stop. Only what speaks against the key is said to: a clock that is wrong, or a
    /// certificate that was published after this program, is not the key's fault.
    pub fn to_do(&self) -> &'static str {
        match self {
            Self::OutOfTime(_) => "compare this workstation's clock with a watch, set it, and try again",
            Self::UnknownIssuer(_) => {
                "look on Yubico's page for the certificates of attestation (developers.yubico.com/PKI) whether that name \
                 is among them; if so, use a release of this program that knows it, or name the file with \
                 --attestation-roots in a rehearsal; if not, do not trust this key"
            }
            Self::Unreadable(_) | Self::Missing(_) => {
                "look whether the YubiKey is of Yubico's making and its slot F9 is as delivered; without an attestation \
                 that can be read, use another YubiKey"
            }
            Self::Signature(_) | Self::NotAnAuthority(_) | Self::Differs { .. } => {
                "do not trust this key; have the YubiKey's origin looked into"
            }
        }
    }
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

    /// What happened, without a full stop.
    pub fn happened(&self) -> String {
        match self {
            Self::NoService => "the smart-card service (pcscd) is not running".to_owned(),
            Self::NoSuchCard { wanted } => format!("YubiKey {wanted} is not plugged in"),
            Self::AnotherCard { wanted, found } => {
                format!("YubiKey {} is plugged in, but {wanted} is needed", listed(found))
            }
            Self::SeveralCards { found } => format!("several YubiKeys are plugged in: {}", listed(found)),
            Self::NoCard => "no YubiKey is plugged in".to_owned(),
            Self::NotAYubiKey { reader } => {
                format!("what is in \"{reader}\" is not a YubiKey with the PIV application")
            }
            Self::InUse { reader } => format!("another program is using the YubiKey in \"{reader}\""),
            Self::Removed => "the YubiKey was pulled out or lost power".to_owned(),
            Self::FirmwareTooOld { have, need } => {
                format!("this YubiKey has firmware {have}, and {need} or later is needed")
            }
            Self::UnusablePin { why } => format!("this PIN or PUK cannot be used: {why}"),
            Self::WrongPin { tries } => format!("the PIN was wrong; tries left: {tries}"),
            Self::PinBlocked => "the PIN is blocked after too many wrong tries".to_owned(),
            Self::WrongPuk { tries } => format!("the PUK was wrong; tries left: {tries}"),
            Self::PukBlocked => "the PUK is blocked after too many wrong tries".to_owned(),
            Self::PinNeeded { slot } => format!("the key in slot {slot} wants the PIN first"),
            Self::TouchNotGiven { slot } => {
                format!("the YubiKey was not touched in time for the key in slot {slot}")
            }
            Self::ManagementKeyRefused => "the YubiKey did not accept the management key".to_owned(),
            Self::FactorySecretsLeft { which } => {
                let names: Vec<String> = which.iter().map(ToString::to_string).collect();
                format!("this YubiKey still has the factory's {}", names.join(" and "))
            }
            Self::SlotTaken { slot } => format!("slot {slot} holds a key already"),
            Self::SlotEmpty { slot } => format!("slot {slot} is empty"),
            Self::Imported { slot } => {
                format!("the key in slot {slot} was brought from outside, not made on this YubiKey")
            }
            Self::WrongKind { slot, need } => format!("the key in slot {slot} is not {need}"),
            Self::ReadBack { what } => {
                format!("the {what} read back from the YubiKey is not the one expected")
            }
            Self::BadSignature { slot } => {
                format!("a signature made by the key in slot {slot} does not verify")
            }
            Self::Attestation(fault) => format!("the attestation is not accepted: {fault}"),
            Self::Roots { why } => format!("the file of attestation roots cannot be used: {why}"),
            Self::BoxDamaged { why } => format!("the encrypted secret cannot be opened: {why}"),
            Self::BoxForAnother => "the secret is encrypted to another key than this YubiKey's".to_owned(),
            Self::BoxWrongMode { rehearsal: true } => {
                "this secret was encrypted in a rehearsal and is of no use in production".to_owned()
            }
            Self::BoxWrongMode { rehearsal: false } => {
                "this secret is a real one and must not be used in a rehearsal".to_owned()
            }
            Self::NotEncryptable { why } => format!("the secret cannot be encrypted: {why}"),
            Self::Host { why } => format!("this workstation failed: {why}"),
            Self::Nonsense { what } => format!("the YubiKey's answer to \"{what}\" makes no sense"),
            Self::Refused { what, why } => format!("the YubiKey refused to {what}: {why}"),
        }
    }

    /// What is unchanged, as a sentence.
    pub fn unchanged(&self) -> &'static str {
        match self {
            Self::WrongPin { .. } | Self::WrongPuk { .. } => {
                "Nothing was changed but the number of tries that are left."
            }
            Self::Removed => {
                "What the YubiKey had finished is kept on it; the step that ran may or may not be."
            }
            Self::ReadBack { .. } => "The YubiKey was written to; nothing was recorded as done.",
            Self::BadSignature { .. } => "Nothing was signed.",
            _ => "Nothing was changed.",
        }
    }

    /// What to do next, without a full stop.
    pub fn to_do(&self) -> &'static str {
        match self {
            Self::NoService => "start it (systemctl start pcscd.socket) and try again",
            Self::NoSuchCard { .. } | Self::NoCard => "plug it in and try again",
            Self::AnotherCard { .. } => "take it out, plug the right one in and try again",
            Self::SeveralCards { .. } => "leave only the one that is meant",
            Self::NotAYubiKey { .. } => "plug a YubiKey 5 in whose PIV application is enabled",
            Self::InUse { .. } => "close that program and try again",
            Self::Removed => "plug the same YubiKey in again",
            Self::FirmwareTooOld { .. } => "use a newer YubiKey; firmware cannot be updated",
            Self::UnusablePin { .. } => "choose another of six to eight characters",
            Self::WrongPin { tries: 0..=1 } | Self::WrongPuk { tries: 0..=1 } => {
                "stop and make sure of it; the next wrong one blocks it"
            }
            Self::WrongPin { .. } | Self::WrongPuk { .. } => "check it and try again",
            Self::PinBlocked => "set a new PIN with the PUK",
            Self::PukBlocked => {
                "use another YubiKey; only a reset, which destroys its keys, makes this one usable"
            }
            Self::PinNeeded { .. } => "enter the PIN",
            Self::TouchNotGiven { .. } => "try again and touch the contact when it blinks",
            Self::ManagementKeyRefused => "check which management key this YubiKey was given",
            Self::FactorySecretsLeft { .. } => "replace them before anything else",
            Self::SlotTaken { .. } => "choose another slot, or have its removal approved",
            Self::SlotEmpty { .. } => "check the slot and the serial number",
            Self::Imported { .. } => "make a new key on the YubiKey",
            Self::WrongKind { .. } => "choose the slot that holds such a key",
            Self::ReadBack { .. } | Self::BadSignature { .. } | Self::Nonsense { .. } => {
                "set this YubiKey aside and use another"
            }
            Self::Attestation(fault) => fault.to_do(),
            Self::Roots { .. } => "give a PEM file with Yubico's attestation certificates",
            Self::BoxDamaged { .. } => "fetch the file again from its other copy",
            Self::BoxForAnother => "plug the YubiKey in that it was encrypted to",
            Self::BoxWrongMode { .. } => "fetch the right file",
            Self::NotEncryptable { .. } => "check the recipient's key and the secret's length",
            Self::Host { .. } => "close other programs, or restart the workstation, and try again",
            Self::Refused { .. } => "note the reason and ask whoever set the YubiKey up",
        }
    }
}

fn listed(serials: &[u32]) -> String {
    let words: Vec<String> = serials.iter().map(ToString::to_string).collect();
    words.join(", ")
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
        Self::Host { why: "the source of randomness or a calculation failed".to_owned() }
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
