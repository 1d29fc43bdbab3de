//! Answers as people type and paste them, read into what they mean.

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
}
