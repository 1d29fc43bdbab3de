//! What people read of the master key.

use engine::words::observed;
use protocol::{Fact, Verdict, problems};

problems! {
    /// The value is the same, and what the token says of the key is not.
    pub(crate) fn key_changed(what: &str, was: &str, now: &str) = "key-changed" {
        "The master key in the token is not as it was: {what} was {was}, and is {now}."
        "Nothing was done with it."
        "Somebody changed the key, or took it out of the token and brought it in again. Stop, and do not go on with this key: raise an exception, and make another."
    }

    /// The key in the token has another check value than the record.
    pub(crate) fn another_key() = "another-key" {
        "The key in the token is not the one this ceremony made."
        "Nothing was wrapped."
        "Stop and find out who changed the token."
    }

    /// A parameter names no kind of key.
    pub(crate) fn key_spec_unknown(word: &str) = "key-spec-unknown" {
        "{word:?} is no key spec of AWS KMS."
        "No key was made."
        "Choose one of the script's values for key-spec."
    }

    /// A key lies in the token under this run's label, and no attempt of this run can have made it.
    pub(super) fn key_planted(label: &str) = "key-planted" {
        "The token holds a key called {label}, which this ceremony has not made."
        "No key was made, and that one is not used."
        "Find out who put it there. Give the ceremony up, or delete the key with the token's own tool, two people present, and begin this step again."
    }

    /// The token says of its new key that it is not what was asked for.
    pub(super) fn key_not_as_asked() = "key-not-as-asked" {
        "The token made a key, but does not say of it that it is what was asked for, made inside and never shown."
        "The key is in the token under this run's label; nothing was wrapped."
        "Delete the key with the token's own tool and use another token."
    }
}

// What the record says.
pub(super) const TOKEN_DOES_NOT_SAY: &str = "the token does not say";

pub(super) fn not_that_key(fact: &str) -> String {
    format!("its {fact} is not that of the key this ceremony is about")
}

// What goes on meanwhile.
pub(super) const MAKING: &str = "Making the master key in the token";
pub(super) const HOW_LONG_MAKING: &str = "under a minute; RSA-4096 can take several";

// What people see.
pub(super) const MASTER_KEY: &str = "Master key";
pub(super) const CHECK_VALUE: &str = "Check value";
pub(super) const LABEL: &str = "Label";
pub(super) const IS_SENSITIVE: &str = "Sensitive (never leaves in the clear)";
pub(super) const IS_EXTRACTABLE: &str = "Extractable (can be wrapped)";
pub(super) const MADE_IN_THE_TOKEN: &str = "Made in the token";

pub(super) fn left_behind(label: String) -> Fact {
    let name = "Left behind by an interruption; delete it with the token's own tool";
    Fact { verdict: Verdict::Differs, ..observed(name, label) }
}

// What has to happen after the play.
pub(super) fn still_in_the_token(label: &str) -> String {
    format!("The key {label} is still in the token: delete it with the token's own tool, two people present.")
}

/// What people call the materials, to stand after "needs".
pub(crate) mod called {
    pub(crate) const MASTER_KEY: &str = "the master key in the token";
}

/// What is owed, in sentences; `{}` stands for the turn or the share.
pub(crate) mod owed {
    pub(crate) const MASTER_KEY_BACKED_UP: &str =
        "The master key has to be backed up, and the backup rebuilt and matched.";
}

// What a token says of a key.
pub(crate) const SENSITIVE: &str = "sensitive";
pub(crate) const EXTRACTABLE: &str = "extractable";
pub(crate) const LOCAL: &str = "made in the token";
