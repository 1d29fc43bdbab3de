//! Whether a text tells a secret of a few digits, in a record full of digests that are digits in part.

/// Whether `text` tells `digits`: standing by themselves, or as the hexadecimal form of their characters.
///
/// A record holds some hundred thousand hexadecimal digits, so six digits in a row stand within some digest of one
/// record in a hundred: what has another such digit beside it is not told.
#[must_use]
pub fn tells(text: &str, digits: &str) -> bool {
    let in_hex = data_encoding::HEXLOWER.encode(digits.as_bytes());
    let alone = text.match_indices(digits).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + digits.len()..].chars().next();
        ![before, after].into_iter().flatten().any(|c| c.is_ascii_hexdigit())
    });
    alone || text.to_ascii_lowercase().contains(&in_hex)
}

#[cfg(test)]
mod tests {
    use super::tells;

    #[test]
    fn what_is_told_is_found_and_what_is_part_of_a_digest_is_not() {
        for told in ["842613", r#"{"pin":"842613"}"#, "PIN842613.", "842613x", "0x383432363133"] {
            assert!(tells(told, "842613"), "{told}");
        }
        for not in ["", "8426 13", "9f842613a0", r#"{"sha256":"842613ff"}"#] {
            assert!(!tells(not, "842613"), "{not}");
        }
    }
}
