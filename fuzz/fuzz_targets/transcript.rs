//! A transcript.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let _ = transcript::verify::transcript(data);
});
