//! A YubiKey in software, for tests alone.
//!
//! It speaks `vpcd`'s protocol to a real `pcscd`, so that a program under test goes through the same library, daemon
//! and APDUs as with hardware. It follows NIST SP 800-73-4 (the PIV card application) with Yubico's extensions
//! (<https://docs.yubico.com/yesdk/users-manual/application-piv/>) as firmware 5.4 and 5.7 have them. Keys are software
//! keys in a JSON file and attestation leads to a root called "VIRTUAL ... (test only)": nothing here protects
//! anything.
//!
//! [`desk`] is what tests use: it starts `pcscd`, plugs cards in and out, and tears everything down.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail by panicking"))]
#![allow(clippy::doc_markdown, reason = "YubiKey is a product's name, not code")]

mod access;
mod apdu;
mod card;
mod certificate;
pub mod control;
pub mod desk;
mod key;
mod netns;
mod piv;
mod plug;
mod state;
mod tlv;

pub use desk::{Desk, Place, Refusal};
pub use plug::{Moment, Plug};
pub use state::Firmware;
