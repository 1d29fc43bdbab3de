//! The YubiKeys that keys are made on, one each turn.

use crate::declare::facts;
use crate::{Digits, Flag, Sha256Hex, Text, YesNo};

facts! {
    YUBIKEY_SERIAL: Each = auditor "yubikey-serial", Digits, "for each turn, the serial number of the YubiKey";
    YUBIKEY_FIRMWARE: Each = public "yubikey-firmware", Text, "for each turn, the YubiKey's firmware version, as it says";
    YUBIKEY_FACTORY_SECRETS_REPLACED: Each = public "yubikey-factory-secrets-replaced", Text, "for each turn, which of the factory's secrets were replaced, or that none was left";
    MANAGEMENT_KEY: Fact = public "management-key", Text, "what the YubiKey's management key is and where it is kept, in words";
    SLOT_SEEN_EMPTY: Fact = public "slot-seen-empty", Text, "before a key is made, the slot that was seen to hold none: two upper-case hex digits";
    YUBIKEY_KEY_KIND: Each = public "yubikey-key-kind", Text, "for each turn, the kind of key that was made, as `P-256`";
    YUBIKEY_SLOT: Each = public "yubikey-slot", Text, "for each turn, the slot that the key is in: two upper-case hex digits";
    YUBIKEY_PUBLIC_KEY_SHA256: Each = public "yubikey-public-key-sha256", Sha256Hex, "for each turn, the digest of the public key (DER `SubjectPublicKeyInfo`)";
    YUBIKEY_ORIGIN: Each = public "yubikey-origin", Text, "for each turn, how it is known where the key was made, in words";
    YUBIKEY_ROOT_SHA256: Each = public "yubikey-root-sha256", Sha256Hex, "for each turn, the digest of the root certificate (DER) that the attestation led to";
    YUBIKEY_COPYABLE: Each = public "yubikey-copyable", YesNo, "for each turn, whether who holds the device and its PIN can copy the key, by its kind and firmware (YSA-2024-03)";
    YUBIKEY_RULES: Each = public "yubikey-rules", Text, "for each turn, when the key asks for the PIN and for a touch, in words";
    YUBIKEY_FOUND_AFTER_INTERRUPTION: Each = public "yubikey-found-after-interruption", Flag, "for each turn, whether an attempt that broke off had made the key already";
    YUBIKEY_APPROVAL: Each = public "yubikey-approval", Text, "for each turn, the head of the record that the key signed to show that it works";
}
