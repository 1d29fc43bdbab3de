//! Answers as people type and paste them. Each is read into what it means and written anew, so that one thing written
//! in two ways is one thing wherever it is compared, recorded or put into a script.

pub(crate) use incoming::{choice, cleaned, same_word};

use crate::ByokError;
use crate::text::{made_of, shown};

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
