//! Answers as people type and paste them. Each is read into what it means and written anew, so that one thing written
//! in two ways is one thing wherever it is compared, recorded or put into a script.

use crate::ByokError;
use crate::text::{made_of, shown};

/// Characters that come along when something is pasted and that nobody sees: white space of every kind (the
/// non-breaking ones among it) is known to the library, these are not.
const UNSEEN: [char; 6] = ['\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{200e}'];

/// The answer without what surrounds it by accident: white space, invisible characters, a pair of quotation marks.
pub fn cleaned(text: &str) -> &str {
    let text = text.trim_matches(|c: char| c.is_whitespace() || UNSEEN.contains(&c));
    for mark in ['"', '\'', '`'] {
        let within = text.strip_prefix(mark).and_then(|t| t.strip_suffix(mark));
        if let Some(within) = within.filter(|t| !t.contains(mark)) {
            return within.trim();
        }
    }
    text
}

/// Whether two words of a list are the same: capitals do not count, nor whether words are parted by hyphen, underscore
/// or space, which differs between a provider's tool and its interface.
pub fn same_word(a: &str, b: &str) -> bool {
    let plain = |b: u8| if matches!(b, b'_' | b' ') { b'-' } else { b.to_ascii_lowercase() };
    a.bytes().map(plain).eq(b.bytes().map(plain))
}

/// The word of a list that is meant.
pub fn choice<'c>(text: &str, choices: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    choices.into_iter().find(|c| same_word(c, text))
}

/// A name that nobody uses, shortened and without control characters, with the names that there are.
pub(crate) fn unknown_name<'n>(text: &str, names: impl IntoIterator<Item = &'n str>) -> ByokError {
    let names: Vec<&str> = names.into_iter().collect();
    ByokError::UnknownName { text: shown(text), names: names.join(", ") }
}

/// Host and path of an `https` address (RFC 3986): the host in small letters without the port that everybody uses and
/// without the root's dot, the path without slashes round it. The scheme may be missing; another one is refused, and so
/// is everything else that an address could carry.
pub(crate) fn url(text: &str) -> Option<(String, &str)> {
    const SCHEME: &str = "https://";
    let rest = match text.get(..SCHEME.len()) {
        Some(scheme) if scheme.eq_ignore_ascii_case(SCHEME) => text.get(SCHEME.len()..)?,
        _ => text,
    };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.strip_suffix(":443").unwrap_or(host);
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    (made_of(&host, 253, b"-.") && !path.contains(['?', '#'])).then(|| (host, path.trim_matches('/')))
}

/// The host of an address that has no path.
pub(crate) fn host(text: &str) -> Option<String> {
    url(text).filter(|(_, path)| path.is_empty()).map(|(host, _)| host)
}

/// A UUID (RFC 9562) in small letters.
pub(crate) fn uuid(text: &str) -> Option<String> {
    let text = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')).unwrap_or(text);
    let lengths = text.split('-').map(str::len);
    let hex = text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    (hex && lengths.eq([8, 4, 4, 4, 12])).then(|| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pasted_along_is_not_part_of_an_answer() {
        for text in
            ["k", " k\t", "\u{a0}k\u{202f}", "\u{feff}k", "\u{200b} k \u{200b}", "\"k\"", "' k '", "`k`\r\n"]
        {
            assert_eq!(cleaned(text), "k", "{text:?}");
        }
        // What may be meant stays for the form to refuse.
        assert_eq!(cleaned("\"a\" \"b\""), "\"a\" \"b\"");
        assert_eq!(cleaned("a\u{a0}b"), "a\u{a0}b");
    }

    #[test]
    fn a_word_is_the_same_in_capitals_and_with_hyphens() {
        assert_eq!(choice("hsm", ["HSM", "SOFTWARE"]), Some("HSM"));
        assert_eq!(
            choice("google-symmetric-encryption", ["GOOGLE_SYMMETRIC_ENCRYPTION"]),
            Some("GOOGLE_SYMMETRIC_ENCRYPTION")
        );
        assert_eq!(choice("RSA 2048", ["rsa-2048"]), Some("rsa-2048"));
        assert_eq!(choice("rsa-20488", ["rsa-2048"]), None);
    }

    #[test]
    fn an_address_is_the_same_in_every_way_of_writing_it() {
        for text in [
            "https://h.vault.azure.net",
            "HTTPS://H.Vault.Azure.NET/",
            "https://h.vault.azure.net:443",
            "https://h.vault.azure.net:443//",
            "h.vault.azure.net",
            "h.vault.azure.net./",
        ] {
            assert_eq!(host(text).as_deref(), Some("h.vault.azure.net"), "{text}");
        }
        for text in [
            "http://h.vault.azure.net",
            "https://h.vault.azure.net:8443",
            "https://me@h.vault.azure.net",
            "https://h.vault.azure.net/keys",
            "https://h.vault.azure.net?x=1",
            "https://h.vault.azure.net/?x=1",
            "https://h.vault.azure.net/#x",
            "https://",
            "",
            "h'.vault.azure.net",
        ] {
            assert_eq!(host(text), None, "{text}");
        }
        assert_eq!(url("https://H.net/keys/K/1/"), Some(("h.net".to_owned(), "keys/K/1")));
    }

    #[test]
    fn a_uuid_in_capitals() {
        let id = "01234567-89ab-cdef-0123-456789abcdef";
        for text in [id.to_owned(), id.to_uppercase(), format!("{{{id}}}")] {
            assert_eq!(uuid(&text).as_deref(), Some(id));
        }
        for text in ["01234567-89ab-cdef-0123-456789abcdeg", "0123456789abcdef0123456789abcdef", "--------"] {
            assert_eq!(uuid(text), None);
        }
    }
}
