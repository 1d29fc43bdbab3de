//! `make bench`: what this program does, measured side by side with the least that could be done. Ratios travel from
//! machine to machine far better than times, so ratios are what is printed; each is the median of several rounds
//! in which the two sides take turns.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program that prints a table")]
#![allow(clippy::expect_used, reason = "a measurement that cannot be made has to stop")]

mod append;
mod insertion;
mod ledger;
mod papers;
mod plan;
mod split;
mod table;
mod verify;
mod window;
mod wrap;

use std::path::{Path, PathBuf};

fn main() {
    let only = std::env::args().nth(1);
    let wanted = |name: &str| only.as_deref().is_none_or(|o| o == name);
    table::head();
    if wanted("append") {
        append::measure();
    }
    if wanted("verify") {
        verify::measure();
    }
    if wanted("ledger") {
        ledger::measure();
    }
    if wanted("papers") {
        papers::measure();
    }
    if wanted("split") {
        split::measure();
    }
    if wanted("wrap") {
        wrap::measure();
    }
    if wanted("plan") {
        plan::measure();
    }
    if wanted("window") {
        window::measure();
    }
    if wanted("insertion") {
        insertion::measure();
    }
}

/// A program built beside this one.
fn beside(name: &str) -> PathBuf {
    let program = std::env::current_exe().expect("this program has a path").with_file_name(name);
    assert!(program.is_file(), "{} is not built: run `make bench`", program.display());
    program
}

/// A folder beside the build, on a disk: a temporary folder may be memory, where flushing costs nothing.
fn on_a_disk() -> tempfile::TempDir {
    let base = beside("bench").with_file_name("bench-files");
    std::fs::create_dir_all(&base).expect("a folder");
    tempfile::tempdir_in(&base).expect("a folder")
}

/// A folder in memory where that is possible: a hundred thousand flushes of a disk are not what is measured there.
fn in_memory() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a folder")
}
