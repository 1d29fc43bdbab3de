use super::*;
use crate::bundle::{Rotation, verify};
use crate::receipt;
use crate::{Disposable, table};
use std::io::Write as _;
use std::sync::OnceLock;

const ARN: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab";

fn spki() -> &'static [u8] {
    static KEY: OnceLock<Vec<u8>> = OnceLock::new();
    KEY.get_or_init(|| Disposable::generate(2048).unwrap().spki().to_vec())
}

fn parameters() -> Parameters {
    Parameters::read(&stand_in_reply(spki(), ARN, 1_795_000_000, b"token"), "p.json").unwrap()
}

fn read_receipt(bytes: &[u8], manifest: &[u8]) -> Result<Receipt, ByokError> {
    receipt::read(&[BundleFile { name: "receipt.json".to_owned(), bytes: bytes.to_vec() }], manifest)
}

fn code<T>(r: Result<T, ByokError>) -> &'static str {
    r.err().map_or("accepted", |e| e.code())
}

fn bundle(blob: &[u8]) -> Bundle<'_> {
    Bundle {
        key: KeyType::Aes256,
        algorithm: "RSAES_OAEP_SHA_256",
        blob,
        rung: "wrapped inside the HSM",
        check_value: "A1B2C3",
        public_key: None,
        proof: None,
        expiry: Some(1_800_000_000),
        rehearsal: false,
        made_at: "2026-11-24T10:00:00Z",
        ceremony: "it's \"seven\"",
        rotation: Rotation::First,
    }
}

#[test]
fn the_whole_matrix() {
    let recipe = |spec: KeySpec, algorithm: &str, bits: u16| {
        table::look_up(Target::AwsKms, spec.key_type(), algorithm, bits)
    };
    for &spec in KeySpec::ALL {
        assert_eq!(spec.name().parse(), Ok(spec));
        assert_eq!(KeySpec::of(spec.key_type()), Some(spec));
        for row in table::rows(Target::AwsKms) {
            for bits in [2048, 3072, 4096] {
                let direct = row.algorithm.starts_with("RSAES");
                let want = match spec.name().split('_').next().unwrap() {
                    "SYMMETRIC" | "HMAC" if !direct => "algorithm-not-for-key-type",
                    "RSA" if direct => "algorithm-not-for-key-type",
                    "ECC" if direct && bits == 2048 && spec == KeySpec::EccNistP521 => {
                        "key-too-long-for-wrapping-key"
                    }
                    _ => "accepted",
                };
                assert_eq!(code(recipe(spec, row.algorithm, bits)), want, "{spec} {} {bits}", row.algorithm);
            }
            assert_eq!(code(recipe(spec, row.algorithm, 1024)), "wrapping-key-size");
        }
    }
    assert_eq!(code(recipe(KeySpec::SymmetricDefault, "SM2PKE", 4096)), "algorithm-left-out");
    assert_eq!(code(Kms.key_named("SM2")), "unknown-name");
}

#[test]
fn times_in_every_form() {
    let good = String::from_utf8(stand_in_reply(spki(), ARN, 1_568_290_320, b"t")).unwrap();
    for time in
        ["1568290320.0", "1568290320.75", "\"2019-09-12T12:12:00Z\"", "\"2019-09-12T14:12:00.500000+02:00\""]
    {
        let p = Parameters::read(good.replace("1568290320", time).as_bytes(), "").unwrap();
        assert_eq!(p.valid_to, 1_568_290_320, "{time}");
    }
    for time in ["\"tomorrow\"", "-1.5", "1e300", "null"] {
        let text = good.replace("1568290320", time);
        assert_eq!(code(Parameters::read(text.as_bytes(), "")), "time-malformed", "{time}");
    }
    assert!(parameters().check_fresh(1_794_999_999).is_ok());
    assert_eq!(code(parameters().check_fresh(1_795_000_000)), "parameters-expired");
}

#[test]
fn bad_replies_have_their_codes() {
    let read = |spki: &[u8], arn: &str, token: &[u8]| {
        code(Parameters::read(&stand_in_reply(spki, arn, 1, token), ""))
    };
    assert_eq!(read(spki(), "arn:aws:kms:eu-central-1:111122223333:alias/x", b"t"), "key-arn-malformed");
    assert_eq!(read(spki(), &format!("{ARN}'; rm -rf /"), b"t"), "key-arn-malformed");
    assert_eq!(read(spki(), ARN, &[0; 6145]), "import-token-size");
    assert_eq!(read(&[spki(), &[0]].concat(), ARN, b"t"), "wrapping-key-trailing-bytes");
    assert_eq!(read(&spki()[..200], ARN, b"t"), "wrapping-key-malformed");
    let mut even = spki().to_vec();
    *even.last_mut().unwrap() = 3;
    assert_eq!(read(&even, ARN, b"t"), "wrapping-key-exponent");
    let mut ec = vec![0x30, 0x59, 0x30, 0x13, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
    ec.resize(91, 4);
    assert_eq!(read(&ec, ARN, b"t"), "wrapping-key-not-rsa");
    let good = stand_in_reply(spki(), ARN, 1, b"t");
    assert_eq!(code(Parameters::read(&good[..100], "")), "wrong-file");
    assert_eq!(code(Parameters::read(b"hello", "")), "wrong-file");
    assert_eq!(code(Parameters::read(b"{}", "")), "parameters-field");
    assert_eq!(code(Parameters::read(&vec![b' '; 65_537], "")), "parameters-too-large");
    let text = String::from_utf8(good).unwrap();
    let with = |extra: &str| code(Parameters::read(text.replacen('{', extra, 1).as_bytes(), ""));
    assert_eq!(with("{\"KeyId\":\"x\","), "field-twice");
    assert_eq!(with("{\"New\":{\"a\":[1,null,true]},"), "accepted");
}

fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn archives() {
    let (key, token, readme) =
        (("WrappingPublicKey.bin", spki()), ("ImportToken.bin", &b"t"[..]), ("README.txt", &b"hi"[..]));
    let good = archive(&[key, token, readme]);
    let name = "Import_Parameters_1234abcd-12ab_0809092909.zip";
    assert_eq!(Parameters::read_with(&good, name, Some(ARN), Some(9)).unwrap().valid_to, 9);
    assert_eq!(code(Parameters::read(&good, name)), "stated-missing");
    assert_eq!(code(Parameters::read_with(&good, name, Some(ARN), None)), "stated-missing");
    assert_eq!(
        code(Parameters::read_with(&good, "Import_Parameters_other_08.zip", Some(ARN), Some(9))),
        "key-arn-differs"
    );
    let read = |bytes: &[u8]| code(Parameters::read_with(bytes, "x.zip", Some(ARN), Some(9)));
    assert_eq!(read(&archive(&[key, token])), "zip-missing-entry");
    assert_eq!(read(&archive(&[key, token, readme, ("x", b"")])), "zip-unexpected-entry");
    assert_eq!(read(&archive(&[key, token, ("../README.txt", b"")])), "zip-unexpected-entry");
    assert_eq!(read(&archive(&[key, token, ("README.txt", &vec![b'a'; 1_000_000])])), "zip-too-large");
    assert_eq!(read(&good[..good.len() - 30]), "zip-unreadable");
}

#[test]
fn an_archive_that_macos_zipped_again_is_read() {
    let read = |entries: &[(&str, &[u8])]| {
        code(Parameters::read_with(&archive(entries), "x.zip", Some(ARN), Some(9)))
    };
    let key = spki();
    let again: [(&str, &[u8]); 7] = [
        ("params/WrappingPublicKey.bin", key),
        ("__MACOSX/params/._WrappingPublicKey.bin", b"AppleDouble"),
        ("params/.DS_Store", b"Bud1"),
        ("params/ImportToken.bin", b"t"),
        ("__MACOSX/params/._ImportToken.bin", b"AppleDouble"),
        ("params/README.txt", b"hi"),
        ("__MACOSX/._params", b"AppleDouble"),
    ];
    assert_eq!(read(&again), "accepted");
    let mut folder = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    folder.add_directory("params/", zip::write::SimpleFileOptions::default()).unwrap();
    for (name, bytes) in again {
        folder.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        folder.write_all(bytes).unwrap();
    }
    let folder = folder.finish().unwrap().into_inner();
    assert_eq!(code(Parameters::read_with(&folder, "x.zip", Some(ARN), Some(9))), "accepted");
    // Two sets in one archive, deeper folders, and files of nobody are still refused.
    for more in ["other/README.txt", "README.txt", "params/more/README.txt", "params/evil.sh"] {
        let mut entries = again.to_vec();
        entries.push((more, b""));
        assert_eq!(read(&entries), "zip-unexpected-entry", "{more}");
    }
    let above = [("../WrappingPublicKey.bin", key), ("../ImportToken.bin", b"t"), ("../README.txt", b"")];
    assert_eq!(read(&above), "zip-unexpected-entry");
}

#[test]
fn an_archive_with_the_names_that_aws_gave_before_is_read() {
    let read = |id: &str| {
        let names = [
            format!("wrappingKey_RSAES_OAEP_SHA_256_{id}_0711134559"),
            format!("importToken_{id}_0711134559"),
            format!("README_{id}_0711134559.txt"),
        ];
        let bytes = archive(&[(&names[0], spki()), (&names[1], b"t"), (&names[2], b"hi")]);
        code(Parameters::read_with(&bytes, "ImportParameters.zip", Some(ARN), Some(9)))
    };
    assert_eq!(read(ARN.rsplit_once('/').unwrap().1), "accepted");
    // The id in them is that of another key.
    assert_eq!(read("f44c4e20-f83c-48f4-adc6-a1ef38829760"), "key-arn-differs");
}

#[test]
fn a_bundle_with_a_receipt_and_what_systems_leave_beside_it_verifies() {
    let p = parameters();
    let mut out = p.files(&bundle(&[7; 256])).unwrap();
    for name in ["receipt.json", ".DS_Store", "._import.sh", "Thumbs.db", "desktop.ini"] {
        out.push(BundleFile { name: name.to_owned(), bytes: b"left behind".to_vec() });
    }
    verify(&out).unwrap();
    out.push(BundleFile { name: "more.bin".to_owned(), bytes: Vec::new() });
    assert_eq!(code(verify(&out)), "bundle-files");
}

#[test]
fn a_bundle_verifies_until_it_is_touched() {
    let p = parameters();
    let out = p.files(&bundle(&[7; 256])).unwrap();
    verify(&out).unwrap();
    for i in 0..out.len() - 1 {
        let mut bad = out.clone();
        bad[i].bytes[0] ^= 1;
        assert_eq!(code(verify(&bad)), "bundle-file-changed");
        bad.remove(i);
        assert_eq!(code(verify(&bad)), "bundle-files");
    }
    assert_eq!(code(p.files(&bundle(&[7; 255]))), "blob-length");
    assert_eq!(code(p.files(&Bundle { ceremony: "a\nb", ..bundle(&[7; 256]) })), "text-not-plain");
    assert_eq!(code(p.files(&Bundle { public_key: Some(&[1]), ..bundle(&[7; 256]) })), "public-key-mismatch");
}

#[test]
fn scripts_are_safe() {
    let p = parameters();
    let out = p.files(&bundle(&[7; 256])).unwrap();
    let text =
        |name: &str| String::from_utf8(out.iter().find(|f| f.name == name).unwrap().bytes.clone()).unwrap();
    for script in [text("import.sh"), text("import.ps1")] {
        assert!(
            script.contains("fileb://EncryptedKeyMaterial.bin")
                && script.contains("--valid-to '2027-01-15T08:00:00Z'")
        );
        assert!(!script.contains("seven"), "free text stays out of scripts");
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("import.sh");
    std::fs::write(&path, text("import.sh")).unwrap();
    assert!(std::process::Command::new("sh").arg("-n").arg(&path).status().unwrap().success());
    if let Ok(done) = std::process::Command::new("shellcheck").arg(&path).output() {
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    }
}

#[test]
fn receipts() {
    let p = parameters();
    let out = p.files(&bundle(&[7; 256])).unwrap();
    let manifest = &out.last().unwrap().bytes;
    let id = "ab".repeat(32);
    let good = format!(
        "{{\"KeyId\":\"{ARN}\",\"KeyMaterialId\":\"{id}\"}}\n{{\"KeyMetadata\":{{\"Arn\":\"{ARN}\",\"KeyState\":\"Enabled\",\
         \"Origin\":\"EXTERNAL\",\"KeySpec\":\"SYMMETRIC_DEFAULT\",\"ExpirationModel\":\"KEY_MATERIAL_EXPIRES\",\
         \"ValidTo\":1800000000.0,\"CurrentKeyMaterialId\":\"{id}\"}}}}"
    );
    assert_eq!(read_receipt(good.as_bytes(), manifest).unwrap().name, Some(id));
    let with = |a: &str, b: &str| code(read_receipt(good.replace(a, b).as_bytes(), manifest));
    assert_eq!(with("12ab", "12ac"), "receipt-other-key");
    assert_eq!(with("Enabled", "PendingImport"), "receipt-state");
    assert_eq!(with("EXTERNAL", "AWS_KMS"), "receipt-origin");
    assert_eq!(with("SYMMETRIC_DEFAULT", "HMAC_256"), "receipt-spec");
    assert_eq!(with("1800000000.0", "1800000001"), "receipt-expiry");
    assert_eq!(with("CurrentKeyMaterialId\":\"ab", "CurrentKeyMaterialId\":\"ac"), "receipt-other-material");
    assert_eq!(code(read_receipt(b"", manifest)), "wrong-file");
    // PowerShell marks each part of what it puts into one file.
    let marked = format!("\u{feff}{good}\r\n\u{feff}{good}");
    assert_eq!(code(read_receipt(marked.as_bytes(), manifest)), "accepted");
    let wide: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(code(read_receipt(&wide, manifest)), "accepted");
}

#[test]
fn an_expiry_lies_within_a_year() {
    let p = parameters();
    let made = 1_795_514_400; // 2026-11-24T10:00:00Z
    let at = |t| code(p.files(&Bundle { expiry: Some(t), ..bundle(&[7; 256]) }));
    assert_eq!(at(made), "expiry-past");
    assert_eq!(at(made + 365 * 86_400), "accepted");
    assert_eq!(at(made + 365 * 86_400 + 1), "expiry-too-far");
    assert_eq!(at(i64::MAX), "time-malformed");
    assert_eq!(code(p.files(&Bundle { made_at: "today", ..bundle(&[7; 256]) })), "time-malformed");
}

#[test]
fn rotation() {
    let p = parameters();
    let b = bundle(&[7; 256]);
    let id = "ab".repeat(32);
    let script = |rotation: Rotation<'_>| {
        let out = p.files(&Bundle { rotation, ..b }).unwrap();
        verify(&out).unwrap();
        let text =
            |n: &str| String::from_utf8(out.iter().find(|f| f.name == n).unwrap().bytes.clone()).unwrap();
        (text("import.sh"), text("CHECK-AFTER-IMPORT.txt"), out.last().unwrap().bytes.clone())
    };
    let (first, check, _) = script(Rotation::First);
    assert!(!first.contains("--import-type") && !check.contains("rotate-key-on-demand"));
    let (new, check, manifest) = script(Rotation::New { description: Some("2026-Q4/ceremony-7") });
    assert!(new.contains("--import-type 'NEW_KEY_MATERIAL'"), "{new}");
    assert!(new.contains("--key-material-description '2026-Q4/ceremony-7'"));
    assert!(check.contains("rotate-key-on-demand"));
    // The material in use is still the old one after such an import.
    let reply = |imported: &str, current: &str| {
        format!(
            "{{\"KeyId\":\"{ARN}\",\"KeyMaterialId\":\"{imported}\"}}\n{{\"KeyMetadata\":{{\"Arn\":\"{ARN}\",\"KeyState\":\"Enabled\",\
             \"Origin\":\"EXTERNAL\",\"ExpirationModel\":\"KEY_MATERIAL_EXPIRES\",\"ValidTo\":1800000000,\
             \"CurrentKeyMaterialId\":\"{current}\"}}}}"
        )
    };
    let other = "cd".repeat(32);
    let receipt = read_receipt(reply(&id, &other).as_bytes(), &manifest).unwrap();
    assert_eq!(receipt.name.as_deref(), Some(id.as_str()));
    let (again, _, manifest) = script(Rotation::Existing { material_id: Some(&id) });
    assert!(
        again.contains("--import-type 'EXISTING_KEY_MATERIAL'")
            && again.contains(&format!("--key-material-id {id}"))
    );
    read_receipt(reply(&id, &id).as_bytes(), &manifest).unwrap();
    assert_eq!(code(read_receipt(reply(&other, &other).as_bytes(), &manifest)), "receipt-other-material");
    let refused = |rotation: Rotation<'_>| assert_eq!(code(p.files(&Bundle { rotation, ..b })), "rotation");
    let shouted = id.to_uppercase();
    refused(Rotation::Existing { material_id: Some(&shouted) });
    refused(Rotation::New { description: Some("a b") });
    let hmac = |rotation| code(p.files(&Bundle { key: KeyType::HmacSha256, rotation, ..b }));
    assert_eq!(hmac(Rotation::New { description: None }), "rotation");
    assert_eq!(hmac(Rotation::Existing { material_id: None }), "accepted");
}

#[test]
fn multi_region_keys_go_in_one_order() {
    let region = |name: &str, bits| {
        let arn = format!("arn:aws:kms:{name}:111122223333:key/mrk-1234");
        let key = Disposable::generate(bits).unwrap();
        Parameters::read(&stand_in_reply(key.spki(), &arn, 1, b"t"), "").unwrap()
    };
    let (one, two, three) =
        (region("eu-central-1", 2048), region("eu-west-1", 2048), region("us-east-1", 2048));
    let order = |primary: &Parameters, replicas: &[&dyn Import]| Kms.stages(primary, replicas);
    let stages = order(&one, &[&two, &three]).unwrap();
    let types: Vec<&str> = stages.iter().map(|s| s.import_type).collect();
    assert_eq!(types, ["NEW_KEY_MATERIAL", "EXISTING_KEY_MATERIAL", "EXISTING_KEY_MATERIAL"]);
    assert!(stages[2].then.contains("rotate-key-on-demand") && !stages[1].then.contains("rotate"));
    assert_eq!(code(order(&one, &[&one])), "rotation");
    assert_eq!(code(order(&one, &[&two, &two])), "rotation");
    let single = Parameters { key_arn: ARN.to_owned(), ..two.clone() };
    assert_eq!(code(order(&single, &[])), "rotation");
    let copied = Parameters { wrapping_key: one.wrapping_key.clone(), ..two };
    assert_eq!(code(order(&one, &[&copied])), "rotation");
}
