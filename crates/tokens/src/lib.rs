//! Tokens (hardware security modules and the rehearsal token) through PKCS#11 3.0 (OASIS).
//!
//! Modules misreport what they can do, so nothing here is believed from a mechanism list: [`Token::self_test`] tries
//! each operation on throw-away keys, checks the bytes on the host, and only then is a recipe allowed.
#![allow(
    unsafe_code,
    reason = "cryptoki lacks C_WrapKey with AES-KWP and a tolerant C_GetTokenInfo; all such calls are in `raw`"
)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may panic"))]

mod der;
mod error;
mod module;
mod pkcs11;
mod raw;
pub mod rehearsal;
mod selftest;
mod types;
mod uri;

pub use error::TokenError;
pub use module::Module;
pub use pkcs11::Pkcs11Token;
pub use types::{
    Capabilities, Capability, Finding, Handle, KeyFacts, KeySpec, OaepHash, Recipe, Rung, Token, TokenInfo,
    Wrapped,
};
pub use uri::TokenUri;
