//! The form of a private key that leaves a token: PKCS#8 `PrivateKeyInfo` of version 0 (RFC 5208) with nothing after it,
//! around an RFC 8017 `RSAPrivateKey` or an RFC 5915 `ECPrivateKey`.
//!
//! RFC 5915 gives the private number the whole length of the curve's order, zeros before it where it is small. Modules
//! that keep the number as PKCS#11's "Big integer" write it without them: of P-521 every second key, of the other
//! curves one in 256. Most readers take such a key and some do not, so whether a wrapped key can be imported would
//! depend on its value. The same holds for RSA's integers, which DER (X.690, 8.3) wants without needless zeros, and with
//! one where the first bit is set.

use secrets::SecretBytes;

use crate::der::{self, EC_ALGORITHM, RSA_ALGORITHM, head};
use crate::words;
use crate::{KeySpec, TokenError};

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 2;
const OCTETS: u8 = 4;
const VERSION_0: &[u8] = &[INTEGER, 1, 0];
const VERSION_1: &[u8] = &[INTEGER, 1, 1];

/// Why a form is not as it should be, in words that follow "the private key".
pub(crate) type Fault = String;

/// Bytes of a private number on this curve: those of its order (RFC 5915, 3).
pub(crate) fn number_size(spec: KeySpec) -> Option<usize> {
    match spec {
        KeySpec::P256 | KeySpec::Secp256k1 => Some(32),
        KeySpec::P384 => Some(48),
        KeySpec::P521 => Some(66),
        KeySpec::Aes(_) | KeySpec::Hmac(_) | KeySpec::Rsa(_) => None,
    }
}

/// One element of strict DER: the shortest form of its length (X.690, 10.1). Its content, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, content, after) = der::read(der)?;
    let before = der.len() - content.len() - after.len();
    (found == tag && before == head(tag, content.len()).len()).then_some((content, after))
}

/// A private key taken apart. The numbers stay where they were read from.
enum Parts<'k> {
    Ec {
        number: &'k [u8],
        /// The curve's name and the public key, both optional, as they stand.
        rest: &'k [u8],
    },
    Rsa([&'k [u8]; 8]),
}

/// Takes a key apart whose only faults may be in how its numbers are written.
fn parts(spec: KeySpec, key: &[u8]) -> Result<Parts<'_>, Fault> {
    let no = |what: &str| what.to_owned();
    let (info, after) = element(key, SEQUENCE).ok_or_else(|| no(words::NO_DER))?;
    if !after.is_empty() {
        return Err(words::bytes_after(after.len()));
    }
    let info = info.strip_prefix(VERSION_0).ok_or_else(|| no(words::NOT_VERSION_0))?;
    let not_of_kind = || words::not_named_so(spec);
    let (algorithm, rest) = element(info, SEQUENCE).ok_or_else(not_of_kind)?;
    let expected = match der::curve(spec) {
        Some(curve) => [EC_ALGORITHM, curve].concat(),
        None => RSA_ALGORITHM.to_vec(),
    };
    if algorithm != expected {
        return Err(not_of_kind());
    }
    let (inner, after) = element(rest, OCTETS).ok_or_else(|| no(words::NO_PKCS8))?;
    if !after.is_empty() {
        return Err(no(words::SOMETHING_BESIDE));
    }
    let unreadable = || no(words::UNREADABLE_INSIDE);
    let (inner, _) = element(inner, SEQUENCE).filter(|i| i.1.is_empty()).ok_or_else(unreadable)?;
    if number_size(spec).is_some() {
        let inner = inner.strip_prefix(VERSION_1).ok_or_else(unreadable)?;
        let (number, rest) = element(inner, OCTETS).ok_or_else(unreadable)?;
        optional_parts(spec, rest)?;
        return Ok(Parts::Ec { number, rest });
    }
    let mut left = inner.strip_prefix(VERSION_0).ok_or_else(unreadable)?;
    let mut numbers: [&[u8]; 8] = [&[]; 8];
    for number in &mut numbers {
        (*number, left) = element(left, INTEGER).filter(|n| !n.0.is_empty()).ok_or_else(unreadable)?;
    }
    if left.is_empty() { Ok(Parts::Rsa(numbers)) } else { Err(no(words::MORE_PRIMES)) }
}

/// `[0]` with the same curve and `[1]` with a point, each or neither.
fn optional_parts(spec: KeySpec, rest: &[u8]) -> Result<(), Fault> {
    let bad = || words::UNKNOWN_AFTER.to_owned();
    let mut rest = rest;
    if let Some((curve, after)) = element(rest, 0xa0) {
        if Some(curve) != der::curve(spec) {
            return Err(words::TWO_CURVES.to_owned());
        }
        rest = after;
    }
    if let Some((point, after)) = element(rest, 0xa1) {
        element(point, 3).filter(|p| p.1.is_empty()).ok_or_else(bad)?;
        rest = after;
    }
    if rest.is_empty() { Ok(()) } else { Err(bad()) }
}

/// Refuses a private key that is not exactly the form of this kind, its numbers included.
pub(crate) fn check(spec: KeySpec, key: &[u8]) -> Result<(), Fault> {
    match parts(spec, key)? {
        Parts::Ec { number, .. } => match number_size(spec) {
            Some(size) if number.len() == size => Ok(()),
            size => Err(words::number_of_bytes(number.len(), size.unwrap_or_default())),
        },
        Parts::Rsa(numbers) => numbers.iter().try_for_each(|number| match number {
            [first, ..] if first & 0x80 != 0 => Err(words::LOST_SIGN_BYTE.to_owned()),
            [0, second, ..] if second & 0x80 == 0 => Err(words::NEEDLESS_ZERO.to_owned()),
            _ => Ok(()),
        }),
    }
}

/// The same key in its right form; `None` where nothing but the lengths of its numbers is mendable. A key that is in
/// its right form comes out byte for byte.
///
/// The copy is in locked memory, as `key` is.
pub(crate) fn mended(spec: KeySpec, key: &SecretBytes) -> Result<SecretBytes, TokenError> {
    let refused = |why: Fault| TokenError::NotWhole(words::wrapped_key(why));
    let out = match parts(spec, key.expose()).map_err(refused)? {
        Parts::Ec { number, rest } => {
            let size = number_size(spec).unwrap_or_default();
            let number = significant(number);
            let Some(zeros) = size.checked_sub(number.len()) else {
                return Err(refused(words::number_too_long(number.len())));
            };
            let zeros = vec![0; zeros];
            around(spec, &[VERSION_1, &head(OCTETS, size), &zeros, number, rest])?
        }
        Parts::Rsa(numbers) => {
            // What is not secret of them: their heads, with the sign byte.
            let heads = numbers.map(|number| {
                let number = significant(number);
                let sign = number.first().is_none_or(|first| first & 0x80 != 0);
                let mut start = head(INTEGER, number.len() + usize::from(sign));
                start.extend(sign.then_some(0));
                start
            });
            let mut pieces = vec![VERSION_0];
            for (head, number) in heads.iter().zip(numbers) {
                pieces.extend([head.as_slice(), significant(number)]);
            }
            around(spec, &pieces)?
        }
    };
    check(spec, out.expose()).map_err(refused)?;
    Ok(out)
}

/// A number without its leading zeros.
pub(crate) fn significant(number: &[u8]) -> &[u8] {
    &number[number.iter().position(|b| *b != 0).unwrap_or(number.len())..]
}

/// The private number of an elliptic-curve key, as it is written.
pub(crate) fn number(spec: KeySpec, key: &[u8]) -> Option<&[u8]> {
    match parts(spec, key).ok()? {
        Parts::Ec { number, .. } => Some(number),
        Parts::Rsa(_) => None,
    }
}

/// The integers of an RSA key in their order (RFC 8017, A.1.2), as they are written.
pub(crate) fn integers(spec: KeySpec, key: &[u8]) -> Option<[&[u8]; 8]> {
    match parts(spec, key).ok()? {
        Parts::Ec { .. } => None,
        Parts::Rsa(numbers) => Some(numbers),
    }
}

/// PKCS#8 around the pieces of the key's own structure, put together in locked memory.
fn around(spec: KeySpec, pieces: &[&[u8]]) -> Result<SecretBytes, TokenError> {
    let inner: usize = pieces.iter().map(|p| p.len()).sum();
    let inner_head = head(SEQUENCE, inner);
    let octets_head = head(OCTETS, inner_head.len() + inner);
    let algorithm = match der::curve(spec) {
        Some(curve) => [EC_ALGORITHM, curve].concat(),
        None => RSA_ALGORITHM.to_vec(),
    };
    let algorithm = [head(SEQUENCE, algorithm.len()), algorithm].concat();
    let before = [VERSION_0, &algorithm, &octets_head, &inner_head].concat();
    let start = [head(SEQUENCE, before.len() + inner), before].concat();
    SecretBytes::filled_by(start.len() + inner, |out| {
        let mut at = 0;
        for piece in [start.as_slice()].iter().chain(pieces) {
            out[at..at + piece.len()].copy_from_slice(piece);
            at += piece.len();
        }
        Ok(())
    })
}

/// PKCS#8 of an elliptic-curve private number (big-endian, of the curve's whole length), without its public point.
pub(crate) fn of_number(spec: KeySpec, number: &[u8]) -> Result<SecretBytes, TokenError> {
    around(spec, &[VERSION_1, &head(OCTETS, number.len()), number])
}

#[cfg(test)]
mod tests;
