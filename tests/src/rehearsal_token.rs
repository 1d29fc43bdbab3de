//! The rehearsal token of a state folder, seen through a PKCS#11 client that is not ours.

use crate::{module, said};
use data_encoding::HEXLOWER;
use std::path::Path;
use std::process::{Command, Output};

/// The rehearsal token of a state folder, through a PKCS#11 client that is not ours.
fn look(state: &Path, words: &[&str]) -> Output {
    let module = module("libcofferdam_rehearsal_token.so", "rehearsal-token");
    let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/look_in_token.py");
    let mut command = Command::new("python3");
    command.arg(client).arg(words[0]).arg(module).arg("135790").args(&words[1..]);
    let out = command
        .env("KRYOPTIC_CONF", state.join("rehearsal/token/kryoptic.conf"))
        .output()
        .expect("python3 starts");
    assert!(out.status.success(), "{}", said(&out));
    out
}

/// The keys in the rehearsal token of a state folder, a line each.
pub fn in_token(state: &Path) -> Vec<String> {
    said(&look(state, &["list"])).lines().map(str::to_owned).collect()
}

/// Puts an AES key of these bytes into the rehearsal token, as somebody else might.
pub fn plant(state: &Path, label: &str, key: &[u8]) {
    look(state, &["plant", label, &HEXLOWER.encode(key)]);
}

/// The same for a secret key of no type (`CKK_GENERIC_SECRET`), which may have any bytes.
pub fn plant_generic(state: &Path, label: &str, bytes: &[u8]) {
    look(state, &["generic", label, &HEXLOWER.encode(bytes)]);
}

/// The same for a key that may not sign: it gives no check value.
pub fn plant_mute(state: &Path, label: &str, key: &[u8]) {
    look(state, &["mute", label, &HEXLOWER.encode(key)]);
}
