//! Wrapped-key import bundles: one file a provider, what it sends, what it takes, how to check it after.
//!
//! Nothing here touches a token. [`of`] gives the [`provider::Provider`] of a [`Target`]; it reads what was sent
//! ([`provider::Provider::read`]), which decides with the [`table`] how the key must be wrapped and lays out the files
//! that go back ([`provider::Import`]). What comes back later is held against the bundle's one manifest
//! ([`receipt::read`]). [`Disposable`] stands in for the provider so that every recipe can be opened again before a real
//! key is used.
//!
//! What the providers say of the keys later is read by [`state`]; how a key is stopped there is in [`stop`].
//!
//! A file uses those of lower floors only: `table`, `bundle`, `provider`, `layout`, `providers`, the list here, then
//! `receipt`, `plan`, `state` and `stop`.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot go on has failed"))]

mod answers;
mod arrived;
mod asks;
pub mod bundle;
mod digest;
mod disposable;
mod error;
mod json;
mod key_type;
mod layout;
mod moment;
mod named;
mod pem;
mod pkcs8;
pub mod plan;
pub mod proof;
pub mod provider;
mod providers;
mod public_key;
pub mod receipt;
mod recipe;
mod replies;
mod says;
mod script;
pub mod security_domain;
pub mod state;
pub mod stop;
mod text;
mod words;

pub mod table;
mod wrapping_key;

pub use disposable::Disposable;
pub use error::ByokError;
pub use incoming::{choice, cleaned, same_word};
pub use key_type::KeyType;
pub use moment::utc;
pub use providers::aws::{self, PRACTICE_ARN, stand_in_reply};
pub use recipe::{Hash, Recipe, expected_blob_len, oaep_limit};
pub use table::Target;
pub use wrapping_key::{WrappingKey, check_begun};

/// Makes the list of providers and the way from a target to its own, so that neither can lack one.
macro_rules! providers {
    ($($target:ident = $provider:expr),+ $(,)?) => {
        /// Every provider there is: a new one is one file and one line here.
        pub static PROVIDERS: &[&dyn provider::Provider] = &[$($provider),+];

        /// The provider of a target.
        pub fn of(target: Target) -> &'static dyn provider::Provider {
            match target { $(Target::$target => $provider),+ }
        }
    };
}

providers! {
    AwsKms = &aws::Kms,
    AzureKeyVault = &providers::azure::KEY_VAULT,
    AzureManagedHsm = &providers::azure::MANAGED_HSM,
    GoogleKms = &providers::google::Google,
    OracleVault = &providers::oracle::Oracle,
    AlibabaKms = &providers::alibaba::Alibaba,
    IbmKeyProtect = &providers::ibm::Ibm,
    Transit = &providers::transit::Transit,
    SalesforceShield = &providers::salesforce::Salesforce,
}
