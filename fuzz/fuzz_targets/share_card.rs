//! The text of a share card.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(text) = secrets::SecretText::new(text.to_owned()) else { return };
    let _ = shares::Share::parse(&text);
});
