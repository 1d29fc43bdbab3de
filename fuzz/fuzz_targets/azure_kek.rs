//! A JWK or PEM of Azure's key exchange key.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    use byok::provider::Input;
    let stated = [
        ("vault", "https://hospital.vault.azure.net"),
        ("key-name", "records-2027"),
        ("kid", "https://hospital.vault.azure.net/keys/KEKforBYOK/0123456789abcdef0123456789abcdef"),
    ];
    for stated in [&stated[..], &stated[..2]] {
        let _ =
            byok::of(byok::Target::AzureKeyVault).read(&Input { file_name: "kek.json", bytes: data, stated });
    }
});
