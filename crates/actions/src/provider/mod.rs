//! What providers show of their keys, held against the register; and how a key is stopped there.

pub(crate) mod known;
pub(crate) mod stand_in;
pub(crate) mod state;
pub(crate) mod stop;
pub(crate) mod words;

use script::Material;

/// What providers show, compared.
pub static COMPARED_STATE: Material = Material::recorded("compared-state", words::called::COMPARED_STATE);
/// Instructions to stop a key.
pub static STOP: Material = Material::recorded("stop-instructions", words::called::STOP);
