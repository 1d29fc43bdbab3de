//! YubiKeys that are set up, and the keys that are made on them.
#![allow(clippy::doc_markdown, reason = "YubiKey is a product's name, not code")]

pub(crate) mod card;
pub(crate) mod find;
pub(crate) mod make_key;
pub(crate) mod request;
pub(crate) mod rules;
pub(crate) mod set_up;
pub(crate) mod sign;
pub(crate) mod words;

use script::{Each, Material, Owed};

/// A YubiKey that was found.
pub static YUBIKEY: Material =
    Material::recorded("yubikey", words::called::YUBIKEY).telling(&[facts::YUBIKEY_SERIAL.stem()]);
/// A YubiKey whose factory secrets are replaced.
pub static YUBIKEY_SET_UP: Material = Material::recorded("yubikey-set-up", words::called::YUBIKEY_SET_UP);
/// A key that was made on a YubiKey.
pub static YUBIKEY_KEY: Material = Material::recorded("yubikey-key", words::called::YUBIKEY_KEY);
/// A signature of the YubiKey's key.
pub static YUBIKEY_APPROVAL: Material =
    Material::recorded("approval-of-yubikey", words::called::YUBIKEY_APPROVAL);

/// The key made on YubiKey so and so has to sign, so that it is known to work.
pub static YUBIKEY_SIGNED: Owed =
    Owed { id: "yubikey-{}-signed", says: words::owed::YUBIKEY_SIGNED, each: Each::Turn };
