//! What a script has recorded that the program itself knows nothing of: custody checks, emergencies, decisions.

pub(crate) mod declared;
pub(crate) mod offers;
pub(crate) mod words;

use script::Material;

/// Something that was recorded.
pub static RECORDED: Material = Material::recorded("recorded", words::called::RECORDED);
