//! What crosses a module's boundary, as the proxy wrote it down: rung by rung, the master's value does not; on the
//! last rung it does.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

mod common;

use std::path::Path;

use common::{bench, openssl};
use data_encoding::HEXLOWER;
use secrets::SecretBytes;
use tokens::{KeySpec, OaepHash, Recipe, Rung, Token as _, host};

const LOG: &str = "crossed.log";

/// Plays the child: makes a master, backs it up, brings the backup back, and wraps it for the destination.
#[test]
#[ignore = "the other tests run it, each in a process of its own"]
fn child() {
    let (task, kind, folder) = bench::task();
    let mut words = task.split(' ');
    let (spec, recipe) = (words.next().unwrap().parse().unwrap(), recipe(words.next().unwrap()));
    let spki = std::fs::read(folder.join("to.der")).unwrap();
    let mut token = bench::open(kind, &folder);
    token.log_in(&common::secret(bench::PIN)).unwrap();

    if words.next() == Some("in-host-memory") {
        let mut key = SecretBytes::copied_from(&[0; 32]).unwrap();
        token.random(key.expose_mut()).unwrap();
        let wrapped = host::wrap(&spki, recipe, &key).unwrap();
        std::fs::write(folder.join(wrapped.rung.word()), wrapped.blob).unwrap();
        return;
    }
    token.self_test().unwrap();
    let master = token.generate("master", spec, true).unwrap();
    let backup = token.import_backup_key(&SecretBytes::copied_from(&[7; 32]).unwrap()).unwrap();
    let blob = token.wrap_kwp(backup, master.handle).unwrap();
    let back = token.unwrap_kwp(backup, &blob, spec, master.public_key.as_deref()).unwrap();
    assert_eq!(back.check_value, master.check_value);
    let wrapped = token.wrap_for(master.handle, &spki, recipe).unwrap();
    std::fs::write(folder.join(wrapped.rung.word()), wrapped.blob).unwrap();
    std::fs::write(folder.join("check-value"), master.check_value).unwrap();
}

fn recipe(word: &str) -> Recipe {
    match word {
        "oaep" => Recipe::Oaep(OaepHash::Sha256),
        _ => Recipe::RsaAesKeyWrap(OaepHash::Sha256),
    }
}

/// Runs the child behind the proxy; gives the key as openssl opened it, and all that crossed.
fn cross(spec: &str, how: &str, quirks: &str, rung: Rung, folder: &Path) -> (Vec<u8>, String) {
    openssl::destination(folder, 2048);
    let mut command = bench::behind_proxy(&format!("{spec} {how}"), folder, quirks);
    let output = command.env("COFFERDAM_PROXY_LOG", folder.join(LOG)).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let blob = std::fs::read(folder.join(rung.word())).unwrap_or_else(|_| panic!("another rung was taken"));
    let key = openssl::open(folder, recipe(how.split(' ').next().unwrap()), &blob);
    let log = std::fs::read_to_string(folder.join(LOG)).unwrap();
    if rung != Rung::HostMemory {
        // What did cross is in the log, so the log is worth searching.
        let made_by = if how == "oaep" || rung == Rung::OneMechanism { &blob[..] } else { &blob[256..] };
        assert!(log.contains(&HEXLOWER.encode(made_by)), "the wrapped key is not in the log");
        let check_value = std::fs::read_to_string(folder.join("check-value")).unwrap();
        let spec: KeySpec = spec.parse().unwrap();
        assert_eq!(tokens::check_value_of(spec, &key), Some(check_value), "another key came out");
    }
    (key, log)
}

/// Whether any 8 bytes in a row of `secret` are in the log.
fn crossed(log: &str, secret: &[u8]) -> bool {
    secret.windows(8).any(|part| log.contains(&HEXLOWER.encode(part)))
}

#[test]
fn the_master_does_not_cross_on_the_rungs_inside_the_token() {
    for (how, quirks, rung) in [
        ("rsa-aes", "", Rung::OneMechanism),
        ("rsa-aes", "no-rsa-aes", Rung::ComposedInToken),
        ("oaep", "no-rsa-aes", Rung::OaepInToken),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (key, log) = cross("aes-256", how, quirks, rung, folder.path());
        assert!(!crossed(&log, &key), "the master crossed on {}", rung.word());
        // The backup key did, as it must: this is how the search would look if the master had.
        assert!(crossed(&log, &[7; 32]));
    }
}

#[test]
fn no_private_key_crosses_either() {
    for (quirks, rung) in [("", Rung::OneMechanism), ("no-rsa-aes", Rung::ComposedInToken)] {
        let folder = tempfile::tempdir().unwrap();
        let (pkcs8, log) = cross("p-256", "rsa-aes", quirks, rung, folder.path());
        // RFC 5915: the private key is an OCTET STRING of 32 bytes.
        let at = pkcs8.windows(2).position(|w| w == [4, 32]).unwrap() + 2;
        assert!(!crossed(&log, &pkcs8[at..at + 32]), "the private key crossed on {}", rung.word());
    }
}

#[test]
fn a_key_in_host_memory_did_cross() {
    let folder = tempfile::tempdir().unwrap();
    let (key, log) = cross("aes-256", "rsa-aes in-host-memory", "", Rung::HostMemory, folder.path());
    assert!(log.contains(&format!("C_GenerateRandom out {}", HEXLOWER.encode(&key))));
}
