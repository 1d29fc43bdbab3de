//! Values that people read aloud and compare: hex in groups of four, and the PGP words beneath.

use serde::{Deserialize, Serialize};

/// A digest laid out for two people: rows of eight bytes, hex in groups of four characters, one word a byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
pub struct ReadAloud {
    /// The rows, first byte first.
    pub rows: Vec<ReadRow>,
}

/// Eight bytes (fewer in the last row) of a value to compare.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "export", derive(ts_rs::TS), ts(export_to = "protocol.ts"))]
pub struct ReadRow {
    /// Row number, from 1.
    pub number: u32,
    /// Upper-case hex in groups of four characters.
    pub hex: Vec<String>,
    /// PGP words, two-syllable and three-syllable alternating by position from the start of the value.
    pub words: Vec<String>,
}

impl ReadAloud {
    /// Lays out any bytes.
    pub fn of(bytes: &[u8]) -> Self {
        let rows = bytes
            .chunks(8)
            .zip(1..)
            .map(|(row, number)| ReadRow {
                number,
                hex: row.chunks(2).map(|pair| data_encoding::HEXUPPER.encode(pair)).collect(),
                words: words_of(row),
            })
            .collect();
        Self { rows }
    }
}

/// The PGP words of some bytes that start at an even position.
pub fn words_of(bytes: &[u8]) -> Vec<String> {
    pgp_words::to_words(bytes).into_iter().map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the PGP word list (Juola and Zimmermann): E582 94F2 E9A2 2748 … as printed in PGPfone's manual.
    #[test]
    fn words_follow_the_published_list() {
        let bytes = [0xE5, 0x82, 0x94, 0xF2, 0xE9, 0xA2, 0x27, 0x48];
        let said = words_of(&bytes).join(" ");
        assert_eq!(said, "topmost istanbul pluto vagabond treadmill pacific brackish dictator");
    }

    #[test]
    fn no_two_bytes_share_a_word() {
        let mut words: Vec<_> = (0..=255).flat_map(|b| words_of(&[b, b])).collect();
        words.sort();
        words.dedup();
        assert_eq!(words.len(), 512);
    }

    #[test]
    fn rows_hold_eight_bytes() {
        let r = ReadAloud::of(&[0xAB; 20]);
        assert_eq!(r.rows.len(), 3);
        assert_eq!(r.rows[0].hex, ["ABAB", "ABAB", "ABAB", "ABAB"]);
        assert_eq!(r.rows[2].words.len(), 4);
        assert_eq!(r.rows[2].number, 3);
    }
}
