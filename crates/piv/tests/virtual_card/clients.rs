//! `ykman` and `yubico-piv-tool`, which share no code with this crate, see the same card.

use std::path::Path;

use piv::{Card, KeyKind, KeyRequest, Origin, PinRule, Slot, TouchRule};

use crate::{NEW, NOW, OLD, SERIAL, certificate, desk_with, pem, pin, ready, request, roots, run};

const READER: &str = "Yubico YubiKey OTP+FIDO+CCID 00 00";

/// The newer one of `make tools` if it is there, else Debian's.
pub(crate) fn ykman(arguments: &[&str]) -> (bool, String) {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/tools/ykman/bin/ykman");
    let program = if Path::new(own).exists() { own } else { "ykman" };
    run(program, arguments)
}

fn piv(arguments: &[&str]) -> (bool, String) {
    ykman(&[&["-r", READER, "piv"], arguments].concat())
}

/// The certificate or key in a PEM file, as DER.
fn unpem(text: &str) -> Vec<u8> {
    let body: String = text
        .lines()
        .skip_while(|l| !l.starts_with("-----BEGIN"))
        .skip(1)
        .take_while(|l| !l.starts_with('-'))
        .collect();
    data_encoding::BASE64.decode(body.as_bytes()).unwrap_or_else(|e| panic!("{e}: {text}"))
}

#[test]
fn ykman_agrees_on_what_this_crate_made() {
    for firmware in [OLD, NEW] {
        let Some((desk, plug, mut card)) = ready(firmware) else { return };
        let slot = Slot::Signature;
        let asked =
            KeyRequest { pin: PinRule::Always, touch: TouchRule::Cached, ..request(slot, KeyKind::P256) };
        let facts = card.generate(&asked).unwrap();
        let der = card.self_signed(slot, Some(&pin()), &certificate()).unwrap();
        card.write_certificate(slot, &der).unwrap();
        let proven = card.attest(slot, &roots(&plug), NOW).unwrap();
        drop(card);

        let file = desk.folder().join("from-ykman.pem");
        let file = file.to_str().unwrap();
        let export = |arguments: &[&str]| {
            let (good, said) = piv(&[arguments, &[file]].concat());
            assert!(good, "{firmware}: {said}");
            unpem(&std::fs::read_to_string(file).unwrap())
        };
        assert_eq!(export(&["certificates", "export", "9c"]), der);
        assert_eq!(export(&["certificates", "export", "f9"]), proven.device_certificate);
        assert_eq!(export(&["keys", "export", "9c"]), facts.public_key);
        let (good, said) = {
            let attested = export(&["keys", "attest", "9c"]);
            std::fs::write(file, pem("CERTIFICATE", &attested)).unwrap();
            // A fresh signature each time, the same statement.
            let again =
                piv::verify_attestation(&attested, &proven.device_certificate, &roots(&plug), NOW).unwrap();
            assert_eq!(again.public_key, facts.public_key);
            let root = desk.folder().join("root.pem");
            let device = desk.folder().join("device.pem");
            std::fs::write(&root, pem("CERTIFICATE", &plug.root_certificate())).unwrap();
            std::fs::write(&device, pem("CERTIFICATE", &proven.device_certificate)).unwrap();
            let (root, device) = (root.to_str().unwrap(), device.to_str().unwrap());
            run("openssl", &["verify", "-CAfile", root, "-untrusted", device, file])
        };
        assert!(good, "{said}");

        let (good, said) = piv(&["info"]);
        assert!(good, "{said}");
        assert!(said.contains(&firmware.to_string()), "{said}");
        assert!(said.contains("3/3"), "tries left: {said}");
        assert!(!said.to_lowercase().contains("using default"), "no factory secret is left: {said}");
        let (good, said) = piv(&["keys", "info", "9c"]);
        if good {
            // Since ykman 5.
            for line in ["GENERATED", "ALWAYS", "CACHED", "ECCP256"] {
                assert!(said.to_uppercase().contains(line), "{line}: {said}");
            }
        }
    }
}

#[test]
fn this_crate_agrees_on_what_ykman_made() {
    for firmware in [OLD, NEW] {
        let Some((desk, plug, card)) = ready(firmware) else { return };
        drop(card);
        let file = desk.folder().join("made.pem");
        let file = file.to_str().unwrap();
        let policies = ["--pin-policy", "ONCE", "--touch-policy", "ALWAYS"];
        let generate = ["keys", "generate", "-P", "482916", "-a", "ECCP384"];
        let (good, said) = piv(&[&generate[..], &policies, &["9a", file]].concat());
        assert!(good, "{said}");
        let made = unpem(&std::fs::read_to_string(file).unwrap());
        let (good, said) =
            piv(&["certificates", "generate", "-P", "482916", "-s", "CN=made by ykman", "9a", file]);
        assert!(good, "{said}");

        let mut card = Card::open(SERIAL).unwrap();
        let facts = card.key(Slot::Authentication).unwrap().unwrap();
        assert_eq!(
            (facts.kind, facts.origin, facts.pin, facts.touch),
            (KeyKind::P384, Origin::Generated, PinRule::Once, TouchRule::Always)
        );
        assert_eq!(facts.public_key, made);
        let proven = card.attest(Slot::Authentication, &roots(&plug), NOW).unwrap();
        assert_eq!(proven.attested.touch, TouchRule::Always);
        assert!(card.read_certificate(Slot::Authentication).unwrap().is_some());
    }
}

#[test]
fn yubico_piv_tool_agrees() {
    for firmware in [OLD, NEW] {
        let Some((_desk, plug, mut card)) = ready(firmware) else { return };
        let slot = Slot::Authentication;
        card.generate(&request(slot, KeyKind::P256)).unwrap();
        let der = card.self_signed(slot, Some(&pin()), &certificate()).unwrap();
        card.write_certificate(slot, &der).unwrap();
        let attestation = card.attest(slot, &roots(&plug), NOW).unwrap();
        drop(card);
        let tool = |arguments: &[&str]| {
            let (good, said) = run("yubico-piv-tool", &[&["-r", READER], arguments].concat());
            assert!(good, "{firmware}: {said}");
            said
        };
        let status = tool(&["-a", "status"]);
        assert!(status.contains(&SERIAL.to_string()), "{status}");
        assert!(status.contains("PIN tries left:\t3"), "{status}");
        assert!(status.contains(&firmware.to_string()), "{status}");
        assert_eq!(unpem(&tool(&["-a", "read-certificate", "-s", "9a"])), der);
        let theirs = unpem(&tool(&["-a", "attest", "-s", "9a"]));
        let said = piv::verify_attestation(&theirs, &attestation.device_certificate, &roots(&plug), NOW);
        assert_eq!(said.unwrap().public_key, attestation.facts.public_key);
    }
}

#[test]
fn ykman_sees_the_factory_secrets_that_this_crate_names() {
    let Some((_desk, _plug)) = desk_with(NEW) else { return };
    let (_, said) = piv(&["info"]);
    assert!(said.to_lowercase().contains("default pin"), "{said}");
    assert_eq!(Card::open(SERIAL).unwrap().factory_secrets().unwrap().len(), 3);
}
