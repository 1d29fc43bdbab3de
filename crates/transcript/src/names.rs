//! The files a pack has of its own, and the names others may bear.

use crate::words;
pub(crate) const TRANSCRIPT: &str = "transcript.jsonl";
pub(crate) const HEAD: &str = "HEAD";
pub(crate) const HEAD_SIG: &str = "HEAD.sig";
pub(crate) const SIGNER: &str = "signer.pem";
pub(crate) const HOW: &str = "HOW-TO-CHECK.txt";
pub(crate) const SUMS: &str = "SHA256SUMS";
pub(crate) const SUMS_SIG: &str = "SHA256SUMS.sig";
pub(crate) const DISCLOSED: &str = "DISCLOSED.txt";

/// Names no given file may take.
pub(crate) const RESERVED: [&str; 8] = [TRANSCRIPT, HEAD, HEAD_SIG, SIGNER, HOW, SUMS, SUMS_SIG, DISCLOSED];

/// All a disclosed pack may hold: any other file could hold a name.
pub(crate) const DISCLOSED_FILES: [&str; 6] = [TRANSCRIPT, HEAD, HEAD_SIG, SIGNER, DISCLOSED, SUMS];

/// Why a relative name cannot stand in a pack, if it cannot. `sha256sum` escapes a backslash or a newline, and a
/// name that leaves the folder would have a reader check, or write, a file elsewhere.
pub(crate) fn trouble(name: &str) -> Option<&'static str> {
    if name.is_empty() || name.len() > 200 {
        return Some(words::NAME_LENGTH);
    }
    if name.chars().any(|c| c.is_control() || c == '\\') {
        return Some(words::NAME_CHARACTERS);
    }
    if name.split('/').any(|part| part.is_empty() || part == "." || part == "..") {
        return Some(words::NAME_NOT_PLAIN);
    }
    // The verifier passes such names over.
    if name.split('/').any(|part| outside::left_behind(part).is_some()) {
        return Some(words::NAME_LEFT_BEHIND);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_plain() {
        for good in ["a", "a/b", "a b", "..a", &"x".repeat(200), &"ä".repeat(100)] {
            assert_eq!(trouble(good), None, "{good}");
        }
        for (bad, why) in [
            ("", words::NAME_LENGTH),
            (&"x".repeat(201), words::NAME_LENGTH),
            (&"ä".repeat(101), words::NAME_LENGTH),
            ("a\\b", words::NAME_CHARACTERS),
            ("a\nb", words::NAME_CHARACTERS),
            ("a\u{7f}", words::NAME_CHARACTERS),
            ("/a", words::NAME_NOT_PLAIN),
            ("a//b", words::NAME_NOT_PLAIN),
            ("a/", words::NAME_NOT_PLAIN),
            ("./a", words::NAME_NOT_PLAIN),
            ("a/..", words::NAME_NOT_PLAIN),
            ("bundle/.DS_Store", words::NAME_LEFT_BEHIND),
        ] {
            assert_eq!(trouble(bad), Some(why), "{bad}");
        }
    }
}
