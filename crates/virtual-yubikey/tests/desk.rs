//! The desk itself: cards come and go as a PC/SC client sees them.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::ffi::CStr;
use std::net::TcpStream;

use pcsc::{Context, Error, Protocols, Scope, ShareMode};
use virtual_yubikey::{Desk, Firmware, Moment};

const FIRST: &CStr = c"Yubico YubiKey OTP+FIDO+CCID 00 00";
const SECOND: &CStr = c"Yubico YubiKey OTP+FIDO+CCID 00 01";
const SELECT_PIV: &[u8] = b"\x00\xa4\x04\x00\x05\xa0\x00\x00\x03\x08";
const GET_SERIAL: &[u8] = b"\x00\xf8\x00\x00\x00";

fn connect(reader: &CStr) -> Result<pcsc::Card, Error> {
    Context::establish(Scope::System)?.connect(reader, ShareMode::Shared, Protocols::T1)
}

fn send(card: &pcsc::Card, command: &[u8]) -> Result<Vec<u8>, Error> {
    let mut buffer = [0; 300];
    card.transmit(command, &mut buffer).map(<[u8]>::to_vec)
}

fn serial(reader: &CStr) -> u32 {
    let card = connect(reader).unwrap();
    assert!(send(&card, SELECT_PIV).unwrap().ends_with(&[0x90, 0]));
    let answer = send(&card, GET_SERIAL).unwrap();
    u32::from_be_bytes(answer[..4].try_into().unwrap())
}

#[test]
fn cards_come_and_go() {
    let Some(desk) = Desk::open_or_skip() else { return };
    assert_eq!(connect(FIRST).err(), Some(Error::NoSmartcard), "an empty reader");
    let one = desk.card(0, Firmware::V5_7_1, 30_000_001).unwrap();
    let two = desk.card(1, Firmware::V5_4_3, 30_000_002).unwrap();
    desk.insert(&one).unwrap();
    desk.insert(&two).unwrap();
    assert_eq!((serial(FIRST), serial(SECOND)), (30_000_001, 30_000_002));

    let card = connect(FIRST).unwrap();
    desk.remove(&one).unwrap();
    assert_eq!(send(&card, SELECT_PIV), Err(Error::RemovedCard));
    desk.insert(&one).unwrap();
    assert_eq!(serial(FIRST), 30_000_001);
}

#[test]
fn a_card_is_pulled_at_the_command_that_was_named() {
    let Some(desk) = Desk::open_or_skip() else { return };
    let plug = desk.card(0, Firmware::V5_7_1, 30_000_001).unwrap();
    for moment in [Moment::BeforeRunning, Moment::BeforeAnswering] {
        desk.insert(&plug).unwrap();
        let card = connect(FIRST).unwrap();
        plug.pull_at(3, moment);
        assert!(send(&card, SELECT_PIV).is_ok());
        assert!(send(&card, GET_SERIAL).is_ok());
        // The driver hands out an empty answer until pcscd has noticed; real readers report an error.
        assert_eq!(send(&card, GET_SERIAL).unwrap_or_default().len(), 0, "{moment:?}");
        assert!(!plug.is_plugged());
    }
}

#[test]
fn what_a_card_holds_outlives_the_desk() {
    let Some(desk) = Desk::open_or_skip() else { return };
    let kept = tempfile::tempdir().unwrap();
    let file = || Some(kept.path().join("card.json"));
    let card = desk.kept_card(0, Firmware::V5_4_3, 30_000_009, file()).unwrap();
    let root = card.root_certificate();
    drop(card);
    let again = desk.kept_card(0, Firmware::V5_7_1, 1, file()).unwrap();
    assert_eq!((again.serial(), again.root_certificate()), (30_000_009, root));
}

#[test]
fn the_reader_cannot_be_reached_from_outside_where_that_can_be_had() {
    let Some(desk) = Desk::open_or_skip() else { return };
    let reached = TcpStream::connect(("127.0.0.1", 35_963)).is_ok();
    assert_eq!(reached, !desk.is_isolated());
}

#[test]
fn a_forced_status_word_stands_in_for_the_answer() {
    let Some(desk) = Desk::open_or_skip() else { return };
    let plug = desk.card(0, Firmware::V5_7_1, 30_000_001).unwrap();
    desk.insert(&plug).unwrap();
    let card = connect(FIRST).unwrap();
    plug.force(&[0x9000, 0x6f00]);
    assert!(send(&card, SELECT_PIV).unwrap().ends_with(&[0x90, 0]));
    assert_eq!(send(&card, GET_SERIAL).unwrap(), [0x6f, 0]);
    assert_eq!(send(&card, GET_SERIAL).unwrap().len(), 6);
}
