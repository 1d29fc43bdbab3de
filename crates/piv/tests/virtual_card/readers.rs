//! What is plugged in, and which card is opened.

use std::time::Duration;

use piv::{Card, FormFactor, PivError, Watcher, What, list};
use virtual_yubikey::Desk;

use crate::{NEW, OLD, SERIAL, desk_with, pin, set_up};

#[test]
fn two_cards_are_listed_and_opened_by_serial_number() {
    let Some((desk, _one)) = desk_with(NEW) else { return };
    let two = desk.card(1, OLD, 30_000_002).unwrap();
    assert_eq!(list().unwrap()[1].what, What::Empty);
    desk.insert(&two).unwrap();

    let found = list().unwrap();
    let said: Vec<(u32, String, Option<FormFactor>)> = found
        .iter()
        .map(|f| match f.what {
            What::YubiKey(d) => (d.serial, d.firmware.to_string(), d.form_factor),
            ref other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        said,
        [
            (SERIAL, "5.7.1".to_owned(), Some(FormFactor::UsbA)),
            (30_000_002, "5.4.3".to_owned(), Some(FormFactor::UsbA))
        ]
    );
    assert!(found[0].reader.contains("YubiKey"));

    let mut first = Card::open(SERIAL).unwrap();
    set_up(&mut first);
    first.verify_pin(&pin()).unwrap();
    // The open card shows as in use, and looking for another neither resets it nor takes its PIN back.
    assert_eq!(list().unwrap()[0].what, What::InUse { ours: Some(SERIAL) });
    assert!(matches!(Card::open(SERIAL), Err(PivError::InUse { .. })));
    let second = Card::open(30_000_002).unwrap();
    assert_eq!((first.serial(), second.serial()), (SERIAL, 30_000_002));
    let made = first.generate(&crate::request(piv::Slot::Signature, piv::KeyKind::P256)).unwrap();
    first.sign(made.slot, None, b"the PIN is still given").unwrap();
}

#[test]
fn a_card_that_is_open_does_not_hide_that_another_is_missing() {
    let Some((desk, one)) = desk_with(NEW) else { return };
    let first = Card::open(SERIAL).unwrap();
    assert_eq!(Card::open(30_000_002).unwrap_err(), PivError::NoSuchCard { wanted: 30_000_002 });
    drop(first);
    assert_eq!(Card::open(SERIAL).unwrap().serial(), SERIAL);
    // One that another program has open may be any.
    let context = pcsc::Context::establish(pcsc::Scope::System).unwrap();
    let name = c"Yubico YubiKey OTP+FIDO+CCID 00 00";
    let theirs = context.connect(name, pcsc::ShareMode::Exclusive, pcsc::Protocols::T1).unwrap();
    assert_eq!(list().unwrap()[0].what, What::InUse { ours: None });
    let busy = Card::open(30_000_002).unwrap_err();
    assert!(matches!(busy, PivError::InUse { .. }) && busy.again(), "{busy:?}");
    drop(theirs);
    desk.remove(&one).unwrap();
}

#[test]
fn a_card_swapped_while_it_is_opened_is_refused() {
    let Some((_desk, plug)) = desk_with(NEW) else { return };
    // Listed as the one that is wanted; by the time it is opened it is another.
    plug.lie_after(1, 0xf8, 30_000_009_u32.to_be_bytes().to_vec());
    let another = PivError::AnotherCard { wanted: SERIAL, found: vec![30_000_009] };
    assert_eq!(Card::open(SERIAL).unwrap_err(), another);
}

#[test]
fn coming_and_going_is_noticed() {
    let Some(desk) = Desk::open_or_skip() else { return };
    let card = desk.card(1, NEW, SERIAL).unwrap();
    let mut watcher = Watcher::new().unwrap();
    let moment = Duration::from_millis(300);
    assert!(!watcher.wait(moment).unwrap(), "nothing has happened");
    desk.insert(&card).unwrap();
    assert!(watcher.wait(moment).unwrap());
    assert!(!watcher.wait(moment).unwrap(), "only once");
    desk.remove(&card).unwrap();
    assert!(watcher.wait(moment).unwrap());
    drop(desk.close());
    assert_eq!(watcher.wait(moment).unwrap_err(), PivError::NoService);
}

#[test]
fn the_only_one_is_opened_and_two_are_refused() {
    let Some(desk) = Desk::open_or_skip() else { return };
    assert_eq!(Card::open_the_only_one().unwrap_err(), PivError::NoCard);
    let one = desk.card(0, NEW, SERIAL).unwrap();
    let two = desk.card(1, NEW, 30_000_002).unwrap();
    desk.insert(&one).unwrap();
    assert_eq!(Card::open_the_only_one().unwrap().serial(), SERIAL);
    desk.insert(&two).unwrap();
    let several = PivError::SeveralCards { found: vec![SERIAL, 30_000_002] };
    assert_eq!(Card::open_the_only_one().unwrap_err(), several);
    assert_eq!(several.code(), "piv-several-cards");
}

#[test]
fn a_missing_card_and_another_one_are_told_apart() {
    let Some((desk, plug)) = desk_with(NEW) else { return };
    let another = PivError::AnotherCard { wanted: 30_000_009, found: vec![SERIAL] };
    assert_eq!(Card::open(30_000_009).unwrap_err(), another);
    desk.remove(&plug).unwrap();
    assert_eq!(Card::open(SERIAL).unwrap_err(), PivError::NoSuchCard { wanted: SERIAL });
}

#[test]
fn a_card_without_piv_and_old_firmware_are_refused() {
    let Some((desk, plug)) = desk_with(NEW) else { return };
    // The answer to SELECT PIV of a card that has no such application.
    plug.force(&[0x6a82]);
    assert_eq!(list().unwrap()[0].what, What::Foreign);
    plug.force(&[0x6a82]);
    assert!(matches!(Card::open(SERIAL).unwrap_err(), PivError::NotAYubiKey { .. }));
    drop(plug);

    let old = desk.card(1, virtual_yubikey::Firmware([5, 2, 4]), 30_000_004).unwrap();
    desk.insert(&old).unwrap();
    let too_old = Card::open(30_000_004).unwrap_err();
    assert_eq!(too_old.happened(), "this YubiKey has firmware 5.2.4, and 5.3.0 or later is needed");
}

#[test]
fn no_service_is_said_plainly() {
    // Holds the machine's place for a pcscd while none runs.
    let Some(desk) = Desk::open_or_skip() else { return };
    let place = desk.close();
    let e = list().unwrap_err();
    assert_eq!(e, PivError::NoService);
    assert_eq!(
        e.to_string(),
        "the smart-card service (pcscd) is not running; start it (systemctl start pcscd.socket) and try again"
    );
    assert_eq!(Card::open(SERIAL).unwrap_err(), PivError::NoService);
    drop(place);
}
