//! What AWS sends: JSON or the console's zip archive.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab";
    let _ = byok::aws::Parameters::read(data, "import-params.json");
    let _ = byok::aws::Parameters::read_with(data, "x.zip", Some(arn), Some(1_800_000_000));
});
