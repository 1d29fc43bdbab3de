//! The copies of a key and of its shares: listed, accounted for, destroyed.

pub(crate) mod account;
pub(crate) mod ask;
pub(crate) mod certify;
pub(crate) mod copy;
pub(crate) mod destroy_key;
pub(crate) mod destroy_old_sheets;
pub(crate) mod destroyed;
mod guards;
pub(crate) mod old_sheets;
pub(crate) mod open;
pub(crate) mod rules;
pub(crate) mod settle_old_sheets;
pub(crate) mod shred_rest;
pub(crate) mod shred_sheets;
pub(crate) mod words;

use script::{Each, Material, Owed};

/// The list of the key's copies.
pub static COPIES: Material =
    Material::recorded("copies", words::called::COPIES).hanging_on(&[&crate::earlier::BACKUP]);
/// Copies that two people accounted for.
pub static ACCOUNTED: Material =
    Material::recorded("accounted", words::called::ACCOUNTED).hanging_on(&[&COPIES]);
/// Fewer sheets than rebuild the key, or a decision.
pub static BELOW_THRESHOLD: Material =
    Material::recorded("fewer-than-threshold", words::called::BELOW_THRESHOLD).hanging_on(&[&ACCOUNTED]);
/// A key that is gone from the token.
pub static KEY_GONE: Material =
    Material::recorded("key-gone", words::called::KEY_GONE).hanging_on(&[&BELOW_THRESHOLD]);
/// Copies that are all destroyed.
pub static REST_GONE: Material =
    Material::recorded("rest-gone", words::called::REST_GONE).hanging_on(&[&KEY_GONE]);

/// Two people have to say of each copy of the key where it is.
pub static COPIES_ACCOUNTED: Owed =
    Owed { id: "copies-accounted-for", says: words::owed::COPIES_ACCOUNTED, each: Each::Once };

/// The key in the token has to be destroyed and seen absent.
pub static KEY_DESTROYED: Owed =
    Owed { id: "key-destroyed", says: words::owed::KEY_DESTROYED, each: Each::Once };

/// The sheets and files that are left have to be destroyed.
pub static REST_DESTROYED: Owed =
    Owed { id: "rest-destroyed", says: words::owed::REST_DESTROYED, each: Each::Once };
