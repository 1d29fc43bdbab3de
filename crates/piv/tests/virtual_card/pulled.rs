//! A card that is pulled out: at any command of the whole flow, and put back, or another in its place.

use std::cell::Cell;

use piv::{
    AttestedKey, Card, Custody, KeyKind, KeyRequest, ManagementKey, NewSecrets, Overwrite, PivError, Roots,
    Slot, Wait, with_card,
};
use virtual_yubikey::{Desk, Moment};

use crate::{NEW, NOW, OLD, SERIAL, certificate, management, pin, puk, request, roots};

const SLOT: Slot = Slot::Signature;

/// The whole flow, from a factory card to a signature, written to bear being run again.
fn flow(
    card: &mut Card,
    management: &ManagementKey,
    roots: &Roots,
) -> Result<(AttestedKey, Vec<u8>), PivError> {
    card.set_up(&NewSecrets { pin: &pin(), puk: &puk(), management, custody: Custody::UnderThePin })?;
    if card.read_certificate(SLOT)?.is_none() {
        let asked = KeyRequest { overwrite: Overwrite::Unfinished, ..request(SLOT, KeyKind::P256) };
        card.generate(&asked)?;
        card.attest(SLOT, roots, NOW)?;
        let der = card.self_signed(SLOT, Some(&pin()), &certificate())?;
        card.write_certificate(SLOT, &der)?;
    }
    let proven = card.attest(SLOT, roots, NOW)?;
    let signature = card.sign(SLOT, Some(&pin()), b"the record")?;
    Ok((proven, signature))
}

/// A small generator with a fixed seed (SplitMix64), so that every run pulls at the same commands.
fn seeded(mut state: u64) -> impl FnMut(u32) -> u32 {
    move |below| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((z ^ (z >> 31)) % u64::from(below)).unwrap()
    }
}

/// How many commands the flow takes, counted on a card of its own.
fn length_of_the_flow(desk: &Desk, firmware: virtual_yubikey::Firmware) -> u32 {
    let plug = desk.card(0, firmware, SERIAL).unwrap();
    desk.insert(&plug).unwrap();
    let mut card = Card::open(SERIAL).unwrap();
    let before = plug.commands();
    let key = management(card.firmware());
    flow(&mut card, &key, &roots(&plug)).unwrap();
    let length = plug.commands() - before;
    drop(card);
    desk.remove(&plug).unwrap();
    length
}

/// Runs the whole flow with a factory card that is pulled out at one command and plugged in again.
fn pulled_once(desk: &Desk, firmware: virtual_yubikey::Firmware, at: u32, moment: Moment) {
    let told = format!("{firmware}, command {at}, {moment:?}");
    let plug = desk.card(0, firmware, SERIAL).unwrap();
    desk.insert(&plug).unwrap();
    let roots = roots(&plug);
    let key = management(piv::Firmware(firmware.0));
    let armed = Cell::new(false);
    let mut waits = vec![];
    let done = with_card(
        SERIAL,
        |e| {
            waits.push(e.clone());
            desk.insert(&plug).unwrap();
            if waits.len() > 3 { Wait::GiveUp } else { Wait::LookAgain }
        },
        |card| {
            if !armed.replace(true) {
                plug.pull_at(at, moment);
            }
            flow(card, &key, &roots)
        },
    );
    let (proven, _) = done.unwrap_or_else(|e| panic!("{told}: {e:?} after {waits:?}"));
    assert_eq!(waits, [PivError::Removed], "{told}");
    assert_eq!(proven.attested.serial, SERIAL, "{told}");
    desk.remove(&plug).unwrap();
}

#[test]
fn pulled_at_twenty_commands_the_flow_comes_to_its_end() {
    let mut pick = seeded(3);
    for firmware in [OLD, NEW] {
        let Some(desk) = Desk::open_or_skip() else { return };
        let length = length_of_the_flow(&desk, firmware);
        assert!(length > 40, "{length} commands");
        for round in 0..10 {
            let moment = if round % 2 == 0 { Moment::BeforeRunning } else { Moment::BeforeAnswering };
            pulled_once(&desk, firmware, 1 + pick(length), moment);
        }
    }
}

#[test]
#[ignore = "takes about seven minutes; cargo test -p piv -- --ignored"]
fn pulled_at_every_command_the_flow_comes_to_its_end() {
    for firmware in [OLD, NEW] {
        let Some(desk) = Desk::open_or_skip() else { return };
        for at in 1..=length_of_the_flow(&desk, firmware) {
            pulled_once(&desk, firmware, at, Moment::BeforeRunning);
            pulled_once(&desk, firmware, at, Moment::BeforeAnswering);
        }
    }
}

#[test]
fn another_card_put_in_instead_is_refused() {
    let Some(desk) = Desk::open_or_skip() else { return };
    let (right, wrong) = (desk.card(0, NEW, SERIAL).unwrap(), desk.card(1, NEW, 30_000_002).unwrap());
    desk.insert(&right).unwrap();
    let key = management(piv::Firmware(NEW.0));
    let roots = roots(&right);
    let mut told = vec![];
    let mut armed = true;
    let (proven, _) = with_card(
        SERIAL,
        |e| {
            told.push(e.clone());
            match told.len() {
                1 => desk.insert(&wrong).unwrap(),
                2 => {
                    desk.remove(&wrong).unwrap();
                    desk.insert(&right).unwrap();
                }
                _ => return Wait::GiveUp,
            }
            Wait::LookAgain
        },
        |card| {
            if std::mem::take(&mut armed) {
                right.pull_at(30, Moment::BeforeRunning);
            }
            flow(card, &key, &roots)
        },
    )
    .unwrap();
    assert_eq!(proven.attested.serial, SERIAL);
    let another = PivError::AnotherCard { wanted: SERIAL, found: vec![30_000_002] };
    assert_eq!(told, [PivError::Removed, another]);
    assert!(wrong.describe().contains("keys=f9"), "nothing was made on the wrong card");
}

#[test]
fn giving_up_and_other_errors_are_handed_on() {
    let Some(desk) = Desk::open_or_skip() else { return };
    let gone = with_card(SERIAL, |_| Wait::GiveUp, |_| Ok(()));
    assert_eq!(gone.unwrap_err(), PivError::NoSuchCard { wanted: SERIAL });
    let plug = desk.card(0, NEW, SERIAL).unwrap();
    desk.insert(&plug).unwrap();
    let mut asked = 0;
    let other = with_card(
        SERIAL,
        |_| {
            asked += 1;
            Wait::GiveUp
        },
        |card| card.sign(SLOT, None, b"m"),
    );
    assert_eq!((other.unwrap_err(), asked), (PivError::SlotEmpty { slot: SLOT }, 0));
}
