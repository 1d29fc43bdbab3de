//! What text may go where. Scripts take checked words only; free text stays in plain-text files and manifests.

use crate::ByokError;

/// One line of at most 256 characters without control characters: for people, never for a shell.
pub(crate) fn check_plain(name: &'static str, text: &str) -> Result<(), ByokError> {
    if text.len() > 256 || text.chars().any(char::is_control) {
        return Err(ByokError::TextNotPlain(name));
    }
    Ok(())
}

/// Whether the text is not empty, no longer than `most` bytes, and made of letters, digits and `more` only (ASCII).
pub(crate) fn made_of(text: &str, most: usize, more: &[u8]) -> bool {
    !text.is_empty()
        && text.len() <= most
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || more.contains(&b))
}

/// Something a reply said, shortened and without control characters, to be shown.
pub(crate) fn shown(text: &str) -> String {
    text.chars().take(64).flat_map(char::escape_default).collect()
}

/// Bytes in any of the four ways to write base64 (RFC 4648: two alphabets, with and without padding), with or without
/// line breaks. Providers and their tools do not agree on one.
pub(crate) fn any_base64(text: &str) -> Option<Vec<u8>> {
    use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD};
    let text: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    [BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD].iter().find_map(|alphabet| alphabet.decode(&text).ok())
}
