//! SoftHSM 2.6: RFC 5649 under an ambiguous number, OAEP with SHA-1 only, padded private keys.
#![allow(unsafe_code, clippy::unwrap_used, reason = "tests set the module's environment before it loads")]

mod common;

use std::path::Path;
use tokens::{Finding, Module, OaepHash, Recipe};

#[test]
fn softhsm_is_taken_for_what_it_does() {
    let folder = tempfile::tempdir().unwrap();
    let conf = folder.path().join("softhsm2.conf");
    let text = format!("directories.tokendir = {}\nobjectstore.backend = file\n", folder.path().display());
    std::fs::write(&conf, text).unwrap();
    // SAFETY: the only test of this program, before any other thread starts.
    unsafe { std::env::set_var("SOFTHSM2_CONF", &conf) };
    let path = Path::new("/usr/lib/softhsm/libsofthsm2.so");
    let module = Module::load(path).unwrap();
    let slot = module.tokens().unwrap()[0].slot;
    let info =
        module.initialise(slot, "trial", &common::secret("12345678"), &common::secret("123456")).unwrap();
    let mut token = module.open(&info.uri(path).parse().unwrap()).unwrap();
    let found = common::walk(&mut token, "123456");
    found.allows(Recipe::RsaAesKeyWrap(OaepHash::Sha1)).unwrap();
    assert!(found.allows(Recipe::Oaep(OaepHash::Sha256)).is_err());
    assert_eq!(found.finding("private-key-exact"), Some(Finding::Lies));
    assert_eq!(found.finding("non-extractable-refused"), Some(Finding::RefusedRightly));
}
