//! The bytes of a card and their rows and QR symbol. The layout is in `docs/formats/share.md`.

use crate::cost::{COST_LEN, Cost, SEALED_LEN};
use crate::place::{PLACE_LEN, Place};
use crate::{SetId, ShareError, Y_LEN, row, sha256, words};
use qrcode::{Color, EcLevel, QrCode};
use zeroize::Zeroizing;

/// Rows of a plain card.
pub const ROWS: u32 = 7;
/// Rows of the longest card, with a place and a lock.
pub const MAX_ROWS: u32 = 9;
/// Characters of a row without spaces, check characters included.
pub const COLUMNS: u32 = 20;

const VERSION: u8 = 1;
/// Flag bit 0: dealt in a rehearsal.
const REHEARSAL: u8 = 1;
/// Flag bit 1: a place follows the head.
const PLACED: u8 = 2;
/// Flag bit 2: the y is locked with a passphrase.
const SEALED: u8 = 4;
/// The field polynomial 0x11D without its leading bit.
const FIELD: u8 = 0x1d;
/// Version, flags, field, set (8), index, threshold, count.
const HEAD_LEN: usize = 14;
const SUM_LEN: usize = 8;

// Rows of ten bytes hold every kind of card exactly.
const _: () = assert!(HEAD_LEN + Y_LEN + SUM_LEN == 7 * row::BYTES && PLACE_LEN == row::BYTES);
const _: () = assert!(COST_LEN + SEALED_LEN - Y_LEN == row::BYTES);
const _: () = assert!(ROWS == 7 && MAX_ROWS == 9 && row::WIDTH == 20 && COLUMNS == 20);

/// All that a card says in clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) index: u8,
    pub(crate) threshold: u8,
    pub(crate) count: u8,
    pub(crate) set: SetId,
    pub(crate) rehearsal: bool,
    pub(crate) place: Option<Place>,
}

impl Head {
    /// How many sites must take part; 0 where sites do not count.
    pub(crate) fn sites_needed(&self) -> u8 {
        self.place.map_or(0, |p| p.needed)
    }

    /// Whether a card with this head and commitment is one that was dealt.
    pub(crate) fn belongs(
        &self,
        set: SetId,
        rehearsal: bool,
        commitment: [u8; 32],
        dealt: &[[u8; 32]],
    ) -> Result<(), ShareError> {
        if self.set != set {
            return Err(ShareError::AnotherSet { found: self.set, expected: set });
        }
        if self.rehearsal != rehearsal {
            return Err(ShareError::WrongMode { rehearsal: self.rehearsal });
        }
        match dealt.get(usize::from(self.index).wrapping_sub(1)) {
            Some(dealt) if *dealt == commitment => Ok(()),
            _ => Err(ShareError::NotTheShareThatWasDealt { index: self.index }),
        }
    }
}

/// A card's content after its clear part: the y, or the y locked with a passphrase.
pub(crate) enum Content<'a> {
    Open(&'a [u8; Y_LEN]),
    Sealed(Cost, &'a [u8; SEALED_LEN]),
}

/// The clear part: head, place and cost, as they stand before the y.
pub(crate) fn clear_part(head: &Head, cost: Option<Cost>) -> Vec<u8> {
    let flag = |bit, set| if set { bit } else { 0 };
    let flags =
        flag(REHEARSAL, head.rehearsal) | flag(PLACED, head.place.is_some()) | flag(SEALED, cost.is_some());
    let mut bytes = Vec::with_capacity(HEAD_LEN + PLACE_LEN + COST_LEN);
    bytes.extend([VERSION, flags, FIELD]);
    bytes.extend(head.set.as_bytes());
    bytes.extend([head.index, head.threshold, head.count]);
    bytes.extend(head.place.iter().flat_map(|p| p.bytes()));
    bytes.extend(cost.iter().flat_map(|c| c.bytes()));
    bytes
}

/// The card's binary form: 70, 80 or 90 bytes.
pub(crate) fn write(head: &Head, cost: Option<Cost>, y: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(9 * row::BYTES));
    bytes.extend(clear_part(head, cost));
    bytes.extend(y);
    let sum = sha256(words::CARD_DOMAIN, &[&bytes]);
    bytes.extend(&sum[..SUM_LEN]);
    bytes
}

/// Reads the binary form.
pub(crate) fn read(bytes: &[u8]) -> Result<(Head, Content<'_>), ShareError> {
    let (covered, sum) = bytes.split_last_chunk::<SUM_LEN>().ok_or(ShareError::Damaged)?;
    let (head, mut rest) = covered.split_first_chunk::<HEAD_LEN>().ok_or(ShareError::Damaged)?;
    let [version, flags, field, s0, s1, s2, s3, s4, s5, s6, s7, index, threshold, count] = *head;
    if version != VERSION {
        return Err(ShareError::UnknownVersion { version });
    }
    if *sum != sha256(words::CARD_DOMAIN, &[covered])[..SUM_LEN] {
        return Err(ShareError::Damaged);
    }
    if flags & !(REHEARSAL | PLACED | SEALED) != 0 || field != FIELD {
        return Err(ShareError::UnknownSetting);
    }
    // x = 0 would let its holder dictate the key.
    if index == 0 || index > count || threshold < 2 || threshold > count {
        return Err(ShareError::Damaged);
    }
    let mut place = None;
    if flags & PLACED != 0 {
        let (bytes, later) = rest.split_first_chunk::<PLACE_LEN>().ok_or(ShareError::Damaged)?;
        place = Some(Place::from_bytes(*bytes)?);
        rest = later;
    }
    let content = if flags & SEALED == 0 {
        Content::Open(rest.try_into().map_err(|_| ShareError::Damaged)?)
    } else {
        let (cost, later) = rest.split_first_chunk::<COST_LEN>().ok_or(ShareError::Damaged)?;
        Content::Sealed(Cost::from_bytes(*cost)?, later.try_into().map_err(|_| ShareError::Damaged)?)
    };
    let set = SetId::from_bytes([s0, s1, s2, s3, s4, s5, s6, s7]);
    let rehearsal = flags & REHEARSAL != 0;
    Ok((Head { index, threshold, count, set, rehearsal, place }, content))
}

/// The card's rows: five groups of four characters, separated by spaces; the last group is the check characters.
pub(crate) fn rows(bytes: &[u8]) -> Vec<Zeroizing<String>> {
    (1u8..).zip(bytes.chunks(row::BYTES)).map(|(n, bytes)| row::write(n, bytes)).collect()
}

/// SHA-256 over a domain and the card's bytes.
pub(crate) fn commitment(bytes: &[u8]) -> [u8; 32] {
    sha256(words::COMMITMENT_DOMAIN, &[bytes])
}

/// The rows without spaces as a QR symbol; see [`crate::Share::qr`].
pub(crate) fn qr(bytes: &[u8]) -> Result<(Zeroizing<String>, u32), ShareError> {
    let mut text = Zeroizing::new(String::with_capacity(9 * row::WIDTH));
    for row in rows(bytes) {
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

/// The bytes of a typed card (rows on lines of their own) or a scanned symbol (all on one line).
pub(crate) fn parse(text: &str) -> Result<Zeroizing<Vec<u8>>, ShareError> {
    let filled = |line: &&str| line.chars().any(|c| !row::separates(c));
    let mut lines: Vec<Zeroizing<String>> = row::without_scanner_marks(text)
        .lines()
        .filter(filled)
        .map(|l| Zeroizing::new(l.to_owned()))
        .collect();
    if let [line] = lines.as_slice() {
        lines = scanned_rows(line).unwrap_or(lines);
    }
    let have = u32::try_from(lines.len()).unwrap_or(u32::MAX);
    let mut bytes = Zeroizing::new(Vec::with_capacity(9 * row::BYTES));
    let mut need = ROWS;
    for (n, line) in (1u8..).zip(&lines) {
        row::read(n, line, &mut bytes).map_err(|e| match e {
            // With a row too few, a later row in this place means that this one was left out. Only the first row
            // tells how many there are; if it is out of place itself, the second tells whether all moved up.
            ShareError::RowOutOfPlace { row, belongs }
                if belongs > row && (have < need || (row == 1 && moved_up(&lines, belongs))) =>
            {
                ShareError::RowMissing { row }
            }
            other => other,
        })?;
        if n == 1 {
            need = rows_needed(&bytes).unwrap_or(have.clamp(ROWS, MAX_ROWS));
            if have > need {
                return Err(ShareError::TooManyRows { need });
            }
        }
    }
    if have < need { Err(ShareError::RowMissing { row: have + 1 }) } else { Ok(bytes) }
}

/// How many rows the card has whose first row this is; `None` if the row says what this version does not know.
pub(crate) fn rows_needed(first: &[u8]) -> Option<u32> {
    match first {
        [VERSION, flags, ..] if flags & !(REHEARSAL | PLACED | SEALED) == 0 => {
            Some(ROWS + u32::from(flags & PLACED != 0) + u32::from(flags & SEALED != 0))
        }
        _ => None,
    }
}

/// Whether the second line belongs right after the row that stands in the first one's place.
fn moved_up(lines: &[Zeroizing<String>], first_belongs: u32) -> bool {
    lines.get(1).is_some_and(|line| {
        matches!(row::read(2, line, &mut Zeroizing::new(Vec::with_capacity(row::BYTES))),
            Err(ShareError::RowOutOfPlace { belongs, .. }) if belongs == first_belongs + 1)
    })
}

/// Cuts text on one line into rows; `None` if it is a single row.
fn scanned_rows(line: &str) -> Option<Vec<Zeroizing<String>>> {
    let characters: Zeroizing<Vec<char>> =
        Zeroizing::new(line.chars().filter(|c| !row::separates(*c)).collect());
    (characters.len() > row::WIDTH)
        .then(|| characters.chunks(row::WIDTH).map(|c| Zeroizing::new(c.iter().collect())).collect())
}
