//! What the tests of the whole program share: the built `coffer`, started as a person would.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test that cannot start has to stop"
)]

pub mod backup;
pub mod enrolled;
pub mod forged;
pub mod printer;
pub mod production;
pub mod recovery_page;
pub mod room;

pub mod aws;
pub mod two_yubikeys;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The built program, beside the test's own folder.
pub fn coffer() -> PathBuf {
    let mut at = std::env::current_exe().expect("a test has a path");
    at.pop();
    at.pop();
    let program = at.join("coffer");
    assert!(program.is_file(), "{} is not built: run `make test`", program.display());
    program
}

/// A shared library of the workspace that only tests use, built when it is not there.
pub fn built(file: &str, package: &str) -> PathBuf {
    let at = coffer().with_file_name(file);
    if !at.is_file() {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let done = Command::new(cargo).args(["build", "--quiet", "--locked", "-p", package]).status();
        assert!(done.is_ok_and(|s| s.success()) && at.is_file(), "{package} does not build");
    }
    at
}

/// Runs `coffer` with a state folder of its own.
pub fn run(state: &Path, args: &[&str]) -> Output {
    Command::new(coffer()).arg("--state").arg(state).args(args).output().expect("coffer starts")
}

/// Both output streams as text.
pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Writes a file into a folder and gives its path.
pub fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("a folder to write into");
    path
}

/// Every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() { found.extend(files(&entry.path())) } else { found.push(entry.path()) }
    }
    found
}

/// A cloud's stand-in: an RSA key made here, its reply in AWS's form in `folder`, and the key to open blobs with.
pub fn stand_in(folder: &Path, valid_for: i64) -> (PathBuf, byok::Disposable) {
    let key = byok::Disposable::generate(3072).expect("a key");
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    let reply = byok::stand_in_reply(key.spki(), ARN, now + valid_for, b"import token of a test");
    let path = folder.join("import-parameters.json");
    std::fs::write(&path, reply).expect("is written");
    (path, key)
}

/// The fictional KMS key of the stand-in.
pub const ARN: &str = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000000";
