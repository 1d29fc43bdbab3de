//! A roster.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = script::Roster::parse(text, protocol::Mode::Rehearsal);
});
