//! What people read of a token's trials: what each is about, and what it showed.

use std::fmt::{Display, LowerHex};

// What is so if a trial is passed.
pub(crate) const IMPORTED_NOT_LOCAL: &str = "A key that was brought in does not say it was made inside.";
pub(crate) const IMPORTED_NOT_ALWAYS_SENSITIVE: &str =
    "A key that was brought in does not say it was always sensitive.";
pub(crate) const GENERATED_LOCAL: &str = "A key made inside says so.";
pub(crate) const GENERATED_ALWAYS_SENSITIVE: &str = "A key made sensitive says it always was.";
pub(crate) const EXTRACTABLE_NOT_NEVER: &str = "A key that may leave does not say it never could.";
pub(crate) fn standard_form(by: impl Display, spec: impl Display) -> String {
    format!(
        "By {by}, a private key of kind {spec} leaves in its standard form, whatever its numbers begin with."
    )
}

pub(crate) fn makes_and_wraps(spec: impl Display) -> String {
    format!("It makes and wraps a key of kind {spec}.")
}

pub(crate) fn brings_back(spec: impl Display) -> String {
    format!("It brings back a key of kind {spec} that is the same key.")
}

pub(crate) const RANDOM: &str = "Two draws from its random generator differ.";
pub(crate) const IMPORT_AES: &str = "A backup key can be brought in.";
pub(crate) const CHECK_VALUE: &str = "Its AES-CMAC is the one this computer computes.";
pub(crate) fn mechanism_is_kwp(number: impl LowerHex) -> String {
    format!("Mechanism {number:#x} is AES key wrap with padding (RFC 5649).")
}

pub(crate) const AES_KWP: &str = "It wraps a key under AES with padding (RFC 5649).";
pub(crate) const WRAP_LENGTH_QUERY: &str =
    "Asked how long a wrapped key will be, it does not say too little.";
pub(crate) const AES_KWP_UNWRAP: &str = "It brings a key back from its backup.";
pub(crate) const AES_KWP_TAMPER: &str = "It refuses a backup that was changed.";
pub(crate) const PRIVATE_KEY_EXACT: &str = "It wraps a private key without adding bytes.";
pub(crate) fn wraps_by_oaep(name: impl Display) -> String {
    format!("It wraps a key by RSA-OAEP with {name}.")
}

pub(crate) fn wraps_secret(name: impl Display) -> String {
    format!("It wraps a secret key by CKM_RSA_AES_KEY_WRAP with {name}.")
}

pub(crate) fn wraps_private(name: impl Display) -> String {
    format!("It wraps a private key by CKM_RSA_AES_KEY_WRAP with {name}.")
}

pub(crate) const SENSITIVE_UNREADABLE: &str = "It does not show the value of a sensitive key.";
pub(crate) const NON_EXTRACTABLE_REFUSED: &str = "It does not wrap a key that was made never to leave.";
pub(crate) const EXTRACTABLE_STAYS: &str = "A key that may not leave cannot be made to, nor can a copy.";
pub(crate) const SENSITIVE_STAYS: &str = "A sensitive key cannot be made readable, nor can a copy.";
pub(crate) const WRAP_WITH_TRUSTED: &str =
    "A key marked to leave only under a trusted key does not leave under another.";
pub(crate) const TRUSTED_BY_USER: &str = "The user cannot mark a key as trusted; its security officer may.";

// What a trial showed.
pub(crate) const SAYS_NOT: &str = "it does not say";
pub(crate) fn a_private_key(why: impl Display) -> String {
    format!("a private key {why}")
}

pub(crate) const MADE_AND_KNOWN_RIGHT: &str = "keys made in it and known ones came out right";
pub(crate) const MADE_RIGHT: &str =
    "keys made in it came out right, p-521 keys that begin with zero among them";
pub(crate) fn none_tried(why: impl Display) -> String {
    format!("no key with the numbers that go wrong could be tried: {why}")
}

pub(crate) const NO_ONE_MECHANISM: &str = "it does not wrap private keys by CKM_RSA_AES_KEY_WRAP";
pub(crate) const DID_NOT_OPEN: &str = "did not open";
pub(crate) fn none_waited_for(tries: usize) -> String {
    format!("of {tries} keys none had the number that was waited for")
}

pub(crate) const TAKES_NO_KNOWN: &str = "it takes no known private key in";
pub(crate) const CAME_OUT_AS_ANOTHER: &str = "came out as another key";
pub(crate) const NO_KWP_TO_TRY: &str = "it makes such keys, but has no AES key wrap to try them with";
pub(crate) const SIGNED_A_CHALLENGE: &str = "it signed a challenge under the public key";
pub(crate) const CHECK_VALUE_SAME: &str = "its check value is the same";
pub(crate) const RIGHT_KEY: &str = "opened on this computer, and the key is the right one";
pub(crate) const NOT_THE_KEY: &str = "it reported success, but what came out does not open to the key";
pub(crate) const ANOTHER_CAME_BACK: &str = "another key came back";
pub(crate) fn host_could_not(what: impl Display) -> String {
    format!("this computer could not {what} for the trial")
}

pub(crate) const MAKE_AN_RSA_KEY: &str = "make an RSA key";
pub(crate) const MAKE_A_KEY: &str = "make a key";
pub(crate) const CHECK_A_KEY: &str = "check a key";
pub(crate) const NO_KWP: &str = "no mechanism of it gives AES key wrap with padding (RFC 5649)";
pub(crate) const NO_PAIR: &str = "it makes no key pair that could be tried";
pub(crate) const KEY_CAME_IN: &str = "an AES-256 key came in";
pub(crate) const SAME_TWICE: &str = "it gave the same 32 bytes twice";
pub(crate) fn gives_for_known(said: impl Display) -> String {
    format!("it gives {said} for a known key")
}

pub(crate) fn says_length(said: impl Display, len: impl Display) -> String {
    format!("it says {said} for {len} bytes")
}

pub(crate) const MAY_LEAVE_AGAIN: &str =
    "the key that came back may leave again, although that was forbidden";
pub(crate) const RIGHT_AND_STAYS: &str = "the key that came back is the right one, and may not leave again";
pub(crate) const TOOK_CHANGED: &str = "it took a backup in which one bit was changed";
pub(crate) fn right_but_followed(after: impl Display) -> String {
    format!("the wrapped key is right, but {after} bytes follow it")
}

pub(crate) const WITHOUT_PADDING: &str = "it is AES key wrap without padding (RFC 3394)";
pub(crate) const PADDED_ANOTHER_WAY: &str = "it is AES key wrap (RFC 3394) over a key padded another way";
pub(crate) fn follow_its_der(after: impl Display) -> String {
    format!("{after} bytes follow its DER")
}

pub(crate) const NO_WAY_OF_WRAPPING: &str = "it has no way of wrapping that could be tried";
pub(crate) fn wrapped_by(how: impl Display) -> String {
    format!("it wrapped the key, by {how}")
}

pub(crate) const SHOWED_THE_VALUE: &str = "it showed the value in the clear";
pub(crate) const VALUE_NOT_SHOWN: &str = "the value was not shown";
pub(crate) const TOOK_PROTECTION_OFF: &str = "it took the protection off";
pub(crate) const PROTECTION_STAYS: &str = "the protection stays";
pub(crate) const COPY_WITHOUT_PROTECTION: &str = "it made a copy without the protection";
pub(crate) const MARK_REFUSED: &str = "the mark was refused";
pub(crate) const TOOK_THE_MARK: &str = "it took the mark";
pub(crate) const LEFT_THE_MARK_OFF: &str = "it left the mark off";
