//! What a token says, as the record has it.

use super::words;

/// What it says in bytes, in lower-case hex.
pub(crate) fn said_bytes(bytes: Option<&[u8]>) -> String {
    bytes.map_or_else(|| words::DOES_NOT_SAY.to_owned(), script::hex)
}

/// What it says of one attribute of a key.
pub(crate) fn said(value: Option<bool>) -> &'static str {
    value.map_or(words::DOES_NOT_SAY, |v| if v { "yes" } else { "no" })
}
