//! The master key in the token.

pub(crate) mod generate;
pub(crate) mod locked;
pub(crate) mod master;
pub(crate) mod rules;
pub(crate) mod spec;
pub(crate) mod strength;
pub(crate) mod words;

use script::{Each, Material, Owed};

/// The master key in the token.
pub static MASTER_KEY: Material =
    Material::recorded("master-key", words::called::MASTER_KEY).telling(&[facts::CHECK_VALUE.name()]);

/// The master key has to be sealed in its token, or left as it is by the plan.
pub static MASTER_KEY_SETTLED: Owed =
    Owed { id: "master-key-settled", says: words::owed::MASTER_KEY_SETTLED, each: Each::Once };

/// The master key has to be backed up, and the backup rebuilt and matched.
pub static MASTER_KEY_BACKED_UP: Owed =
    Owed { id: "master-key-backed-up", says: words::owed::MASTER_KEY_BACKED_UP, each: Each::Once };
