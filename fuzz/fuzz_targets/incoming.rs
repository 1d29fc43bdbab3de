//! Any file, as text, as PEM, and by what it looks like.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = incoming::Kind::of(data).to_string();
    if let Ok(text) = incoming::text(data) {
        assert!(!text.contains('\r'));
        let _ = incoming::pem_blocks(&text);
    }
});
