//! Wrapping keys: DER, PEM, certificates.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let key = byok::WrappingKey::from_der(data);
    if let Ok(key) = key {
        assert_eq!(key.spki(), data, "one encoding");
    }
    let _ = byok::WrappingKey::from_pem(data);
    let _ = byok::WrappingKey::from_certificate(data);
});
