//! A token that is pulled at any call of a ceremony's operations says so, and opens again once it is back.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

mod common;

use common::bench;
use secrets::SecretBytes;
use tokens::{KeySpec, Pkcs11Token, Token as _, TokenError, rehearsal};

/// What is done each time; every call of it is one at which the token is pulled.
fn work(token: &mut Pkcs11Token) -> Result<(), TokenError> {
    token.log_in(&common::secret(bench::PIN))?;
    let master = token.find("master")?.ok_or(TokenError::LabelTaken("no master".to_owned()))?;
    let backup = token.import_backup_key(&SecretBytes::copied_from(&[7; 32])?)?;
    let blob = token.wrap_kwp(backup, master.handle)?;
    let back = token.unwrap_kwp(backup, &blob, KeySpec::Aes(256), None)?;
    assert_eq!(back.check_value, master.check_value);
    token.destroy(back.handle)?;
    token.generate_throwaway(KeySpec::P256)?;
    Ok(())
}

/// Plays the child: pulls the token at the first call, then at the second, and so on until the work is done untouched.
#[test]
#[ignore = "the other test runs it in a process of its own"]
fn child() {
    let (_, _, folder) = bench::task();
    let reader = folder.join("reader");
    let put_in = |calls: &str| std::fs::write(&reader, calls).unwrap();
    let open = || rehearsal::open(&folder, &common::secret(bench::PIN));
    put_in("");
    let mut token = open().unwrap();
    token.log_in(&common::secret(bench::PIN)).unwrap();
    let made = token.generate("master", KeySpec::Aes(256), true).unwrap();

    let mut calls = 0;
    loop {
        put_in(&calls.to_string());
        match work(&mut token) {
            Ok(()) => break,
            Err(e) => assert_eq!(e, TokenError::TokenRemoved, "pulled at call {calls}"),
        }
        assert!(!reader.exists());
        // Still out: there is nothing to open.
        drop(token);
        assert!(open().is_err(), "opened while out, call {calls}");
        // Back in: the same address opens in the same process, and nothing in it was lost.
        put_in("");
        token = open().unwrap();
        token.log_in(&common::secret(bench::PIN)).unwrap();
        assert_eq!(token.find("master").unwrap().unwrap().check_value, made.check_value);
        calls += 1;
    }
    assert!(calls > 50, "the work has more calls than {calls}");

    // Pulled and put back between two calls: the old session is gone, and that is said the same way.
    put_in("");
    std::fs::remove_file(&reader).unwrap();
    assert_eq!(token.find("master"), Err(TokenError::TokenRemoved));
    put_in("");
    assert_eq!(token.find("master"), Err(TokenError::TokenRemoved));
    // The self-test does not take a pulled token for one that cannot do much.
    drop(token);
    let mut token = open().unwrap();
    token.log_in(&common::secret(bench::PIN)).unwrap();
    for calls in [0, 60, 250, 600] {
        put_in(&calls.to_string());
        if let Ok(found) = token.self_test() {
            assert!(
                reader.exists() && found.allows_backup().is_ok(),
                "pulled at call {calls}, and not noticed"
            );
            continue;
        }
        assert!(!reader.exists());
        put_in("");
        drop(token);
        token = open().unwrap();
        token.log_in(&common::secret(bench::PIN)).unwrap();
    }
}

#[test]
fn a_token_pulled_at_any_call_says_so_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = bench::behind_proxy("pull", folder.path(), "");
    let output = command.env("COFFERDAM_PROXY_READER", folder.path().join("reader")).output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}
