//! A backup opened as somebody without this program would: with Python and OpenSSL's library, and with none of our own code.

use crate::said;
use std::path::Path;
use std::process::Command;

/// Opens a wrapped file with sheets as somebody without this program would: `decode_shares.py`, which has no code of ours but
/// itself.
pub fn opened_without_us(sheets: &[Vec<String>], file: &Path) -> Result<Vec<u8>, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let cards: Vec<String> = sheets.iter().map(|rows| rows.join("\n")).collect();
    std::fs::write(at("cards.txt"), cards.join("\n\n")).expect("is written");
    let decoder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../recover/decode_shares.py");
    let opened = Command::new("python3").arg(decoder).arg(at("cards.txt")).arg(file).output();
    let opened = opened.expect("python3 starts");
    if opened.status.success() { Ok(opened.stdout) } else { Err(said(&opened)) }
}
