//! Ceremonies with YubiKeys, through real pcscd: people sign with them, keys are made on them, shares are encrypted to them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::doc_markdown,
    reason = "tests; YubiKey is a name"
)]

mod boxes;
mod commission;
mod yubikey;
