//! The rehearsal token (kryoptic) does everything a ceremony needs.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod common;

use std::process::Command;
use tokens::{Finding, OaepHash, Recipe, Token as _, rehearsal};

#[test]
fn the_rehearsal_token_does_everything() {
    // A named module needs no building.
    if std::env::var_os("COFFERDAM_REHEARSAL_TOKEN").is_none() {
        let built =
            Command::new(env!("CARGO")).args(["build", "-q", "-p", "rehearsal-token"]).status().unwrap();
        assert!(built.success());
    }
    let folder = tempfile::tempdir().unwrap();
    let mut token = rehearsal::open(folder.path(), &common::secret("123456")).unwrap();
    assert!(rehearsal::is_rehearsal(token.info()));
    let found = common::walk(&mut token, "123456");
    common::remembers(&mut token);
    for recipe in [Recipe::Oaep(OaepHash::Sha256), Recipe::RsaAesKeyWrap(OaepHash::Sha256)] {
        found.allows(recipe).unwrap();
    }
    assert_eq!(found.finding("private-key-exact"), Some(Finding::Works));

    // The last user is gone, so the module is finalised; the same folder opens again in the same process.
    let made = token.find("key-p-256").unwrap().unwrap();
    drop(token);
    let mut again = rehearsal::open(folder.path(), &common::secret("123456")).unwrap();
    assert_eq!(again.find("key-p-256"), Ok(None), "a private key cannot be seen before signing in");
    again.log_in(&common::secret("123456")).unwrap();
    assert_eq!(again.find("key-p-256").unwrap().unwrap().check_value, made.check_value);
}
