//! An earlier ceremony's key, in a token again: restored from its backup into a replacement, or found where it is. Either
//! way a new backup follows, and the older set of shares is to be destroyed.

pub(crate) mod brought_back;
pub(crate) mod find;
pub(crate) mod held;
mod into_token;
pub(crate) mod replicate;
pub(crate) mod restore;
pub(crate) mod words;
pub(crate) mod wrap_again;

use script::{Each, Material, Owed};

/// An older set of shares that a new one replaces.
pub static OLD_SET: Material =
    Material::recorded("replaced-set", words::called::OLD_SET).hanging_on(&[&crate::earlier::BACKUP]);

/// The sheets of the set that is replaced have to be destroyed or accounted for.
pub static OLD_SHEETS_SETTLED: Owed =
    Owed { id: "old-sheets-settled", says: words::owed::OLD_SHEETS_SETTLED, each: Each::Once };
