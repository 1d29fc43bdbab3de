//! A custodian's private key under a passphrase: PKCS#8 `EncryptedPrivateKeyInfo` (RFC 5958) with PBES2 (RFC 8018), as
//! openssl and azure-cli read it, so that the custodian does not depend on this program.

use super::{Random, bad, certificate, words};
use crate::{ByokError, pem};
use aws_lc_rs::cipher::{
    AES_256, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey,
    UnboundCipherKey,
};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::pbkdf2;
use aws_lc_rs::rsa::PrivateDecryptingKey;
use secrets::{SecretBytes, SecretText};
use std::num::NonZeroU32;

const LABEL: &str = "ENCRYPTED PRIVATE KEY";
/// The longest file taken, in bytes.
const LONGEST: usize = 16_384;
/// Rounds of PBKDF2: about half a second on the ceremony's computer, every time somebody guesses.
const ROUNDS: u32 = 1_000_000;
/// The most rounds that a file may ask for: more would only hold the ceremony up.
const MOST_ROUNDS: u32 = if cfg!(fuzzing) { 1_000 } else { 10_000_000 };
/// DER of the object identifiers, tag and length included.
const PBES2: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 0x0d];
const PBKDF2: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 0x0c];
/// `AlgorithmIdentifier` of hmacWithSHA256, parameters NULL.
const HMAC_SHA256: &[u8] = &[0x30, 0x0c, 6, 8, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 9, 5, 0];
const AES_256_CBC: &[u8] = &[6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 0x2a];
const SEQUENCE: u8 = 0x30;
const OCTETS: u8 = 4;
const INTEGER: u8 = 2;

/// Seals a private key (PKCS#8 DER) under a passphrase: a PEM text. PBKDF2 with HMAC-SHA-256, AES-256-CBC.
pub fn seal_key(
    private: &SecretBytes,
    passphrase: &SecretText,
    random: Random<'_>,
) -> Result<String, ByokError> {
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    random(&mut salt)?;
    random(&mut iv)?;
    let failed = || bad(words::PRIVATE_NOT_SEALED);
    let key = derived(passphrase, &salt, ROUNDS)?;
    let key = UnboundCipherKey::new(&AES_256, key.expose()).map_err(|_| failed())?;
    let key = PaddedBlockEncryptingKey::cbc_pkcs7(key).map_err(|_| failed())?;
    // Room for the padding, so that the key is encrypted where it lies and never moved.
    let mut sealed = Vec::with_capacity(private.len() + 16);
    sealed.extend_from_slice(private.expose());
    if key.less_safe_encrypt(&mut sealed, EncryptionContext::Iv128(FixedLength::from(iv))).is_err() {
        // What lies there may still be the key itself: taken over, so that it is wiped.
        drop(SecretBytes::taken_from(sealed));
        return Err(failed());
    }
    let rounds = tlv(INTEGER, &[&ROUNDS.to_be_bytes()[1..]]);
    let derivation =
        tlv(SEQUENCE, &[PBKDF2, &tlv(SEQUENCE, &[&tlv(OCTETS, &[&salt]), &rounds, HMAC_SHA256])]);
    let cipher = tlv(SEQUENCE, &[AES_256_CBC, &tlv(OCTETS, &[&iv])]);
    let algorithm = tlv(SEQUENCE, &[PBES2, &tlv(SEQUENCE, &[&derivation, &cipher])]);
    Ok(pem::encode(&tlv(SEQUENCE, &[&algorithm, &tlv(OCTETS, &[&sealed])]), LABEL))
}

/// Salt, rounds, IV and ciphertext of a sealed key.
type Parts = (Vec<u8>, u32, [u8; 16], Vec<u8>);

/// Opens what [`seal_key`] made, or another program with the same algorithms. Gives PKCS#8 DER. A wrong passphrase and
/// a changed file give one error: nothing tells them apart.
pub fn open_key(file: &[u8], passphrase: &SecretText) -> Result<SecretBytes, ByokError> {
    let malformed = || bad(words::PRIVATE_FORM);
    if file.len() > LONGEST {
        return Err(malformed());
    }
    let der = pem::decode(file, &[LABEL])?;
    let parts = || -> Option<Parts> {
        let whole = only(&der, SEQUENCE)?;
        let (algorithm, rest) = take(whole, SEQUENCE)?;
        let sealed = only(rest, OCTETS)?;
        let both = only(algorithm.strip_prefix(PBES2)?, SEQUENCE)?;
        let (derivation, cipher) = take(both, SEQUENCE)?;
        let (salt, rest) = take(only(derivation.strip_prefix(PBKDF2)?, SEQUENCE)?, OCTETS)?;
        let (rounds, rest) = take(rest, INTEGER)?;
        let iv = only(only(cipher, SEQUENCE)?.strip_prefix(AES_256_CBC)?, OCTETS)?;
        let rounds = rounds.iter().try_fold(0_u32, |n, b| n.checked_mul(256)?.checked_add(u32::from(*b)))?;
        let known =
            rest == HMAC_SHA256 && (8..=64).contains(&salt.len()) && (1..=MOST_ROUNDS).contains(&rounds);
        known.then_some((salt.to_vec(), rounds, iv.try_into().ok()?, sealed.to_vec()))
    };
    let (salt, rounds, iv, sealed) = parts().ok_or_else(malformed)?;
    let closed = || bad(words::PASSPHRASE);
    let key = derived(passphrase, &salt, rounds)?;
    let key = UnboundCipherKey::new(&AES_256, key.expose()).map_err(|_| closed())?;
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(key).map_err(|_| closed())?;
    let mut room = SecretBytes::copied_from(&sealed)?;
    let plain = key
        .decrypt(room.expose_mut(), DecryptionContext::Iv128(FixedLength::from(iv)))
        .map_err(|_| closed())?;
    // Padding alone would let one wrong passphrase in 256 through.
    PrivateDecryptingKey::from_pkcs8(plain).map_err(|_| closed())?;
    Ok(SecretBytes::copied_from(plain)?)
}

/// Whether a private key (PKCS#8 DER) is that of a certificate, PEM or DER.
pub fn belongs(private: &SecretBytes, of: &[u8]) -> Result<bool, ByokError> {
    let (_, key) = certificate(of)?;
    let private = PrivateDecryptingKey::from_pkcs8(private.expose()).map_err(|_| ByokError::Unwrap)?;
    let public: PublicKeyX509Der<'_> = private.public_key().as_der().map_err(|_| ByokError::Unwrap)?;
    Ok(public.as_ref() == key.spki())
}

fn derived(passphrase: &SecretText, salt: &[u8], rounds: u32) -> Result<SecretBytes, ByokError> {
    let rounds = NonZeroU32::new(rounds).ok_or_else(|| bad(words::NO_ROUNDS))?;
    SecretBytes::filled_by(32, |key| {
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, salt, passphrase.expose().as_bytes(), key);
        Ok(())
    })
}

/// One DER element of these parts.
fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let mut out = vec![tag];
    match (u8::try_from(body.len()), u16::try_from(body.len())) {
        (Ok(len @ 0..=0x7f), _) => out.push(len),
        (Ok(len), _) => out.extend([0x81, len]),
        (_, Ok(len)) => {
            out.push(0x82);
            out.extend(len.to_be_bytes());
        }
        // No private key here is that long.
        _ => out.push(0x80),
    }
    out.extend(body);
    out
}

/// The content of a DER element at the start, and what follows it.
fn take(from: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (len, rest) = match from.strip_prefix(&[tag])? {
        [len @ 0..=0x7f, rest @ ..] => (usize::from(*len), rest),
        [0x81, len, rest @ ..] if *len >= 0x80 => (usize::from(*len), rest),
        [0x82, a, b, rest @ ..] if *a > 0 => (usize::from(u16::from_be_bytes([*a, *b])), rest),
        _ => return None,
    };
    rest.split_at_checked(len)
}

/// The content of a DER element that nothing follows.
fn only(from: &[u8], tag: u8) -> Option<&[u8]> {
    take(from, tag).and_then(|(content, rest)| rest.is_empty().then_some(content))
}

#[cfg(test)]
mod tests {
    use super::super::make_custodian;
    use super::*;
    use aws_lc_rs::rand::{SecureRandom, SystemRandom};
    use std::path::Path;

    fn fill(to: &mut [u8]) -> Result<(), ByokError> {
        SystemRandom::new().fill(to).map_err(|_| ByokError::Disposable)
    }

    fn secret(text: &str) -> SecretText {
        SecretText::new(text.to_owned()).unwrap()
    }

    fn openssl(dir: &Path, args: &[&str]) -> Vec<u8> {
        let out = std::process::Command::new("openssl").args(args).current_dir(dir).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        out.stdout
    }

    /// The key in b.der, sealed as openssl does by itself, with so many rounds.
    fn sealed_by_openssl(folder: &Path, rounds: &str, pass: &str) -> Vec<u8> {
        let form = ["pkcs8", "-topk8", "-inform", "DER", "-in", "b.der", "-v2", "aes-256-cbc"];
        let how = ["-v2prf", "hmacWithSHA256", "-iter", rounds, "-passout", pass];
        openssl(folder, &[&form[..], &how].concat())
    }

    #[test]
    fn openssl_opens_what_is_sealed_and_the_other_way_round() {
        let dir = tempfile::tempdir().unwrap();
        let made = make_custodian("c-1", 1_795_000_000, 1_900_000_000, &mut fill).unwrap();
        let phrase = "a passphrase of five wörds";
        let sealed = seal_key(&made.private_key, &secret(phrase), &mut fill).unwrap();
        std::fs::write(dir.path().join("a.key"), &sealed).unwrap();
        let pass = format!("pass:{phrase}");
        let read = ["pkcs8", "-in", "a.key", "-passin", &pass, "-topk8", "-nocrypt", "-outform", "DER"];
        assert!(made.private_key.same_as(&openssl(dir.path(), &read)));
        let opened = open_key(sealed.as_bytes(), &secret(phrase)).unwrap();
        assert!(opened.same_as(made.private_key.expose()) && belongs(&opened, &made.certificate).unwrap());

        let other = make_custodian("c-2", 1_795_000_000, 1_900_000_000, &mut fill).unwrap();
        assert!(!belongs(&opened, &other.certificate).unwrap());
        std::fs::write(dir.path().join("b.der"), other.private_key.expose()).unwrap();
        let theirs = sealed_by_openssl(dir.path(), "2000", &pass);
        assert!(open_key(&theirs, &secret(phrase)).unwrap().same_as(other.private_key.expose()));
    }

    #[test]
    fn a_wrong_passphrase_and_a_changed_file_do_not_open() {
        let made = make_custodian("c-1", 1_795_000_000, 1_900_000_000, &mut fill).unwrap();
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("b.der"), made.private_key.expose()).unwrap();
        // Few rounds, so that many wrong ones can be tried.
        let sealed = sealed_by_openssl(dir.path(), "1", "pass:right");
        open_key(&sealed, &secret("right")).unwrap();
        for n in 0..600 {
            assert!(open_key(&sealed, &secret(&format!("wrong {n}"))).is_err(), "{n}");
        }
        let der = pem::decode(&sealed, &[LABEL]).unwrap();
        for at in 0..der.len() {
            let mut changed = der.clone();
            changed[at] ^= 1;
            let opened = open_key(pem::encode(&changed, LABEL).as_bytes(), &secret("right"));
            assert!(
                opened.is_err() || opened.is_ok_and(|k| !k.same_as(made.private_key.expose())),
                "byte {at}"
            );
            assert!(
                open_key(pem::encode(&der[..at], LABEL).as_bytes(), &secret("right")).is_err(),
                "{at} bytes"
            );
        }
        assert!(open_key(b"", &secret("right")).is_err());
        let cut = sealed.len() - 30;
        assert!(open_key(&sealed[..cut], &secret("right")).is_err());
    }
}
