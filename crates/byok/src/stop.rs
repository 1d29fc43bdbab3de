//! How a key is stopped at its provider: which commands the online team runs, with the names that the records have.
//!
//! Nothing is guessed. What a record does not say stands as a [`Blank`] in the commands, and the script does not run them
//! until a person has filled it in.

mod shell;
mod steps;
mod words;

pub use shell::script;
pub(crate) use steps::Part;
pub use steps::{Blank, Command, Stop};

use crate::{ByokError, Target};
use std::collections::BTreeMap;

/// How to stop a key that is called so in the record of its import ([`crate::provider::Import::called`]), with what the
/// record has beside it ([`crate::provider::Import::shown`]); that may be empty.
///
/// Refuses a name that is not of the provider's form, and what would be more than one harmless word of a command.
pub fn stop(target: Target, called: &str, prepared: &BTreeMap<String, String>) -> Result<Stop, ByokError> {
    crate::of(target).stop(called, prepared)
}

#[cfg(test)]
mod tests;
