//! The program, as a test that is not written in Rust uses it: over its Unix socket.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};

use virtual_yubikey::Desk;

/// Ends with the test, also where the test fails: a desk that is left behind keeps every later one waiting.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn it_obeys_its_socket_and_tears_everything_down() {
    // Whether this machine can have a desk at all.
    let Some(desk) = Desk::open_or_skip() else { return };
    drop(desk);
    let folder = tempfile::tempdir().unwrap();
    let program = Command::new(env!("CARGO_BIN_EXE_virtual-yubikey"))
        .args(["--card", "5.7.1:30000001", "--card", "5.4.3:30000002", "--folder"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut program = Program(program);
    let mut ready = String::new();
    BufReader::new(program.0.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    let socket = ready.trim().strip_prefix("ready ").unwrap();

    let stream = UnixStream::connect(socket).unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    let mut say = |line: &str| {
        writeln!(&stream, "{line}").unwrap();
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        answer.trim().to_owned()
    };
    assert!(say("state 1").starts_with("serial=30000002 firmware=5.4.3 plugged=true pin_left=3 puk_left=3"));
    for line in [
        "remove 0",
        "insert 0",
        "touch 0 off",
        "force 0 6f00,9000",
        "pull 0 3 before",
        "lie 0 f8 01c9c389",
        "lie 0 f8 truth",
    ] {
        assert_eq!(say(line), "ok", "{line}");
    }
    for line in ["", "state 2", "dance 0", "pull 0 0 after", "pull 0 1 never", "force 0 xyz", "lie 0 f8 q"] {
        assert!(say(line).starts_with("error: "), "{line}");
    }
    writeln!(&stream, "quit").unwrap();
    assert!(program.0.wait().unwrap().success());
    assert!(folder.path().join("30000001.json").exists());
    assert!(folder.path().join("30000002-root.der").exists());
    assert!(!std::path::Path::new(socket).exists());
}

#[test]
fn a_card_that_is_not_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_virtual-yubikey"));
    command.arg("--folder").arg(folder.path());
    for card in ["5.7.1:1", "5.7.1:2", "5.7.1:3"] {
        command.args(["--card", card]);
    }
    let out = command.output().unwrap();
    assert!(!out.status.success());
    assert!(String::from_utf8_lossy(&out.stderr).contains("at most two cards"));
}
