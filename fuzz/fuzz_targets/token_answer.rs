//! What a token gives: public keys, points, and private keys that left it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tokens::fuzzing::given(data));
