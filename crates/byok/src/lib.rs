//! Wrapped-key import bundles: one file a provider, what it sends, what it takes, how to check it after.
//!
//! Nothing here touches a token. The crate reads what the provider sent ([`provider::read`]), decides how the key must
//! be wrapped ([`table::look_up`], which gives a [`Recipe`]), lays out the files that go back ([`bundle::files`]) and
//! reads what comes back later ([`receipt::read`]). [`Disposable`] stands in for the provider so that every recipe can
//! be opened again before a real key is used.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot go on has failed"))]

mod answers;
mod arrived;
pub mod aws;
pub mod bundle;
mod digest;
mod disposable;
mod error;
mod json;
mod key_type;
mod moment;
mod named;
mod pem;
mod pkcs8;
pub mod plan;
pub mod provider;
mod public_key;
pub mod receipt;
mod recipe;
mod remedy;
mod script;
pub mod security_domain;
mod text;

pub mod table;
mod wrapping_key;

pub use answers::{choice, cleaned, same_word};
pub use disposable::{Disposable, stand_in_reply};
pub use error::ByokError;
pub use key_type::KeyType;
pub use moment::utc;
pub use recipe::{Hash, Recipe, expected_blob_len, oaep_limit};
pub use table::Target;
pub use wrapping_key::{WrappingKey, check_begun};
