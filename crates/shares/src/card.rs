//! A share and its card: 70 bytes as seven rows of text, or one QR symbol. The layout is in `docs/formats/share.md`.

use crate::{SetId, ShareError, Y_LEN, row, sha256};
use qrcode::{Color, EcLevel, QrCode};
use secrets::{SecretBytes, SecretText};
use zeroize::Zeroizing;

/// Rows of a card.
pub const ROWS: u32 = 7;
/// Characters of a row without spaces, check characters included.
pub const COLUMNS: u32 = 20;

const VERSION: u8 = 1;
/// Flag bit 0: dealt in a rehearsal.
const REHEARSAL: u8 = 1;
/// The field polynomial 0x11D without its leading bit.
const FIELD: u8 = 0x1d;
/// Where the y bytes start; the fields before are version, flags, field, set (8), index, threshold, count.
const Y_AT: usize = 14;
/// Where the checksum starts: 8 bytes of SHA-256.
const SUM_AT: usize = Y_AT + Y_LEN;
const CARD_LEN: usize = SUM_AT + 8;
const SUM_DOMAIN: &[u8] = b"cofferdam share card v1\0";
const COMMITMENT_DOMAIN: &[u8] = b"cofferdam share commitment v1\0";

// Seven rows of ten bytes hold the card exactly.
const _: () = assert!(CARD_LEN == 7 * row::BYTES && ROWS == 7 && row::WIDTH == 20 && COLUMNS == 20);

/// One custodian's share. The secret part lies on locked pages; there is no `Debug` or `Clone`.
pub struct Share {
    pub(crate) index: u8,
    pub(crate) threshold: u8,
    pub(crate) count: u8,
    pub(crate) set: SetId,
    pub(crate) rehearsal: bool,
    pub(crate) y: SecretBytes,
}

impl Share {
    /// The share's number, 1 to count; also the x at which the polynomials were evaluated.
    pub fn index(&self) -> u8 {
        self.index
    }

    /// How many shares give the key back.
    pub fn threshold(&self) -> u8 {
        self.threshold
    }

    /// How many shares were dealt.
    pub fn count(&self) -> u8 {
        self.count
    }

    /// The dealing this share comes from.
    pub fn set(&self) -> SetId {
        self.set
    }

    /// Whether it was dealt in a rehearsal.
    pub fn rehearsal(&self) -> bool {
        self.rehearsal
    }

    /// The card's binary form, 70 bytes.
    fn bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(CARD_LEN));
        bytes.extend([VERSION, u8::from(self.rehearsal) * REHEARSAL, FIELD]);
        bytes.extend(self.set.as_bytes());
        bytes.extend([self.index, self.threshold, self.count]);
        bytes.extend(self.y.expose());
        let sum = sha256(SUM_DOMAIN, &[&bytes]);
        bytes.extend(&sum[..CARD_LEN - SUM_AT]);
        bytes
    }

    /// The card's rows: five groups of four characters, separated by spaces; the last group is the check characters.
    pub fn rows(&self) -> Vec<Zeroizing<String>> {
        (1u8..).zip(self.bytes().chunks(row::BYTES)).map(|(n, bytes)| row::write(n, bytes)).collect()
    }

    /// SHA-256 over a domain and the 70 bytes. It may be published: the share's 48 random bytes cannot be guessed.
    pub fn commitment(&self) -> [u8; 32] {
        sha256(COMMITMENT_DOMAIN, &[&self.bytes()])
    }

    /// The rows without spaces as a QR symbol (ISO/IEC 18004, level Q, alphanumeric): one `0` (light) or `1` (dark) a
    /// module, row by row, and the symbol's width in modules. The quiet zone of four modules is not included.
    pub fn qr(&self) -> Result<(Zeroizing<String>, u32), ShareError> {
        let mut text = Zeroizing::new(String::with_capacity(140));
        for row in self.rows() {
            text.extend(row.chars().filter(|c| *c != ' '));
        }
        let code =
            QrCode::with_error_correction_level(text.as_bytes(), EcLevel::Q).map_err(|_| ShareError::Qr)?;
        let width = u32::try_from(code.width()).map_err(|_| ShareError::Qr)?;
        let mut colors = code.into_colors();
        let mut modules = Zeroizing::new(String::with_capacity(colors.len()));
        modules.extend(colors.iter().map(|c| if *c == Color::Dark { '1' } else { '0' }));
        colors.fill(Color::Light); // `Color` knows no zeroize; the black box keeps the write
        std::hint::black_box(&colors);
        Ok((modules, width))
    }

    /// Reads a typed card (rows on lines of their own) or a scanned symbol (all on one line). Lower case, spaces,
    /// hyphens, O for 0 and I or L for 1 are accepted.
    pub fn parse(text: &SecretText) -> Result<Self, ShareError> {
        let text = text.expose();
        let filled = |line: &&str| line.chars().any(|c| !row::separates(c));
        let mut lines: Vec<Zeroizing<String>> =
            text.lines().filter(filled).map(|l| Zeroizing::new(l.to_owned())).collect();
        if let [line] = lines.as_slice() {
            lines = scanned_rows(line).unwrap_or(lines);
        }
        let have = u32::try_from(lines.len()).unwrap_or(u32::MAX);
        if have > ROWS {
            return Err(ShareError::TooManyRows { need: ROWS });
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(CARD_LEN));
        for (n, line) in (1u8..).zip(&lines) {
            row::read(n, line, &mut bytes).map_err(|e| match e {
                // With a row too few, a later row in this place means that this one was left out.
                ShareError::RowOutOfPlace { row, belongs } if have < ROWS && belongs > row => {
                    ShareError::RowMissing { row }
                }
                other => other,
            })?;
        }
        if have < ROWS {
            return Err(ShareError::RowMissing { row: have + 1 });
        }
        Self::from_bytes(&bytes)
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, ShareError> {
        let (head, rest) = bytes.split_first_chunk::<Y_AT>().ok_or(ShareError::Damaged)?;
        let (y, sum) = rest.split_first_chunk::<Y_LEN>().ok_or(ShareError::Damaged)?;
        let [version, flags, field, s0, s1, s2, s3, s4, s5, s6, s7, index, threshold, count] = *head;
        if version != VERSION {
            return Err(ShareError::UnknownVersion { version });
        }
        let expected = sha256(SUM_DOMAIN, &[head, y]);
        if sum != &expected[..CARD_LEN - SUM_AT] {
            return Err(ShareError::Damaged);
        }
        if flags & !REHEARSAL != 0 || field != FIELD {
            return Err(ShareError::UnknownSetting);
        }
        // x = 0 would let its holder dictate the key.
        if index == 0 || index > count || threshold < 2 || threshold > count {
            return Err(ShareError::Damaged);
        }
        Ok(Self {
            index,
            threshold,
            count,
            set: SetId::from_bytes([s0, s1, s2, s3, s4, s5, s6, s7]),
            rehearsal: flags & REHEARSAL != 0,
            y: SecretBytes::copied_from(y)?,
        })
    }

    /// Whether this is the share that was dealt: same set, same mode, and its commitment on record.
    /// `commitments` is in the order of [`crate::split`]'s shares.
    pub fn belongs(&self, set: SetId, rehearsal: bool, commitments: &[[u8; 32]]) -> Result<(), ShareError> {
        if self.set != set {
            return Err(ShareError::AnotherSet { found: self.set, expected: set });
        }
        if self.rehearsal != rehearsal {
            return Err(ShareError::WrongMode { rehearsal: self.rehearsal });
        }
        match commitments.get(usize::from(self.index).wrapping_sub(1)) {
            Some(dealt) if *dealt == self.commitment() => Ok(()),
            _ => Err(ShareError::NotTheShareThatWasDealt { index: self.index }),
        }
    }
}

/// Checks one typed row on its own, so that a typing mistake is shown at once. `row` counts from 1.
pub fn check_row(row: u32, text: &SecretText) -> Result<(), ShareError> {
    let number = u8::try_from(row)
        .ok()
        .filter(|_| (1..=ROWS).contains(&row))
        .ok_or(ShareError::TooManyRows { need: ROWS })?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(row::BYTES));
    row::read(number, text.expose(), &mut bytes)
}

/// Cuts the text of a whole card on one line into rows; `None` if it is not as long as a card.
fn scanned_rows(line: &str) -> Option<Vec<Zeroizing<String>>> {
    let characters: Zeroizing<Vec<char>> =
        Zeroizing::new(line.chars().filter(|c| !row::separates(*c)).collect());
    (characters.len() == row::WIDTH * 7)
        .then(|| characters.chunks(row::WIDTH).map(|c| Zeroizing::new(c.iter().collect())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(index: u8, threshold: u8, count: u8) -> Share {
        let y = SecretBytes::copied_from(&[0x5a; Y_LEN]).unwrap();
        Share { index, threshold, count, set: SetId::from_bytes([7; 8]), rehearsal: true, y }
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let right = share(2, 3, 5).bytes();
        assert!(Share::from_bytes(&right).is_ok());
        for bit in 0..CARD_LEN * 8 {
            let mut wrong = right.clone();
            wrong[bit / 8] ^= 1 << (bit % 8);
            assert!(Share::from_bytes(&wrong).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn impossible_cards_are_refused_though_their_checksum_is_right() {
        for (index, threshold, count) in [(0, 3, 5), (6, 3, 5), (1, 1, 5), (1, 0, 5), (1, 6, 5)] {
            let bytes = share(index, threshold, count).bytes();
            assert_eq!(Share::from_bytes(&bytes).err(), Some(ShareError::Damaged));
        }
    }
}
