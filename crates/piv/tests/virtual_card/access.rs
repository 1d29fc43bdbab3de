//! PIN, PUK and touch: what a refusal means.

use piv::{Card, CardSigner, KeyKind, KeyRequest, PinRule, PivError, Slot, TouchRule};

use crate::{NEW, OLD, SERIAL, pin, puk, ready, request, text};

#[test]
fn wrong_pins_are_counted_until_the_pin_is_blocked_and_the_puk_opens_it() {
    for firmware in [OLD, NEW] {
        let Some((_desk, _plug, mut card)) = ready(firmware) else { return };
        let wrong = text("000000");
        assert_eq!(card.pin_tries_left().unwrap(), 3);
        assert_eq!(card.verify_pin(&wrong).unwrap_err(), PivError::WrongPin { tries: 2 });
        assert_eq!(card.pin_tries_left().unwrap(), 2);
        let last = card.verify_pin(&wrong).unwrap_err();
        assert_eq!(last, PivError::WrongPin { tries: 1 });
        assert_eq!(last.to_do(), "stop and make sure of it; the next wrong one blocks it");
        assert_eq!(card.verify_pin(&wrong).unwrap_err(), PivError::PinBlocked);
        assert_eq!(card.verify_pin(&pin()).unwrap_err(), PivError::PinBlocked, "even the right one");
        assert!(!PivError::PinBlocked.again());

        assert_eq!(card.unblock_pin(&wrong, &pin()).unwrap_err(), PivError::WrongPuk { tries: 2 });
        assert_eq!(card.puk_tries_left().unwrap(), 2);
        card.unblock_pin(&puk(), &text("604137")).unwrap();
        card.verify_pin(&text("604137")).unwrap();
    }
}

#[test]
fn a_blocked_puk_is_the_end() {
    let Some((_desk, _plug, mut card)) = ready(NEW) else { return };
    let wrong = text("00000000");
    for left in [2, 1] {
        assert_eq!(card.change_puk(&wrong, &puk()).unwrap_err(), PivError::WrongPuk { tries: left });
    }
    assert_eq!(card.change_puk(&wrong, &puk()).unwrap_err(), PivError::PukBlocked);
    assert_eq!(card.change_puk(&puk(), &wrong).unwrap_err(), PivError::PukBlocked);
}

#[test]
fn a_refused_touch_is_not_mistaken_for_a_missing_pin() {
    for firmware in [OLD, NEW] {
        let Some((_desk, plug, mut card)) = ready(firmware) else { return };
        let slot = Slot::Signature;
        let asked = KeyRequest { touch: TouchRule::Always, ..request(slot, KeyKind::P256) };
        card.generate(&asked).unwrap();
        plug.touch(false);
        let refused = card.sign(slot, Some(&pin()), b"m").unwrap_err();
        assert_eq!(refused, PivError::TouchNotGiven { slot });
        assert!(refused.again());
        assert_eq!(plug.touched(), 0);
        plug.touch(true);
        card.sign(slot, Some(&pin()), b"m").unwrap();
        assert_eq!(plug.touched(), 1);

        drop(card);
        let mut card = Card::open(SERIAL).unwrap();
        assert_eq!(card.sign(slot, None, b"m").unwrap_err(), PivError::PinNeeded { slot });
        assert_eq!(plug.touched(), 1, "the card was not asked");
    }
}

#[test]
fn a_card_that_forgot_the_pin_says_so() {
    let Some((_desk, plug, mut card)) = ready(NEW) else { return };
    let slot = Slot::Signature;
    card.generate(&request(slot, KeyKind::P256)).unwrap();
    // As when another program ended the session: metadata answers, the signature is refused.
    plug.force(&[0x9000, 0x6982]);
    assert_eq!(card.sign(slot, None, b"m").unwrap_err(), PivError::PinNeeded { slot });
}

#[test]
fn a_key_that_never_wants_the_pin_signs_without() {
    for firmware in [OLD, NEW] {
        let Some((_desk, _plug, mut card)) = ready(firmware) else { return };
        let slot = Slot::CardAuthentication;
        let asked = KeyRequest { pin: PinRule::Never, ..request(slot, KeyKind::P256) };
        card.generate(&asked).unwrap();
        drop(card);
        let card = Card::open(SERIAL).unwrap();
        CardSigner::new(card, slot, None).unwrap().sign(b"m").unwrap();
    }
}

#[test]
fn a_key_that_always_wants_the_pin_gets_it_each_time() {
    for firmware in [OLD, NEW] {
        let Some((_desk, _plug, mut card)) = ready(firmware) else { return };
        let slot = Slot::Signature;
        let asked = KeyRequest { pin: PinRule::Always, ..request(slot, KeyKind::P256) };
        card.generate(&asked).unwrap();
        card.verify_pin(&pin()).unwrap();
        assert_eq!(card.sign(slot, None, b"m").unwrap_err(), PivError::PinNeeded { slot });
        assert!(CardSigner::new(card, slot, None).is_err());
        let card = Card::open(SERIAL).unwrap();
        let mut signer = CardSigner::new(card, slot, Some(pin())).unwrap();
        for message in [&b"one"[..], b"two", b"three"] {
            signer.sign(message).unwrap();
        }
    }
}

#[test]
fn answers_that_make_no_sense_are_errors_not_panics() {
    let Some((_desk, plug, mut card)) = ready(NEW) else { return };
    let slot = Slot::Signature;
    let key = card.generate(&request(slot, KeyKind::P256)).unwrap();
    let roots = crate::roots(&plug);
    let long = vec![0xff; 5000];
    for lie in [&[][..], &[0], &[1, 0], &[0x30], &[0x7c, 0], &[0x7c, 2, 0x82, 0], &[0x53, 0x82, 0xff], &long]
    {
        for instruction in [0xf7, 0x87, 0xcb, 0xf9] {
            plug.lie(instruction, Some(lie.to_vec()));
            let told = format!("{lie:02x?} to {instruction:02x}");
            match instruction {
                0xf7 => assert!(card.key(slot).is_err(), "{told}"),
                0x87 => assert!(card.sign(slot, Some(&pin()), b"m").is_err(), "{told}"),
                0xcb => assert!(card.read_certificate(slot).is_err(), "{told}"),
                _ => assert!(card.attest(slot, &roots, crate::NOW).is_err(), "{told}"),
            }
            plug.lie(instruction, None);
        }
    }
    assert_eq!(card.key(slot).unwrap().unwrap(), key, "the card is still usable");
    card.sign(slot, Some(&pin()), b"m").unwrap();
}

#[test]
fn a_signature_that_does_not_verify_is_not_handed_out() {
    let Some((_desk, plug, mut card)) = ready(NEW) else { return };
    let slot = Slot::Signature;
    card.generate(&request(slot, KeyKind::P256)).unwrap();
    let other = card.sign(slot, Some(&pin()), b"another message").unwrap();
    let len = u8::try_from(other.len()).unwrap();
    plug.lie(0x87, Some([&[0x7c, len + 2, 0x82, len][..], &other].concat()));
    assert_eq!(card.sign(slot, Some(&pin()), b"m").unwrap_err(), PivError::BadSignature { slot });
    assert_eq!(card.sign(slot, Some(&pin()), b"another message").unwrap(), other);
}
