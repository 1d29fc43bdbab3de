//! The data objects of a card.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Some(written) = piv::fuzzing::data_object(data) {
        // Lengths may have been written longer than they need be.
        assert_eq!(piv::fuzzing::data_object(&written), Some(written));
    }
});
