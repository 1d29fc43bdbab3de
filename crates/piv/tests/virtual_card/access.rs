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
fn an_answer_that_makes_no_sense_is_an_error_not_a_panic() {
    let Some((_desk, plug, mut card)) = ready(NEW) else { return };
    card.generate(&request(Slot::Signature, KeyKind::P256)).unwrap();
    for word in [0x9000_u16, 0x6f00, 0x6a80, 0x6100, 0x0000] {
        // 9000 lets the command through; every other word stands for an answer.
        plug.force(&[word]);
        let _ = card.key(Slot::Signature);
        plug.force(&[0x9000, word]);
        let _ = card.sign(Slot::Signature, Some(&pin()), b"m");
    }
    plug.force(&[]);
    card.sign(Slot::Signature, Some(&pin()), b"m").unwrap();
}
