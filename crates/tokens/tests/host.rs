//! The host-memory rung gives what openssl opens, and refuses what does not fit.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

mod common;

use common::openssl;
use secrets::SecretBytes;
use tokens::{OaepHash, Recipe, Rung, TokenError, host};

#[test]
fn openssl_opens_what_was_wrapped_in_host_memory() {
    for (bits, longest) in [(2048, 190), (3072, 318), (4096, 446)] {
        let folder = tempfile::tempdir().unwrap();
        let spki = openssl::destination(folder.path(), bits);
        for hash in [OaepHash::Sha1, OaepHash::Sha256] {
            // AES-128 and 256, HMAC-512, the longest for OAEP with SHA-256, and RSA-4096 in PKCS#8.
            for len in [16, 32, 64, longest, 2375] {
                let key: Vec<u8> = (0..len).map(|i| u8::try_from(i % 251).unwrap()).collect();
                let secret = SecretBytes::copied_from(&key).unwrap();
                for recipe in [Recipe::Oaep(hash), Recipe::RsaAesKeyWrap(hash)] {
                    let wrapped = host::wrap(&spki, recipe, &secret);
                    if len > longest && matches!(recipe, Recipe::Oaep(_)) {
                        assert!(matches!(wrapped, Err(TokenError::NotOffered { .. })));
                        continue;
                    }
                    let wrapped = wrapped.unwrap();
                    assert_eq!(wrapped.rung, Rung::HostMemory);
                    assert_eq!(openssl::open(folder.path(), recipe, &wrapped.blob), key, "{recipe:?} {len}");
                }
            }
        }
    }
}

#[test]
fn only_an_rsa_key_is_a_destination() {
    let secret = SecretBytes::copied_from(&[7; 32]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let spki = openssl::destination(folder.path(), 2048);
    let mut longer = spki.clone();
    longer.push(0);
    let small = openssl::destination(folder.path(), 1024);
    for bad in [&spki[..spki.len() - 1], &longer, &small, b"", b"0"] {
        let refused = host::wrap(bad, Recipe::Oaep(OaepHash::Sha256), &secret);
        assert!(matches!(refused, Err(TokenError::NotOffered { .. })), "{refused:?}");
    }
    // One-time keys differ, so no two blobs are alike.
    let twice = || host::wrap(&spki, Recipe::RsaAesKeyWrap(OaepHash::Sha256), &secret).unwrap().blob;
    let (a, b) = (twice(), twice());
    assert_eq!(a.len(), 256 + 40);
    assert_ne!(a[256..], b[256..]);
}
