//! A custodian box opened by an implementation that shares no code with this one (Python's `cryptography`).

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::process::Command;

#[test]
fn python_opens_the_fixed_vector() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors");
    let out = Command::new("/usr/bin/python3")
        .args(["open_box.py", "custodian-box-v1.json"])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let vector: serde_json::Value =
        serde_json::from_str(include_str!("vectors/custodian-box-v1.json")).unwrap();
    assert_eq!(String::from_utf8_lossy(&out.stdout).trim(), vector["secret"].as_str().unwrap());
}
