//! Attestation from the card to its root, and what is refused.

use piv::{AttestationFault, FormFactor, KeyKind, KeyRequest, PinRule, PivError, Roots, Slot, TouchRule};

use crate::{NEW, NOW, OLD, SERIAL, pem, ready, request, roots, run};

#[test]
fn an_attested_key_is_proven_and_openssl_agrees() {
    for (firmware, kinds) in
        [(OLD, &[KeyKind::Rsa2048, KeyKind::P256, KeyKind::P384][..]), (NEW, &KeyKind::MADE)]
    {
        let Some((desk, plug, mut card)) = ready(firmware) else { return };
        for (number, kind) in (1..).zip(kinds) {
            let slot = Slot::retired(number).unwrap();
            let asked = KeyRequest { pin: PinRule::Always, touch: TouchRule::Cached, ..request(slot, *kind) };
            let facts = card.generate(&asked).unwrap();
            let proven = card.attest(slot, &roots(&plug), NOW).unwrap();
            assert_eq!(proven.facts, facts);
            let said = &proven.attested;
            assert_eq!((said.serial, said.firmware), (SERIAL, card.firmware()));
            assert_eq!(said.form_factor, Some(FormFactor::UsbA));
            assert_eq!((said.pin, said.touch), (PinRule::Always, TouchRule::Cached));
            assert_eq!(said.public_key, facts.public_key);
            assert_eq!(said.root, "CN=VIRTUAL YubiKey PIV Root (test only)");
            assert_eq!(said.chain.len(), 3);

            let file = |name: &str, der: &[u8]| {
                let path = desk.folder().join(name);
                std::fs::write(&path, pem("CERTIFICATE", der)).unwrap();
                path.to_str().unwrap().to_owned()
            };
            let (root, device, leaf) = (
                file("root.pem", &plug.root_certificate()),
                file("device.pem", &proven.device_certificate),
                file("leaf.pem", &proven.attestation),
            );
            let arguments = ["verify", "-CAfile", &root, "-untrusted", &device, &leaf];
            let (good, said) = run("openssl", &arguments);
            assert!(good, "{kind} on {firmware}: {said}");
        }
    }
}

#[test]
fn a_virtual_key_does_not_pass_for_a_real_one() {
    let Some((_desk, _plug, mut card)) = ready(NEW) else { return };
    card.generate(&request(Slot::Signature, KeyKind::P256)).unwrap();
    let refused = card.attest(Slot::Signature, &Roots::yubico().unwrap(), NOW).unwrap_err();
    let unknown = AttestationFault::UnknownIssuer("CN=Yubico PIV Attestation".to_owned());
    assert_eq!(refused, PivError::Attestation(unknown));
    assert_eq!(refused.code(), "piv-attestation");
}

#[test]
fn another_cards_root_or_another_time_is_refused() {
    let Some((desk, plug, mut card)) = ready(NEW) else { return };
    let slot = Slot::Signature;
    card.generate(&request(slot, KeyKind::P256)).unwrap();
    let other = desk.card(1, NEW, 30_000_002).unwrap();
    // Both roots have one name, so this one's signature is what is wrong.
    let fault = AttestationFault::Signature("CN=Yubico PIV Attestation".to_owned());
    assert_eq!(card.attest(slot, &roots(&other), NOW).unwrap_err(), PivError::Attestation(fault));
    for time in [0, 4_000_000_000] {
        assert!(matches!(
            card.attest(slot, &roots(&plug), time).unwrap_err(),
            PivError::Attestation(AttestationFault::OutOfTime(_))
        ));
    }
}

/// What the attestation is said to differ in.
fn difference(refused: PivError) -> &'static str {
    match refused {
        PivError::Attestation(AttestationFault::Differs { what, .. }) => what,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_card_that_claims_another_serial_number_firmware_or_shape_is_caught() {
    let Some((_desk, plug, mut card)) = ready(NEW) else { return };
    let slot = Slot::Signature;
    card.generate(&request(slot, KeyKind::P256)).unwrap();
    drop(card);
    let roots = roots(&plug);

    plug.lie(0xf8, Some(30_000_009_u32.to_be_bytes().to_vec()));
    let mut card = piv::Card::open(30_000_009).unwrap();
    assert_eq!(difference(card.attest(slot, &roots, NOW).unwrap_err()), "serial number");
    drop(card);
    plug.lie(0xf8, None);

    plug.lie(0xfd, Some(vec![5, 7, 4]));
    let mut card = piv::Card::open(SERIAL).unwrap();
    assert_eq!(difference(card.attest(slot, &roots, NOW).unwrap_err()), "firmware");
    drop(card);
    plug.lie(0xfd, None);

    plug.lie(0x1d, Some(vec![3, 4, 1, 3]));
    let mut card = piv::Card::open(SERIAL).unwrap();
    assert_eq!(card.form_factor(), Some(FormFactor::UsbC));
    assert_eq!(difference(card.attest(slot, &roots, NOW).unwrap_err()), "form factor");
    drop(card);
    // One that does not say is not caught by that alone.
    plug.lie(0x1d, Some(vec![0]));
    let mut card = piv::Card::open(SERIAL).unwrap();
    assert_eq!(card.form_factor(), None);
    card.attest(slot, &roots, NOW).unwrap();
}

#[test]
fn an_attestation_of_another_slot_key_or_rule_is_caught() {
    let Some((_desk, plug, mut card)) = ready(NEW) else { return };
    let roots = roots(&plug);
    let slot = Slot::Signature;
    let mut made = |slot, pin, touch| {
        let overwrite = piv::Overwrite::Unfinished;
        card.generate(&KeyRequest { pin, touch, overwrite, ..request(slot, KeyKind::P256) }).unwrap();
        plug.lie(0xf9, None);
        card.attest(slot, &roots, NOW).unwrap().attestation
    };
    let other_slot = made(Slot::KeyManagement, PinRule::Once, TouchRule::Never);
    let old_rule = made(slot, PinRule::Always, TouchRule::Never);
    let old_touch = made(slot, PinRule::Once, TouchRule::Cached);
    let old_key = made(slot, PinRule::Once, TouchRule::Never);
    made(slot, PinRule::Once, TouchRule::Never);
    for (shown, what) in
        [(other_slot, "slot"), (old_rule, "PIN rule"), (old_touch, "touch rule"), (old_key, "public key")]
    {
        plug.lie(0xf9, Some(shown));
        assert_eq!(difference(card.attest(slot, &roots, NOW).unwrap_err()), what);
    }
    plug.lie(0xf9, None);
    card.attest(slot, &roots, NOW).unwrap();
}

#[test]
fn a_root_is_found_among_several_of_one_name() {
    let Some((desk, plug, mut card)) = ready(NEW) else { return };
    card.generate(&request(Slot::Signature, KeyKind::P256)).unwrap();
    let other = desk.card(1, NEW, 30_000_002).unwrap();
    for order in [[&other, &plug], [&plug, &other]] {
        let file: String = order.iter().map(|p| pem("CERTIFICATE", &p.root_certificate())).collect();
        let roots = Roots::from_pem(file.as_bytes()).unwrap();
        card.attest(Slot::Signature, &roots, NOW).unwrap();
    }
}

#[test]
fn every_changed_byte_of_a_chain_is_noticed() {
    let Some((_desk, plug, mut card)) = ready(NEW) else { return };
    card.generate(&request(Slot::Signature, KeyKind::P256)).unwrap();
    let roots = roots(&plug);
    let proven = card.attest(Slot::Signature, &roots, NOW).unwrap();
    let (leaf, device) = (&proven.attestation, &proven.device_certificate);
    for at in 0..leaf.len() {
        let mut bad = leaf.clone();
        bad[at] ^= 0x04;
        assert!(piv::verify_attestation(&bad, device, &roots, NOW).is_err(), "attestation, byte {at}");
    }
    for at in 0..device.len() {
        let mut bad = device.clone();
        bad[at] ^= 0x04;
        assert!(piv::verify_attestation(leaf, &bad, &roots, NOW).is_err(), "device, byte {at}");
    }
    assert!(piv::verify_attestation(device, leaf, &roots, NOW).is_err(), "the wrong way round");
}

#[test]
fn an_imported_key_is_refused_where_a_generated_one_is_asked_for() {
    let Some((desk, plug, card)) = ready(NEW) else { return };
    drop(card);
    let key = desk.folder().join("outside.pem");
    let key = key.to_str().unwrap();
    let (good, said) = run("openssl", &["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key]);
    assert!(good, "{said}");
    let reader = ["-r", "Yubico YubiKey OTP+FIDO+CCID 00 00"];
    let import = ["piv", "keys", "import", "-P", "482916", "9c", key];
    let (good, said) = crate::clients::ykman(&[&reader[..], &import].concat());
    assert!(good, "{said}");

    let mut card = piv::Card::open(SERIAL).unwrap();
    let slot = Slot::Signature;
    assert_eq!(card.key(slot).unwrap().unwrap().origin, piv::Origin::Imported);
    assert_eq!(card.attest(slot, &roots(&plug), NOW).unwrap_err(), PivError::Imported { slot });
    // Even if the card lied about the origin, it would not attest.
    assert_eq!(
        card.attest(Slot::KeyManagement, &roots(&plug), NOW).unwrap_err(),
        PivError::SlotEmpty { slot: Slot::KeyManagement }
    );
}
