//! A share that can be used, and its card: 7 or 8 rows of text, or one QR symbol.

use crate::layout::{self, Content, Head, MAX_ROWS};
use crate::place::Place;
use crate::{SetId, ShareError, row};
use secrets::{SecretBytes, SecretText};
use zeroize::Zeroizing;

/// One custodian's share. The secret part lies on locked pages; there is no `Debug` or `Clone`.
pub struct Share {
    pub(crate) head: Head,
    pub(crate) y: SecretBytes,
}

impl Share {
    /// The share's number, 1 to count; also the x at which the polynomials were evaluated.
    pub fn index(&self) -> u8 {
        self.head.index
    }

    /// How many shares give the key back; at sites, how many of the site's shares give its part back.
    pub fn threshold(&self) -> u8 {
        self.head.threshold
    }

    /// How many shares were dealt, or dealt to this site.
    pub fn count(&self) -> u8 {
        self.head.count
    }

    /// The dealing this share comes from.
    pub fn set(&self) -> SetId {
        self.head.set
    }

    /// Whether it was dealt in a rehearsal.
    pub fn rehearsal(&self) -> bool {
        self.head.rehearsal
    }

    /// Site, role and key print, if the card carries them.
    pub fn place(&self) -> Option<Place> {
        self.head.place
    }

    /// The same share with a place on its card, which makes it one row longer and changes its commitment. A share
    /// dealt over sites keeps its site; only role and key print can differ.
    pub fn placed(mut self, place: Place) -> Result<Self, ShareError> {
        let at = |p: Place| (p.site, p.needed, p.sites);
        let fits = match self.head.place {
            Some(now) if now.needed > 0 => at(now) == at(place),
            _ => place.needed == 0,
        };
        if !fits || !place.is_possible() {
            return Err(ShareError::AnotherPlace);
        }
        self.head.place = Some(place);
        Ok(self)
    }

    /// The card's binary form, 70 bytes, or 80 with a place.
    fn bytes(&self) -> Zeroizing<Vec<u8>> {
        layout::write(&self.head, None, self.y.expose())
    }

    /// The card's rows: five groups of four characters, separated by spaces; the last group is the check characters.
    pub fn rows(&self) -> Vec<Zeroizing<String>> {
        layout::rows(&self.bytes())
    }

    /// SHA-256 over a domain and the card's bytes. It may be published: the share's 48 random bytes cannot be guessed.
    pub fn commitment(&self) -> [u8; 32] {
        layout::commitment(&self.bytes())
    }

    /// The rows without spaces as a QR symbol (ISO/IEC 18004, level Q, alphanumeric): one `0` (light) or `1` (dark) a
    /// module, row by row, and the symbol's width in modules. The quiet zone of four modules is not included.
    pub fn qr(&self) -> Result<(Zeroizing<String>, u32), ShareError> {
        layout::qr(&self.bytes())
    }

    /// Reads a typed card (rows on lines of their own) or a scanned symbol (all on one line). Lower case, spaces,
    /// hyphens, O for 0 and I or L for 1 are accepted. A card locked with a passphrase is refused as such;
    /// [`crate::Card::parse`] takes it.
    pub fn parse(text: &SecretText) -> Result<Self, ShareError> {
        let bytes = layout::parse(text.expose())?;
        match layout::read(&bytes)? {
            (head, Content::Open(y)) => Ok(Self { head, y: SecretBytes::copied_from(y)? }),
            (head, Content::Sealed(..)) => Err(ShareError::Locked { index: head.index }),
        }
    }

    /// Whether this is the share that was dealt: same set, same mode, and its commitment on record.
    /// `commitments` is in the order of [`crate::split`]'s shares, or of one site's.
    pub fn belongs(&self, set: SetId, rehearsal: bool, commitments: &[[u8; 32]]) -> Result<(), ShareError> {
        self.head.belongs(set, rehearsal, self.commitment(), commitments)
    }
}

/// Checks one typed row on its own, so that a typing mistake is shown at once. `row` counts from 1.
pub fn check_row(row: u32, text: &SecretText) -> Result<(), ShareError> {
    let number = u8::try_from(row)
        .ok()
        .filter(|_| (1..=MAX_ROWS).contains(&row))
        .ok_or(ShareError::TooManyRows { need: MAX_ROWS })?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(row::BYTES));
    row::read(number, text.expose(), &mut bytes)
}

/// How many rows the card has whose first row this is; those of a plain card where the row does not say.
pub fn rows_of(first: &SecretText) -> u32 {
    let mut bytes = Zeroizing::new(Vec::with_capacity(row::BYTES));
    let read = row::read(1, first.expose(), &mut bytes).ok();
    read.and_then(|()| layout::rows_needed(&bytes)).unwrap_or(layout::ROWS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::{KeyPrint, Role};
    use crate::{Cost, Y_LEN};

    fn share(index: u8, threshold: u8, count: u8) -> Share {
        let y = SecretBytes::copied_from(&[0x5a; Y_LEN]).unwrap();
        let set = SetId::from_bytes([7; 8]);
        Share { head: Head { index, threshold, count, set, rehearsal: true, place: None }, y }
    }

    fn at(site: u8, needed: u8, sites: u8) -> Place {
        Place { site, needed, sites, role: Role::Deputy, key: KeyPrint::of_file(b"file") }
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let mut placed = share(2, 3, 5);
        placed.head.place = Some(at(2, 2, 3));
        let sealed = share(2, 3, 5);
        let sealed = layout::write(&sealed.head, Some(Cost::USUAL), &[0x5a; Y_LEN + 8]);
        for right in [share(2, 3, 5).bytes(), placed.bytes(), sealed] {
            assert!(layout::read(&right).is_ok());
            let rows = layout::rows(&right);
            let first = SecretText::new(rows[0].to_string()).unwrap();
            assert_eq!(rows_of(&first) as usize, rows.len());
            for bit in 0..right.len() * 8 {
                let mut wrong = right.clone();
                wrong[bit / 8] ^= 1 << (bit % 8);
                assert!(layout::read(&wrong).is_err(), "bit {bit}");
            }
        }
    }

    #[test]
    fn impossible_cards_are_refused_though_their_checksum_is_right() {
        for (index, threshold, count) in [(0, 3, 5), (6, 3, 5), (1, 1, 5), (1, 0, 5), (1, 6, 5)] {
            let bytes = share(index, threshold, count).bytes();
            assert_eq!(layout::read(&bytes).err(), Some(ShareError::Damaged));
        }
        for place in [at(0, 2, 3), at(4, 2, 3), at(1, 1, 3), at(1, 4, 3)] {
            let mut share = share(2, 3, 5);
            share.head.place = Some(place);
            assert_eq!(layout::read(&share.bytes()).err(), Some(ShareError::Damaged));
        }
    }
}
