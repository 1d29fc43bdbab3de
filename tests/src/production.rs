//! People of a production ceremony: each with a verifier of their own.

use std::fmt::Write as _;
use std::path::Path;

/// What everybody's passphrase is in tests.
pub const PASSPHRASE: &str = "a passphrase for tests only";

/// A secret text.
pub fn secret(text: &str) -> secrets::SecretText {
    secrets::SecretText::new(text.to_owned()).expect("locked memory")
}

/// Writes a roster with so many custodians, with verifiers as weak as production takes them, and gives its path.
pub fn roster(folder: &Path, custodians: usize) -> String {
    let mut text = String::new();
    let others = (1..=custodians).map(|n| (format!("c{n}"), "custodian"));
    let people =
        [("a", "administrator"), ("w", "witness"), ("o", "officer")].map(|(id, role)| (id.to_owned(), role));
    for (id, role) in people.into_iter().chain(others) {
        // Each with a salt of their own: production refuses one verifier for two people.
        let verifier =
            script::roster::verifier_with(&secret(PASSPHRASE), 64 * 1024, 3, 1).expect("a verifier");
        let _ = writeln!(
            text,
            "[[person]]\nid = \"{id}\"\nname = \"Person {id}\"\nrole = \"{role}\"\npassphrase = '{verifier}'\n"
        );
    }
    let path = folder.join("roster.toml");
    std::fs::write(&path, text).expect("a roster");
    path.display().to_string()
}
