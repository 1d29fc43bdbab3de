//! The same walk through a token, whichever module it is in.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]
#![allow(dead_code, reason = "not every test program uses every part")]

pub(crate) mod bench;
pub(crate) mod emulator;
pub(crate) mod openssl;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrapPadded as _};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use secrets::{SecretBytes, SecretText};
use tokens::{Finding, Handle, KeyFacts, KeySpec, Token, TokenError};

pub(crate) fn secret(text: &str) -> SecretText {
    SecretText::new(text.to_owned()).unwrap()
}

const KINDS: [KeySpec; 6] =
    [KeySpec::Aes(256), KeySpec::Hmac(32), KeySpec::Rsa(2048), KeySpec::P256, KeySpec::P384, KeySpec::P521];

pub(crate) fn walk(token: &mut dyn Token, pin: &str) -> tokens::Capabilities {
    assert!(matches!(token.log_in(&secret("999999")), Err(TokenError::WrongPin { .. })));
    token.log_in(&secret(pin)).unwrap();
    for spec in KINDS {
        let made = token.generate(&format!("key-{spec}"), spec, true).unwrap();
        assert_eq!((made.sensitive, made.extractable, made.local), (Some(true), Some(true), Some(true)));
        assert_eq!(token.find(&format!("key-{spec}")).unwrap().unwrap().check_value, made.check_value);
    }
    assert!(matches!(token.generate("key-aes-256", KeySpec::P256, true), Err(TokenError::LabelTaken(_))));
    let found = token.self_test().unwrap();
    found.allows_backup().unwrap();

    let backup = token.import_backup_key(&SecretBytes::copied_from(&[7; 32]).unwrap()).unwrap();
    let exact = found.finding("private-key-exact") == Some(Finding::Works);
    for spec in KINDS {
        // SoftHSM's zero bytes after a private key: refused before a backup is made.
        let outcome = if exact || !spec.is_asymmetric() { Ok(()) } else { Err(TokenError::NotByteExact) };
        assert_eq!(back_up(token, backup, spec), outcome, "{spec}");
    }

    let kept = token.generate("kept", KeySpec::Aes(256), false).unwrap();
    assert!(matches!(token.wrap_kwp(backup, kept.handle), Err(TokenError::NotOffered { .. })));

    proofs(token, backup);

    assert_eq!(token.signing_key("records", false), Ok(None));
    let made = token.signing_key("records", true).unwrap().unwrap();
    let (key, spki) = (made.handle, made.public_key.unwrap());
    assert_eq!(token.signing_key("records", false).unwrap().unwrap().public_key.unwrap(), spki);
    let signature = token.sign(key, b"a line").unwrap();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &spki).verify(b"a line", &signature).unwrap();
    found
}

/// It keeps texts until they are replaced or forgotten.
pub(crate) fn remembers(token: &mut dyn Token) {
    let note = |label: &str, value: &str| tokens::Note { label: label.into(), value: value.into() };
    assert_eq!(token.recall().unwrap(), []);
    token.keep("one", b"first").unwrap();
    token.keep("two", b"second").unwrap();
    token.keep("one", b"third").unwrap();
    let mut kept = token.recall().unwrap();
    kept.sort_by(|a, b| a.label.cmp(&b.label));
    assert_eq!(kept, [note("one", "third"), note("two", "second")]);
    token.forget("one").unwrap();
    token.forget("none").unwrap();
    assert_eq!(token.recall().unwrap(), [note("two", "second")]);
    token.forget("two").unwrap();
}

/// What the token makes to show that a key arrived is what this computer makes with the same key.
fn proofs(token: &mut dyn Token, backup: Handle) {
    let key = token.generate_throwaway(KeySpec::Aes(256)).unwrap();
    let blob = token.wrap_kwp(backup, key.handle).unwrap();
    let mut known = [0; 40];
    let kek = AesKek::new(&AES_256, &[7; 32]).unwrap();
    let known: &[u8] = kek.unwrap_with_padding(&blob, &mut known).unwrap();

    let (iv, text) = ([3; 12], b"a nonce of 28");
    let mut expected = text.to_vec();
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, known).unwrap())
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(iv), Aad::empty(), &mut expected)
        .unwrap();
    assert_eq!(token.seal(key.handle, &iv, text).unwrap(), expected);
    // The key itself is as it was.
    assert_eq!(token.wrap_kwp(backup, key.handle).unwrap(), blob);

    match token.digest(key.handle) {
        Ok(said) => assert_eq!(&said[..], digest(&SHA256, known).as_ref()),
        // PKCS#11 lets a token refuse to digest a key that it keeps.
        Err(e) => assert!(e.to_string().contains("Indigestible"), "{e}"),
    }
    // A refusal leaves the session fit for the next digest.
    assert_eq!(token.digest(key.handle).is_ok(), token.digest(key.handle).is_ok());
    token.destroy(key.handle).unwrap();
}

/// Wraps `key-SPEC`, brings it back, and checks that it is matched with its own public key and no other.
fn back_up(token: &mut dyn Token, backup: Handle, spec: KeySpec) -> Result<(), TokenError> {
    let master = token.find(&format!("key-{spec}")).unwrap().unwrap();
    let public = master.public_key.as_deref();
    let blob = token.wrap_kwp(backup, master.handle)?;
    let back = token.unwrap_kwp(backup, &blob, spec, public)?;
    assert_eq!((&back.check_value, back.extractable), (&master.check_value, Some(false)));
    assert_eq!(back.public_key, master.public_key);
    token.destroy(back.handle)?;
    if spec.is_asymmetric() {
        let other = token.generate_throwaway(spec)?;
        let refused = token.unwrap_kwp(backup, &blob, spec, other.public_key.as_deref());
        assert_eq!(refused, Err(TokenError::NotThisKey), "{spec} under another key's public half");
        // The same key in another encoding would give another check value, so it is refused too.
        let mut longer = public.unwrap().to_vec();
        longer.push(0);
        assert_eq!(token.unwrap_kwp(backup, &blob, spec, Some(&longer)), Err(TokenError::NotThisKey));
        let stays = token.restore_kwp(backup, &blob, "another", spec, other.public_key.as_deref());
        assert_eq!(stays, Err(TokenError::NotThisKey));
        assert_eq!(token.find_as("another", spec, None)?, None, "what was refused did not come to stay");
        token.destroy(other.handle)?;
    }
    restore(token, backup, (&blob, &master))
}

/// Brings a backup back to stay: it is the same key, can be backed up again, and when it is destroyed it is gone.
fn restore(
    token: &mut dyn Token,
    backup: Handle,
    (blob, master): (&[u8], &KeyFacts),
) -> Result<(), TokenError> {
    let (spec, public, label) =
        (master.spec, master.public_key.as_deref(), format!("restored-{}", master.spec));
    let stays = token.restore_kwp(backup, blob, &label, spec, public)?;
    assert_eq!((stays.sensitive, stays.extractable, stays.local), (Some(true), Some(true), Some(false)));
    assert_eq!((&stays.label, &stays.check_value), (&label, &master.check_value));
    let again = token.restore_kwp(backup, blob, &label, spec, public);
    assert_eq!(again, Err(TokenError::LabelTaken(label.clone())));
    let found = token.find_as(&label, spec, public)?.unwrap();
    assert_eq!(found, stays);
    // AES-KWP is deterministic: the same file is the same key, bit by bit.
    assert_eq!(token.wrap_kwp(backup, found.handle)?, blob, "{spec}");
    assert_eq!(token.find_as(&label, KeySpec::P521, None).is_err(), spec != KeySpec::P521);
    let labels = |found: Vec<KeyFacts>| found.into_iter().map(|k| k.label).collect::<Vec<_>>();
    assert_eq!(labels(token.keys_like(&master.check_value, spec, public)?).len(), 2);
    token.destroy_pair(stays.handle)?;
    assert_eq!(token.find_as(&label, spec, public)?, None);
    assert_eq!(labels(token.keys_like(&master.check_value, spec, public)?), [format!("key-{spec}")]);
    Ok(())
}
