//! A record whose every hash a forger made right: read, verified, and shortened for each reader.
#![no_main]

use transcript::{Level, Reading};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let bytes = cofferdam_fuzz::forged(data);
    let reading = Reading::of(&bytes);
    let report = transcript::verify::transcript(&bytes);
    assert_eq!(report.entries.len(), reading.entries.len());
    if reading.bad.is_some() || reading.entries.is_empty() {
        return;
    }
    for level in [Level::Public, Level::Auditor, Level::Internal] {
        let short = transcript::withhold(&bytes, level).expect("a record that holds can be shortened");
        let read = Reading::of(&short);
        assert_eq!((read.bad, read.head), (None, reading.head), "a copy has the head of the whole");
    }
});

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    cofferdam_fuzz::changed(data, size, max_size, seed)
});
