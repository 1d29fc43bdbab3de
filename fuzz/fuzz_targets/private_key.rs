//! Key material before it is wrapped: PKCS#8 of every kind.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut kinds = 0;
    for key in byok::KeyType::ALL {
        kinds += usize::from(key.is_asymmetric() && key.check_material(data).is_ok());
    }
    assert!(kinds <= 1, "one key is of one kind");
});
