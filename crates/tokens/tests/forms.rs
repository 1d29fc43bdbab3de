//! Private keys that leave a token are in the form that a provider takes, whatever their numbers: 200 of each kind by
//! every way that a module of the bench offers, opened and read by pyca/cryptography, and held against the rule that the
//! bundles go by.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use byok::KeyType;
use common::bench::{self, Kind};
use common::openssl;
use data_encoding::HEXLOWER;
use secrets::SecretBytes;
use tokens::{KeyFacts, KeySpec, OaepHash, Pkcs11Token, Recipe, Token as _, TokenError, host};

const CURVES: [KeySpec; 4] = [KeySpec::P521, KeySpec::P256, KeySpec::P384, KeySpec::Secp256k1];
/// Keys of each curve. Of P-521 about a hundred begin with zero.
const KEYS: usize = 200;
const HASHES: [OaepHash; 4] = [OaepHash::Sha1, OaepHash::Sha256, OaepHash::Sha384, OaepHash::Sha512];

/// Plays the child: makes keys and writes a line for each way that each of them left by.
#[test]
#[ignore = "the other tests run it, each in a process of its own"]
fn child() {
    let (task, kind, folder) = bench::task();
    let mut token = bench::open(kind, &folder);
    token.log_in(&common::secret(bench::PIN)).unwrap();
    let spki = std::fs::read(folder.join("to.der")).unwrap();
    let lines = if task == "mended" { mended(&mut token, &spki) } else { offered(&mut token, &spki) };
    std::fs::write(folder.join("left"), lines).unwrap();
}

fn kek() -> SecretBytes {
    SecretBytes::copied_from(&[7; 32]).unwrap()
}

fn line(key: &KeyFacts, way: &str, blob: &[u8]) -> String {
    let public = HEXLOWER.encode(key.public_key.as_deref().unwrap());
    format!("{} {way} {public} {}\n", key.spec, HEXLOWER.encode(blob))
}

/// By every way that the self-test offers for the kind.
fn offered(token: &mut Pkcs11Token, spki: &[u8]) -> String {
    let found = token.self_test().unwrap();
    let mut lines = String::new();
    for (spec, keys) in CURVES.into_iter().map(|s| (s, KEYS)).chain([(KeySpec::Rsa(2048), 4)]) {
        let backup = found.allows_backup_of(spec).is_ok();
        let hashes: Vec<OaepHash> =
            HASHES.into_iter().filter(|h| found.best_rung(spec, Recipe::RsaAesKeyWrap(*h)).is_ok()).collect();
        for _ in 0..keys {
            if !backup && hashes.is_empty() {
                break;
            }
            let key = token.generate_throwaway(spec).unwrap();
            if backup {
                let blob = token.wrap_under(&kek(), key.handle).unwrap();
                lines += &line(&key, "kwp", &blob);
            }
            for hash in &hashes {
                let blob = token.wrap_for(key.handle, spki, Recipe::RsaAesKeyWrap(*hash)).unwrap().blob;
                lines += &line(&key, &format!("rsa-aes-{}", format!("{hash:?}").to_lowercase()), &blob);
            }
            token.destroy(key.handle).unwrap();
        }
    }
    lines
}

/// Through host memory, from a token that leaves zeros out.
fn mended(token: &mut Pkcs11Token, spki: &[u8]) -> String {
    let found = token.self_test().unwrap();
    let mut lines = String::new();
    let mut short = 0;
    for spec in [KeySpec::P521, KeySpec::P256] {
        found.allows_mended_backup_of(spec).unwrap();
        for _ in 0..40 {
            let key = token.generate_throwaway(spec).unwrap();
            let refused = token.wrap_under(&kek(), key.handle);
            assert!(matches!(refused, Err(TokenError::NotWhole(_))), "{refused:?}");
            let recipe = Recipe::RsaAesKeyWrap(OaepHash::Sha256);
            let refused = token.wrap_for(key.handle, spki, recipe);
            assert!(matches!(refused, Err(TokenError::NotWhole(_))), "{refused:?}");
            let blob = host::wrap_under(token, &kek(), &key).unwrap();
            let as_it_is = token.wrap_as_it_is(&kek(), key.handle).unwrap();
            short += usize::from(as_it_is != blob);
            lines += &line(&key, "kwp", &blob);
            // What was mended comes back as the same key.
            let back = token.look_under(&kek(), &blob, spec, key.public_key.as_deref()).unwrap();
            assert_eq!(back.check_value, key.check_value);
            let blob = host::wrap_out_of(token, &key, spki, recipe).unwrap().blob;
            lines += &line(&key, "rsa-aes-sha256", &blob);
            token.destroy(key.handle).unwrap();
        }
    }
    assert!(short > 0, "nothing of what the token wrapped needed mending");
    lines
}

fn python() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let made = Command::new(root.join("scripts/python-for"))
        .args(["judge", "cryptography", "cryptography==48.0.0"])
        .status();
    if made.is_ok_and(|s| s.success()) {
        return Some(root.join("target/tools/judge/bin/python"));
    }
    assert!(std::env::var_os("CI").is_none(), "pyca/cryptography could not be installed");
    writeln!(std::io::stdout().lock(), "SKIPPED: pyca/cryptography could not be installed").unwrap();
    None
}

fn key_type(kind: &str) -> KeyType {
    match kind {
        "p-256" => KeyType::P256,
        "p-384" => KeyType::P384,
        "p-521" => KeyType::P521,
        "secp256k1" => KeyType::P256k1,
        _ => KeyType::Rsa2048,
    }
}

/// Runs the child, and the judge on what it left; how many keys of each kind left by each way.
fn judged(python: &Path, mut command: Command, folder: &Path) -> BTreeMap<(String, String), usize> {
    let output = command.output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let left = std::fs::File::open(folder.join("left")).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/common/read_keys.py");
    let judge = Command::new(python)
        .arg(script)
        .arg(folder.join("to.pem"))
        .stdin(Stdio::from(left))
        .output()
        .unwrap();
    assert!(judge.status.success(), "{}", String::from_utf8_lossy(&judge.stderr));
    let left = std::fs::read_to_string(folder.join("left")).unwrap();
    let read = String::from_utf8(judge.stdout).unwrap();
    assert_eq!(read.lines().count(), left.lines().count());
    let mut counts = BTreeMap::new();
    let mut wrong = String::new();
    for (line, der) in left.lines().zip(read.lines()) {
        let mut words = line.split(' ');
        let (kind, way) = (words.next().unwrap(), words.next().unwrap());
        match HEXLOWER.decode(der.as_bytes()).map(|der| key_type(kind).check_material(&der)) {
            Ok(Ok(())) => *counts.entry((kind.to_owned(), way.to_owned())).or_default() += 1,
            Ok(Err(e)) => writeln!(wrong, "{kind} by {way}: {e}").unwrap(),
            Err(_) => writeln!(wrong, "{kind} by {way}: {der}").unwrap(),
        }
    }
    assert!(wrong.is_empty(), "{} of {} keys:\n{wrong}", wrong.lines().count(), left.lines().count());
    counts
}

fn place() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    openssl::destination(folder.path(), 2048);
    folder
}

/// The kinds that left at all.
fn kinds(counts: &BTreeMap<(String, String), usize>) -> Vec<&str> {
    let mut kinds: Vec<&str> = counts.keys().map(|(kind, _)| kind.as_str()).collect();
    kinds.dedup();
    kinds
}

#[test]
fn a_p521_key_whose_number_begins_with_zero_leaves_whole() {
    let Some(python) = python() else { return };
    for (module, expected) in [
        ("rehearsal", &["p-256", "p-384", "p-521", "rsa-2048"][..]),
        ("with proxy", &["p-256", "p-384", "p-521", "rsa-2048"]),
        ("NSS", &["p-256", "p-384", "p-521", "rsa-2048"]),
        // It pads private keys with zeros, so that none leaves.
        ("SoftHSM", &[]),
    ] {
        let folder = place();
        let command = match module {
            "with proxy" => bench::behind_proxy("forms", folder.path(), ""),
            "NSS" => bench::child("forms", Kind::Nss, folder.path()),
            "SoftHSM" => bench::child("forms", Kind::SoftHsm, folder.path()),
            _ => bench::child("forms", Kind::Rehearsal, folder.path()),
        };
        let counts = judged(&python, command, folder.path());
        assert_eq!(kinds(&counts), expected, "{module}: {counts:?}");
        for ((kind, way), count) in counts {
            assert!(count == KEYS || kind == "rsa-2048", "{module}: {count} keys of {kind} by {way}");
        }
    }
}

#[test]
fn what_a_token_shortens_is_mended_in_host_memory() {
    let Some(python) = python() else { return };
    let folder = place();
    let counts =
        judged(&python, bench::behind_proxy("mended", folder.path(), "short-numbers"), folder.path());
    assert_eq!(kinds(&counts), ["p-256", "p-521"]);
    assert!(counts.values().all(|n| *n == 40), "{counts:?}");
}
