//! Check values computed on this computer, from key bytes or a public key.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::signature::{self, EcdsaKeyPair, EcdsaSigningAlgorithm, KeyPair as _};
use aws_lc_rs::{cmac, hmac, rsa};
use data_encoding::HEXLOWER;

use crate::KeySpec;

/// The check value of a key's bytes; lower-case hex after the prefix:
///
/// * AES, raw: `cmac-aes:` and all 16 bytes of AES-CMAC (SP 800-38B) over 16 zero bytes;
/// * HMAC, raw: `hmac-sha256:` and the first 16 bytes of HMAC-SHA-256 (FIPS 198-1) over 16 zero bytes;
/// * pairs, PKCS#8 DER (RFC 5208): `spki-sha256:` and SHA-256 of the public half's `SubjectPublicKeyInfo` (RFC 5280).
///
/// `None` when the bytes are not exactly one key of this kind and size.
pub fn check_value_of(spec: KeySpec, key: &[u8]) -> Option<String> {
    match spec {
        KeySpec::Aes(bits) if usize::from(bits) != key.len() * 8 => None,
        KeySpec::Aes(bits) => {
            let algorithm = match bits {
                128 => cmac::AES_128,
                192 => cmac::AES_192,
                _ => cmac::AES_256,
            };
            let key = cmac::Key::new(algorithm, key).ok()?;
            Some(of_mac("cmac-aes", cmac::sign(&key, &[0; 16]).ok()?.as_ref()))
        }
        KeySpec::Hmac(bytes) if usize::from(bytes) != key.len() => None,
        KeySpec::Hmac(_) => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, key);
            Some(of_mac("hmac-sha256", hmac::sign(&key, &[0; 16]).as_ref()))
        }
        KeySpec::Rsa(bits) => {
            let pair = rsa::KeyPair::from_pkcs8(key).ok()?;
            let public: PublicKeyX509Der<'_> = pair.public_key().as_der().ok()?;
            (pair.public_modulus_len() * 8 == usize::from(bits)).then(|| of_spki(public.as_ref()))
        }
        KeySpec::P256 => of_ec(&signature::ECDSA_P256_SHA256_ASN1_SIGNING, key),
        KeySpec::P384 => of_ec(&signature::ECDSA_P384_SHA384_ASN1_SIGNING, key),
        KeySpec::P521 => of_ec(&signature::ECDSA_P521_SHA512_ASN1_SIGNING, key),
        KeySpec::Secp256k1 => of_ec(&signature::ECDSA_P256K1_SHA256_ASN1_SIGNING, key),
    }
}

fn of_ec(algorithm: &'static EcdsaSigningAlgorithm, key: &[u8]) -> Option<String> {
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, key).ok()?;
    let public: PublicKeyX509Der<'_> = pair.public_key().as_der().ok()?;
    Some(of_spki(public.as_ref()))
}

/// From the mechanism's word and a tag of at least 16 bytes: fewer could be met by another key in seconds.
pub(crate) fn of_mac(word: &str, tag: &[u8]) -> String {
    format!("{word}:{}", HEXLOWER.encode(tag.get(..16).unwrap_or_default()))
}

/// From a DER `SubjectPublicKeyInfo`.
pub(crate) fn of_spki(spki: &[u8]) -> String {
    format!("spki-sha256:{}", HEXLOWER.encode(digest(&SHA256, spki).as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two keys that six digits do not tell apart are found in a moment, and one for a given key in seconds.
    #[test]
    fn keys_whose_first_digits_agree_are_told_apart() {
        let mut seen = std::collections::HashMap::new();
        for n in 0_u32.. {
            let key = [n.to_le_bytes(); 4].concat();
            let value = check_value_of(KeySpec::Aes(128), &key).unwrap();
            let first = value.get(.."cmac-aes:".len() + 6).unwrap().to_owned();
            if let Some(other) = seen.insert(first, value.clone()) {
                assert_ne!(other, value);
                return;
            }
        }
    }

    #[test]
    fn secret_keys_have_the_check_values_that_openssl_gives() {
        // Computed with `openssl mac`.
        assert_eq!(
            check_value_of(KeySpec::Aes(128), &[0; 16]).unwrap(),
            "cmac-aes:763cbcde81df9131bf897712c088edad"
        );
        assert_eq!(
            check_value_of(KeySpec::Aes(256), &[7; 32]).unwrap(),
            "cmac-aes:44d4a7922becbd8a24a4b116960c73ba"
        );
        assert_eq!(
            check_value_of(KeySpec::Hmac(32), &[7; 32]).unwrap(),
            "hmac-sha256:0fed187475dded4edb142d2b2469dbcc"
        );
    }

    #[test]
    fn a_pair_is_known_by_its_public_half() {
        for (spec, algorithm) in [
            (KeySpec::P256, &signature::ECDSA_P256_SHA256_ASN1_SIGNING),
            (KeySpec::P384, &signature::ECDSA_P384_SHA384_ASN1_SIGNING),
            (KeySpec::P521, &signature::ECDSA_P521_SHA512_ASN1_SIGNING),
            (KeySpec::Secp256k1, &signature::ECDSA_P256K1_SHA256_ASN1_SIGNING),
        ] {
            let pair = EcdsaKeyPair::generate(algorithm).unwrap();
            let private = pair.to_pkcs8v1().unwrap();
            let public: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
            assert_eq!(check_value_of(spec, private.as_ref()), Some(of_spki(public.as_ref())), "{spec}");
            let other = if spec == KeySpec::P256 { KeySpec::Secp256k1 } else { KeySpec::P256 };
            assert_eq!(check_value_of(other, private.as_ref()), None, "{spec} is not {other}");
        }
    }

    #[test]
    fn bytes_of_another_size_are_no_key() {
        assert_eq!(check_value_of(KeySpec::Aes(256), &[0; 31]), None);
        assert_eq!(check_value_of(KeySpec::Aes(128), &[0; 32]), None);
        assert_eq!(check_value_of(KeySpec::Hmac(32), &[0; 33]), None);
        assert_eq!(check_value_of(KeySpec::P256, &[0; 32]), None);
    }
}
