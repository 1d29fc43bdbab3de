//! What people read of the master key.

use engine::words::{expected, observed};
use protocol::{Fact, Verdict, problems, visible};

problems! {
    /// A key weaker than the policy takes.
    pub(crate) fn too_weak(spec: &str, bits: u16, minimum: u16) = "too-weak" {
        "A key of the kind {spec} has {bits} bits of security, and at least {minimum} are asked for (minimum-strength)."
        "Nothing was started."
        "Order a stronger kind of key; or, where your policy takes this one, set minimum-strength to what it says."
    }

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

    /// Other keys in the token may be the same one, and can leave it.
    pub(super) fn copies_may_leave(labels: &str) = "copies-may-leave" {
        "The token holds what may be another copy of the key, which can be taken out of it: {labels}."
        "The key is not sealed yet. It is backed up, and what was wrapped is wrapped."
        "Find out who made it. Delete it with the token's own tool, two people present, and begin this step again; or have it decided that it stays."
    }

    /// The token wraps a key that it says cannot leave.
    pub(super) fn wrapped_all_the_same() = "not-kept-inside" {
        "The token says that the key cannot leave it any more, and lets it leave all the same: it wrapped it, or makes a copy of such a key that can leave."
        "The key is where it was; what was wrapped or copied in the trial is gone."
        "Have it decided that the key stays in this token: whoever has its PIN can take the key out. Use another make of token for the next key."
    }
}

// What the record says.
pub(super) const A_COPY_LEAVES: &str = "refused, but a copy can leave";
pub(super) const NOT_AS_PLANNED: &str = "what became of the key after the close is not what the plan says";
pub(super) const SEALED_NOT_SHOWN: &str =
    "it says that the key is sealed without what shows it, or shows it and says otherwise";

pub(super) const NO_PUBLIC_HALF: &str = "it does not name the public half of its pair";

pub(super) fn not_that_key(fact: &str) -> String {
    format!("its {fact} is not that of the key this ceremony is about")
}

// What goes on meanwhile.
pub(super) const MAKING: &str = "Making the master key in the token";
pub(super) const HOW_LONG_MAKING: &str = "under a minute; RSA-4096 can take several";

pub(super) const LOOKING: &str = "Looking at the keys in the token";
pub(super) const SEALING: &str = "Forbidding the key to leave the token";
pub(super) const A_FEW_SECONDS: &str = "a few seconds";

// What should have been, of an exception.
pub(super) const NO_OTHER_COPY: &str = "no other key in the token that may be this one and can leave";
pub(super) const REFUSES_TO_WRAP: &str = "a key that cannot leave is not wrapped";

// What people see.
pub(crate) fn labels<'l>(labels: impl Iterator<Item = &'l str>) -> String {
    let called = |label: &str| {
        if label.is_empty() { "one without a label".to_owned() } else { visible(label).into_owned() }
    };
    labels.map(called).collect::<Vec<_>>().join(", ")
}

const FROM_NOW_ON: &str = "What one holder of the PIN can do alone from now on";
const WRAPPING_IT: &str = "Wrapping it for a throw-away key";

pub(super) fn leaves_by_one_pin(extractable: &str) -> Fact {
    observed(FROM_NOW_ON, if extractable == "no" { USE_OR_DELETE } else { TAKE_IT_OUT })
}

const USE_OR_DELETE: &str = "use the key and delete it, but not take it out";
const TAKE_IT_OUT: &str =
    "take the key out of the token, wrapped for whomever they like, as well as use it and delete it";

/// What came of sealing; `why` says why the token did not change the key, and then no wrapping was tried.
pub(super) fn sealed(extractable: &str, tried: &str, why: Option<String>, sealed: bool) -> Vec<Fact> {
    let second = match why {
        Some(why) => observed("Why the token does not seal it", why),
        None => expected(WRAPPING_IT, "refused", tried),
    };
    let from_now_on = if sealed {
        observed(FROM_NOW_ON, USE_OR_DELETE)
    } else {
        Fact { verdict: Verdict::Differs, ..observed(FROM_NOW_ON, TAKE_IT_OUT) }
    };
    vec![expected(IS_EXTRACTABLE, "no", extractable), second, from_now_on]
}

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
    pub(crate) const MASTER_KEY_SETTLED: &str =
        "The master key has to be sealed in its token, or left as it is where the plan says so.";
    pub(crate) const MASTER_KEY_BACKED_UP: &str =
        "The master key has to be backed up, and the backup rebuilt and matched.";
}

// What a token says of a key.
pub(crate) const SENSITIVE: &str = "sensitive";
pub(crate) const EXTRACTABLE: &str = "extractable";
pub(crate) const LOCAL: &str = "made in the token";
pub(crate) const ID: &str = "its CKA_ID";
pub(crate) const UNIQUE_ID: &str = "its CKA_UNIQUE_ID";
