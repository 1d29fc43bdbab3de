//! Attestations of real YubiKeys against the roots that are built in. No card is needed.
//!
//! The vectors are those that the crate `sshcerts` 0.14.1 tests itself with (`tests/yubikey-lite.rs`).

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
#![allow(clippy::doc_markdown, reason = "YubiKey is a product's name, not code")]

use std::process::Command;

use piv::{AttestationFault, FormFactor, PinRule, Roots, Slot, TouchRule, verify_attestation};

const OLD: [&[u8]; 2] = [
    include_bytes!("vectors/yubikey-5ci-5.2.4-attestation.der"),
    include_bytes!("vectors/yubikey-5ci-5.2.4-device.der"),
];
const NEW: [&[u8]; 2] = [
    include_bytes!("vectors/yubikey-5c-5.7.4-attestation.der"),
    include_bytes!("vectors/yubikey-5c-5.7.4-device.der"),
];
/// 2026-01-01.
const NOW: u64 = 1_767_225_600;

#[test]
fn firmware_before_5_7_4_leads_to_the_old_root() {
    let said = verify_attestation(OLD[0], OLD[1], &Roots::yubico().unwrap(), NOW).unwrap();
    assert_eq!((said.serial, said.firmware.0), (11_778_047, [5, 2, 4]));
    assert_eq!((said.pin, said.touch), (PinRule::Never, TouchRule::Cached));
    assert_eq!(said.form_factor, Some(FormFactor::UsbCLightning));
    assert_eq!(said.slot.reference(), 0x93);
    assert_eq!(said.root, "CN=Yubico PIV Root CA Serial 263751");
    assert_eq!(said.chain.len(), 3);
}

#[test]
fn firmware_5_7_4_leads_to_the_new_root_through_built_in_intermediates() {
    let said = verify_attestation(NEW[0], NEW[1], &Roots::yubico().unwrap(), NOW).unwrap();
    assert_eq!((said.serial, said.firmware.0), (33_162_554, [5, 7, 4]));
    assert_eq!((said.pin, said.touch), (PinRule::Never, TouchRule::Always));
    assert_eq!(said.slot, Slot::retired(1).unwrap());
    assert_eq!(said.root, "CN=Yubico Attestation Root 1");
    assert_eq!(said.chain.len(), 5);
}

#[test]
fn openssl_agrees() {
    let verify = |chain: &[Vec<u8>]| {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, certificates: &[Vec<u8>]| {
            let path = folder.path().join(name);
            std::fs::write(&path, certificates.iter().map(|c| pem(c)).collect::<String>()).unwrap();
            path
        };
        let (leaf, rest) = chain.split_first().unwrap();
        let (root, between) = rest.split_last().unwrap();
        let mut command = Command::new("openssl");
        command.arg("verify").arg("-CAfile").arg(write("root.pem", std::slice::from_ref(root)));
        if !between.is_empty() {
            command.arg("-untrusted").arg(write("between.pem", between));
        }
        let out = command.arg(write("leaf.pem", std::slice::from_ref(leaf))).output().unwrap();
        (out.status.success(), String::from_utf8_lossy(&out.stderr).into_owned())
    };
    let roots = Roots::yubico().unwrap();
    let new = verify_attestation(NEW[0], NEW[1], &roots, NOW).unwrap();
    assert_eq!(verify(&new.chain), (true, String::new()));

    // The old device's certificate is signed by the root, but is not marked as an authority, so OpenSSL stops there.
    let old = verify_attestation(OLD[0], OLD[1], &roots, NOW).unwrap();
    assert_eq!(verify(&old.chain[1..]), (true, String::new()));
    let (good, said) = verify(&old.chain);
    assert!(!good && said.contains("invalid CA certificate"), "{said}");
}

fn pem(der: &[u8]) -> String {
    let body = data_encoding::BASE64.encode(der);
    let lines: Vec<&str> = body.as_bytes().chunks(64).map(|l| std::str::from_utf8(l).unwrap()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

#[test]
fn a_device_of_another_chain_is_refused() {
    let roots = Roots::yubico().unwrap();
    // The issuers' names differ between the generations.
    assert!(matches!(
        verify_attestation(OLD[0], NEW[1], &roots, NOW),
        Err(AttestationFault::UnknownIssuer(_))
    ));
    // An attestation cannot stand in for the authority that signs it.
    assert!(verify_attestation(OLD[0], OLD[0], &roots, NOW).is_err());
    // Nor can an authority stand in for an attestation, though its chain is whole.
    let root = verify_attestation(OLD[0], OLD[1], &roots, NOW).unwrap().chain[2].clone();
    assert_eq!(
        verify_attestation(OLD[1], &root, &roots, NOW).unwrap_err(),
        AttestationFault::Missing("slot")
    );
}

#[test]
fn every_changed_byte_is_noticed() {
    let roots = Roots::yubico().unwrap();
    for [leaf, device] in [OLD, NEW] {
        for at in 0..leaf.len() {
            let mut bad = leaf.to_vec();
            bad[at] ^= 0x10;
            assert!(verify_attestation(&bad, device, &roots, NOW).is_err(), "attestation, byte {at}");
        }
        for at in 0..device.len() {
            let mut bad = device.to_vec();
            bad[at] ^= 0x10;
            assert!(verify_attestation(leaf, &bad, &roots, NOW).is_err(), "device, byte {at}");
        }
    }
}

#[test]
fn an_operators_own_file_of_roots_is_used_alone() {
    let only_old = include_str!("../roots/yubico-piv-root-ca-263751.pem");
    let roots = Roots::from_pem(only_old.as_bytes()).unwrap();
    assert!(verify_attestation(OLD[0], OLD[1], &roots, NOW).is_ok());
    assert!(matches!(
        verify_attestation(NEW[0], NEW[1], &roots, NOW),
        Err(AttestationFault::UnknownIssuer(_))
    ));
}
