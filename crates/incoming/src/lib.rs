//! What comes in on a medium, before anyone believes it: which text it is ([`text`]), which PEM is in it
//! ([`pem_blocks`]), and, where it is not what belongs there, what it is instead ([`Kind`]).
//!
//! Every file that people carry in is read through this crate, so that what Windows PowerShell, spreadsheets, mail
//! programs and consoles do to a text is decided once. Nothing here opens a file, and nothing is trusted for having been
//! read.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot go on has failed"))]

mod answer;
mod kind;
mod pem;
pub mod table;
mod text;
mod words;

pub use answer::{choice, cleaned, same_word};
pub use kind::{Der, Kind};
pub use pem::{Block, NotPem, blocks as pem_blocks};
pub use text::{NotText, text};
