//! Keys made on the card, their certificates, and signatures that OpenSSL accepts.

use piv::{KeyKind, KeyRequest, Origin, Overwrite, PinRule, PivError, Slot, TouchRule};

use crate::{NEW, OLD, certificate, pem, pin, ready, request, run};

#[test]
fn every_kind_is_made_read_back_certified_and_signs() {
    for (firmware, kinds) in
        [(OLD, &[KeyKind::Rsa2048, KeyKind::P256, KeyKind::P384][..]), (NEW, &KeyKind::MADE)]
    {
        let Some((desk, _plug, mut card)) = ready(firmware) else { return };
        for (number, kind) in (1..).zip(kinds) {
            let slot = Slot::retired(number).unwrap();
            let asked = KeyRequest { pin: PinRule::Always, touch: TouchRule::Cached, ..request(slot, *kind) };
            let facts = card.generate(&asked).unwrap();
            assert_eq!(
                (facts.kind, facts.origin, facts.pin, facts.touch),
                (*kind, Origin::Generated, PinRule::Always, TouchRule::Cached)
            );
            assert_eq!(card.key(slot).unwrap().unwrap(), facts);

            let der = card.self_signed(slot, Some(&pin()), &certificate()).unwrap();
            card.write_certificate(slot, &der).unwrap();
            assert_eq!(card.read_certificate(slot).unwrap().unwrap(), der);

            // -check_ss_sig: a self-signed root's own signature is verified, too.
            let file = desk.folder().join("certificate.pem");
            std::fs::write(&file, pem("CERTIFICATE", &der)).unwrap();
            let file = file.to_str().unwrap();
            let (good, said) = run("openssl", &["verify", "-check_ss_sig", "-CAfile", file, file]);
            assert!(good, "{kind} on {firmware}: {said}");
            let (_, said) = run("openssl", &["x509", "-in", file, "-noout", "-subject", "-issuer"]);
            assert_eq!(said.matches("CN = \"Custodian 1, rehearsal\"").count(), 2, "{said}");
        }
        assert_eq!(card.keys().unwrap().len(), kinds.len());
    }
}

#[test]
fn older_firmware_says_what_it_lacks() {
    let Some((_desk, plug, mut card)) = ready(OLD) else { return };
    let before = plug.commands();
    for kind in [KeyKind::Rsa3072, KeyKind::Rsa4096, KeyKind::Ed25519] {
        let refused = card.generate(&request(Slot::Signature, kind)).unwrap_err();
        assert_eq!(refused.happened(), "this YubiKey has firmware 5.4.3, and 5.7.0 or later is needed");
    }
    assert_eq!(plug.commands(), before, "the card was not asked");
}

#[test]
fn nothing_is_overwritten() {
    let Some((_desk, _plug, mut card)) = ready(NEW) else { return };
    let slot = Slot::KeyManagement;
    let first = card.generate(&request(slot, KeyKind::P256)).unwrap();
    assert_eq!(card.generate(&request(slot, KeyKind::P256)).unwrap_err(), PivError::SlotTaken { slot });
    // Without a certificate it counts as unfinished, and only then may it go.
    let unfinished = KeyRequest { overwrite: Overwrite::Unfinished, ..request(slot, KeyKind::P256) };
    let second = card.generate(&unfinished).unwrap();
    assert_ne!(first.public_key, second.public_key);
    let der = card.self_signed(slot, None, &certificate()).unwrap();
    card.write_certificate(slot, &der).unwrap();
    assert_eq!(card.generate(&unfinished).unwrap_err(), PivError::SlotTaken { slot });
    assert_eq!(card.key(slot).unwrap().unwrap(), second);
}

#[test]
fn each_key_is_listed_once_also_in_slot_9d() {
    let Some((_desk, _plug, mut card)) = ready(NEW) else { return };
    for slot in [Slot::KeyManagement, Slot::Signature] {
        card.generate(&request(slot, KeyKind::P256)).unwrap();
        let der = card.self_signed(slot, None, &certificate()).unwrap();
        card.write_certificate(slot, &der).unwrap();
    }
    let slots: Vec<Slot> = card.keys().unwrap().iter().map(|k| k.slot).collect();
    assert_eq!(slots, [Slot::Signature, Slot::KeyManagement]);
}

#[test]
fn a_certificate_for_another_key_is_not_written() {
    let Some((_desk, _plug, mut card)) = ready(NEW) else { return };
    let (one, two) = (Slot::Signature, Slot::KeyManagement);
    card.generate(&request(one, KeyKind::P256)).unwrap();
    card.generate(&request(two, KeyKind::P256)).unwrap();
    let der = card.self_signed(one, Some(&pin()), &certificate()).unwrap();
    assert!(matches!(card.write_certificate(two, &der), Err(PivError::WrongKind { .. })));
    assert!(matches!(card.write_certificate(one, b"nonsense"), Err(PivError::Refused { .. })));
    assert_eq!(card.read_certificate(two).unwrap(), None);
    assert_eq!(
        card.write_certificate(Slot::Authentication, &der).unwrap_err(),
        PivError::SlotEmpty { slot: Slot::Authentication }
    );
}

#[test]
fn a_key_that_is_not_what_was_asked_for_is_noticed() {
    let Some((_desk, plug, mut card)) = ready(NEW) else { return };
    let slot = Slot::Signature;
    let key = card.generate(&request(slot, KeyKind::P256)).unwrap();
    let point = &key.public_key[26..];
    let metadata = |pin: u8, touch: u8, origin: u8| {
        [&[1, 1, 0x11, 2, 2, pin, touch, 3, 1, origin, 4, 67, 0x86, 65][..], point].concat()
    };
    // Asked for: PIN once (2), touch never (1), generated (1), and the public key that GENERATE answered.
    for (pin, touch, origin) in [(1, 1, 1), (2, 2, 1), (2, 1, 2), (2, 1, 1)] {
        // Three true answers say that no factory secret is left.
        plug.lie_after(3, 0xf7, metadata(pin, touch, origin));
        let asked = KeyRequest { overwrite: Overwrite::Unfinished, ..request(slot, KeyKind::P256) };
        let noticed = card.generate(&asked).unwrap_err();
        assert_eq!(noticed, PivError::ReadBack { what: "key" }, "{pin} {touch} {origin}");
        plug.lie(0xf7, None);
    }
}

#[test]
fn a_write_that_the_card_only_claims_is_noticed() {
    let Some((_desk, plug, mut card)) = ready(NEW) else { return };
    let slot = Slot::Signature;
    card.generate(&request(slot, KeyKind::P256)).unwrap();
    let [one, two] = [1, 2].map(|n| {
        let wanted = piv::CertificateRequest { serial: [n; 16], ..certificate() };
        card.self_signed(slot, Some(&pin()), &wanted).unwrap()
    });
    let lost = PivError::ReadBack { what: "certificate" };
    plug.lie(0xdb, Some(vec![]));
    assert_eq!(card.write_certificate(slot, &one).unwrap_err(), lost, "nothing is there");
    plug.lie(0xdb, None);
    card.write_certificate(slot, &one).unwrap();
    plug.lie(0xdb, Some(vec![]));
    assert_eq!(card.write_certificate(slot, &two).unwrap_err(), lost, "another is there");
}
