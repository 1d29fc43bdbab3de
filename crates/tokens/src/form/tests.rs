use super::*;
use aws_lc_rs::signature::{ECDSA_P521_SHA512_ASN1_SIGNING, EcdsaKeyPair};
use proptest::prelude::*;

const CURVES: [KeySpec; 4] = KeySpec::CURVES;
const RSA: KeySpec = KeySpec::Rsa(2048);
const KNOWN_RSA: &[u8] = include_bytes!("../selftest/known-rsa-2048.der");

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    [&head(tag, content.len()), content].concat()
}

/// A key around these pieces, however wrong they are.
fn pkcs8(spec: KeySpec, inner: &[u8]) -> Vec<u8> {
    around(spec, &[inner]).unwrap().expose().to_vec()
}

fn ec(spec: KeySpec, number: &[u8], rest: &[u8]) -> Vec<u8> {
    pkcs8(spec, &[VERSION_1, &tlv(OCTETS, number), rest].concat())
}

fn mend(spec: KeySpec, key: &[u8]) -> Result<Vec<u8>, TokenError> {
    mended(spec, &SecretBytes::copied_from(key).unwrap()).map(|key| key.expose().to_vec())
}

#[test]
fn a_private_number_without_its_zeros_is_refused_and_gets_them_back() {
    for spec in CURVES {
        let size = number_size(spec).unwrap();
        for zeros in [0, 1, 2, 7] {
            let mut number = vec![0; zeros];
            number.resize(size, 0x5a);
            let whole = ec(spec, &number, &[]);
            assert_eq!((check(spec, &whole), mend(spec, &whole)), (Ok(()), Ok(whole.clone())));
            for missing in 1..=zeros {
                let short = ec(spec, &number[missing..], &[]);
                let why = check(spec, &short).unwrap_err();
                assert!(why.contains(&format!("{} bytes in place of {size}", size - missing)), "{why}");
                assert_eq!(mend(spec, &short), Ok(whole.clone()), "{spec}, {missing} missing");
            }
            // As an INTEGER would be.
            let signed = ec(spec, &[&[0], &number[..]].concat(), &[]);
            assert!(check(spec, &signed).is_err());
            assert_eq!(mend(spec, &signed), Ok(whole.clone()));
        }
        // More than zeros is too much: that is no number of this curve.
        assert!(matches!(mend(spec, &ec(spec, &vec![1; size + 1], &[])), Err(TokenError::NotWhole(_))));
    }
}

#[test]
fn what_follows_the_number_stays() {
    let spec = KeySpec::P521;
    let own = |pair: EcdsaKeyPair| pair.to_pkcs8v1().unwrap().as_ref().to_vec();
    // Every second key begins with zero.
    let whole = (0..64)
        .map(|_| own(EcdsaKeyPair::generate(&ECDSA_P521_SHA512_ASN1_SIGNING).unwrap()))
        .find(|key| number(spec, key).unwrap()[0] == 0)
        .unwrap();
    assert_eq!(check(spec, &whole), Ok(()));
    let Parts::Ec { number, rest } = parts(spec, &whole).unwrap() else { panic!("an EC key") };
    assert!(!rest.is_empty(), "the public key is in it");
    let short = ec(spec, significant(number), rest);
    assert_eq!(mend(spec, &short), Ok(whole.clone()));
    let curve = tlv(0xa0, der::curve(spec).unwrap());
    assert_eq!(check(spec, &ec(spec, number, &[&curve, rest].concat())), Ok(()));
    let other = tlv(0xa0, der::curve(KeySpec::P384).unwrap());
    for bad in [&other[..], &[rest, rest].concat(), &tlv(0xa1, b"x"), b"\0", &tlv(0xa2, b"")] {
        assert!(check(spec, &ec(spec, number, bad)).is_err(), "{bad:?}");
        assert!(matches!(mend(spec, &ec(spec, number, bad)), Err(TokenError::NotWhole(_))));
    }
}

/// The known key with one change to each of its integers.
fn rsa_with(change: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let numbers = integers(RSA, KNOWN_RSA).unwrap().map(|n| tlv(INTEGER, &change(n)));
    pkcs8(RSA, &[VERSION_0, &numbers.concat()].concat())
}

#[test]
fn integers_without_a_sign_or_with_needless_zeros_are_refused_and_mended() {
    assert_eq!(check(RSA, KNOWN_RSA), Ok(()));
    assert_eq!(mend(RSA, KNOWN_RSA), Ok(KNOWN_RSA.to_vec()));
    assert_eq!(rsa_with(<[u8]>::to_vec), KNOWN_RSA, "the test writes it as it was");
    for (bad, says) in [
        (rsa_with(|n| significant(n).to_vec()), "sign byte"),
        (rsa_with(|n| [&[0], n].concat()), "needless zero"),
        (rsa_with(|n| [&[0, 0, 0], n].concat()), "needless zero"),
    ] {
        let why = check(RSA, &bad).unwrap_err();
        assert!(why.contains(says), "{why}");
        assert_eq!(mend(RSA, &bad), Ok(KNOWN_RSA.to_vec()));
    }
}

#[test]
fn the_known_rsa_key_has_the_numbers_that_go_wrong() {
    let [n, _, _, p, q, dp, dq, qi] = integers(RSA, KNOWN_RSA).unwrap().map(significant);
    assert_eq!((n.len(), p.len(), q.len()), (256, 128, 128));
    assert!(dp.len() < 128 && qi.len() < 128, "these begin with a zero byte");
    assert!(dq.len() == 128 && dq[0] & 0x80 != 0, "this begins with a set bit");
    assert!(crate::check_value_of(RSA, KNOWN_RSA).is_some());
}

#[test]
fn only_the_lengths_of_numbers_are_mended() {
    let whole = ec(KeySpec::P256, &[0x5a; 32], &[]);
    let padded = [&whole[..], &[0; 5]].concat();
    let version_1 = [&[0x30, whole[1], 2, 1, 1], &whole[5..]].concat();
    let long_length = [&[0x30, 0x81], &whole[1..]].concat();
    for bad in [&padded[..], &version_1, &long_length, &whole[..whole.len() - 1], &[], KNOWN_RSA] {
        assert!(check(KeySpec::P256, bad).is_err(), "{bad:?}");
        assert!(matches!(mend(KeySpec::P256, bad), Err(TokenError::NotWhole(_))));
    }
    assert!(check(KeySpec::Secp256k1, &whole).is_err(), "another curve of the same size");
}

proptest! {
    #[test]
    fn no_bytes_make_it_fail(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for spec in CURVES.into_iter().chain([RSA, KeySpec::Aes(256)]) {
            prop_assert!(check(spec, &bytes).is_err());
        }
    }

    #[test]
    fn what_is_mended_passes(at in 0_usize..64, to in any::<u8>(), zeros in 0_usize..3) {
        let mut number = vec![0; zeros];
        number.resize(66, 0x5a);
        let mut key = ec(KeySpec::P521, significant(&number), &[]);
        let at = at % key.len();
        key[at] = to;
        if let Ok(mended) = mend(KeySpec::P521, &key) {
            prop_assert_eq!(check(KeySpec::P521, &mended), Ok(()));
        }
    }
}
