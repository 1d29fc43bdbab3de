//! One share: how it is dealt, made into a sheet or a box, and entered again. Nouns only.

pub(crate) mod bag;
pub(crate) mod boxed;
mod code_word;
pub(crate) mod dealt;
pub(crate) mod enter;
pub(crate) mod making;
mod print;
pub(crate) mod rules;
pub(crate) mod sheet;
pub(crate) mod words;

pub use words::scan_problem;
