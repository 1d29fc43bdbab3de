//! What the tests of the whole program share: the program, the people and things of a ceremony, and what judges them.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test that cannot start has to stop"
)]

pub mod backup;
pub mod enrolled;
pub mod memory;
pub mod mounted;
pub mod practice;
pub mod printer;
pub mod production;
pub mod rehearsal_token;
pub mod room;
pub mod softhsm;
pub mod three_yubikeys;
pub mod two_yubikeys;

pub mod aws;
pub mod forged;
pub mod hospital;
pub mod pack;
pub mod recovery_page;
pub mod without_us;

mod cloud;
mod digits;
mod folder;
mod program;

pub use cloud::{ARN, stand_in, wrapping_key};
pub use digits::tells;
pub use folder::{files, kept_pack, write};
pub use program::{coffer, intact, json, module, run, said};
