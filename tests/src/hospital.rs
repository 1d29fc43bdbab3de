//! The made-up hospital of `hospital/`: its tables, made by a script of its own, and carried in.

use crate::{run, said};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What runs its scripts.
pub const PYTHON: &str = "python3";

/// The folder of the tests.
pub fn tests_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Runs a script of the made-up hospital; gives what it said.
pub fn python(script: &str, args: &[&str]) -> String {
    let script = tests_folder().join("hospital").join(script);
    let out = Command::new(PYTHON).arg(script).args(args).output().expect("python3");
    assert!(out.status.success(), "{}", said(&out));
    String::from_utf8(out.stdout).expect("text")
}

/// Makes its tables in a new folder within this one; `more` is what `make.py` is told beside the folder.
pub fn hospital(folder: &Path, more: &[&str]) -> PathBuf {
    let tables = folder.join("hospital");
    python("make.py", &[&[tables.to_str().expect("a path in UTF-8")], more].concat());
    tables
}

/// Writes the answers that carry a table in, into this folder; gives their file.
pub fn answers(folder: &Path, table: &Path) -> PathBuf {
    let answers = folder.join("answers.toml");
    std::fs::create_dir_all(folder).expect("a folder");
    std::fs::write(&answers, format!("[answers]\n\"keep/file\" = \"{}\"\n", table.display()))
        .expect("a file");
    answers
}

/// Carries a table in, in a rehearsal that answers by itself.
pub fn carry_in(state: &Path, kind: &str, table: &Path) -> Output {
    let answers = answers(state, table);
    run(state, &["play", &format!("keep-{kind}"), "--answers", answers.to_str().expect("a path in UTF-8")])
}
