//! An import job of Google Cloud KMS.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    use byok::provider::Input;
    let stated = [
        ("key", "projects/hospital-1/locations/europe-west3/keyRings/records/cryptoKeys/k1"),
        ("algorithm", "AES_256_GCM"),
        ("protection-level", "HSM"),
    ];
    let _ = byok::of(byok::Target::GoogleKms).read(&Input {
        file_name: "job.json",
        bytes: data,
        stated: &stated,
    });
});
