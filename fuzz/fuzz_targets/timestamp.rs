//! What a time-stamping authority answers, after the digest that was asked about.
#![no_main]

#[path = "../../crates/coffer/src/pages/timestamp/answer.rs"]
mod answer;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = answer::is_to(&[7; 32], data);
});
