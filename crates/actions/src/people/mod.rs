//! People are enrolled with what they will sign with.
#![allow(clippy::doc_markdown, reason = "YubiKey is a product's name, not code")]

pub(crate) mod enrol;
mod enrolled;
pub(crate) mod stand_in;
pub(crate) mod words;
pub(crate) mod write_roster;
mod yubikey;

use script::Material;

/// People who were enrolled.
pub static ENROLLED: Material = Material::recorded("enrolled", words::called::ENROLLED);
/// A roster that was written.
pub static ROSTER: Material = Material::recorded("roster", words::called::ROSTER);
