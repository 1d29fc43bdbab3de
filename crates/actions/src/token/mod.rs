//! The token: opening it, trying what it can really do, the key that signs the record, and the ways by which a key leaves it.

pub(crate) mod open;
pub(crate) mod report;
pub(crate) mod route;
pub(crate) mod rules;
pub(crate) mod said;
pub(crate) mod self_test;
pub(crate) mod signing_key;
pub(crate) mod trials;
pub(crate) mod validation;
pub(crate) mod words;
pub(crate) mod write_report;

pub(crate) use crate::room::SIGNING_KEY;

use script::Material;

/// An open token.
pub static TOKEN: Material =
    Material::recorded("token", words::called::TOKEN).telling(&[facts::TOKEN_SERIAL.name()]);
/// A token that was tried on throw-away keys.
pub static CAPABILITIES: Material = Material::recorded("capabilities", words::called::CAPABILITIES);
/// What was looked up of the token's validation.
pub static VALIDATION: Material = Material::recorded("validation", words::VALIDATION_CALLED);
/// The report on the token.
pub static REPORT: Material = Material::recorded("report", words::called::REPORT);
