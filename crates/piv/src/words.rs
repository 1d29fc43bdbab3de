//! What people read of YubiKeys: what happened, what is unchanged, and what to do.

use crate::{AttestationFault, FactorySecret, FormFactor, PivError};
use std::fmt::{self, Display};

// What a YubiKey is asked to do: words that follow "refused to".
pub(crate) const SAY_TRIES: &str = "say how many tries are left";
pub(crate) const SAY_FACTORY: &str = "say whether its PIN, PUK and management key are the factory's";
pub(crate) const CHECK_PIN: &str = "check the PIN";
pub(crate) const CHANGE_PIN: &str = "change the PIN";
pub(crate) const CHANGE_PUK: &str = "change the PUK";
pub(crate) const SET_NEW_PIN: &str = "set a new PIN";
pub(crate) const CHECK_MANAGEMENT: &str = "check the management key";
pub(crate) const READ_MANAGEMENT: &str = "read its management key";
pub(crate) const ATTEST_A_KEY: &str = "attest a key";
pub(crate) const TAKE_CERTIFICATE: &str = "take a certificate";
pub(crate) const SHOW_CERTIFICATE: &str = "show a certificate";
pub(crate) const MAKE_A_KEY: &str = "make a key";
pub(crate) const DESCRIBE_A_KEY: &str = "describe a key";
pub(crate) const TAKE_FACTORY_KEY: &str = "take the factory's management key";
pub(crate) const KEEP_MANAGEMENT: &str = "keep its management key under the PIN";
pub(crate) const TAKE_MANAGEMENT: &str = "take its management key";
pub(crate) const READ_SETTINGS: &str = "read its settings";

// Why it did not, or why a PIN is none.
pub(crate) const WANTS_PIN_OR_TOUCH: &str = "it wants a PIN, a touch or its management key first";
pub(crate) const NOT_SIX_TO_EIGHT: &str = "it does not have six to eight characters";
pub(crate) const ODD_CHARACTERS: &str = "it has characters that cannot be entered everywhere";
pub(crate) const IS_OF_THE_FACTORY: &str = "it is the factory's";
pub(crate) const PIN_IS_PUK: &str = "PIN and PUK are the same";
pub(crate) const NOT_LAID_OUT: &str = "the certificate could not be laid out";
pub(crate) const NOT_X509: &str = "it is not X.509";
pub(crate) fn more_bytes_than(limit: usize) -> String {
    format!("it has more than {limit} bytes")
}

pub(crate) const COMPRESSED: &str = "it is compressed";
pub(crate) const ED25519_LIMIT: &str = "an Ed25519 key on a YubiKey signs at most 1,000 bytes";
pub(crate) const CALCULATION_FAILED: &str = "the source of randomness or a calculation failed";
pub(crate) fn service_said(other: impl Display) -> String {
    format!("the smart-card service said: {other}")
}

// What key is needed: words that follow "is not".
pub(crate) const OF_THE_CERTIFICATE: &str = "the one that the certificate is for";
pub(crate) const MADE_HERE: &str = "of a kind that is made here";
pub(crate) const ONE_THAT_SIGNS: &str = "one that signs";

// What an attestation lacks, or what of it cannot be read.
pub(crate) const SIGNING_DEVICE: &str = "device that signed it";
pub(crate) const THE_ATTESTATION: &str = "the attestation";
pub(crate) const DEVICE_CERTIFICATE: &str = "the device's certificate";
pub(crate) const PIN_AND_TOUCH_RULES: &str = "PIN and touch rules";
pub(crate) const TWO_ALGORITHMS: &str = "two signature algorithms";
pub(crate) const UNKNOWN_ALGORITHM: &str = "an unknown signature algorithm";
pub(crate) const THE_SIGNATURE: &str = "the signature";
pub(crate) const THE_SIGNED_PART: &str = "the signed part";

// What is wrong with a file of roots.
pub(crate) const NOT_PEM_CERTIFICATES: &str = "it is not a series of PEM certificates";
pub(crate) const NOT_TEXT: &str = "it is not text in UTF-8 or UTF-16";
pub(crate) const SOMETHING_ELSE: &str = "it holds something else than certificates";
pub(crate) const CERTIFICATE_UNREADABLE: &str = "a certificate in it cannot be read";
pub(crate) const NO_ROOT: &str = "there is no self-signed root in it";
pub(crate) const NOT_SELF_SIGNED: &str = "it is not a self-signed certificate";

// What is wrong with a box, or with what shall go into one.
pub(crate) const UNKNOWN_VERSION: &str = "it has a version that this program does not know";
pub(crate) const EMPTY: &str = "it is empty";
pub(crate) const BOX_LENGTH: &str = "its length is not that of such a box";
pub(crate) const UNKNOWN_SETTING: &str = "it uses a setting that this program does not know";
pub(crate) const NOT_P256: &str = "the recipient's key is not a P-256 public key";
pub(crate) const SECRET_LENGTH: &str = "the secret does not have 1 to 1,024 bytes";
pub(crate) const NOT_A_POINT: &str = "its key is not a point of the curve";
pub(crate) const BOX_CHANGED: &str = "the box or what it is for was changed";

// The words of the nouns and of the errors themselves.

impl Display for FactorySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pin => "PIN",
            Self::Puk => "PUK",
            Self::ManagementKey => "management key",
        })
    }
}

impl Display for FormFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UsbA => f.write_str("USB-A"),
            Self::UsbANano => f.write_str("USB-A nano"),
            Self::UsbC => f.write_str("USB-C"),
            Self::UsbCNano => f.write_str("USB-C nano"),
            Self::UsbCLightning => f.write_str("USB-C and Lightning"),
            Self::BioUsbA => f.write_str("USB-A with fingerprint reader"),
            Self::BioUsbC => f.write_str("USB-C with fingerprint reader"),
            Self::Other(byte) => write!(f, "unknown ({byte:02x})"),
        }
    }
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

impl PivError {
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

// A word of the format: it is never read by people and never changed.
pub(crate) const BOX_SALT: &[u8] = b"cofferdam custodian box v1";
