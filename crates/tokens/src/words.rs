//! What people read of tokens, their modules and their keys.

use crate::{Capability, Finding, PinState, TokenInfo};
use std::fmt::{self, Display, Formatter};

// What is not offered, and what stands against a route.
pub(crate) const MADE_NEVER_TO_LEAVE: &str = "this key was made never to leave the token";
pub(crate) const STILL_SAYS_IT_LEAVES: &str =
    "it was asked to keep the key inside for good, and still says that it can leave";
pub(crate) const SHOWS_NO_PUBLIC_HALF: &str = "it does not show this key's public half";
pub(crate) const SHOWS_NOT_ITS_PUBLIC_HALF: &str = "it does not show the key's public half";
pub(crate) const NEEDS_A_LABEL: &str = "a key needs a label";
pub(crate) const KIND_UNKNOWN: &str = "this key is of an unknown kind";
pub(crate) const BACKUP_KEY_SIZE: &str = "a backup key has 32 bytes (AES-256)";
pub(crate) fn not_made_here(s: impl Display) -> String {
    format!("\"{s}\" is not a kind of key made here")
}

pub(crate) const OTHER_KIND: &str = "the wrapped key is of another kind than expected";
pub(crate) const NO_TAG: &str = "its AES-GCM gives no tag of 16 bytes after the ciphertext";
pub(crate) const NOT_A_DIGEST: &str = "its SHA-256 of a key is not 32 bytes long";
pub(crate) fn module_lacks(call: impl Display) -> String {
    format!("the module has no {call}")
}

pub(crate) const OAEP_IS_FOR_SECRETS: &str =
    "RSA-OAEP alone wraps secret keys only; choose RSA_AES_KEY_WRAP for a private key";
pub(crate) fn trial_not_made(name: impl Display) -> String {
    format!("the trial \"{name}\" was not made; run the token's self-test")
}

pub(crate) fn trial_against(trial: &Capability) -> String {
    let Capability { name, sentence, result, detail } = trial;
    let lies = if *result == Finding::Lies { "lies" } else { "cannot" };
    format!("the trial {name} (\"{sentence}\") found that the token {lies}: {detail}")
}

pub(crate) const RSA_TOO_LONG_FOR_OAEP: &str = "an RSA private key is too long for RSA-OAEP alone";
pub(crate) const KEY_IN_MEMORY: &str =
    "the key would be in this computer's memory, so a second person has to agree";
pub(crate) const TRIALS_PASSED: &str = "every trial it needs was passed";
pub(crate) const NOT_A_DESTINATION: &str =
    "the destination's key is not an RSA key of at least 2048 bits with a usual exponent";
pub(crate) const KIND_NOT_SAID: &str = "it does not say what kind of private key this is";
pub(crate) fn oaep_not_passed(detail: impl Display) -> String {
    format!("RSA-OAEP as asked for did not pass its trial: {detail}")
}

// What this computer could not do.
pub(crate) const OPENS_TO_ANOTHER: &str =
    "what the token wrapped opens to another key than the one that it shows";
pub(crate) const DOES_NOT_OPEN: &str = "what the token wrapped does not open (RFC 5649)";
pub(crate) const NO_RANDOM_KEY: &str = "this computer gave no random bytes for a key";
pub(crate) fn too_long_for_oaep(bytes: impl Display) -> String {
    format!("a key of {bytes} bytes is too long for RSA-OAEP alone")
}

pub(crate) const COULD_NOT_ENCRYPT: &str = "this computer could not encrypt for the destination's key";
pub(crate) const COULD_NOT_WRAP: &str = "this computer could not wrap the key (RFC 5649)";
pub(crate) const NO_RANDOM_CHALLENGE: &str = "this computer gave no random bytes for a challenge";

// What is wrong with a private key's form: words that follow "the private key".
pub(crate) const NO_DER: &str = "is no DER";
pub(crate) fn bytes_after(count: impl Display) -> String {
    format!("has {count} bytes after its DER")
}

pub(crate) const NOT_VERSION_0: &str = "is not PKCS#8 of version 0";
pub(crate) fn not_named_so(spec: impl Display) -> String {
    format!("is not named as one of kind {spec}")
}

pub(crate) const NO_PKCS8: &str = "is no PKCS#8";
pub(crate) const SOMETHING_BESIDE: &str = "has something beside the key in its PKCS#8";
pub(crate) const UNREADABLE_INSIDE: &str = "cannot be read inside its PKCS#8";
pub(crate) const MORE_PRIMES: &str = "has more than two primes";
pub(crate) const UNKNOWN_AFTER: &str = "has something unknown after its number";
pub(crate) const TWO_CURVES: &str = "names two curves";
pub(crate) fn number_of_bytes(found: impl Display, wanted: impl Display) -> String {
    format!("has a number of {found} bytes in place of {wanted}")
}

pub(crate) const LOST_SIGN_BYTE: &str = "has an integer that lost its sign byte";
pub(crate) const NEEDLESS_ZERO: &str = "has an integer with a needless zero";
pub(crate) fn wrapped_key(why: impl Display) -> String {
    format!("the private key that it wrapped {why}")
}

pub(crate) fn number_too_long(count: impl Display) -> String {
    format!("has a number of {count} bytes")
}

// Modules.
pub(crate) const NO_FUNCTION_LIST: &str = "it has no C_GetFunctionList";
pub(crate) const FUNCTION_LIST_EMPTY: &str = "its function list is empty";
pub(crate) fn it_is(kind: impl Display) -> String {
    format!("it is {kind}")
}

pub(crate) const OTHER_SETTINGS: &str = "it is running with other settings";
pub(crate) const BEFORE_LOADED: &str = "before it was loaded";
pub(crate) const WHILE_LOADED: &str = "while it was loaded and started";
pub(crate) const WHILE_LISTED: &str = "while its tokens were listed";
pub(crate) const SAID_NOTHING: &str = "it said nothing of the module";
pub(crate) fn file_is(other: impl Display) -> String {
    format!("it {other}")
}

pub(crate) const NO_TOKEN_THERE: &str = "No token is there.";
pub(crate) fn there_are(each: &[String]) -> String {
    format!("There is {}", each.join(" There is "))
}

pub(crate) const EMPTY_NOT_TRIED: &str = " (it is empty, and was not tried)";

// The rehearsal token.
pub(crate) fn store_unusable(store: impl Display, e: impl Display) -> String {
    format!("the rehearsal store {store} cannot be used: {e}")
}

pub(crate) const NOT_BESIDE: &str = "it is not beside the program";
pub(crate) const FAILED_BEFORE: &str = "the rehearsal token failed before; start again";
pub(crate) fn other_store_open(store: impl Display) -> String {
    format!("a rehearsal in {store} is open already; start the program again to use another")
}

// What is wrong with a token's address: words that follow "this is not a token address: ".
pub(crate) fn names_a_key(name: impl Display) -> String {
    format!(
        "its {name} names a key, and a ceremony asks for a key's label when it needs one; leave object, id and \
                     type out"
    )
}

pub(crate) fn names_a_slot(name: impl Display) -> String {
    format!(
        "its {name} names a slot, which may be another one tomorrow; leave it out, and name the token by its \
                     label and serial number"
    )
}

pub(crate) fn belongs_behind(name: impl Display) -> String {
    format!("its {name} belongs behind the question mark")
}

pub(crate) fn attribute_unknown(name: impl Display) -> String {
    format!("it has the attribute {name}, which is not known")
}

pub(crate) const PART_UNKNOWN: &str = "a part of it has no known name";
pub(crate) const NO_SCHEME: &str = "it does not begin with pkcs11:";
pub(crate) const HAS_PIN: &str = "it has a PIN or says where one is. A PIN never belongs in an address: it is asked for in the \
                    ceremony. If a real PIN was typed, take it out of the shell's history and change it";
pub(crate) fn belongs_before(other: impl Display) -> String {
    format!("its {other} belongs before the question mark")
}

pub(crate) const TWO_MODULES: &str = "its module-path and module-name are not of one file";
pub(crate) const NO_NAME_AND_VALUE: &str = "a part of it has no name and value with = between them";
pub(crate) const NAME_ENCODING: &str = "a name in it is wrongly encoded";
pub(crate) const VALUE_ENCODING: &str = "a value in it is wrongly encoded";
pub(crate) fn attribute_encoding(name: impl Display) -> String {
    format!("its {name} is wrongly encoded")
}

pub(crate) fn attribute_twice(name: impl Display) -> String {
    format!("its {name} is there twice")
}

// The PIN.
/// A sentence to show before the PIN is asked for.
pub(crate) fn before_pin(state: PinState) -> String {
    let words = match state {
        PinState::TriesLeft(n) => return format!("{n} tries are left before the token locks its PIN."),
        PinState::Locked => {
            "The token has locked its PIN: no PIN is accepted until its security officer sets a new one."
        }
        PinState::LastTry => "One try is left: a wrong PIN now locks the token.",
        PinState::WrongBefore => {
            "A wrong PIN was entered since the last right one. The token counts them, but does not say how many are left."
        }
        PinState::MustBeChanged => "The token wants its PIN changed; do that with the vendor's tool first.",
        PinState::NothingSaid => {
            "The token does not say how many tries are left. Many lock after 3 to 10 wrong PINs."
        }
    };
    words.to_owned()
}

/// Words that follow "the PIN was wrong".
pub(crate) fn wrong_pin_hint(state: PinState) -> String {
    let words = match state {
        PinState::TriesLeft(n) => return format!(" ({n} tries are left before the token locks)"),
        PinState::LastTry => " (one try is left before the token locks)",
        PinState::WrongBefore => " (the token counts wrong PINs, but does not say how many are left)",
        PinState::Locked | PinState::MustBeChanged | PinState::NothingSaid => {
            " (the token does not say how many tries are left)"
        }
    };
    words.to_owned()
}

/// The token in words: its label, serial number, manufacturer and model.
impl Display for TokenInfo {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.initialised {
            write!(f, "\"{}\" with the serial number \"{}\"", self.label, self.serial)?;
        } else {
            write!(f, "a token that is not initialised yet")?;
        }
        write!(f, ", \"{}\" \"{}\"", self.manufacturer, self.model)
    }
}
