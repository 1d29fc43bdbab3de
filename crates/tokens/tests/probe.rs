//! Modules that crash, hang or are none at all are told apart without taking the program down.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use common::bench::{self, Kind};
use tokens::probe::{self, ProbeError, Report};

/// Plays the child, as a hidden command of the program would.
#[test]
#[ignore = "the other tests run it, each in a process of its own"]
fn child() {
    let (module, _, _) = bench::task();
    let settings = std::env::var("TRIAL_SETTINGS").ok();
    probe::child_main(Path::new(&module), settings.as_deref(), &mut std::io::stdout()).unwrap();
}

fn try_module(module: &Path, limit: u64) -> Result<Report, ProbeError> {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().display();
    std::fs::write(folder.path().join("softhsm2.conf"), format!("directories.tokendir = {store}\n")).unwrap();
    let command = bench::child(module.to_str().unwrap(), Kind::SoftHsm, folder.path());
    probe::run_in_child(module, command, Duration::from_secs(limit))
}

/// A library whose initialiser does `body`.
fn library(folder: &Path, body: &str) -> PathBuf {
    let (source, library) = (folder.join("module.c"), folder.join("module.so"));
    let text = format!(
        "#include <stdio.h>\n#include <stdlib.h>\n#include <unistd.h>\n\
         __attribute__((constructor)) static void start(void) {{ {body} }}\n"
    );
    std::fs::write(&source, text).unwrap();
    let made =
        Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).status().unwrap();
    assert!(made.success());
    library
}

#[test]
fn a_good_module_says_what_it_is_and_what_it_holds() {
    let report = try_module(&bench::library("softhsm/libsofthsm2.so"), 20).unwrap();
    assert_eq!(report.module.manufacturer, "SoftHSM");
    assert_eq!(report.tokens.len(), 1);
    assert!(!report.tokens[0].initialised);
}

#[test]
fn a_module_is_told_its_settings() {
    let folder = tempfile::tempdir().unwrap();
    let module = bench::library("libsoftokn3.so");
    let mut command = bench::child(module.to_str().unwrap(), Kind::Nss, folder.path());
    command.env("TRIAL_SETTINGS", bench::nss_settings(folder.path()));
    let report = probe::run_in_child(&module, command, Duration::from_secs(20)).unwrap();
    let labels: Vec<&str> = report.tokens.iter().map(|t| t.label.as_str()).collect();
    assert_eq!(labels, ["NSS Generic Crypto Services", "NSS Certificate DB"]);
    // They arrived: NSS made its database in the folder they name.
    assert!(folder.path().join("key4.db").exists());
}

#[test]
fn a_module_that_crashes_is_named_with_its_signal() {
    let folder = tempfile::tempdir().unwrap();
    for (body, signal) in
        [("abort();", 6), ("*(volatile int *)8 = 1;", 11), ("printf(\"no line\"); abort();", 6)]
    {
        let found = try_module(&library(folder.path(), body), 20);
        let stage = "while it was loaded and started";
        assert_eq!(found, Err(ProbeError::Crashed { stage, signal }), "{body}");
    }
}

#[test]
fn a_module_that_hangs_is_ended_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let before = Instant::now();
    let found = try_module(&library(folder.path(), "for (;;) pause();"), 2);
    let stage = "while it was loaded and started";
    assert_eq!(found, Err(ProbeError::Hung { stage, seconds: 2 }));
    assert!(before.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_module_that_ends_the_process_is_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let found = try_module(&library(folder.path(), "_exit(3);"), 20);
    assert!(matches!(&found, Err(ProbeError::NoAnswer(why)) if why.contains('3')), "{found:?}");
}

#[test]
fn what_a_module_prints_is_not_taken_for_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    let found = try_module(&library(folder.path(), "printf(\"{\\\"event\\\":\"); fflush(stdout);"), 20);
    // No PKCS#11 in it, which is what stays to be said.
    assert!(
        matches!(&found, Err(ProbeError::Refused(why)) if why.contains("C_GetFunctionList")),
        "{found:?}"
    );
}

#[test]
fn what_is_no_module_is_refused_before_it_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    assert!(matches!(try_module(Path::new("/no/such/module.so"), 20), Err(ProbeError::NotThere { .. })));
    assert!(matches!(try_module(folder.path(), 20), Err(ProbeError::NotThere { .. })));
    for (name, bytes) in [("text.so", &b"a text that is longer than any header\n"[..]), ("empty.so", b"")] {
        assert!(matches!(try_module(&put(name, bytes), 20), Err(ProbeError::NotALibrary(_))), "{name}");
    }
    let good = std::fs::read(bench::library("softhsm/libsofthsm2.so")).unwrap();
    // ELF: byte 4 is the class (32 or 64 bits), 5 the byte order, 18 the processor.
    for (name, at) in [("class.so", 4), ("order.so", 5), ("processor.so", 18)] {
        let mut other = good.clone();
        other[at] ^= 3;
        assert!(matches!(try_module(&put(name, &other), 20), Err(ProbeError::AnotherMachine(_))), "{name}");
    }
    // Damaged behind its header: the loader's turn.
    let cut = try_module(&put("cut.so", &good[..4096]), 20);
    assert!(matches!(cut, Err(ProbeError::Refused(_) | ProbeError::Crashed { .. })), "{cut:?}");
}

#[test]
fn a_program_that_does_not_answer_is_no_answer() {
    let module = bench::library("softhsm/libsofthsm2.so");
    let silent = probe::run_in_child(&module, Command::new("true"), Duration::from_secs(20));
    assert!(matches!(silent, Err(ProbeError::NoAnswer(_))), "{silent:?}");
    let missing = probe::run_in_child(&module, Command::new("/no/such/program"), Duration::from_secs(20));
    assert!(matches!(missing, Err(ProbeError::NoAnswer(_))), "{missing:?}");
}
