//! Secrets encrypted to a card, and transcripts signed by one.

use piv::{CardSigner, KeyKind, PivError, Purpose, Slot, encrypt_to};
use secrets::SecretBytes;

use crate::{NEW, OLD, pem, pin, ready, request, run};

const CONTEXT: &[u8] = b"share 2 of 0123-4567-89AB-CDEF";

#[test]
fn a_share_goes_to_the_card_and_comes_back() {
    for (firmware, slot) in [(OLD, Slot::KeyManagement), (NEW, Slot::retired(20).unwrap())] {
        let Some((_desk, _plug, mut card)) = ready(firmware) else { return };
        let key = card.generate(&request(slot, KeyKind::P256)).unwrap();
        let share: Vec<u8> = (0..70).collect();
        let secret = SecretBytes::copied_from(&share).unwrap();
        let sealed = encrypt_to(&key.public_key, Purpose::Rehearsal, CONTEXT, &secret).unwrap();
        let mut open = |purpose, context: &[u8], sealed: &[u8]| {
            card.decrypt(slot, Some(&pin()), purpose, context, sealed)
        };
        assert!(open(Purpose::Rehearsal, CONTEXT, &sealed).unwrap().same_as(&share));

        assert_eq!(
            open(Purpose::Production, CONTEXT, &sealed).err(),
            Some(PivError::BoxWrongMode { rehearsal: true })
        );
        assert!(matches!(
            open(Purpose::Rehearsal, b"another share", &sealed),
            Err(PivError::BoxDamaged { .. })
        ));
        let mut off_curve = sealed.clone();
        off_curve[98] ^= 1;
        assert!(matches!(open(Purpose::Rehearsal, CONTEXT, &off_curve), Err(PivError::BoxDamaged { .. })));
    }
}

#[test]
fn a_box_for_another_key_is_refused_without_using_a_key() {
    let Some((_desk, plug, mut card)) = ready(NEW) else { return };
    let (one, two) = (Slot::KeyManagement, Slot::retired(1).unwrap());
    let key = card.generate(&request(one, KeyKind::P256)).unwrap();
    card.generate(&request(two, KeyKind::P256)).unwrap();
    let secret = SecretBytes::copied_from(&[1; 32]).unwrap();
    let sealed = encrypt_to(&key.public_key, Purpose::Production, CONTEXT, &secret).unwrap();
    let before = plug.commands();
    let refused = card.decrypt(two, Some(&pin()), Purpose::Production, CONTEXT, &sealed);
    assert_eq!(refused.err(), Some(PivError::BoxForAnother));
    assert_eq!(plug.commands(), before + 1, "only the key's description was read");
}

#[test]
fn a_signer_has_what_a_transcript_wants() {
    for firmware in [OLD, NEW] {
        let Some((desk, _plug, mut card)) = ready(firmware) else { return };
        let slot = Slot::Signature;
        let key = card.generate(&request(slot, KeyKind::P256)).unwrap();
        card.generate(&request(Slot::Authentication, KeyKind::P384)).unwrap();
        let mut signer = CardSigner::new(card, slot, Some(pin())).unwrap();
        assert_eq!(signer.public_key(), key.public_key);
        assert_eq!(signer.public_key().len(), 91);
        for len in [0, 1, 1000, 100_000] {
            let message = vec![b'x'; len];
            let signature = signer.sign(&message).unwrap();
            let file = |name: &str, content: &[u8]| {
                let path = desk.folder().join(name);
                std::fs::write(&path, content).unwrap();
                path.to_str().unwrap().to_owned()
            };
            let key = file("key.pem", pem("PUBLIC KEY", signer.public_key()).as_bytes());
            let (signature, message) = (file("signature", &signature), file("message", &message));
            let arguments = ["dgst", "-sha256", "-verify", &key, "-signature", &signature, &message];
            let (good, said) = run("openssl", &arguments);
            assert!(good, "{len} bytes: {said}");
        }
        let card = signer.into_card();
        let refused = CardSigner::new(card, Slot::Authentication, Some(pin()));
        assert!(matches!(refused, Err(PivError::WrongKind { .. })), "P-384 is not what is wanted");
    }
}
