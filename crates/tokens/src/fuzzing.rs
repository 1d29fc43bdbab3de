//! Parsers of what a token gives, which only fuzz targets call by themselves.

use crate::{KeySpec, der, form};
use secrets::SecretBytes;

/// The kinds that are written in more than plain bytes.
const KINDS: [KeySpec; 7] = [
    KeySpec::P256,
    KeySpec::P384,
    KeySpec::P521,
    KeySpec::Secp256k1,
    KeySpec::Rsa(2048),
    KeySpec::Rsa(3072),
    KeySpec::Rsa(4096),
];

/// A public key, a point, and a private key that left the token: what is read is written again as the same.
pub fn given(bytes: &[u8]) {
    if let Some((n, e)) = der::rsa_parts(bytes) {
        assert_eq!(der::rsa_parts(&der::rsa_spki(&n, &e)), Some((n, e)));
    }
    let _ = der::destination(bytes);
    let locked = SecretBytes::copied_from(bytes);
    for spec in KINDS {
        // Every key in the one encoding has its point, and every point makes that encoding.
        if der::is_canonical(spec, bytes) && der::curve(spec).is_some() {
            assert!(der::ec_point(spec, bytes).is_some());
        }
        if let Some(spki) = der::ec_spki(spec, bytes) {
            assert!(der::is_canonical(spec, &spki));
            assert_eq!(der::ec_point(spec, &spki).and_then(|p| der::ec_spki(spec, &p)), Some(spki));
        }
        let Ok(key) = &locked else { continue };
        let mended = form::mended(spec, key);
        // A key that is in its right form comes out as it is.
        if form::check(spec, bytes).is_ok() {
            assert!(mended.is_ok_and(|mended| mended.expose() == bytes));
        }
    }
}
