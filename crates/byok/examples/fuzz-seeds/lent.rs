//! Seeds that are typed, and those that other parts of the project keep as vectors, examples and packs.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What people and pages write, by target and name.
pub(crate) const TYPED: [(&str, &str, &str); 21] = [
    (
        "answers",
        "answers.toml",
        r#"pin = "8642"

[passphrases]
adm = "a practice passphrase"

[answers]
"read-parameters/file" = "/media/stick/a.json"
"#,
    ),
    (
        "token_address",
        "softhsm",
        "pkcs11:token=rehearsal;serial=0a1b;manufacturer=SoftHSM%20project;model=SoftHSM%20v2?module-path=/usr/lib/softhsm/libsofthsm2.so",
    ),
    (
        "token_address",
        "library",
        "pkcs11:library-manufacturer=A;library-description=B%20C;library-version=2.6;token=x?module-name=softhsm2",
    ),
    ("token_address", "kind", "ECC_NIST_P256"),
    ("token_address", "other-kind", "rsa-3072"),
    ("typed", "address", "file://localhost/media/it%27s%20my%20100%25%20file.json\n"),
    ("typed", "quoted", "'/media/it'\\''s mine' "),
    ("typed", "escaped", "\"~/a \\\"b\\\" c\"/d\\ e"),
    ("typed", "word", " Key Custodian. "),
    (
        "page",
        "home",
        r#"{"type":"home"}
{"type":"look"}
{"type":"devices"}
"#,
    ),
    (
        "page",
        "start",
        r#"{"type":"start","script":"byok-aws","mode":"rehearsal","parameters":{"shares":"5"},"roster":null,"token":null}
"#,
    ),
    (
        "page",
        "answers",
        r#"{"type":"answer","prompt":7,"answer":{"kind":"signature","passphrase":"a b","restated":"3 of 5"}}
{"type":"answer","prompt":8,"answer":{"kind":"secret","text":"8642"}}
{"type":"answer","prompt":9,"answer":{"kind":"go"}}
"#,
    ),
    (
        "page",
        "from-room",
        r#"{"type":"hello","protocol":7,"version":"0.1.0"}
"#,
    ),
    (
        "page",
        "refused",
        r#"{"type":"refused","problem":{"code":"x","happened":"a","unchanged":"b","todo":"c","again":true,"detail":"d\ne"}}
"#,
    ),
    (
        "provider_state",
        "aws.json",
        r#"{"Aliases":[{"AliasName":"alias/records","AliasArn":"arn:aws:kms:eu-central-1:111122223333:alias/records",
"TargetKeyId":"1234abcd-12ab-34cd-56ef-1234567890ab"}]}
---
{"KeyMetadata":{"Arn":"arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
"KeyState":"PendingDeletion","Origin":"EXTERNAL","DeletionDate":"2027-01-31T13:00:00+01:00","ValidTo":1801396800.0}}
---
{"Keys":[{"KeyId":"1234abcd-12ab-34cd-56ef-1234567890ab",
"KeyArn":"arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}],"Truncated":false}
"#,
    ),
    (
        "provider_state",
        "azure.json",
        r#"[{"attributes":{"enabled":true,"expires":"2027-01-01T00:00:00+00:00","notBefore":null},"managed":null,
"kid":"https://hospital.vault.azure.net/keys/records-2027","name":"records-2027","keySize":null,"tags":null}]
"#,
    ),
    (
        "provider_state",
        "google.json",
        r#"[{"algorithm":"GOOGLE_SYMMETRIC_ENCRYPTION","createTime":"2026-11-24T10:00:00.123456789Z",
"importJob":"projects/P/locations/L/keyRings/R/importJobs/j1","importTime":"2026-11-24T10:01:00Z","state":"ENABLED",
"name":"projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/1","protectionLevel":"HSM"}]
"#,
    ),
    (
        "kept_table",
        "answers.csv",
        "\u{4}id,vendor,question,answer,by,on\nA-001,Quorvex,algorithm-at-rest,AES-256,The team,2026-10-01\n",
    ),
    (
        "register",
        "systems.csv",
        r#"id,data,review,notify-hours,key
EHR-1,ephi,2027-10-01,72,cmac-aes:763cbc
"PACS, main",no-ephi,none,,-
"#,
    ),
    ("register", "semicolons.csv", "Data;ID;Key;Review;Notify Hours\nEPHI;x;none;2028-02-29;0\n"),
    ("incoming", "pem", "Bag Attributes\n-----BEGIN CERTIFICATE-----\nAAECAw==\n-----END CERTIFICATE-----\n"),
];

/// Files of the repository, the target that reads them, and the bytes that the target wants before them.
const LENT: [(&str, &str, &[u8]); 26] = [
    ("crates/transcript/tests/vectors/small.jsonl", "transcript", b""),
    ("ceremonies/byok-aws.toml", "script", b""),
    ("ceremonies/rehearsal-minimal.toml", "script", b""),
    ("ceremonies/rehearsal-roster.toml", "roster", b""),
    ("ceremonies/example-answers.toml", "answers", b""),
    ("ceremonies/rehearsal-minimal.toml", "ceremony", &[0]),
    ("ceremonies/byok-aws.toml", "ceremony", &[0]),
    ("ceremonies/destroy.toml", "ceremony", &[0]),
    ("ceremonies/keep-systems.toml", "ceremony", &[0]),
    ("ceremonies/tabletop-torn-bag.toml", "ceremony", &[0]),
    ("ceremonies/rehearsal-roster.toml", "ceremony", &[4]),
    ("tests/corpus/packs/commissioned-with-yubikeys/roster.toml", "ceremony", &[6]),
    ("tests/corpus/packs/commissioned-with-yubikeys/roster.toml", "roster", b""),
    ("tests/corpus/packs/provider-state/provider-state-13.json", "provider_state", b""),
    ("tests/corpus/packs/validation-record/validation-13.toml", "validation", b""),
    ("tests/corpus/packs/commission-workstation/workstation-card-57.txt", "workstation_card", b""),
    ("tests/corpus/packs/review/signer.pem", "workstation_card", b""),
    ("tests/corpus/packs/review/SHA256SUMS", "pack", &[0]),
    ("tests/corpus/packs/review/SHA256SUMS.sig", "pack", &[1]),
    ("tests/corpus/packs/review/HEAD", "pack", &[2]),
    ("tests/corpus/packs/review/HEAD.sig", "pack", &[3]),
    ("tests/corpus/packs/review/signer.pem", "pack", &[4]),
    ("tests/corpus/packs/review/transcript.jsonl", "pack", &[5]),
    ("tests/corpus/packs/review/roster.toml", "pack", &[6]),
    ("crates/piv/roots/yubico-piv-root-ca-263751.pem", "attestation", b""),
    ("crates/piv/tests/vectors/yubikey-5c-5.7.4-device.der", "attestation", &[0, 0]),
];

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

type Write<'w> = &'w dyn Fn(&str, &str, &[u8]);

pub(crate) fn borrowed(write: Write<'_>) {
    let read = |name: &str| std::fs::read(repository().join(name)).unwrap();
    for (from, target, before) in LENT {
        let name = match from.strip_prefix("tests/corpus/packs/") {
            Some(of_pack) => of_pack.replace('/', "-"),
            None => from.rsplit('/').next().unwrap_or(from).to_owned(),
        };
        write(&format!("seeds/{target}"), &name, &[before, &read(from)[..]].concat());
    }
    // Tables that have something wrong, which are good but for one thing.
    let registers = ["systems", "agreements", "policies", "safeguards", "answers"];
    for file in std::fs::read_dir(repository().join("tests/hospital/bad")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        if let Some(n) = registers.iter().position(|register| name.starts_with(register)) {
            let table = read(&format!("tests/hospital/bad/{name}"));
            write("seeds/kept_table", &name, &[&[u8::try_from(n).unwrap()], &table[..]].concat());
        }
    }
    let cards: Value = serde_json::from_slice(&read("crates/shares/tests/vectors/share-v1.json")).unwrap();
    let rows: Vec<&str> = cards["cards"][0].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    write("seeds/share_card", "card", rows.join("\n").as_bytes());
    let custodian: Value =
        serde_json::from_slice(&read("crates/piv/tests/vectors/custodian-box-v1.json")).unwrap();
    let hex = |name: &str| HEXLOWER.decode(custodian[name].as_str().unwrap().as_bytes()).unwrap();
    write("seeds/custodian_box", "box", &hex("box"));
    write("seeds/token_answer", "p256.spki", &hex("recipient_public_key"));
    write("seeds/attestation", "p256.spki", &hex("recipient_public_key"));
    write("seeds/token_answer", "p256.point", &[&[4, 65], &hex("recipient_public_key")[26..]].concat());
    for device in ["yubikey-5c-5.7.4", "yubikey-5ci-5.2.4"] {
        let [attestation, certificate] = ["attestation", "device"]
            .map(|what| read(&format!("crates/piv/tests/vectors/{device}-{what}.der")));
        let length = u16::try_from(attestation.len()).unwrap().to_be_bytes();
        write("seeds/attestation", device, &[&length[..], &attestation, &certificate].concat());
        let object =
            [&[0x70, 0x82][..], &u16::try_from(certificate.len()).unwrap().to_be_bytes(), &certificate];
        write("seeds/card_answer", device, &[&object.concat()[..], &[0x71, 1, 0, 0xfe, 0]].concat());
    }
}

/// A list of three ended ceremonies, signed with a throw-away key, and an answer of a time-stamping authority's form.
pub(crate) fn listed(write: Write<'_>) {
    let random = SystemRandom::new();
    let pair = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pair.as_ref()).unwrap();
    let start = HEXLOWER.decode(b"3059301306072a8648ce3d020106082a8648ce3d030107034200").unwrap();
    let signer = BASE64.encode(&[&start[..], pair.public_key().as_ref()].concat());
    let sha256 =
        |bytes: &[u8]| HEXLOWER.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref());
    let (mut list, mut before) = (String::new(), "0".repeat(64));
    for n in 1..=3 {
        let (run, ended) = (format!("20270101-00000{n}-000-1"), if n == 2 { "abandoned" } else { "closed" });
        let head = "5a".repeat(32);
        let text = format!("cofferdam-ended-runs 1 {n} {run} {ended} 7 {head} {before}\n");
        let signature = BASE64.encode(pair.sign(&random, text.as_bytes()).unwrap().as_ref());
        let line = json!({
            "before": before, "ended": ended, "entries": 7, "head": head, "n": n, "run": run,
            "signature": signature, "signer": signer,
        })
        .to_string();
        before = sha256(line.as_bytes());
        list += &(line + "\n");
    }
    write("seeds/ended_runs", "three.jsonl", list.as_bytes());
    let granted = [0x30, 0x82, 1, 0, 0x30, 3, 2, 1, 0];
    let signed_data = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
    write("seeds/timestamp", "granted", &[&granted[..], &signed_data, &[4, 32], &[7; 32]].concat());
}

/// `EncryptedPrivateKeyInfo` of the form that is read, around bytes that nothing opens: PBES2, 500 rounds.
pub(crate) fn sealed_with_few_rounds(inner: &[u8]) -> Vec<u8> {
    let tlv = |tag: u8, parts: &[&[u8]]| {
        let body = parts.concat();
        [&[tag, u8::try_from(body.len()).unwrap()][..], &body].concat()
    };
    let oid = |hex: &str| tlv(6, &[&HEXLOWER.decode(hex.as_bytes()).unwrap()]);
    let sha256 = tlv(0x30, &[&oid("2a864886f70d0209"), &[5, 0]]);
    let rounds = tlv(0x30, &[&tlv(4, &[&[1; 16]]), &tlv(2, &[&[0, 1, 0xf4]]), &sha256]);
    let derivation = tlv(0x30, &[&oid("2a864886f70d01050c"), &rounds]);
    let cipher = tlv(0x30, &[&oid("60864801650304012a"), &tlv(4, &[&[2; 16]])]);
    let algorithm = tlv(0x30, &[&oid("2a864886f70d01050d"), &tlv(0x30, &[&derivation, &cipher])]);
    let length = (inner.len() / 16 + 1) * 16;
    let body = [&algorithm[..], &tlv(4, &[&vec![3; length.min(96)]])].concat();
    [&[0x30, 0x81, u8::try_from(body.len()).unwrap()][..], &body].concat()
}
