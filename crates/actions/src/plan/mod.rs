//! One ceremony for many keys: the key plan, and what the record says of each of its lines.

mod agree;
pub(crate) mod compare;
mod folder;
mod lines;
pub(crate) mod make;
pub(crate) mod open_again;
pub(crate) mod read;
pub(crate) mod rebuild;
pub(crate) mod rebuild_again;
mod rebuilt;
pub(crate) mod routes;
pub(crate) mod rules;
pub(crate) mod seal;
pub(crate) mod stand_in;
mod words;
pub(crate) mod wrap;
pub(crate) mod wrap_again;
pub(crate) mod wrap_backup;
mod wrapped_files;

use script::{Each, Material, Owed};

/// A key plan that was read.
pub static KEY_PLAN: Material = Material::recorded("key-plan", words::called::KEY_PLAN)
    .telling(&[facts::PLAN_KEYS.name(), facts::PLAN_SHA256.name()]);
/// A token that was tried for every line of the key plan.
pub static PLAN_ROUTES: Material =
    Material::recorded("routes-of-plan", words::called::PLAN_ROUTES).hanging_on(&[&KEY_PLAN]);
/// A key plan whose wrapping keys two people compared.
pub static COMPARED_PLAN: Material =
    Material::recorded("compared-plan", words::called::COMPARED_PLAN).hanging_on(&[&KEY_PLAN]);
/// The key plan's keys in the token.
pub static PLAN_KEYS: Material = Material::recorded("keys-of-plan", words::called::PLAN_KEYS);

/// Every key of the plan has to be sealed in its token, or left as it is by the plan.
pub static PLAN_SETTLED: Owed =
    Owed { id: "plan-keys-settled", says: words::owed::PLAN_SETTLED, each: Each::Once };

/// Every key of the plan has to be backed up, and each backup rebuilt and matched.
pub static PLAN_BACKED_UP: Owed =
    Owed { id: "plan-keys-backed-up", says: words::owed::PLAN_BACKED_UP, each: Each::Once };
