//! A backup opened as somebody without this program would: with Python and openssl, and with none of our own code.

use crate::said;
use std::path::Path;
use std::process::Command;

/// Opens a wrapped file with sheets as somebody without this program would: `decode_shares.py` and openssl.
pub fn opened_without_us(sheets: &[Vec<String>], file: &Path) -> Result<Vec<u8>, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let cards: Vec<String> = sheets.iter().map(|rows| rows.join("\n")).collect();
    std::fs::write(at("cards.txt"), cards.join("\n\n")).expect("is written");
    let decoder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../recover/decode_shares.py");
    let key = Command::new("python3").arg(decoder).arg(at("cards.txt")).output().expect("python3 starts");
    if !key.status.success() {
        return Err(said(&key));
    }
    let hex = String::from_utf8_lossy(&key.stdout).trim().to_owned();
    let out = Command::new("openssl")
        .args(["enc", "-d", "-id-aes256-wrap-pad", "-iv", "a65959a6", "-K", &hex, "-in"])
        .arg(file)
        .arg("-out")
        .arg(at("key.bin"))
        .output()
        .expect("openssl starts");
    if !out.status.success() {
        return Err(said(&out));
    }
    std::fs::read(at("key.bin")).map_err(|e| e.to_string())
}
