//! A drill: shares are brought, and tried against the backup.

pub(crate) mod bring;
pub(crate) mod certify;
pub(crate) mod check;
pub(crate) mod look;
pub(crate) mod open;
pub(crate) mod plan;
pub(crate) mod prove;
pub(crate) mod reseal;
pub(crate) mod rules;
pub(crate) mod words;

use script::Material;

/// A decision on the shares that were brought.
pub static DRILLED: Material =
    Material::recorded("drilled", words::called::DRILLED).hanging_on(&[&crate::earlier::BACKUP]);
