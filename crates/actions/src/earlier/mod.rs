//! An earlier ceremony's backup, opened from its evidence pack, and what custodians bring of it. Nouns only.

pub(crate) mod at_hand;
pub(crate) mod bags;
pub(crate) mod brought;
pub(crate) mod certificate;
pub(crate) mod copied;

pub(crate) mod files;
pub(crate) mod kept;
mod made;
pub(crate) mod pack;
pub(crate) mod places;
pub(crate) mod plan;
pub(crate) mod plan_pack;
pub(crate) mod rules;
pub(crate) mod signer;
pub(crate) mod stand_in;
pub(crate) mod words;

use engine::Slot;
use script::{Each, Material, Owed};
use shares::Share;

/// The backup of an earlier ceremony.
pub static BACKUP: Material = Material::recorded("backup", words::called::BACKUP)
    .telling(&[facts::DRILL_CHECK_VALUE.name(), facts::DRILL_SET.name()]);
/// The shares that custodians brought.
pub static BROUGHT: Material = Material::in_room("brought", words::called::BROUGHT).hanging_on(&[&BACKUP]);
/// A certificate.
pub static CERTIFICATE: Material = Material::recorded("certificate", words::called::CERTIFICATE);

/// The shares that were brought have to be tried against the backup.
pub static DRILL_DECIDED: Owed =
    Owed { id: "drill-decided", says: words::owed::DRILL_DECIDED, each: Each::Once };

/// The sheet that custodian so and so brought has to be sealed in a bag again.
pub static BAG_RESEALED: Owed =
    Owed { id: "bag-{}-resealed", says: words::owed::BAG_RESEALED, each: Each::Turn };

/// The shares that custodians brought. Only this folder reaches them: others go through its functions.
pub(in crate::earlier) static ON_THE_TABLE: Slot<Vec<Share>> = Slot::of(&BROUGHT);
