//! What says that a key was made on a YubiKey: the attestation and the device's certificate, one after the other, a PEM file
//! of roots, and a public key. The first two bytes say how long the attestation is.
#![no_main]

use piv::{Roots, verify_attestation};
use std::sync::LazyLock;

static YUBICO: LazyLock<Roots> = LazyLock::new(|| Roots::yubico().expect("built in"));

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Some(([high, low], rest)) = data.split_first_chunk::<2>() {
        let length = usize::from(*high) << 8 | usize::from(*low);
        let (attestation, device) = rest.split_at(length.min(rest.len()));
        if let Ok(attested) = verify_attestation(attestation, device, &YUBICO, 1_800_000_000) {
            assert_eq!(attested.chain[0], attestation);
        }
        if let Ok(root) = Roots::only(device) {
            let _ = verify_attestation(attestation, device, &root, 1_800_000_000);
        }
    }
    if let Ok(roots) = Roots::from_pem(data) {
        assert!(!roots.anchors().is_empty());
    }
    piv::fuzzing::public_key(data);
    let _ = piv::is_signed_by(data, b"message", &data[..data.len().min(72)]);
});
