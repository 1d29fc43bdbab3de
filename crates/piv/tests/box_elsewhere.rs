//! A custodian box opened by implementations that share no code with this one: Python's `cryptography`, and the small
//! program that goes into every pack with boxes, whose ECDH is somebody else's.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use data_encoding::HEXLOWER;
use std::process::{Command, Output};

fn vector(name: &str) -> String {
    let vector: serde_json::Value =
        serde_json::from_str(include_str!("vectors/custodian-box-v1.json")).unwrap();
    vector[name].as_str().unwrap().to_owned()
}

#[test]
fn python_opens_the_fixed_vector() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors");
    let out = Command::new("/usr/bin/python3")
        .args(["box_vector.py", "custodian-box-v1.json"])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    assert_eq!(String::from_utf8_lossy(&out.stdout).trim(), vector("secret"));
}

/// `tests/ceremonies/yubikeys/boxes.rs` does the same with a YubiKey.
#[test]
fn the_small_program_opens_the_fixed_vector_and_nothing_that_was_changed() {
    let folder = tempfile::tempdir().unwrap();
    let sealed = HEXLOWER.decode(vector("box").as_bytes()).unwrap();
    let shared = HEXLOWER.decode(vector("shared_secret").as_bytes()).unwrap();
    let open = |sealed: &[u8], shared: &[u8], more: &[&str]| -> Output {
        std::fs::write(folder.path().join("box.bin"), sealed).unwrap();
        std::fs::write(folder.path().join("shared.bin"), shared).unwrap();
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/../../recover/open_box.py");
        Command::new("/usr/bin/python3")
            .args([&[program, "box.bin"], more].concat())
            .current_dir(folder.path())
            .output()
            .unwrap()
    };
    let peer = open(&sealed, &shared, &[]);
    assert_eq!(peer.stdout.len(), 91);
    assert!(peer.stdout.ends_with(&sealed[34..99]));

    // The set as it stands in a file's name, and as people write it.
    for set in ["0123456789abcdef", "0123-4567-89AB-CDEF"] {
        let out = open(&sealed, &shared, &["shared.bin", "2", set]);
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let (secret, end) = out.stdout.split_at(out.stdout.len() - 1);
        assert_eq!((HEXLOWER.encode(secret), end), (vector("secret"), &b"\n"[..]));
    }

    let refused = |sealed: &[u8], shared: &[u8], number: &str, why: &str| {
        let out = open(sealed, shared, &["shared.bin", number, "0123456789abcdef"]);
        let said = String::from_utf8(out.stderr).unwrap();
        assert!(!out.status.success() && said.starts_with("refused: ") && said.contains(why), "{said}");
        assert!(out.stdout.is_empty());
    };
    refused(&sealed, &shared, "3", "does not open");
    refused(&sealed, &[7; 32], "2", "does not open");
    refused(&sealed, &shared[1..], "2", "31 bytes instead of 32");
    // Header, text and tag.
    for (place, why) in
        [(0, "version 1"), (1, "does not open"), (110, "does not open"), (146, "does not open")]
    {
        let mut changed = sealed.clone();
        changed[place] ^= if place == 1 { 1 } else { 0x80 };
        refused(&changed, &shared, "2", why);
    }
}
