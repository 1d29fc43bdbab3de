//! Every module on the bench against every trial, as one table; and every quirk of the proxy against what it spoils.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

mod common;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use common::bench::{self, Kind};
use secrets::SecretBytes;
use tokens::{Claim, KeySpec, Token, TokenError};

/// What a module showed: trials and routes in order, and the word for each.
#[derive(Default)]
struct Found {
    order: Vec<String>,
    words: BTreeMap<String, String>,
}

impl Found {
    fn word(&self, name: &str) -> &str {
        self.words.get(name).map_or("", String::as_str)
    }
}

/// The row of the modules' own version numbers.
const VERSION: &str = "library version";

/// Plays the child: tries the token, and writes a line a trial and a route.
#[test]
#[ignore = "the other tests run it, each in a process of its own"]
fn child() {
    let (task, kind, folder) = bench::task();
    let mut token = bench::open(kind, &folder);
    let mut out = format!("{VERSION}\t{}\n", bench::about(kind, &folder).version);
    let wrong = token.log_in(&common::secret("999999"));
    assert!(matches!(wrong, Err(TokenError::WrongPin { .. })), "{wrong:?}");
    writeln!(out, "after a wrong PIN\t{:?}", token.pin_state()).unwrap();
    token.log_in(&common::secret(bench::PIN)).unwrap();
    // A key that was made but cannot be recognised does not stay behind under its label.
    let kept = token.generate("kept", KeySpec::Aes(256), true).is_ok();
    writeln!(out, "makes a key that can be recognised\t{kept}").unwrap();
    assert_eq!(token.find("kept").unwrap().is_some(), kept);
    writeln!(out, "signs a record\t{}", sign(&mut token)).unwrap();
    let sizes = [KeySpec::Aes(128), KeySpec::Hmac(64), KeySpec::Rsa(3072), KeySpec::Rsa(4096)];
    for spec in sizes.into_iter().filter(|_| task == "every size") {
        writeln!(out, "{spec} and its backup\t{}", back_up(&mut token, spec)).unwrap();
    }
    let found = token.self_test().unwrap();
    for c in &found.list {
        writeln!(out, "{}\t{}\t{}", c.name, c.result.words(), c.detail).unwrap();
    }
    for claim in [Claim::MadeInside, Claim::AlwaysSensitive, Claim::NeverLeaves, Claim::LeavesUnderTrusted] {
        let word = if found.believes(claim).is_ok() { "believed" } else { "not believed" };
        writeln!(out, "claim: {claim:?}\t{word}").unwrap();
    }
    for spec in [KeySpec::Aes(256), KeySpec::P256] {
        for r in found.routes(spec) {
            writeln!(out, "{spec}: {}\t{}\t{}", r.route, r.offer.words(), r.reason).unwrap();
        }
    }
    let label = token.info().label.clone();
    drop(token);
    let count = bench::keys(kind, &folder, &label);
    writeln!(out, "keys that stayed\t{count}").unwrap();
    std::fs::write(folder.join("found"), out).unwrap();
}

/// Whether it can hold the key that signs records, which never leaves it.
fn sign(token: &mut dyn Token) -> &'static str {
    let Ok(Some(made)) = token.signing_key("records", true) else { return "absent" };
    let (key, spki) = (made.handle, made.public_key.unwrap_or_default());
    let Ok(signature) = token.sign(key, b"a line") else { return "absent" };
    let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &spki);
    if public.verify(b"a line", &signature).is_ok() { "works" } else { "lies" }
}

/// Sizes that the self-test leaves out, because they take hardware long.
fn back_up(token: &mut dyn Token, spec: KeySpec) -> &'static str {
    let Ok(made) = token.generate_throwaway(spec) else { return "absent" };
    let backup = token.import_backup_key(&SecretBytes::copied_from(&[7; 32]).unwrap()).unwrap();
    let blob = match token.wrap_kwp(backup, made.handle) {
        Ok(blob) => blob,
        Err(TokenError::NotByteExact) => return "lies",
        Err(_) => return "absent",
    };
    let back = token.unwrap_kwp(backup, &blob, spec, made.public_key.as_deref()).unwrap();
    if back.check_value == made.check_value { "works" } else { "lies" }
}

fn run(mut command: Command, folder: &Path) -> Found {
    let output = command.output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let mut found = Found::default();
    for line in std::fs::read_to_string(folder.join("found")).unwrap().lines() {
        let mut columns = line.split('\t').map(str::to_owned);
        let (name, word) = (columns.next().unwrap(), columns.next().unwrap());
        found.order.push(name.clone());
        found.words.insert(name, word);
    }
    found
}

/// Asserts the words of trials and routes, given as lines `name = word`.
fn expect(module: &str, found: &Found, lines: &str) {
    for line in lines.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let (name, word) = line.split_once(" = ").unwrap();
        assert_eq!(found.word(name), word, "{module}: {name}");
    }
}

/// The table goes to the real standard output, which the test harness does not hold back, and to a file.
fn print(columns: &[(&str, Found)]) {
    let mut table = format!("{:<58}", "What was tried");
    for (name, _) in columns {
        write!(table, "{name:<17}").unwrap();
    }
    for row in &columns[0].1.order {
        write!(table, "\n{row:<58}").unwrap();
        for (_, found) in columns {
            write!(table, "{:<17}", found.word(row)).unwrap();
        }
    }
    let lines: Vec<&str> = table.lines().map(str::trim_end).collect();
    let table = lines.join("\n") + "\n";
    std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("token-table.txt"), &table)
        .unwrap();
    write!(std::io::stdout().lock(), "\n{table}\n").unwrap();
}

#[test]
fn every_module_is_taken_for_what_it_does() {
    let on_bench = |kind| {
        let folder = tempfile::tempdir().unwrap();
        run(bench::child("every size", kind, folder.path()), folder.path())
    };
    let folder = tempfile::tempdir().unwrap();
    let mut columns = vec![
        ("rehearsal", on_bench(Kind::Rehearsal)),
        ("with proxy", run(bench::behind_proxy("every size", folder.path(), ""), folder.path())),
        ("SoftHSM", on_bench(Kind::SoftHsm)),
        ("NSS", on_bench(Kind::Nss)),
    ];
    match bench::opencryptoki() {
        Ok((command, folder)) => columns.push(("opencryptoki", run(command, folder.path()))),
        Err(why) => writeln!(std::io::stdout().lock(), "opencryptoki was not tried: {why}").unwrap(),
    }
    match bench::tpm() {
        Ok((command, emulator)) => columns.push(("TPM", run(command, emulator.folder()))),
        Err(why) => writeln!(std::io::stdout().lock(), "tpm2-pkcs11 was not tried: {why}").unwrap(),
    }
    print(&columns);
    for (module, found) in &columns {
        expect(module, found, EVERYWHERE);
        let made = [("makes a key that can be recognised", "true", 1), ("signs a record", "works", 2)];
        let kept: u8 = made.iter().filter(|m| found.word(m.0) == m.1).map(|m| m.2).sum();
        assert_eq!(found.word("keys that stayed"), kept.to_string(), "{module}: the trials leave none");
        if *module != "TPM" {
            expect(module, found, WHERE_KEYS_COME_IN);
        }
        match *module {
            "rehearsal" => expect(module, found, REHEARSAL),
            "with proxy" => expect(module, found, PROXY),
            "SoftHSM" => expect(module, found, SOFTHSM),
            "NSS" => expect(module, found, NSS),
            // Later versions gain mechanisms; what is asserted of Debian 12's must not be asked of Ubuntu's.
            "TPM" if found.word(VERSION) == "1.9" => expect(module, found, TPM_1_9),
            "opencryptoki" if found.word(VERSION) == "3.8" => expect(module, found, OPENCRYPTOKI_3_8),
            _ => {}
        }
    }
}

const EVERYWHERE: &str = "
    random = works
    aes-256: oaep-sha256 by host-memory = needs approval
    p-256: oaep-sha256 by oaep-in-token = not offered
";

const WHERE_KEYS_COME_IN: &str = "
    import-aes = works
    oaep-sha1 = works
    sensitive-unreadable = refused rightly
    sensitive-stays = refused rightly
    imported-not-local = works
    generated-always-sensitive = works
    extractable-not-never = works
";

const REHEARSAL: &str = "
    signs a record = works
    makes a key that can be recognised = true
    after a wrong PIN = NothingSaid
    aes-128 and its backup = works
    hmac-64 and its backup = works
    rsa-3072 and its backup = works
    rsa-4096 and its backup = works
    check-value = works
    mechanism-0x210b = works
    mechanism-0x210a = absent
    wrap-length-query = works
    aes-kwp-tamper = refused rightly
    private-key-exact = works
    oaep-sha256 = works
    rsa-aes-key-wrap-sha256 = absent
    non-extractable-refused = refused rightly
    extractable-stays = refused rightly
    wrap-with-trusted = refused rightly
    trusted-by-user = refused rightly
    imported-not-always-sensitive = works
    generated-local = works
    restore-hmac-32 = works
    restore-rsa-2048 = works
    restore-p-256 = works
    restore-p-384 = works
    restore-p-521 = works
    wrap-secp256k1 = absent
    private-form-p-256 = works
    private-form-p-384 = works
    private-form-p-521 = works
    private-form-rsa-2048 = works
    private-form-secp256k1 = absent
    private-form-one-mechanism-p-521 = absent
    claim: MadeInside = believed
    claim: NeverLeaves = believed
    aes-256: backup = offered
    p-256: backup = offered
    aes-256: oaep-sha256 by oaep-in-token = offered
    aes-256: rsa-aes-key-wrap-sha256 by one-mechanism = not offered
    aes-256: rsa-aes-key-wrap-sha256 by composed-in-token = offered
    p-256: rsa-aes-key-wrap-sha256 by composed-in-token = offered
";

const PROXY: &str = "
    rsa-aes-key-wrap-sha1 = works
    rsa-aes-key-wrap-sha256 = works
    rsa-aes-key-wrap-sha256-pair = works
    private-form-p-521 = works
    private-form-one-mechanism-p-256 = works
    private-form-one-mechanism-p-521 = works
    private-form-one-mechanism-rsa-2048 = works
    aes-256: rsa-aes-key-wrap-sha256 by one-mechanism = offered
    p-256: rsa-aes-key-wrap-sha1 by one-mechanism = offered
    aes-256: backup = offered
";

const SOFTHSM: &str = "
    signs a record = works
    after a wrong PIN = WrongBefore
    aes-128 and its backup = works
    rsa-4096 and its backup = lies
    check-value = works
    mechanism-0x210b = absent
    mechanism-0x210a = works
    aes-kwp = works
    private-key-exact = lies
    oaep-sha256 = absent
    non-extractable-refused = refused rightly
    extractable-stays = refused rightly
    wrap-with-trusted = refused rightly
    trusted-by-user = refused rightly
    imported-not-always-sensitive = works
    generated-local = works
    wrap-p-256 = lies
    private-form-p-521 = lies
    private-form-rsa-2048 = lies
    restore-secp256k1 = works
    aes-256: backup = offered
    p-256: backup = not offered
    aes-256: oaep-sha1 by oaep-in-token = offered
    aes-256: oaep-sha256 by oaep-in-token = not offered
    aes-256: rsa-aes-key-wrap-sha1 by composed-in-token = offered
    p-256: rsa-aes-key-wrap-sha1 by composed-in-token = not offered
";

// Its lies about keys that must stay stand against no route: nothing here rests on them.
const NSS: &str = "
    signs a record = works
    aes-128 and its backup = works
    rsa-3072 and its backup = works
    rsa-4096 and its backup = works
    check-value = works
    mechanism-0x210b = works
    mechanism-0x210a = lies
    wrap-length-query = lies
    private-key-exact = works
    private-form-p-256 = works
    private-form-p-384 = works
    private-form-p-521 = works
    oaep-sha256 = works
    non-extractable-refused = lies
    extractable-stays = lies
    wrap-with-trusted = lies
    generated-local = lies
    claim: MadeInside = not believed
    claim: AlwaysSensitive = believed
    claim: NeverLeaves = not believed
    claim: LeavesUnderTrusted = not believed
    restore-p-256 = absent
    aes-256: backup = offered
    p-256: backup = not offered
    aes-256: rsa-aes-key-wrap-sha256 by composed-in-token = offered
    p-256: rsa-aes-key-wrap-sha256 by composed-in-token = offered
";

const OPENCRYPTOKI_3_8: &str = "
    makes a key that can be recognised = false
    signs a record = absent
    check-value = absent
    aes-kwp = absent
    oaep-sha256 = works
    non-extractable-refused = refused rightly
    trusted-by-user = refused rightly
    wrap-with-trusted = absent
    imported-not-always-sensitive = lies
    generated-local = works
    wrap-p-256 = absent
    aes-256: backup = not offered
    aes-256: oaep-sha256 by oaep-in-token = not offered
";

// It takes no secret key and lets no sensitive one leave, so that nearly every trial ends where it would begin.
const TPM_1_9: &str = "
    makes a key that can be recognised = false
    signs a record = works
    import-aes = absent
    check-value = absent
    aes-kwp = absent
    oaep-sha1 = absent
    oaep-sha256 = absent
    sensitive-unreadable = absent
    wrap-with-trusted = absent
    trusted-by-user = absent
    generated-local = absent
    wrap-rsa-2048 = absent
    wrap-p-256 = absent
    claim: NeverLeaves = not believed
    aes-256: backup = not offered
    aes-256: oaep-sha1 by oaep-in-token = not offered
    aes-256: rsa-aes-key-wrap-sha256 by composed-in-token = not offered
    p-256: backup = not offered
    p-256: rsa-aes-key-wrap-sha256 by composed-in-token = not offered
";

/// A quirk spoils the route it is about, and no other.
#[test]
fn every_quirk_is_found_and_costs_only_its_own_routes() {
    const ONE: &str = "aes-256: rsa-aes-key-wrap-sha256 by one-mechanism";
    const COMPOSED: &str = "aes-256: rsa-aes-key-wrap-sha256 by composed-in-token";
    const OAEP: &str = "aes-256: oaep-sha256 by oaep-in-token";
    const BACKUP: &str = "aes-256: backup";
    // The quirk, what the trials find, and which of the four routes stay.
    let cases = [
        ("hardware", "wrap-length-query = works", [true; 4]),
        ("length-long", "wrap-length-query = works", [true; 4]),
        ("length-short", "wrap-length-query = lies", [true; 4]),
        ("trailing-bytes", "mechanism-0x210b = lies\naes-kwp = lies\noaep-sha256 = lies", [false; 4]),
        ("no-kwp", "aes-kwp = absent", [true, false, true, false]),
        ("no-rsa-aes", "rsa-aes-key-wrap-sha256 = absent", [false, true, true, true]),
        (
            "pad-private",
            "private-key-exact = lies\nrsa-aes-key-wrap-sha256-pair = lies\nrsa-aes-key-wrap-sha256 = works
             p-256: backup = not offered\np-256: rsa-aes-key-wrap-sha256 by composed-in-token = not offered",
            [true; 4],
        ),
        (
            "short-numbers",
            "private-key-exact = works\nprivate-form-p-521 = lies\nprivate-form-p-256 = lies
             private-form-one-mechanism-p-384 = lies\nprivate-form-rsa-2048 = works
             p-256: backup = not offered\np-256: rsa-aes-key-wrap-sha256 by composed-in-token = not offered
             p-256: rsa-aes-key-wrap-sha256 by one-mechanism = not offered",
            [true; 4],
        ),
        (
            "sign-byte",
            "private-form-p-521 = works\nprivate-form-p-256 = lies\nprivate-form-rsa-2048 = works
             p-256: backup = not offered\np-256: rsa-aes-key-wrap-sha256 by one-mechanism = not offered",
            [true; 4],
        ),
        (
            "unsigned-integers",
            "private-form-rsa-2048 = lies\nprivate-form-p-256 = works
             p-256: rsa-aes-key-wrap-sha256 by one-mechanism = offered",
            [true; 4],
        ),
        ("oaep-sha1", "oaep-sha256 = lies\noaep-sha1 = works", [false, false, false, true]),
        ("wraps-locked", "non-extractable-refused = lies", [true; 4]),
        ("leaks-value", "sensitive-unreadable = lies", [false; 4]),
        ("leaks-private", "sensitive-unreadable = lies", [false; 4]),
        ("always-sensitive", "imported-not-always-sensitive = lies", [true; 4]),
        ("local", "imported-not-local = lies", [true; 4]),
    ];
    for (quirk, lines, stay) in cases {
        let folder = tempfile::tempdir().unwrap();
        let found = run(bench::behind_proxy("trials", folder.path(), quirk), folder.path());
        expect(quirk, &found, lines);
        for (route, stays) in [ONE, COMPOSED, OAEP, BACKUP].into_iter().zip(stay) {
            let word = if stays { "offered" } else { "not offered" };
            assert_eq!(found.word(route), word, "{quirk}: {route}");
        }
    }
}
