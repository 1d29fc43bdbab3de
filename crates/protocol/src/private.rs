//! Text that only one person may see or type, on its way over the pipe.

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A PIN, passphrase or share on its way between a player and the room.
///
/// This is the one place where a secret is serialised: the pipe to the process that shows or types it. It wipes
/// itself, does not print itself, and is turned into a `secrets::SecretText` as soon as it arrives.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop, PartialEq, Eq)]
#[cfg_attr(feature = "export", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct Private(String);

impl Private {
    /// Takes over the text.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text. Every call is a place to review.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The text, moved out; the caller wipes it.
    pub fn into_text(mut self) -> String {
        std::mem::take(&mut self.0)
    }
}

impl std::fmt::Debug for Private {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Private(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::Private;

    #[test]
    fn it_does_not_print_itself() {
        assert_eq!(format!("{:?}", Private::new("hunter2".into())), "Private(…)");
    }
}
