//! A token with a keypad of its own is signed in to without a PIN crossing.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

mod common;

use common::bench;
use tokens::{KeySpec, Token as _};

/// Plays the child.
#[test]
#[ignore = "the other test runs it in a process of its own"]
fn child() {
    let (task, kind, folder) = bench::task();
    let mut token = bench::open(kind, &folder);
    assert!(token.info().pin_pad);
    let outcome = token.log_in(&common::secret(""));
    if task == "right" {
        outcome.unwrap();
        token.generate("made", KeySpec::Aes(256), true).unwrap();
    } else {
        assert!(outcome.unwrap_err().to_string().starts_with("the PIN was wrong"));
        // A PIN typed here is not for this token.
        token.log_in(&common::secret(bench::PIN)).unwrap_err();
    }
}

#[test]
fn the_pin_is_entered_on_the_token() {
    for (task, entered) in [("right", bench::PIN), ("wrong", "999999")] {
        let folder = tempfile::tempdir().unwrap();
        let mut command = bench::behind_proxy(task, folder.path(), "pin-pad");
        let output = command.env("COFFERDAM_PROXY_PIN", entered).output().unwrap();
        let said =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
    }
}
