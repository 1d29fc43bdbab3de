//! Registers that people keep: changed by a table or row by row, and written for other tools.

mod counts;
pub(crate) mod export;
pub(crate) mod keep;
pub(crate) mod stand_in;
pub(crate) mod table;
mod typed;
mod words;
