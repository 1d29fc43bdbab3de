//! `SoftHSM` 2.6: RFC 5649 under an ambiguous number, OAEP with SHA-1 only, padded private keys.
#![allow(unsafe_code, clippy::unwrap_used, reason = "tests set the module's environment before it loads")]

mod common;

use cryptoki::error::{Error, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::Attribute;
use std::path::Path;
use tokens::{Finding, Module, OaepHash, PinState, Recipe, Token as _, TokenError};

#[test]
fn softhsm_is_taken_for_what_it_does() {
    let folder = tempfile::tempdir().unwrap();
    let conf = folder.path().join("softhsm2.conf");
    let text = format!("directories.tokendir = {}\nobjectstore.backend = file\n", folder.path().display());
    std::fs::write(&conf, text).unwrap();
    // SAFETY: the only test of this program, before any other thread starts.
    unsafe { std::env::set_var("SOFTHSM2_CONF", &conf) };
    let path = Path::new("/usr/lib/softhsm/libsofthsm2.so");
    let module = Module::load(path).unwrap();
    let slot = module.tokens().unwrap()[0].slot;
    let info =
        module.initialise(slot, "trial", &common::secret("12345678"), &common::secret("123456")).unwrap();
    let mut token = module.open(&info.uri(path).parse().unwrap()).unwrap();

    // Before signing in nothing can be tried, and nothing is taken for missing because of it.
    assert_eq!(token.self_test(), Err(TokenError::NotSignedIn));
    // Its one mark comes with the first wrong PIN and goes with the right one.
    assert!(matches!(token.log_in(&common::secret("")), Err(TokenError::WrongPin { .. })));
    assert_eq!(token.pin_state(), PinState::NothingSaid, "an empty PIN costs no try");
    let wrong = token.log_in(&common::secret("000000")).unwrap_err().to_string();
    assert!(wrong.contains("the token counts wrong PINs"), "{wrong}");
    assert_eq!((token.pin_state(), token.tries_left()), (PinState::WrongBefore, None));
    let found = common::walk(&mut token, "123456");
    found.allows(Recipe::RsaAesKeyWrap(OaepHash::Sha1)).unwrap();
    assert!(found.allows(Recipe::Oaep(OaepHash::Sha256)).is_err());
    assert_eq!(found.finding("private-key-exact"), Some(Finding::Lies));
    assert_eq!(found.finding("non-extractable-refused"), Some(Finding::RefusedRightly));
    out_through_host_memory(&mut token, folder.path());
    common::remembers(&mut token);

    // A curve the rehearsal token does not have.
    let key = token.generate("key-secp256k1", tokens::KeySpec::Secp256k1, true).unwrap();
    assert_eq!(token.find("key-secp256k1").unwrap().unwrap(), key);

    // Another program may add a key of the same label; this one then uses neither.
    let other = cryptoki::context::Pkcs11::new(path).unwrap();
    let slot = other.get_slots_with_token().unwrap().into_iter().find(|s| s.id() == info.slot).unwrap();
    let session = other.open_rw_session(slot).unwrap();
    session
        .generate_key(
            &Mechanism::AesKeyGen,
            &[
                Attribute::Token(true),
                Attribute::ValueLen(32.into()),
                Attribute::Label(b"key-aes-256".to_vec()),
            ],
        )
        .unwrap();
    // What is not private can be made without the PIN: it is not believed.
    let planted = |private| {
        session.create_object(&[
            Attribute::Class(cryptoki::object::ObjectClass::DATA),
            Attribute::Token(true),
            Attribute::Private(private),
            Attribute::Application(b"Cofferdam".to_vec()),
            Attribute::Label(b"one".to_vec()),
            Attribute::Value(b"99 planted".to_vec()),
        ])
    };
    planted(false).unwrap();
    assert_eq!(token.recall().unwrap(), []);
    // Two of one label are what a crash leaves; both are seen, and the next one replaces both.
    planted(true).unwrap();
    planted(true).unwrap();
    assert_eq!(token.recall().unwrap().len(), 2);
    token.keep("one", b"next").unwrap();
    assert_eq!(token.recall().unwrap().len(), 1);
    drop(session);
    assert!(matches!(token.find("key-aes-256"), Err(TokenError::LabelAmbiguous(_))));

    // The module runs while anybody uses it, and is finalised with the last.
    drop(module);
    assert!(token.find("key-secp256k1").unwrap().is_some());
    assert!(other.get_library_info().is_ok());
    drop(token);
    let stopped = other.get_library_info().unwrap_err();
    assert!(matches!(stopped, Error::Pkcs11(RvError::CryptokiNotInitialized, _)), "{stopped}");
    // Starting it again finds the token; other settings for a running module are refused.
    let again = Module::load(path).unwrap();
    assert!(again.tokens().unwrap().iter().any(|t| t.serial == info.serial));
    assert!(matches!(Module::load_with(path, "other"), Err(TokenError::ModuleLoad { .. })));
}

/// What this module cannot wrap inside goes out through host memory, the same bytes as it would be inside.
fn out_through_host_memory(token: &mut tokens::Pkcs11Token, folder: &Path) {
    let spki = common::openssl::destination(folder, 2048);
    let key = token.generate_throwaway(tokens::KeySpec::Aes(256)).unwrap();
    for recipe in [Recipe::Oaep(OaepHash::Sha256), Recipe::RsaAesKeyWrap(OaepHash::Sha256)] {
        assert!(matches!(token.wrap_for(key.handle, &spki, recipe), Err(TokenError::NotOffered { .. })));
        let wrapped = tokens::host::wrap_out_of(token, &key, &spki, recipe).unwrap();
        assert_eq!(wrapped.rung, tokens::Rung::HostMemory);
        let opened = common::openssl::open(folder, recipe, &wrapped.blob);
        assert_eq!(tokens::check_value_of(tokens::KeySpec::Aes(256), &opened).unwrap(), key.check_value);
        // Refused before the key leaves the token.
        let nowhere = tokens::host::wrap_out_of(token, &key, b"0", recipe);
        assert!(matches!(nowhere, Err(TokenError::NotOffered { .. })));
    }
    // A padded private key would come out padded: it does not come out.
    let pair = token.generate_throwaway(tokens::KeySpec::P256).unwrap();
    let recipe = Recipe::RsaAesKeyWrap(OaepHash::Sha256);
    let padded = tokens::host::wrap_out_of(token, &pair, &spki, recipe);
    assert_eq!(padded, Err(TokenError::NotByteExact));
}
