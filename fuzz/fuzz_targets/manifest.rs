//! A bundle whose manifest was changed.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    use byok::bundle::{BundleFile, MANIFEST, verify};
    let file = |name: &str, bytes: &[u8]| BundleFile { name: name.to_owned(), bytes: bytes.to_vec() };
    let _ = verify(&[file(MANIFEST, data)]);
    let _ = verify(&[file(MANIFEST, data), file("WrappedKey.bin", b"x")]);
    let _ = byok::receipt::read(&[file("receipt.json", b"{}")], data);
});
