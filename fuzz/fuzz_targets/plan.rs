//! A key plan.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    match byok::plan::read(data) {
        Ok(keys) => assert!(!keys.is_empty()),
        Err(faults) => assert!(!faults.is_empty()),
    }
});
