//! What people read of YubiKeys.

use engine::words::observed;
use piv::{Firmware, KeyKind, PinRule, Slot, TouchRule};
use protocol::{Fact, problems};
use std::fmt::Display;
use transcript::count;

problems! {
    /// The YubiKey was used in the other mode.
    pub(super) fn of_the_other_mode(serial: &str) = "token-of-the-other-mode" {
        "YubiKey {serial} was used in the other mode here."
        "Nothing was done on it."
        "Plug in another: one YubiKey never serves rehearsals and production."
    }

    /// A new secret was typed in two ways.
    pub(super) fn not_the_same() = "not-the-same" again {
        "The two are not the same."
        "Nothing was changed."
        "Type it twice again."
    }
}

// Questions, and what they may be answered with.
pub(super) const ANOTHER_PERSONS: &str = "It is another person's in this ceremony.";
pub(super) const LOOK_AGAIN: &str = "Look again";
pub(super) const AFTER_PLUGGING_IN: &str = "After plugging the YubiKey in.";
pub(super) const NEW_PIN: &str = "New PIN of the YubiKey";
pub(super) const NEW_PUK: &str = "New PUK, which unblocks the PIN";
pub(super) const RULE_OF_A_PIN: &str =
    "Six to eight characters, digits where other programs are to take it; not the factory's.";

pub(super) fn which_is_of(name: &str) -> String {
    format!("Which YubiKey is that of {name}? Compare the number printed on it.")
}

pub(super) fn yubikey(serial: u32) -> String {
    format!("YubiKey {serial}")
}

pub(super) fn firmware(firmware: Firmware) -> String {
    format!("Firmware {firmware}")
}

pub(super) fn once_more(what: &str) -> String {
    format!("{what}, once more")
}

pub(super) fn held_by(name: &str) -> String {
    format!("held by {name}")
}

pub(super) fn tries_left(tries: u8) -> String {
    count(tries, "try is", "tries are") + " left before the YubiKey blocks its PIN."
}

// What goes on meanwhile.
pub(super) const REPLACING: &str = "Replacing the factory's PIN, PUK and management key";
pub(super) const LOOKING_AT_THE_SLOT: &str = "Looking whether the slot is empty";
pub(super) const A_FEW_SECONDS: &str = "a few seconds";
pub(super) const HOW_LONG_A_KEY: &str = "seconds; RSA-4096 can take a minute or more";
pub(super) const SIGNING: &str = "Signing the record with the YubiKey. Touch it when it blinks";
pub(super) const SECONDS: &str = "seconds";

pub(super) fn making_a_key(kind: KeyKind) -> String {
    format!("Making a {kind} key on the YubiKey. Touch it when it blinks")
}

// What the record says.
pub(super) fn slot_is_empty(slot: Slot) -> String {
    format!("Slot {slot} holds no key before one is made in it.")
}

pub(super) const NONE_WAS_LEFT: &str = "none was left from the factory";
pub(super) const RANDOM_UNDER_THE_PIN: &str = "random, kept on the YubiKey under its PIN";
pub(crate) const MADE_ON_THE_YUBIKEY: &str = "made on the YubiKey; its attestation leads to a pinned root";

/// What who holds a device with this firmware can do with a key of this kind; nothing is said where it is nothing.
pub(crate) fn copyable(firmware: Firmware, kind: KeyKind) -> Option<Fact> {
    firmware.lets_copy(kind).then(|| observed(CAN_BE_COPIED, BY_WHO_HOLDS_IT))
}

pub(super) const CAN_BE_COPIED: &str = "Can be copied";
const BY_WHO_HOLDS_IT: &str = "yes, by who holds this YubiKey and its PIN: firmware before 5.7 (YSA-2024-03)";

/// The rules of a key.
pub(crate) fn rules(pin: PinRule, touch: TouchRule) -> String {
    let pin = match pin {
        PinRule::Never => "never",
        PinRule::Once => "once a session",
        PinRule::Always => "before each use",
    };
    let touch = match touch {
        TouchRule::Never => "never",
        TouchRule::Always => "before each use",
        TouchRule::Cached => "good for 15 seconds",
    };
    format!("PIN {pin}, touch {touch}")
}

// What people see.
pub(super) const SERIAL_NUMBER: &str = "Serial number, as it says";
pub(super) const FIRMWARE: &str = "Firmware, as it says";
pub(super) const REPLACED: &str = "Replaced";
pub(super) const KEY: &str = "Key";
pub(super) const RULES: &str = "Rules";
pub(crate) const ORIGIN: &str = "Origin";
pub(super) const PUBLIC_KEY_SHA256: &str = "Public key, SHA-256";
pub(super) const SIGNED: &str = "Signed";
pub(super) const THE_HEAD_WITH_THE_KEY: &str = "the head of the record, with the key made on this YubiKey";

pub(super) fn kind_in_slot(kind: KeyKind, slot: Slot) -> String {
    format!("{kind} in slot {slot}")
}

/// What people call the materials, to stand after "needs".
pub(crate) mod called {
    pub(crate) const YUBIKEY: &str = "a YubiKey that was found";
    pub(crate) const YUBIKEY_SET_UP: &str = "a YubiKey whose factory secrets are replaced";
    pub(crate) const YUBIKEY_KEY: &str = "a key that was made on a YubiKey";
    pub(crate) const YUBIKEY_APPROVAL: &str = "a signature of the YubiKey's key";
}

/// What is owed, in sentences; `{}` stands for the turn or the share.
pub(crate) mod owed {
    pub(crate) const YUBIKEY_SIGNED: &str =
        "The key made on YubiKey {} has to sign, so that it is known to work.";
}

// What an attestation that is verified again shows.
pub(super) const SLOT: &str = "Slot";
pub(super) const ROOT_SHA256: &str = "Root, SHA-256";
pub(super) const NOT_CERTIFICATES: &str = "its certificates cannot be read";
pub(super) const NOT_A_HEAD_OF_THIS: &str = "what it signed is no head of this record";
pub(super) const NOT_SIGNED_BY_IT: &str = "the signature is not by this key";

pub(super) fn not_attested(whose: &str) -> String {
    format!("the record says that a key was made on a YubiKey ({whose}), and names no attestation of it")
}

pub(super) fn attestation_fails(whose: &str, why: &str) -> String {
    format!("the attestation of the key that was made on a YubiKey ({whose}) does not show that: {why}")
}

pub(super) fn approval_fails(turn: &str, why: &str) -> String {
    format!("the approval of YubiKey {turn} does not hold: {why}")
}

pub(super) fn no_such_file(ending: &str) -> String {
    format!("the record names no file …-{ending}")
}

pub(super) fn file_unreadable(name: &str, why: &dyn Display) -> String {
    format!("{name} cannot be read ({why})")
}

pub(super) fn states_another(what: &str) -> String {
    format!("it states another {what} than the record")
}

pub(super) fn one_device_for_two(one: &str, other: &str) -> String {
    format!("one YubiKey, or one key, counts for two: {one} and {other}")
}

pub(super) const NO_APPROVAL: &str = "it names no approval of the YubiKey";

pub(super) fn enrolled_otherwise(name: &str) -> String {
    format!("it does not say with which YubiKey, or that with a passphrase, {name} was enrolled")
}
