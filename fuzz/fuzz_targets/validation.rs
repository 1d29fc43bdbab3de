//! What somebody looked up of a token's validation certificate.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some(parts) = actions::fuzzing::validation(data) else { return };
    // What is taken is written and read again as the same.
    let file: toml::Table =
        parts.iter().map(|(name, said)| ((*name).to_owned(), said.clone().into())).collect();
    assert_eq!(actions::fuzzing::validation(file.to_string().as_bytes()), Some(parts));
});
