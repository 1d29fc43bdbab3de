//! Tokens (hardware security modules and the rehearsal token) through PKCS#11 3.0 (OASIS).
//!
//! Modules misreport what they can do, so nothing here is believed from a mechanism list: [`Token::self_test`] tries
//! each operation on throw-away keys, checks the bytes on the host, and only then is a recipe allowed.
#![allow(
    unsafe_code,
    reason = "cryptoki lacks C_WrapKey with AES-KWP and a tolerant C_GetTokenInfo; all such calls are in `raw`"
)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may panic"))]

mod check;
mod der;
mod error;
pub mod factory;
mod facts;
mod findings;
mod form;
#[cfg(fuzzing)]
pub mod fuzzing;
pub mod host;
mod inside;
mod keys;
mod ladder;
mod memory;
mod module;
mod pin;
mod pkcs11;
pub mod probe;
mod proofs;
mod prove;
mod raw;
pub mod rehearsal;
mod restore;
mod routes;
mod running;
mod selftest;
pub mod software;
mod token;
mod uri;
mod words;

pub use check::check_value_of;
pub use error::TokenError;
pub use findings::{Capabilities, Capability, Claim, Finding};
pub use inside::{Locked, OtherKey};
pub use keys::{Handle, KeyFacts, KeySpec};
pub use memory::Note;
pub use module::{Module, ModuleInfo, chosen, listed};
pub use pin::PinState;
pub use pkcs11::Pkcs11Token;
pub use routes::{OaepHash, Offer, Recipe, Route, RouteFinding, Rung, Wrapped};
pub use token::{Token, TokenInfo};
pub use uri::{Differs, TokenUri};
