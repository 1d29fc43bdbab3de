//! What every ceremony has: people sign in and agree, the machine and media are looked at, the record is closed.

pub(crate) mod agree;
pub(crate) mod attend;
pub(crate) mod close;
pub(crate) mod medium;
pub(crate) mod preflight;
pub(crate) mod register;
pub(crate) mod roles;
pub(crate) mod sign;
pub(crate) mod stand_in;
pub(crate) mod words;
pub(crate) mod workstation;

use script::Material;

/// A machine that was looked at.
pub static PREFLIGHT: Material = Material::recorded("preflight", words::called::PREFLIGHT);
/// People who have signed in.
pub static ATTENDANCE: Material = Material::recorded("attendance", words::called::ATTENDANCE);
/// A workstation that was compared.
pub static WORKSTATION: Material = Material::recorded("workstation", words::called::WORKSTATION);
/// Roles that were read aloud.
pub static ROLES: Material = Material::recorded("roles", words::called::ROLES);
/// A medium that was tried.
pub static TRIED_MEDIUM: Material = Material::recorded("tried-medium", words::called::TRIED_MEDIUM);
/// Everyone's word on the record.
pub static AGREEMENT: Material = Material::recorded("agreement", words::called::AGREEMENT);
/// The key that signs the record.
pub static SIGNING_KEY: Material = Material::recorded("signing-key", words::called::SIGNING_KEY);
