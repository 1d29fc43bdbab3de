//! Files as people really carry them in: every encoding and layout that tools make of a provider's file reads the same,
//! and a file that is something else is named for what it is, with how to get the right one.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use byok::provider::{Import, Input, StandIn};
use byok::{ByokError, Disposable, KeyType, Target, of};
use data_encoding::BASE64;
use rsa::RsaPublicKey;
use rsa::pkcs1::EncodeRsaPublicKey as _;
use rsa::pkcs8::DecodePublicKey as _;
use std::sync::OnceLock;

/// 2027-01-15, and an hour before.
const END: i64 = 1_800_000_000;

fn wrapping(bits: u16) -> &'static Disposable {
    static KEYS: OnceLock<[Disposable; 2]> = OnceLock::new();
    let keys = KEYS.get_or_init(|| [2048, 4096].map(|b| Disposable::generate(b).unwrap()));
    &keys[usize::from(bits == 4096)]
}

fn sent(target: Target) -> (StandIn, [u8; 32]) {
    let key = wrapping(of(target).stand_in_bits());
    let sent = of(target).usual_stand_in(KeyType::Aes256, key, END).unwrap();
    let fingerprint = byok::WrappingKey::from_der(key.spki()).unwrap().fingerprint();
    (sent, fingerprint)
}

fn read(target: Target, sent: &StandIn, bytes: &[u8]) -> Result<Box<dyn Import>, ByokError> {
    let stated: Vec<(&str, &str)> = sent.stated.iter().map(|(n, v)| (*n, v.as_str())).collect();
    of(target).read(&Input { file_name: sent.file_name, bytes, stated: &stated })
}

/// The ways in which editors, PowerShell and other systems write one text.
fn ways(text: &str) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for (ends, name) in [("\n", "LF"), ("\r\n", "CR LF"), ("\r", "CR")] {
        let text = text.replace('\n', ends);
        let wide = |mark: &[u8], write: fn(u16) -> [u8; 2]| {
            [mark.to_vec(), text.encode_utf16().flat_map(write).collect()].concat()
        };
        all.push((format!("UTF-8, {name}"), text.as_bytes().to_vec()));
        all.push((format!("UTF-8 with a mark, {name}"), [b"\xef\xbb\xbf", text.as_bytes()].concat()));
        all.push((format!("UTF-16 LE, {name}"), wide(b"\xff\xfe", u16::to_le_bytes)));
        all.push((format!("UTF-16 BE, {name}"), wide(b"\xfe\xff", u16::to_be_bytes)));
    }
    all
}

/// PowerShell's `>` broke PEM and certificates for Azure, Google, Vault, Oracle and Salesforce.
#[test]
fn every_providers_file_reads_in_every_encoding() {
    for target in Target::ALL {
        let (sent, fingerprint) = sent(*target);
        let text = String::from_utf8(sent.bytes.clone()).unwrap();
        for (way, bytes) in ways(&text) {
            let read = read(*target, &sent, &bytes).unwrap_or_else(|e| panic!("{target}, {way}: {e}"));
            assert_eq!(read.wrapping_key().fingerprint(), fingerprint, "{target}, {way}");
            assert_eq!(of(*target).fits(&bytes), Ok(()), "{target}, {way}");
        }
    }
}

fn block(der: &[u8], label: &str) -> String {
    let body = BASE64.encode(der);
    let lines: Vec<&str> = body.as_bytes().chunks(64).map(|l| std::str::from_utf8(l).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// The answers that a key alone needs beside it.
fn beside(target: Target, mut sent: StandIn) -> StandIn {
    let more: &[(&str, &str)] = match target {
        Target::AzureKeyVault => {
            &[("kid", "https://hospital.vault.azure.net/keys/KEKforBYOK/0123456789abcdef0123456789abcdef")]
        }
        Target::AzureManagedHsm => &[(
            "kid",
            "https://hospital.managedhsm.azure.net/keys/KEKforBYOK/0123456789abcdef0123456789abcdef",
        )],
        Target::GoogleKms => &[
            ("job", "projects/P/locations/L/keyRings/R/importJobs/J"),
            ("method", "RSA_OAEP_4096_SHA256_AES_256"),
            ("valid-to", "2027-01-15T08:00:00Z"),
        ],
        _ => &[],
    };
    sent.stated.extend(more.iter().map(|(n, v)| (*n, (*v).to_owned())));
    sent
}

const TAKE_A_KEY: [Target; 5] =
    [Target::AzureKeyVault, Target::AzureManagedHsm, Target::GoogleKms, Target::OracleVault, Target::Transit];

#[test]
fn a_public_key_reads_in_every_layout() {
    let key = wrapping(4096);
    let pem = block(key.spki(), "PUBLIC KEY");
    let pkcs1 = RsaPublicKey::from_public_key_der(key.spki()).unwrap().to_pkcs1_der().unwrap();
    let pkcs1_pem = block(pkcs1.as_bytes(), "RSA PUBLIC KEY");
    let attributes = "Bag Attributes\n    friendlyName: kek\nKey Attributes: <No Attributes>\n";
    let layouts = [
        ("blank lines before", format!("\n\n{pem}")),
        (
            "openssl -text",
            format!("Public-Key: (4096 bit)\nModulus:\n    00:c4:11\nExponent: 65537 (0x10001)\n{pem}"),
        ),
        ("bag attributes", format!("{attributes}{pem}")),
        ("trailing spaces", pem.replace('\n', "  \n")),
        ("indented", format!("  {}", pem.replace('\n', "\n  "))),
        (
            "one long line",
            format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----", BASE64.encode(key.spki())),
        ),
        ("all in one line", pem.replace('\n', " ")),
        ("escaped line ends", pem.replace('\n', "\\n")),
        ("PKCS#1", pkcs1_pem.clone()),
    ];
    for target in TAKE_A_KEY {
        let (sent, fingerprint) = sent(target);
        let sent = beside(target, sent);
        for (layout, text) in &layouts {
            for (way, bytes) in ways(text) {
                let read =
                    read(target, &sent, &bytes).unwrap_or_else(|e| panic!("{target}, {layout}, {way}: {e}"));
                assert_eq!(read.wrapping_key().fingerprint(), fingerprint, "{target}, {layout}");
            }
        }
        for der in [key.spki(), pkcs1.as_bytes()] {
            assert_eq!(
                read(target, &sent, der).unwrap().wrapping_key().fingerprint(),
                fingerprint,
                "{target}, DER"
            );
        }
    }
    // A JSON reply whose PEM came through other hands.
    let oracle = serde_json::json!({ "data": { "public-key": pkcs1_pem.replace('\n', "\r\n") } }).to_string();
    let (sent, fingerprint) = sent(Target::OracleVault);
    assert_eq!(
        read(Target::OracleVault, &sent, oracle.as_bytes()).unwrap().wrapping_key().fingerprint(),
        fingerprint
    );
}

#[test]
fn a_certificate_reads_in_every_layout() {
    let (sent, fingerprint) = sent(Target::SalesforceShield);
    let pem = String::from_utf8(sent.bytes.clone()).unwrap();
    let body: String = pem.lines().filter(|l| !l.starts_with("-----")).collect();
    let der = BASE64.decode(body.as_bytes()).unwrap();
    for bytes in [
        der.clone(),
        format!("Certificate:\n    Data:\n        Version: 3 (0x2)\n{pem}").into_bytes(),
        format!("Bag Attributes\n    localKeyID: 01\nsubject=CN = rehearsal\n\n{pem}").into_bytes(),
        format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----").into_bytes(),
        pem.replace('\n', " \n\t").into_bytes(),
    ] {
        let read = read(Target::SalesforceShield, &sent, &bytes).unwrap();
        assert_eq!(read.wrapping_key().fingerprint(), fingerprint);
    }
    // Two certificates: which one is meant is for people to say.
    let other =
        of(Target::SalesforceShield).usual_stand_in(KeyType::Aes256, wrapping(4096), END + 1).unwrap();
    let two = [sent.bytes.as_slice(), &other.bytes].concat();
    let e = read(Target::SalesforceShield, &sent, &two).unwrap_err();
    assert!(e.code() == "wrong-file" && e.to_string().contains("2 certificates"), "{e}");
}

/// What people carry in instead, and a word of how it is named.
fn wrong_files() -> Vec<(&'static str, Vec<u8>)> {
    let key = wrapping(4096).spki();
    vec![
        ("empty", Vec::new()),
        ("empty", b" \r\n\r\n".to_vec()),
        ("empty", b"\xff\xfe".to_vec()),
        ("YAML", b"createTime: '2026-11-01T00:00:00Z'\nname: projects/P\npublicKey:\n  pem: |\n    MII\nstate: ACTIVE\n".to_vec()),
        ("table", b"Key           Value\n---           -----\npublic_key    MIIC\n".to_vec()),
        ("table", b"-------------------\n|  GetParameters  |\n+-------+---------+\n|  a    |  b      |\n".to_vec()),
        ("bare base64", BASE64.encode(key).into_bytes()),
        ("bare base64", data_encoding::BASE64_MIME.encode(key).into_bytes()),
        ("web page", b"<!DOCTYPE html>\n<html><head><title>403 Forbidden</title></head></html>".to_vec()),
        ("XML", b"<?xml version=\"1.0\"?>\n<Error><Code>AccessDenied</Code></Error>".to_vec()),
        ("2 documents", b"{\"a\": 1}\n{\"b\": 2}\n".to_vec()),
        ("stops in the middle", b"{\"KeyId\": \"arn:aws:kms:eu".to_vec()),
        ("a list", b"[{\"kid\": \"https://hospital.vault.azure.net/keys/K/1\"}]".to_vec()),
        ("shortcut", b"\x4c\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00".to_vec()),
        ("shortcut", b"[InternetShortcut]\r\nURL=https://console.example\r\n".to_vec()),
        ("macOS", b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        \x00\x02".to_vec()),
        ("PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec()),
        ("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00".to_vec()),
        ("UTF-16 without", "{\"KeyId\": \"a\"}".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("UTF-32", b"\xff\xfe\0\0{\0\0\0".to_vec()),
        ("Windows-1252", b"{\"name\": \"K\xfcche\"}".to_vec()),
        ("no certificate yet", block(key, "CERTIFICATE REQUEST").into_bytes()),
        ("missing", block(key, "PUBLIC KEY").as_bytes()[..300].to_vec()),
        ("base64", block(key, "PUBLIC KEY").replacen('M', "!", 3).into_bytes()),
        ("some other text", b"An error occurred (AccessDeniedException)\n".to_vec()),
    ]
}

/// The name of the tool, or of the place, that gives the right file.
fn tool(target: Target) -> &'static str {
    match target {
        Target::AwsKms => "aws kms",
        Target::AzureKeyVault | Target::AzureManagedHsm => "az keyvault",
        Target::GoogleKms => "gcloud kms",
        Target::OracleVault => "oci kms",
        Target::AlibabaKms => "aliyun kms",
        Target::IbmKeyProtect => "ibmcloud kp",
        Target::Transit => "bao read",
        Target::SalesforceShield => "Setup",
    }
}

#[test]
fn a_file_that_is_something_else_is_named_for_what_it_is() {
    for target in Target::ALL {
        let (sent, _) = sent(*target);
        for (part, bytes) in wrong_files() {
            // What kind of JSON it is does not matter where none belongs.
            let part = if *target == Target::SalesforceShield {
                part.replace("a list", "JSON")
            } else {
                part.to_owned()
            };
            for e in [read(*target, &sent, &bytes).unwrap_err(), of(*target).fits(&bytes).unwrap_err()] {
                assert_eq!(e.code(), "wrong-file", "{target}, {part}: {e}");
                assert!(e.to_string().contains(&part), "{target}: {e:?} is not named {part:?}");
                assert!(e.remedy().contains(tool(*target)), "{target}, {part}: {}", e.remedy());
            }
        }
    }
    // Where a key belongs a certificate is named, and the other way round.
    let (salesforce, _) = sent(Target::SalesforceShield);
    for target in TAKE_A_KEY {
        let e = of(target).fits(&salesforce.bytes).unwrap_err();
        assert!(e.to_string().contains("PEM of a certificate"), "{target}: {e}");
    }
    let e =
        of(Target::SalesforceShield).fits(block(wrapping(4096).spki(), "PUBLIC KEY").as_bytes()).unwrap_err();
    assert!(e.to_string().contains("PEM of a public key"), "{e}");
    // JSON of another kind than one object's.
    assert!(of(Target::AwsKms).fits(b"\"text\"").is_err());
}

/// A private key on the medium is no mistake to be passed over.
#[test]
fn a_private_key_that_came_in_is_called_that() {
    let pkcs8 = wrapping(2048).private_pkcs8().unwrap();
    let pem = block(pkcs8.expose(), "PRIVATE KEY");
    let beside = format!("{pem}{}", block(wrapping(4096).spki(), "PUBLIC KEY"));
    let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nQUJD\n\
               -----END RSA PRIVATE KEY-----\n";
    let files: [&[u8]; 5] = [
        pem.as_bytes(),
        beside.as_bytes(),
        old.as_bytes(),
        pkcs8.expose(),
        &BASE64.encode(pkcs8.expose()).into_bytes(),
    ];
    for target in Target::ALL {
        for (at, bytes) in files.iter().enumerate() {
            let e = of(*target).fits(bytes).unwrap_err();
            assert_eq!(e.code(), "private-key-came-in", "{target}, {at}: {e}");
            assert!(e.remedy().contains("Take the medium out"), "{}", e.remedy());
            assert!(!format!("{e:?}").contains("MII"), "{target}: the key itself is in the message");
        }
    }
}

/// Each error says its own remedy, in whole sentences, and does not send people to fetch what is not wrong.
#[test]
fn a_remedy_fits_its_problem() {
    for e in [
        ByokError::StatedMalformed { what: "vault", form: "like https://h.vault.azure.net".to_owned() },
        ByokError::ReceiptMalformed("empty".to_owned()),
        ByokError::ReceiptOtherKey,
        ByokError::Certificate,
        ByokError::KeyArnMalformed,
        ByokError::ManifestMalformed("x".to_owned()),
        ByokError::BundleFileChanged("x".to_owned()),
        ByokError::TextNotPlain("owner"),
        ByokError::QuorumWrong,
    ] {
        let remedy = e.remedy();
        assert!(!remedy.contains("import parameters"), "{e}: {remedy}");
        assert!(remedy.ends_with('.') && remedy.starts_with(char::is_uppercase), "{e}: {remedy}");
        assert!(e.in_full().starts_with(&format!("{e}; ")), "{}", e.in_full());
    }
    assert!(ByokError::ParametersExpired("x".to_owned()).remedy().contains("clock"));
}
