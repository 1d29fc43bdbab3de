//! Who is to hold what where: plans that are refused before the day, and what the records say of it afterwards.

mod bags;
mod rosters;

use std::path::{Path, PathBuf};

const SHIPPED: &str = include_str!("../../../ceremonies/rehearsal-roster.toml");
/// The scripts that split a backup, or deal keys of which a quorum is needed.
const DEALING: [&str; 9] = [
    "rehearsal-minimal",
    "master-key-hsm",
    "byok-aws",
    "byok-azure",
    "byok-google",
    "byok-other",
    "change-custodian",
    "recover",
    "managed-hsm-security-domain",
];

/// Writes a roster and gives its path.
fn written(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("people.toml");
    std::fs::write(&path, text).unwrap();
    path
}
