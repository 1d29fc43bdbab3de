//! SoftHSM with tokens in a folder of a test's own.

use crate::said;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Its module.
pub const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";
/// The user's PIN of the tokens that [`with_tokens`] makes.
pub const PIN: &str = "123456";

/// A folder for its tokens below this one; gives the file that names it, for `SOFTHSM2_CONF`.
pub fn in_folder(folder: &Path) -> PathBuf {
    let (conf, tokens) = (folder.join("softhsm2.conf"), folder.join("tokens"));
    std::fs::create_dir(&tokens).expect("a new folder");
    let text = format!("directories.tokendir = {}\nobjectstore.backend = file\n", tokens.display());
    std::fs::write(&conf, text).expect("a new file");
    conf
}

/// The same with a token of each of these labels.
pub fn with_tokens(folder: &Path, labels: &[&str]) -> PathBuf {
    let conf = in_folder(folder);
    for label in labels {
        add_token(&conf, label);
    }
    conf
}

/// Makes one more token.
pub fn add_token(conf: &Path, label: &str) {
    let args = ["--init-token", "--free", "--label", label, "--so-pin", "87654321", "--pin", PIN];
    let out = Command::new("softhsm2-util").args(args).env("SOFTHSM2_CONF", conf).output().expect("SoftHSM");
    assert!(out.status.success(), "{}", said(&out));
}

/// The address (RFC 7512) and the serial number of the token of this label.
pub fn address(conf: &Path, label: &str) -> (String, String) {
    let out = Command::new("softhsm2-util")
        .arg("--show-slots")
        .env("SOFTHSM2_CONF", conf)
        .output()
        .expect("SoftHSM");
    let text = said(&out);
    let of = |name: &str, line: &str| line.trim().strip_prefix(name).map(|rest| rest.trim().to_owned());
    // Each token's serial number stands before its label.
    let (mut serial, mut found) = (String::new(), None);
    for line in text.lines() {
        serial = of("Serial number:", line).unwrap_or(serial);
        if of("Label:", line).as_deref() == Some(label) {
            found = Some(serial.clone());
        }
    }
    let serial = found.expect("a token of that label");
    (format!("pkcs11:token={label};serial={serial}?module-path={MODULE}"), serial)
}
