//! A workstation card, and a signer's public key.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Some(card) = transcript::card::read(data) {
        let text = std::str::from_utf8(data).expect("a card is text");
        assert!(text.replace('\r', "").contains(&card.says));
    }
    if let Some(print) = transcript::verify::fingerprint(data) {
        assert_eq!(print.len(), 64);
    }
});
