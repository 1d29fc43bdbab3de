//! The little DER (X.690) that PKCS#11 leaves to its callers: public keys as `SubjectPublicKeyInfo` (RFC 5280, RFC
//! 8017, RFC 5480) and ECDSA signatures (RFC 3279).

use crate::KeySpec;

/// The object identifier and the NULL of RSA keys (RFC 8017, A.1).
pub(crate) const RSA_ALGORITHM: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
/// The object identifier of elliptic-curve keys, before the curve's (RFC 5480, 2.1.1).
pub(crate) const EC_ALGORITHM: &[u8] = &[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];

/// The tag and the length before `len` bytes of content, in the shortest form (X.690, 10.1).
pub(crate) fn head(tag: u8, len: usize) -> Vec<u8> {
    let mut out = vec![tag];
    let bytes = len.to_be_bytes();
    let significant = &bytes[bytes.iter().position(|b| *b != 0).unwrap_or(bytes.len() - 1)..];
    if len >= 128 {
        // At most 8 length bytes, so the mark fits.
        out.push(0x80 | u8::try_from(significant.len()).unwrap_or(8));
    }
    out.extend_from_slice(significant);
    out
}

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body: Vec<u8> = parts.concat();
    let mut out = head(tag, body.len());
    out.extend_from_slice(&body);
    out
}

/// A positive INTEGER from big-endian bytes.
fn integer(bytes: &[u8]) -> Vec<u8> {
    let start = bytes.iter().position(|b| *b != 0).unwrap_or(bytes.len());
    let bytes = &bytes[start..];
    let sign: &[u8] = if bytes.first().is_none_or(|b| b & 0x80 != 0) { &[0] } else { &[] };
    tlv(2, &[sign, bytes])
}

/// Reads one element: its tag, content, and what follows.
pub(crate) fn read(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    let mut len = usize::from(first);
    if first & 0x80 != 0 {
        let count = usize::from(first & 0x7f);
        if count == 0 || count > 4 || rest.len() < count {
            return None;
        }
        let (bytes, after) = rest.split_at(count);
        len = bytes.iter().fold(0, |n, b| n << 8 | usize::from(*b));
        rest = after;
    }
    (rest.len() >= len).then(|| (tag, &rest[..len], &rest[len..]))
}

fn expect(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    read(der).filter(|r| r.0 == tag).map(|r| (r.1, r.2))
}

pub(crate) fn rsa_spki(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let key = tlv(0x30, &[&integer(modulus), &integer(exponent)]);
    tlv(0x30, &[&tlv(0x30, &[RSA_ALGORITHM]), &tlv(3, &[&[0], &key])])
}

/// Modulus and exponent, big-endian without leading zeros, of an RSA `SubjectPublicKeyInfo`.
pub(crate) fn rsa_parts(spki: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (outer, end) = expect(spki, 0x30)?;
    let (algorithm, rest) = expect(outer, 0x30)?;
    let (bits, none) = expect(rest, 3)?;
    let (key, after) = expect(bits.strip_prefix(&[0])?, 0x30)?;
    let (n, rest) = expect(key, 2)?;
    let (e, left) = expect(rest, 2)?;
    let clean = [end, none, after, left].iter().all(|r| r.is_empty());
    if algorithm != RSA_ALGORITHM || !clean {
        return None;
    }
    let strip = |b: &[u8]| b.iter().copied().skip_while(|x| *x == 0).collect::<Vec<u8>>();
    Some((strip(n), strip(e)))
}

/// Modulus and exponent of an RSA key fit to wrap for: 2048 to 8192 bits, and an odd exponent of at least 65537 (FIPS
/// 186-5, 5.1), since under an exponent of 1 the "wrapped" key would lie open. `None` for any other key.
pub(crate) fn destination(spki: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    rsa_parts(spki).filter(|(n, e)| {
        let odd = |b: &[u8]| b.last().is_some_and(|last| last & 1 == 1);
        let long_enough = e.len() > 3 || (e.len() == 3 && *e >= vec![1, 0, 1]);
        (256..=1024).contains(&n.len()) && n[0] & 0x80 != 0 && odd(n) && odd(e) && long_enough
    })
}

/// The named curve's object identifier, as in `CKA_EC_PARAMS`.
pub(crate) fn curve(spec: KeySpec) -> Option<&'static [u8]> {
    match spec {
        KeySpec::P256 => Some(&[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]),
        KeySpec::P384 => Some(&[6, 5, 0x2b, 0x81, 4, 0, 0x22]),
        KeySpec::P521 => Some(&[6, 5, 0x2b, 0x81, 4, 0, 0x23]),
        KeySpec::Secp256k1 => Some(&[6, 5, 0x2b, 0x81, 4, 0, 0x0a]),
        KeySpec::Aes(_) | KeySpec::Hmac(_) | KeySpec::Rsa(_) => None,
    }
}

/// Bytes of an uncompressed point (SEC 1).
fn point_size(spec: KeySpec) -> Option<usize> {
    match spec {
        KeySpec::P256 | KeySpec::Secp256k1 => Some(65),
        KeySpec::P384 => Some(97),
        KeySpec::P521 => Some(133),
        KeySpec::Aes(_) | KeySpec::Hmac(_) | KeySpec::Rsa(_) => None,
    }
}

/// Whether `spki` is the one encoding of a public key of this kind that check values are made of.
pub(crate) fn is_canonical(spec: KeySpec, spki: &[u8]) -> bool {
    let same = if let KeySpec::Rsa(bits) = spec {
        rsa_parts(spki).filter(|(n, _)| n.len() * 8 == usize::from(bits)).map(|(n, e)| rsa_spki(&n, &e))
    } else {
        let start = point_size(spec).and_then(|size| spki.len().checked_sub(size));
        start.and_then(|start| ec_spki(spec, &spki[start..]))
    };
    same.as_deref() == Some(spki)
}

/// From `CKA_EC_POINT`, which modules give both raw and inside an OCTET STRING.
pub(crate) fn ec_spki(spec: KeySpec, point: &[u8]) -> Option<Vec<u8>> {
    let curve = curve(spec)?;
    let size = point_size(spec)?;
    let point = if point.len() == size { point } else { expect(point, 4)?.0 };
    if point.len() != size || point[0] != 4 {
        return None;
    }
    Some(tlv(0x30, &[&tlv(0x30, &[EC_ALGORITHM, curve]), &tlv(3, &[&[0], point])]))
}

/// The point of an elliptic-curve `SubjectPublicKeyInfo` as `CKA_EC_POINT` wants it: inside an OCTET STRING.
pub(crate) fn ec_point(spec: KeySpec, spki: &[u8]) -> Option<Vec<u8>> {
    let start = spki.len().checked_sub(point_size(spec)?)?;
    is_canonical(spec, spki).then(|| tlv(4, &[&spki[start..]]))
}

/// An ECDSA signature from r and s, each half of `raw`.
pub(crate) fn ecdsa_signature(raw: &[u8]) -> Vec<u8> {
    let (r, s) = raw.split_at(raw.len() / 2);
    tlv(0x30, &[&integer(r), &integer(s)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_rsa_key_survives_its_encoding(
            mut n in prop::collection::vec(any::<u8>(), 256..=256),
            e in prop::sample::select(vec![vec![3], vec![1, 0, 1], vec![0x80, 1]]),
        ) {
            n[0] |= 1; // a modulus of full length
            let spki = rsa_spki(&n, &e);
            prop_assert_eq!(rsa_parts(&spki), Some((n.clone(), e.clone())));
            prop_assert!(is_canonical(KeySpec::Rsa(2048), &spki));
            prop_assert!(!is_canonical(KeySpec::Rsa(3072), &spki));
            // A leading zero that the token sends along changes nothing.
            prop_assert_eq!(rsa_spki(&[&[0], &n[..]].concat(), &e), spki);
        }

        #[test]
        fn one_changed_byte_before_the_key_is_not_the_same_kind(at in 0_usize..24, bit in 0_u8..8) {
            let spki = rsa_spki(&[0xff; 256], &[1, 0, 1]);
            let mut other = spki.clone();
            other[at] ^= 1 << bit;
            prop_assert!(!is_canonical(KeySpec::Rsa(2048), &other));
        }

        #[test]
        fn no_bytes_make_the_reader_fail(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Some((_, content, after)) = read(&bytes) {
                prop_assert!(content.len() + after.len() + 2 <= bytes.len());
            }
            let _ = rsa_parts(&bytes);
            for spec in KeySpec::CURVES.into_iter().chain([KeySpec::Rsa(2048), KeySpec::Aes(256)]) {
                prop_assert!(!is_canonical(spec, &bytes));
                let _ = ec_spki(spec, &bytes);
            }
        }
    }

    #[test]
    fn only_a_sound_rsa_key_is_a_destination() {
        let fit = |n: &[u8], e: &[u8]| destination(&rsa_spki(n, e)).is_some();
        let (n, e) = ([0xff; 256], [1, 0, 1]);
        assert!(fit(&n, &e) && fit(&n, &[1, 0, 3]) && fit(&n, &[1, 0, 0, 1]) && fit(&[0xff; 512], &e));
        for bad in [&[1][..], &[3], &[0xff, 0xff], &[1, 0, 0], &[1, 0, 2], &[]] {
            assert!(!fit(&n, bad), "exponent {bad:?}");
        }
        let mut even = n;
        even[255] = 0xfe;
        let mut short = n;
        short[0] = 0x7f;
        for bad in [&even[..], &short, &[0xff; 255], &[0xff; 1025], &[]] {
            assert!(!fit(bad, &e), "a modulus of {} bytes", bad.len());
        }
    }

    #[test]
    fn points_come_raw_and_in_an_octet_string() {
        let point = [&[4][..], &[7; 64]].concat();
        let raw = ec_spki(KeySpec::P256, &point).unwrap();
        assert_eq!(ec_spki(KeySpec::P256, &[&[4, 65][..], &point].concat()).unwrap(), raw);
        assert!(is_canonical(KeySpec::P256, &raw));
        assert!(!is_canonical(KeySpec::Secp256k1, &raw), "the same size, another curve");
        // Compressed points and other sizes are not taken.
        for bad in [&point[..64], &[2; 33], &[2; 65], &[]] {
            assert_eq!(ec_spki(KeySpec::P256, bad), None);
        }
    }
}
