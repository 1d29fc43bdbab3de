//! A virtual YubiKey behind a real pcscd: the same library, daemon and APDUs as with hardware.
//!
//! A machine has one pcscd, so these tests wait for one another. Where none can be started a test says
//! "skipped: ..." on standard error; with `CI` set that is a failure.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
#![allow(clippy::doc_markdown, reason = "YubiKey is a product's name, not code")]

mod access;
mod attestation;
mod boxes;
mod clients;
mod keys;
mod pulled;
mod readers;
mod setup;

use aws_lc_rs::rand::SystemRandom;
use piv::{
    Card, Custody, KeyKind, KeyRequest, ManagementKey, ManagementKind, NewSecrets, Overwrite, PinRule, Roots,
    Slot, TouchRule,
};
use secrets::SecretText;
use virtual_yubikey::{Desk, Firmware, Plug};

const OLD: Firmware = Firmware::V5_4_3;
const NEW: Firmware = Firmware::V5_7_1;
const SERIAL: u32 = 30_000_001;
/// 2026-01-01.
const NOW: u64 = 1_767_225_600;

fn text(s: &str) -> SecretText {
    SecretText::new(s.to_owned()).unwrap()
}

fn pin() -> SecretText {
    text("482916")
}

fn puk() -> SecretText {
    text("73519264")
}

/// A desk with one card in it, as from the factory.
fn desk_with(firmware: Firmware) -> Option<(Desk, Plug)> {
    let desk = Desk::open_or_skip()?;
    let plug = desk.card(0, firmware, SERIAL).unwrap();
    desk.insert(&plug).unwrap();
    Some((desk, plug))
}

fn management(firmware: piv::Firmware) -> ManagementKey {
    ManagementKey::generate(ManagementKind::preferred(firmware), &SystemRandom::new()).unwrap()
}

/// Sets a card up, leaving it with PIN and management key given.
fn set_up(card: &mut Card) -> ManagementKey {
    let key = management(card.firmware());
    card.set_up(&NewSecrets { pin: &pin(), puk: &puk(), management: &key, custody: Custody::UnderThePin })
        .unwrap();
    key
}

/// A desk with one card in it that is open and set up.
fn ready(firmware: Firmware) -> Option<(Desk, Plug, Card)> {
    let (desk, plug) = desk_with(firmware)?;
    let mut card = Card::open(SERIAL).unwrap();
    set_up(&mut card);
    Some((desk, plug, card))
}

fn request(slot: Slot, kind: KeyKind) -> KeyRequest {
    KeyRequest { slot, kind, pin: PinRule::Once, touch: TouchRule::Never, overwrite: Overwrite::Nothing }
}

fn certificate() -> piv::CertificateRequest<'static> {
    piv::CertificateRequest {
        common_name: "Custodian 1, rehearsal",
        serial: [0x7b; 16],
        not_before: NOW,
        not_after: NOW + 3650 * 86_400,
    }
}

/// The virtual card's own root, which nothing but a test trusts.
fn roots(plug: &Plug) -> Roots {
    Roots::only(&plug.root_certificate()).unwrap()
}

/// Runs a program and gives back whether it succeeded, and all it said.
fn run(program: &str, arguments: &[&str]) -> (bool, String) {
    let out = std::process::Command::new(program)
        .args(arguments)
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap_or_else(|e| panic!("{program}: {e}; scripts/setup test installs it"));
    let said = [out.stdout, out.stderr].concat();
    (out.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// PEM, for programs that want it so.
fn pem(label: &str, der: &[u8]) -> String {
    let body = data_encoding::BASE64.encode(der);
    let lines: Vec<&str> = body.as_bytes().chunks(64).map(|l| std::str::from_utf8(l).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// Cards block, so they live on a thread of their own.
#[test]
fn cards_and_signers_can_be_moved_to_a_thread() {
    fn movable<T: Send>() {}
    movable::<Card>();
    movable::<piv::CardSigner>();
}
