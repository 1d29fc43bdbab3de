//! The first set-up.

use piv::{Card, Custody, FactorySecret, KeyKind, ManagementKey, ManagementKind, NewSecrets, PivError, Slot};
use secrets::SecretBytes;

use crate::{NEW, OLD, SERIAL, desk_with, management, pin, puk, request, set_up, text};

#[test]
fn factory_secrets_are_named_and_replaced_before_anything_else() {
    for firmware in [OLD, NEW] {
        let Some((_desk, _plug)) = desk_with(firmware) else { return };
        let mut card = Card::open(SERIAL).unwrap();
        let all = [FactorySecret::Pin, FactorySecret::Puk, FactorySecret::ManagementKey];
        assert_eq!(card.factory_secrets().unwrap(), all);
        let refused = card.generate(&request(Slot::Signature, KeyKind::P256)).unwrap_err();
        assert_eq!(refused, PivError::FactorySecretsLeft { which: all.to_vec() });
        assert_eq!(refused.happened(), "this YubiKey still has the factory's PIN and PUK and management key");

        let key = management(card.firmware());
        let kind = if firmware == NEW { ManagementKind::Aes256 } else { ManagementKind::TripleDes };
        assert_eq!(key.kind(), kind);
        let new = NewSecrets { pin: &pin(), puk: &puk(), management: &key, custody: Custody::UnderThePin };
        assert_eq!(card.set_up(&new).unwrap().replaced, all);
        assert_eq!(card.factory_secrets().unwrap(), []);

        // Again, as after a card was pulled at the very end: nothing is replaced twice, nothing breaks.
        assert_eq!(card.set_up(&new).unwrap().replaced, []);
        drop(card);

        let mut card = Card::open(SERIAL).unwrap();
        assert_eq!(card.verify_pin(&text("123456")).unwrap_err(), PivError::WrongPin { tries: 2 });
        card.authenticate_with_pin(&pin()).unwrap();
        card.generate(&request(Slot::Signature, KeyKind::P256)).unwrap();
    }
}

#[test]
fn a_management_key_kept_apart_is_not_on_the_card() {
    for (firmware, kind) in
        [(NEW, ManagementKind::Aes192), (OLD, ManagementKind::Aes256), (OLD, ManagementKind::TripleDes)]
    {
        let Some((_desk, _plug)) = desk_with(firmware) else { return };
        let mut card = Card::open(SERIAL).unwrap();
        let key = ManagementKey::generate(kind, &aws_lc_rs::rand::SystemRandom::new()).unwrap();
        let new = NewSecrets { pin: &pin(), puk: &puk(), management: &key, custody: Custody::Apart };
        card.set_up(&new).unwrap();
        assert_eq!(card.authenticate_with_pin(&pin()).unwrap_err(), PivError::ManagementKeyRefused);
        let other = ManagementKey::generate(kind, &aws_lc_rs::rand::SystemRandom::new()).unwrap();
        assert_eq!(card.authenticate(&other).unwrap_err(), PivError::ManagementKeyRefused);
        let again = SecretBytes::copied_from(key.bytes().expose()).unwrap();
        card.authenticate(&ManagementKey::from_bytes(kind, again).unwrap()).unwrap();
    }
}

#[test]
fn unusable_secrets_are_refused_before_anything_changes() {
    let Some((_desk, _plug)) = desk_with(NEW) else { return };
    let mut card = Card::open(SERIAL).unwrap();
    let key = management(card.firmware());
    for (pin, puk) in [
        ("12345", "73519264"),
        ("123456789", "73519264"),
        ("123456", "73519264"),
        ("482916", "12345678"),
        ("482916", "482916"),
        ("48291\u{e9}", "73519264"),
    ] {
        let new =
            NewSecrets { pin: &text(pin), puk: &text(puk), management: &key, custody: Custody::UnderThePin };
        assert!(matches!(card.set_up(&new), Err(PivError::UnusablePin { .. })), "{pin} {puk}");
    }
    assert_eq!(card.factory_secrets().unwrap().len(), 3);
}

#[test]
fn a_card_set_up_by_someone_else_is_not_taken_over() {
    let Some((_desk, _plug)) = desk_with(NEW) else { return };
    let mut card = Card::open(SERIAL).unwrap();
    set_up(&mut card);
    let key = management(card.firmware());
    let mut again = |pin: &str, puk: &str| {
        let (pin, puk) = (text(pin), text(puk));
        card.set_up(&NewSecrets { pin: &pin, puk: &puk, management: &key, custody: Custody::UnderThePin })
            .unwrap_err()
    };
    assert_eq!(again("999111", "73519264"), PivError::WrongPin { tries: 2 });
    assert_eq!(again("482916", "99911122"), PivError::WrongPuk { tries: 2 });
    assert_eq!(again("482916", "73519264"), PivError::ManagementKeyRefused);
    card.authenticate_with_pin(&pin()).unwrap();
}

#[test]
fn a_copy_of_the_management_key_that_stays_on_the_card_is_noticed() {
    let Some((_desk, plug)) = desk_with(NEW) else { return };
    let mut card = Card::open(SERIAL).unwrap();
    let key = set_up(&mut card);
    let apart = NewSecrets { pin: &pin(), puk: &puk(), management: &key, custody: Custody::Apart };
    // The card claims to have written, and has not.
    plug.lie(0xdb, Some(vec![]));
    assert_eq!(card.set_up(&apart).unwrap_err(), PivError::ReadBack { what: "management key" });
    plug.lie(0xdb, None);
    card.set_up(&apart).unwrap();
    assert_eq!(card.authenticate_with_pin(&pin()).unwrap_err(), PivError::ManagementKeyRefused);
}
