//! What a custodian's secret is kept in: the box of a YubiKey's key, and the private key under a passphrase.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(header) = piv::header(data) {
        assert_eq!(header.recipient, data[2..34]);
    }
    let passphrase =
        secrets::SecretText::new("practice passphrase".to_owned()).expect("memory for a passphrase");
    let _ = byok::security_domain::open_key(data, &passphrase);
});
