//! Attestations that OpenSSL made, right and wrong in every way that a forger might try. No card is needed.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use piv::{AttestationFault, Roots, verify_attestation};

/// 2026-01-01.
const NOW: u64 = 1_767_225_600;
const CA: &str = "basicConstraints=critical,CA:TRUE\n";
const FIRMWARE: &str = "1.3.6.1.4.1.41482.3.3=DER:05:07:01\n";
const STATEMENTS: &str = "1.3.6.1.4.1.41482.3.3=DER:05:07:01\n\
                          1.3.6.1.4.1.41482.3.7=ASN1:INTEGER:30000001\n\
                          1.3.6.1.4.1.41482.3.8=DER:02:01\n";
const LEAF: &str = "/CN=YubiKey PIV Attestation 9c";

/// A folder with keys and certificates, each under a short name.
struct Office(tempfile::TempDir);

impl Office {
    fn new() -> Self {
        let office = Self(tempfile::tempdir().unwrap());
        office.root("root", "/CN=Root", CA);
        office
    }

    fn openssl(&self, arguments: &[&str]) {
        let out = Command::new("openssl").args(arguments).current_dir(self.0.path()).output().unwrap();
        assert!(out.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
    }

    fn key(&self, name: &str) {
        let key = format!("{name}.key");
        self.openssl(&["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", &key]);
    }

    fn write(&self, file: &str, content: &str) {
        std::fs::write(self.0.path().join(file), content).unwrap();
    }

    /// Certificates are valid from 2025 to 2035, by default.
    fn issue(&self, name: &str, subject: &str, issuer: &str, extensions: &str) {
        self.key(name);
        let (key, request) = (format!("{name}.key"), format!("{name}.csr"));
        self.openssl(&["req", "-new", "-key", &key, "-subj", subject, "-out", &request]);
        self.sign(name, issuer, extensions, "20250101000000Z", "20350101000000Z");
    }

    fn sign(&self, name: &str, issuer: &str, extensions: &str, from: &str, to: &str) {
        self.write("extensions", extensions);
        self.write("index.txt", "");
        self.write("index.txt.attr", "unique_subject = no\n");
        self.write(
            "ca.conf",
            "[ca]\ndefault_ca = x\n[x]\ndatabase = index.txt\nnew_certs_dir = .\nrand_serial = yes\n\
             default_md = sha256\npolicy = p\nunique_subject = no\n[p]\ncommonName = supplied\n",
        );
        let (request, out) = (format!("{name}.csr"), format!("{name}.pem"));
        let own = issuer == name;
        let (key, certificate) = (format!("{issuer}.key"), format!("{issuer}.pem"));
        let mut arguments = vec![
            "ca",
            "-batch",
            "-notext",
            "-config",
            "ca.conf",
            "-in",
            &request,
            "-out",
            &out,
            "-keyfile",
            &key,
            "-startdate",
            from,
            "-enddate",
            to,
            "-extfile",
            "extensions",
        ];
        if own {
            arguments.push("-selfsign");
        } else {
            arguments.extend(["-cert", &certificate]);
        }
        self.openssl(&arguments);
    }

    fn root(&self, name: &str, subject: &str, extensions: &str) {
        self.issue(name, subject, name, extensions);
    }

    fn der(&self, name: &str) -> Vec<u8> {
        let (pem, der) = (format!("{name}.pem"), format!("{name}.der"));
        self.openssl(&["x509", "-in", &pem, "-outform", "der", "-out", &der]);
        std::fs::read(self.0.path().join(der)).unwrap()
    }

    fn pem(&self, name: &str) -> String {
        std::fs::read_to_string(Path::new(self.0.path()).join(format!("{name}.pem"))).unwrap()
    }

    /// The verdict on a leaf and a device under these roots and intermediates.
    fn verdict(&self, leaf: &str, device: &str, known: &[&str]) -> Result<u32, AttestationFault> {
        let mut file = String::new();
        for name in known {
            let _ = writeln!(file, "{}", self.pem(name));
        }
        let roots = Roots::from_pem(file.as_bytes()).unwrap();
        verify_attestation(&self.der(leaf), &self.der(device), &roots, NOW).map(|a| a.serial)
    }
}

#[test]
fn only_an_authority_may_stand_between() {
    let office = Office::new();
    let fault = || Err(AttestationFault::NotAnAuthority("CN=D".to_owned()));
    for (extensions, verdict) in [
        (CA, Ok(30_000_001)),
        (FIRMWARE, Ok(30_000_001)), // an old device: no mark, but its firmware is stated
        ("basicConstraints=critical,CA:TRUE,pathlen:0\n", Ok(30_000_001)),
        ("basicConstraints=critical,CA:FALSE\n", fault()),
        (&format!("basicConstraints=CA:FALSE\n{FIRMWARE}"), fault()),
        ("keyUsage=digitalSignature\n", fault()),
    ] {
        office.issue("device", "/CN=D", "root", extensions);
        office.issue("leaf", LEAF, "device", STATEMENTS);
        assert_eq!(office.verdict("leaf", "device", &["root"]), verdict, "{extensions}");
    }
}

#[test]
fn roots_and_intermediates_must_be_marked_and_paths_not_too_long() {
    let office = Office::new();
    office.issue("between", "/CN=B", "root", CA);
    office.issue("unmarked", "/CN=U", "root", FIRMWARE);
    office.root("short", "/CN=Short", "basicConstraints=critical,CA:TRUE,pathlen:0\n");
    office.root("bare", "/CN=Bare", FIRMWARE);
    for (issuer, known, verdict) in [
        ("between", &["root", "between"][..], Ok(30_000_001)),
        ("between", &["root"], Err(AttestationFault::UnknownIssuer("CN=D".to_owned()))),
        ("unmarked", &["root", "unmarked"], Err(AttestationFault::NotAnAuthority("CN=U".to_owned()))),
        // A device below it is one authority too many.
        ("short", &["short"], Err(AttestationFault::NotAnAuthority("CN=Short".to_owned()))),
        ("bare", &["bare"], Err(AttestationFault::NotAnAuthority("CN=Bare".to_owned()))),
    ] {
        office.issue("device", "/CN=D", issuer, CA);
        office.issue("leaf", LEAF, "device", STATEMENTS);
        assert_eq!(office.verdict("leaf", "device", known), verdict, "{issuer}");
    }
}

#[test]
fn a_chain_longer_than_any_of_yubicos_is_refused() {
    let office = Office::new();
    let names = ["one", "two", "three"];
    let mut issuer = "root";
    for name in names {
        office.issue(name, &format!("/CN={name}"), issuer, CA);
        issuer = name;
    }
    office.issue("device", "/CN=D", "two", CA);
    office.issue("leaf", LEAF, "device", STATEMENTS);
    assert_eq!(office.verdict("leaf", "device", &["root", "one", "two", "three"]), Ok(30_000_001));
    office.issue("device", "/CN=D", "three", CA);
    office.issue("leaf", LEAF, "device", STATEMENTS);
    let refused = office.verdict("leaf", "device", &["root", "one", "two", "three"]);
    assert_eq!(refused, Err(AttestationFault::UnknownIssuer("CN=two".to_owned())));
}

#[test]
fn a_root_that_the_chain_brings_along_is_not_trusted() {
    let office = Office::new();
    office.root("own", "/CN=Root", CA); // the pinned root's name
    office.issue("device", "/CN=D", "own", CA);
    office.issue("leaf", LEAF, "device", STATEMENTS);
    let fault = AttestationFault::Signature("CN=D".to_owned());
    assert_eq!(office.verdict("leaf", "device", &["root"]), Err(fault));
    // Nor a device that signed itself.
    office.root("device", "/CN=D", CA);
    office.issue("leaf", LEAF, "device", STATEMENTS);
    let fault = AttestationFault::UnknownIssuer("CN=D".to_owned());
    assert_eq!(office.verdict("leaf", "device", &["root"]), Err(fault));
}

#[test]
fn every_certificate_must_be_valid_now() {
    let office = Office::new();
    let late = ("20270101000000Z", "20350101000000Z");
    let early = ("20200101000000Z", "20250101000000Z");
    for (from, to) in [late, early] {
        office.issue("device", "/CN=D", "root", CA);
        office.issue("leaf", LEAF, "device", STATEMENTS);
        office.sign("leaf", "device", STATEMENTS, from, to);
        let fault = AttestationFault::OutOfTime("CN=YubiKey PIV Attestation 9c".to_owned());
        assert_eq!(office.verdict("leaf", "device", &["root"]), Err(fault));

        office.issue("leaf", LEAF, "device", STATEMENTS);
        office.sign("device", "root", CA, from, to);
        assert_eq!(
            office.verdict("leaf", "device", &["root"]),
            Err(AttestationFault::OutOfTime("CN=D".to_owned()))
        );

        office.sign("device", "root", CA, "20250101000000Z", "20350101000000Z");
        office.issue("old", "/CN=Old", "old", CA);
        office.sign("old", "old", CA, from, to);
        office.issue("device", "/CN=D", "old", CA);
        office.issue("leaf", LEAF, "device", STATEMENTS);
        assert_eq!(
            office.verdict("leaf", "device", &["old"]),
            Err(AttestationFault::OutOfTime("CN=Old".to_owned()))
        );
    }
}

#[test]
fn a_statement_that_is_missing_or_malformed_is_named() {
    let office = Office::new();
    office.issue("device", "/CN=D", "root", CA);
    let with = |from: &str, to: &str| STATEMENTS.replace(from, to);
    for (subject, extensions, missing) in [
        ("/CN=YubiKey PIV Attestation 80", STATEMENTS.to_owned(), "slot"),
        ("/CN=Another", STATEMENTS.to_owned(), "slot"),
        (LEAF, with("1.3.6.1.4.1.41482.3.3=DER:05:07:01\n", ""), "firmware"),
        (LEAF, with("DER:05:07:01", "DER:05:07"), "firmware"),
        (LEAF, with("1.3.6.1.4.1.41482.3.7=ASN1:INTEGER:30000001\n", ""), "serial number"),
        (LEAF, with("INTEGER:30000001", "INTEGER:-1"), "serial number"),
        (LEAF, with("INTEGER:30000001", "INTEGER:4294967296"), "serial number"),
        (LEAF, with("DER:02:01", "DER:00:01"), "PIN and touch rules"),
        (LEAF, with("DER:02:01", "DER:02:04"), "PIN and touch rules"),
        (LEAF, with("DER:02:01", "DER:02"), "PIN and touch rules"),
        (LEAF, format!("{STATEMENTS}1.3.6.1.4.1.41482.3.9=DER:01:02\n"), "form factor"),
    ] {
        office.issue("leaf", subject, "device", &extensions);
        assert_eq!(
            office.verdict("leaf", "device", &["root"]),
            Err(AttestationFault::Missing(missing)),
            "{subject} {extensions}"
        );
    }
}
