//! What people read of keys that come back.

use engine::words::{expected, observed};
use protocol::{Fact, Problem, problems};

problems! {
    /// A token that the plan does not name.
    pub(crate) fn not_on_the_list(serial: &str, list: &str) = "token-not-on-the-list" again {
        "The token with the serial number {serial} is not one that may receive the key: the plan names {list}."
        "Nothing was done on it, and no PIN was asked for."
        "Put in a token that the plan names, or begin again with this one's serial number in the parameter receiving-tokens."
    }

    /// A script that restores a key into any token.
    pub(crate) fn no_allow_list(parameter: &str) = "no-allow-list" {
        "The script restores a key, and has no parameter {parameter} of the form tokens that names the tokens which may receive it."
        "Nothing was started."
        "Mend the script, the roster or the parameters, and check again."
    }

    /// Production with the practice token's word.
    pub(crate) fn no_receiving_token(parameter: &str) = "no-receiving-token" {
        "No token is named that may receive the key; the parameter is {parameter}."
        "Nothing was started."
        "Choose another value; `coffer print` shows what is allowed."
    }

    /// The backup is of another key.
    pub(crate) fn backup_does_not_match(check_value: &str) = "backup-does-not-match" {
        "The backup opens, but to a key with the check value {check_value}, and not to the one it was made of."
        "No key was put into the token to stay."
        "Stop. Look for another copy of the wrapped file and its record."
    }

    /// The token says of the restored key that it is not what was asked for.
    pub(crate) fn key_not_as_asked() = "key-not-as-asked" {
        "The token took the key in, but does not say of it that it is the recorded one, sensitive, and fit to be backed up again."
        "It was destroyed again; the backup is as it was."
        "Use another token."
    }

    /// A key lies in the token under this run's label that this step did not bring in.
    pub(crate) fn planted(label: &str) = "key-planted" {
        "The token holds a key called {label}, and it is not one that this step brought in."
        "No key was restored, and that one is not used."
        "Find out who put it there. Give the ceremony up, or delete the key with the token's own tool, two people present, and begin this step again."
    }

    /// The token has not the key that the record names.
    fn not_there(what: &str, label: &str) = "key-not-found" again {
        "This token {what} called {label}, which the record names."
        "Nothing was changed."
        "Begin with the token that holds the key, or choose the pack of its newest backup."
    }
}

pub(crate) fn holds_no_key(label: &str) -> Problem {
    not_there("holds no key", label)
}

pub(crate) fn holds_another_key(label: &str) -> Problem {
    not_there("holds another key", label)
}

pub(crate) const OPENING: &str = "Opening the backup into the token, to stay";
pub(crate) const LOOKING: &str = "Looking for the key in the token";
pub(crate) const A_FEW_SECONDS: &str = "a few seconds";

pub(crate) fn restored_by_an_interrupted_attempt() -> Fact {
    let how = "an interrupted attempt of this step had brought it in; it was compared with the backup";
    observed("Restored by", how)
}

/// What people see of the key: beside the check value it has to have, whether it is sensitive, extractable and local.
pub(crate) fn key(label: &str, wanted: &str, found: &str, said: [&str; 3]) -> [Fact; 5] {
    let [sensitive, extractable, local] = said;
    [
        observed("Label", label),
        expected("Check value", wanted, found),
        expected("Sensitive (never leaves in the clear)", "yes", sensitive),
        expected("Extractable (can be wrapped)", "yes", extractable),
        observed("Made in this token, as it says", local),
    ]
}

/// What people call the materials, to stand after "needs".
pub(crate) mod called {
    pub(crate) const OLD_SET: &str = "an older set of shares that a new one replaces";
}

/// What is owed, in sentences; `{}` stands for the turn or the share.
pub(crate) mod owed {
    pub(crate) const OLD_SHEETS_SETTLED: &str =
        "The sheets of the set that is replaced have to be destroyed or accounted for.";
}

pub(crate) const AS_IT_WAS: &str = "the key as the earlier ceremony left it in this token";
