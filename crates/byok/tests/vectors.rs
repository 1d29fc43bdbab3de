//! Bundles that were made once stay readable.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use byok::Target;
use byok::bundle::{BundleFile, MANIFEST, about, verify};
use byok::receipt::{self, Identity};
use std::path::Path;

fn bundle(name: &str) -> Vec<BundleFile> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(name);
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            BundleFile { name, bytes: std::fs::read(path).unwrap() }
        })
        .collect()
}

#[test]
fn bundles_of_version_1_verify() {
    for name in ["aws-kms", "azure-managed-hsm"] {
        let mut files = bundle(name);
        assert!(files.len() >= 7, "{name}");
        verify(&files).unwrap();
        let script = files.iter_mut().find(|f| f.name == "import.sh").unwrap();
        script.bytes.push(b'\n');
        assert_eq!(verify(&files).unwrap_err().code(), "bundle-file-changed");
    }
}

/// There is one format, and nothing else is taken for it.
#[test]
fn a_manifest_of_another_format_is_refused() {
    for name in ["aws-kms", "azure-managed-hsm"] {
        let mut files = bundle(name);
        let manifest = files.iter_mut().find(|f| f.name == MANIFEST).unwrap();
        let text = String::from_utf8(manifest.bytes.clone()).unwrap();
        for format in ["cofferdam-byok-bundle/2", "cofferdam-aws-kms-import/1"] {
            manifest.bytes = text.replace("cofferdam-byok-bundle/1", format).into_bytes();
            assert_eq!(about(&manifest.bytes).unwrap_err().code(), "manifest-malformed");
        }
        assert_eq!(verify(&files).unwrap_err().code(), "manifest-malformed");
    }
}

#[test]
fn what_they_are_for() {
    let manifest = bundle("aws-kms").into_iter().find(|f| f.name == MANIFEST).unwrap();
    let about = about(&manifest.bytes).unwrap();
    let arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    assert_eq!((about.target, about.key.as_str(), about.rehearsal), (Target::AwsKms, arn, false));
}

#[test]
fn receipts_close_them() {
    let receipt = |name: &str, text: &str| {
        let manifest = bundle(name).into_iter().find(|f| f.name == MANIFEST).unwrap();
        let file = BundleFile { name: "receipt.json".to_owned(), bytes: text.as_bytes().to_vec() };
        receipt::read(&[file], &manifest.bytes).unwrap()
    };
    let aws = receipt(
        "aws-kms",
        r#"{"KeyMetadata":{"Arn":"arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
           "KeyState":"Enabled","Origin":"EXTERNAL","ExpirationModel":"KEY_MATERIAL_DOES_NOT_EXPIRE"}}"#,
    );
    assert_eq!(aws.identity, Identity::CannotBeProven);
    let azure = receipt(
        "azure-managed-hsm",
        r#"{"attributes":{"enabled":true,"expires":null},"key":{"kty":"oct-HSM",
           "kid":"https://hospital.managedhsm.azure.net/keys/records-2027/0123456789abcdef0123456789abcdef"}}"#,
    );
    assert_eq!(azure.identity, Identity::CannotBeProven);
}
