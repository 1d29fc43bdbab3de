//! One row of a share card: sixteen Crockford base32 characters and four check characters.
//!
//! The check characters are a Reed–Solomon code over GF(32) (error detection for typing, not cryptography). The row's
//! number takes part as an unwritten first symbol, so a row written in another row's place is noticed. The code has
//! distance 5: one wrong character is located, and up to three are never taken for a single one elsewhere.

use crate::ShareError;
use zeroize::Zeroizing;

/// Crockford's base32: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters that carry data, five bits each.
const DATA: usize = 16;
/// Check characters.
const CHECK: usize = 4;
/// Characters a row, without spaces.
pub(crate) const WIDTH: usize = DATA + CHECK;
/// Bytes a row carries.
pub(crate) const BYTES: usize = DATA * 5 / 8;

/// Product in GF(32) modulo x^5 + x^2 + 1.
const fn mul(mut a: u8, b: u8) -> u8 {
    let mut product = 0;
    let mut bit = 0;
    while bit < 5 {
        product ^= a & 0u8.wrapping_sub((b >> bit) & 1);
        let carry = 0u8.wrapping_sub((a >> 4) & 1);
        a = ((a << 1) & 31) ^ (5 & carry);
        bit += 1;
    }
    product
}

/// The generator's coefficients below x^4, highest first: (x - 1)(x - 2)(x - 4)(x - 8).
const GENERATOR: [u8; CHECK] = {
    let mut g = [0u8; CHECK + 1]; // g[i] is the coefficient of x^i
    g[0] = 1;
    let mut root = 1;
    while root <= 8 {
        let mut i = CHECK;
        while i > 0 {
            g[i] = g[i - 1] ^ mul(g[i], root);
            i -= 1;
        }
        g[0] = mul(g[0], root);
        root *= 2;
    }
    [g[3], g[2], g[1], g[0]]
};

/// What one bit of a symbol adds to the four check symbols, one to each byte, the first in the highest: the products with all of
/// the generator's coefficients are taken together, and no table is read at a place that a secret chose.
const ADDS: [u32; 5] = {
    let mut adds = [0; 5];
    let mut bit = 0;
    while bit < adds.len() {
        let mut products = [0; CHECK];
        let mut i = 0;
        while i < CHECK {
            products[i] = mul(1 << bit, GENERATOR[i]);
            i += 1;
        }
        adds[bit] = u32::from_be_bytes(products);
        bit += 1;
    }
    adds
};

/// The four check symbols for a row.
fn check_symbols(row: u8, data: &[u8]) -> [u8; CHECK] {
    let mut rest = 0u32;
    for symbol in std::iter::once(&row).chain(data) {
        let lead = u32::from(*symbol) ^ (rest >> 24);
        rest <<= 8;
        for (bit, adds) in ADDS.iter().enumerate() {
            rest ^= adds & 0u32.wrapping_sub((lead >> bit) & 1);
        }
    }
    rest.to_be_bytes()
}

/// What the check characters say.
enum Verdict {
    Right,
    /// One symbol is wrong: 0 is the row's number, 1.. the characters. The second value is the difference.
    One(usize, u8),
    Many,
}

fn verdict(row: u8, symbols: &[u8]) -> Verdict {
    let (data, check) = symbols.split_at(DATA);
    if check_symbols(row, data) == check {
        return Verdict::Right;
    }
    let mut s = [0u8; CHECK];
    for (syndrome, root) in s.iter_mut().zip([1u8, 2, 4, 8]) {
        for symbol in std::iter::once(&row).chain(symbols) {
            *syndrome = mul(*syndrome, root) ^ symbol;
        }
    }
    // A single error e at degree d leaves e, e·a^d, e·a^2d, e·a^3d with a = 2.
    let mut power = 1;
    for degree in 0..=WIDTH {
        if s[0] != 0 && (0..CHECK - 1).all(|i| s[i + 1] == mul(s[i], power)) {
            return Verdict::One(WIDTH - degree, s[0]);
        }
        power = mul(power, 2);
    }
    Verdict::Many
}

/// Writes ten bytes as a row: five groups of four characters, the last of them the check characters.
/// `row` counts from 1.
pub(crate) fn write(row: u8, bytes: &[u8]) -> Zeroizing<String> {
    let mut symbols = Zeroizing::new(Vec::with_capacity(WIDTH));
    for bit in (0..DATA * 5).step_by(5) {
        // The five bits lie in at most two neighbouring bytes.
        let pair = u16::from(bytes.get(bit / 8).copied().unwrap_or(0)) << 8
            | u16::from(bytes.get(bit / 8 + 1).copied().unwrap_or(0));
        symbols.push((pair >> (11 - bit % 8) & 31) as u8);
    }
    let check = check_symbols(row, &symbols);
    symbols.extend(check);
    let mut text = Zeroizing::new(String::with_capacity(WIDTH + WIDTH / 4));
    for (i, symbol) in symbols.iter().enumerate() {
        if i > 0 && i % 4 == 0 {
            text.push(' ');
        }
        text.push(char::from(ALPHABET[usize::from(*symbol)]));
    }
    text
}

/// The value of each ASCII character; O reads as 0, I and L as 1, lower case as upper. Others have [`NONE`].
const VALUES: [u8; 128] = {
    let mut values = [NONE; 128];
    let mut value = 0u8;
    while (value as usize) < ALPHABET.len() {
        let character = ALPHABET[value as usize];
        values[character as usize] = value;
        values[character.to_ascii_lowercase() as usize] = value;
        value += 1;
    }
    (values[b'O' as usize], values[b'o' as usize]) = (0, 0);
    (values[b'I' as usize], values[b'i' as usize]) = (1, 1);
    (values[b'L' as usize], values[b'l' as usize]) = (1, 1);
    values
};
const NONE: u8 = 0xff;

/// The value of a typed character.
fn value(character: char) -> Option<u8> {
    let ascii = usize::try_from(u32::from(character)).ok()?;
    VALUES.get(ascii).copied().filter(|value| *value != NONE)
}

/// Whether a character only separates groups.
pub(crate) fn separates(character: char) -> bool {
    character.is_whitespace() || character == '-'
}

/// What a hand scanner typed, without what it puts around the symbol's text: control characters such as STX, ETX, GS or a
/// line end, and the symbology identifier of ISO/IEC 15424, `]Q1` for a QR symbol. Nothing on a sheet begins with `]`.
pub fn without_scanner_marks(text: &str) -> &str {
    let text = text.trim_matches(|c: char| c.is_control() || c.is_whitespace());
    let mut rest = text.chars();
    let kind = (rest.next(), rest.next(), rest.next());
    match kind {
        (Some(']'), Some(symbology), Some(modifier))
            if symbology.is_ascii_alphabetic() && modifier.is_ascii_alphanumeric() =>
        {
            rest.as_str().trim_start_matches(char::is_control)
        }
        _ => text,
    }
}

/// Reads a typed row (`row` counts from 1) and appends its ten bytes.
pub(crate) fn read(row: u8, text: &str, bytes: &mut Vec<u8>) -> Result<(), ShareError> {
    let number = u32::from(row);
    let mut symbols = Zeroizing::new(Vec::with_capacity(WIDTH));
    for character in without_scanner_marks(text).chars().filter(|c| !separates(*c)) {
        if symbols.len() == WIDTH {
            return Err(ShareError::RowLength { row: number, need: crate::COLUMNS });
        }
        let column = u32::try_from(symbols.len() + 1).ok();
        symbols.push(value(character).ok_or(ShareError::Row { row: number, column })?);
    }
    if symbols.len() < WIDTH {
        return Err(ShareError::RowLength { row: number, need: crate::COLUMNS });
    }
    match verdict(row, &symbols) {
        Verdict::Right => {}
        Verdict::One(0, difference) => {
            let belongs = u32::from(row ^ difference);
            return Err(if (1..=crate::MAX_ROWS).contains(&belongs) {
                ShareError::RowOutOfPlace { row: number, belongs }
            } else {
                ShareError::Row { row: number, column: None }
            });
        }
        Verdict::One(column, _) => {
            return Err(ShareError::Row { row: number, column: u32::try_from(column).ok() });
        }
        Verdict::Many => return Err(ShareError::Row { row: number, column: None }),
    }
    let mut held = 0u16;
    let mut bits = 0;
    for symbol in symbols.iter().take(DATA) {
        held = held << 5 | u16::from(*symbol);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
            held &= (1 << bits) - 1;
        }
    }
    Ok(())
}
