//! Receipts of every provider, against bundles that exist; the first byte chooses.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    use byok::bundle::BundleFile;
    let Some((first, rest)) = data.split_first() else { return };
    let manifests = [
        &include_bytes!("../manifests/alibaba-kms.json")[..],
        &include_bytes!("../manifests/aws-kms.json")[..],
        &include_bytes!("../manifests/azure-key-vault.json")[..],
        &include_bytes!("../manifests/google-kms.json")[..],
        &include_bytes!("../manifests/ibm-key-protect.json")[..],
        &include_bytes!("../manifests/oracle-vault.json")[..],
        &include_bytes!("../manifests/vault-transit.json")[..],
        &include_bytes!("../manifests/salesforce-shield.json")[..],
    ];
    let manifest = manifests[usize::from(*first) % manifests.len()];
    let file = BundleFile { name: "receipt.json".to_owned(), bytes: rest.to_vec() };
    let _ = byok::receipt::read(&[file], manifest);
});
