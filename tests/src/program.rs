//! The built program, started as a person would.

use std::io::Write as _;
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
pub fn module(file: &str, package: &str) -> PathBuf {
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

/// Runs `coffer` and gives what it wrote as JSON.
pub fn json(state: &Path, args: &[&str]) -> serde_json::Value {
    let out = Command::new(coffer()).arg("--state").arg(state).args(args).output().expect("coffer starts");
    assert!(out.status.success(), "{}", said(&out));
    serde_json::from_slice(&out.stdout).unwrap_or_else(|e| {
        let _ = std::io::stderr().write_all(&out.stdout);
        panic!("{e}")
    })
}

/// Whether `coffer verify` found everything as it should be, without having been told whose signature it has to be.
pub fn intact(out: &Output) -> bool {
    out.status.code() == Some(3)
}
