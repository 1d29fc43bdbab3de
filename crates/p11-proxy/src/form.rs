//! Private keys as modules write them that get the form of their numbers wrong (RFC 5915, RFC 8017).

use crate::has;
use crate::settings::Quirk;

/// Whether any quirk spoils the form of private keys.
pub(crate) fn is_spoilt() -> bool {
    [Quirk::PadPrivate, Quirk::ShortNumbers, Quirk::SignByte, Quirk::UnsignedIntegers].into_iter().any(has)
}

/// One element: its tag, content, and what follows.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let [tag, first, rest @ ..] = der else { return None };
    let (len, rest) = match first {
        0x81 => (usize::from(*rest.first()?), &rest[1..]),
        0x82 => (usize::from(*rest.first()?) << 8 | usize::from(*rest.get(1)?), &rest[2..]),
        len => (usize::from(*len), rest),
    };
    let (content, after) = rest.split_at_checked(len)?;
    Some((*tag, content, after))
}

fn written(tag: u8, content: &[u8]) -> Vec<u8> {
    // A key here has less than 64 KiB.
    let len = u16::try_from(content.len()).unwrap_or(0).to_be_bytes();
    let head = match (len, content.len()) {
        (_, 0..128) => vec![tag, len[1]],
        (_, 128..256) => vec![tag, 0x81, len[1]],
        _ => vec![tag, 0x82, len[0], len[1]],
    };
    [&head, content].concat()
}

/// The number as the quirks have it: of an EC key an OCTET STRING, of an RSA key an INTEGER.
fn number(tag: u8, content: &[u8]) -> Vec<u8> {
    let bare = &content[content.iter().position(|b| *b != 0).unwrap_or(content.len())..];
    match tag {
        4 if has(Quirk::ShortNumbers) => bare.to_vec(),
        4 if has(Quirk::SignByte) && content.first().is_some_and(|b| b & 0x80 != 0) => {
            [&[0], content].concat()
        }
        2 if has(Quirk::UnsignedIntegers) && !bare.is_empty() => bare.to_vec(),
        _ => content.to_vec(),
    }
}

/// PKCS#8 with its numbers spoilt; as it is where it is not understood.
pub(crate) fn spoilt(der: &[u8]) -> Vec<u8> {
    let inside = || {
        let (_, info, _) = element(der)?;
        let (_, _, after_version) = element(info)?;
        let (_, _, key) = element(after_version)?;
        let before = &info[..info.len() - key.len()];
        let (_, octets, _) = element(key)?;
        let (_, mut left, _) = element(octets)?;
        let mut numbers = Vec::new();
        while let Some((tag, content, after)) = element(left) {
            numbers.extend(written(tag, &number(tag, content)));
            left = after;
        }
        let key = written(4, &written(0x30, &numbers));
        Some(written(0x30, &[before, &key].concat()))
    };
    let mut der = inside().unwrap_or_else(|| der.to_vec());
    if has(Quirk::PadPrivate) {
        der.resize(der.len().next_multiple_of(8), 0);
    }
    der
}
