//! The same walk through a token, whichever module it is in.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use secrets::{SecretBytes, SecretText};
use tokens::{KeySpec, Token, TokenError};

pub(crate) fn secret(text: &str) -> SecretText {
    SecretText::new(text.to_owned()).unwrap()
}

pub(crate) fn walk(token: &mut dyn Token, pin: &str) -> tokens::Capabilities {
    assert!(matches!(token.log_in(&secret("999999")), Err(TokenError::WrongPin { .. })));
    token.log_in(&secret(pin)).unwrap();
    for spec in [KeySpec::Aes(256), KeySpec::Hmac(32), KeySpec::Rsa(2048), KeySpec::P256] {
        let made = token.generate(&format!("key-{spec}"), spec, true).unwrap();
        assert_eq!((made.sensitive, made.extractable, made.local), (Some(true), Some(true), Some(true)));
        assert_eq!(token.find(&format!("key-{spec}")).unwrap().unwrap().check_value, made.check_value);
    }
    assert!(matches!(token.generate("key-aes-256", KeySpec::P256, true), Err(TokenError::LabelTaken(_))));
    let found = token.self_test().unwrap();
    found.allows_backup().unwrap();

    let backup = token.import_backup_key(&SecretBytes::copied_from(&[7; 32]).unwrap()).unwrap();
    let master = token.find("key-aes-256").unwrap().unwrap();
    let blob = token.wrap_kwp(backup, master.handle).unwrap();
    let back = token.unwrap_kwp(backup, &blob, KeySpec::Aes(256)).unwrap();
    assert_eq!((back.check_value, back.extractable), (master.check_value, Some(false)));

    let kept = token.generate("kept", KeySpec::Aes(256), false).unwrap();
    assert!(matches!(token.wrap_kwp(backup, kept.handle), Err(TokenError::NotOffered { .. })));

    let (key, spki) = token.signing_key("records").unwrap();
    let signature = token.sign(key, b"a line").unwrap();
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &spki).verify(b"a line", &signature).unwrap();
    found
}
