//! A real AWS client imports what a ceremony wrapped, into a stand-in for AWS KMS that really unwraps
//! (`whole_program::aws` says what it is worth). Needs Python packages; says so and skips where they cannot be had.
#![allow(clippy::unwrap_used, reason = "tests")]

use byok::KeyType;
use byok::aws::Parameters;
use byok::bundle::{Bundle, BundleFile, Rotation};
use byok::provider::{Import as _, Provider as _};
use byok::receipt::{self, Receipt};
use data_encoding::{BASE64, HEXLOWER};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use whole_program::aws::{StandIn, opened_by, tools};
use whole_program::{run, said};

/// A fixed key, so that every bit that arrives can be compared.
const KNOWN: [u8; 32] = *b"a known key for these tests only";

fn openssl(folder: &Path, args: &str) {
    let out = Command::new("openssl").args(args.split(' ')).current_dir(folder).output().unwrap();
    assert!(out.status.success(), "openssl {args}: {}", said(&out));
}

fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref())
}

fn decoded(reply: &Value, name: &str) -> Vec<u8> {
    BASE64.decode(reply[name].as_str().unwrap().as_bytes()).unwrap()
}

/// Plays a rehearsal of `byok-aws` with a real reply of the client; the pack's bundle.
fn ceremony(folder: &Path, parameters: &[u8], spec: &str, algorithm: &str) -> PathBuf {
    let (state, reply) = (folder.join("state"), folder.join("import-parameters.json"));
    std::fs::write(&reply, parameters).unwrap();
    let out_folder = folder.join("carried-out");
    std::fs::create_dir(&out_folder).unwrap();
    let answers = folder.join("answers.toml");
    let text = format!(
        "[answers]\n\"read-parameters/file\" = {:?}\n\"write-bundle/folder\" = {:?}\n",
        reply.display().to_string(),
        out_folder.display().to_string()
    );
    std::fs::write(&answers, text).unwrap();
    let (spec, algorithm) = (format!("key-spec={spec}"), format!("wrapping-algorithm={algorithm}"));
    let answers = answers.to_str().unwrap();
    let args = ["play", "byok-aws", "--answers", answers, "--set", &spec, "--set", &algorithm];
    let out = run(&state, &args);
    assert!(out.status.success(), "{spec} {algorithm}: {}", said(&out));
    let runs = std::fs::read_dir(state.join("rehearsal/runs")).unwrap().flatten().next().unwrap().path();
    runs.join("rehearsal-evidence/bundle")
}

/// One ceremony for one kind of key: wrapped, imported, described, and shown to be the very key that was made.
fn imported(kms: &StandIn, folder: &Path, spec: &str, usage: &str, algorithm: &str, times: &str) {
    std::fs::create_dir(folder).unwrap();
    let arn = kms.external_key(folder, spec, usage);
    let parameters = kms.parameters(folder, &arn, algorithm, 4096, times);
    let reply: Value = serde_json::from_slice(&parameters).unwrap();
    assert_eq!(reply["ParametersValidTo"].is_string(), times == "iso8601", "{reply}");
    let bundle = ceremony(folder, &parameters, spec, algorithm);

    // A rehearsal's own script refuses, with the client at hand.
    let out = kms.command("sh").arg(bundle.join("import.sh")).output().unwrap();
    assert!(!out.status.success() && said(&out).contains("rehearsal"), "{}", said(&out));

    // What it would have run with a production bundle.
    let out = kms.import(&bundle, &arn);
    assert!(out.status.success(), "{spec} {algorithm}: {}", said(&out));
    let mut receipt = out.stdout;
    let described = kms.kms(folder, &["describe-key", "--key-id", &arn]);
    receipt.extend(&described.stdout);
    let manifest = std::fs::read(bundle.join("manifest.json")).unwrap();
    let check = serde_json::from_slice::<Value>(&manifest).unwrap()["check_value"].clone();
    let check = check.as_str().unwrap();

    match usage {
        // The MAC of a zero block, made in KMS, begins with the check value of the ceremony's key.
        "GENERATE_VERIFY_MAC" => {
            std::fs::write(folder.join("zero"), [0; 16]).unwrap();
            let of = [
                "generate-mac",
                "--key-id",
                &arn,
                "--message",
                "fileb://zero",
                "--mac-algorithm",
                "HMAC_SHA_256",
            ];
            let mac = HEXLOWER.encode(&decoded(&kms.json(folder, &of), "Mac"));
            assert_eq!(check, format!("hmac-sha256:{}", &mac[..32]));
        }
        // What KMS signs verifies under the public key that the ceremony carried out.
        "SIGN_VERIFY" => {
            let public = kms.kms(folder, &["get-public-key", "--key-id", &arn]);
            receipt.extend(&public.stdout);
            std::fs::write(folder.join("text"), "signed in KMS").unwrap();
            let algorithm = "RSASSA_PKCS1_V1_5_SHA_256";
            let of =
                ["sign", "--key-id", &arn, "--message", "fileb://text", "--signing-algorithm", algorithm];
            std::fs::write(folder.join("sig"), decoded(&kms.json(folder, &of), "Signature")).unwrap();
            let key = bundle.join("PublicKey.der");
            assert_eq!(check, format!("spki-sha256:{}", sha256(&std::fs::read(&key).unwrap())));
            openssl(
                folder,
                &format!("dgst -sha256 -keyform DER -verify {} -signature sig text", key.display()),
            );
        }
        // Nothing tells which symmetric key a KMS holds (docs/byok/aws-kms.md); that it works is shown here, and
        // that the stand-in holds the very bytes it was sent is shown with a known key below.
        _ => {
            std::fs::write(folder.join("text"), "a patient's record").unwrap();
            let sealed = kms.json(folder, &["encrypt", "--key-id", &arn, "--plaintext", "fileb://text"]);
            std::fs::write(folder.join("sealed"), decoded(&sealed, "CiphertextBlob")).unwrap();
            let of = ["decrypt", "--key-id", &arn, "--ciphertext-blob", "fileb://sealed"];
            assert_eq!(decoded(&kms.json(folder, &of), "Plaintext"), b"a patient's record");
        }
    }
    let receipt = read_receipt(receipt, &manifest);
    assert!(receipt.lines.iter().any(|l| l.starts_with("State: Enabled")), "{:?}", receipt.lines);
    assert!(!receipt.lines.iter().any(|l| l.starts_with("Not shown")), "{:?}", receipt.lines);
    assert_eq!(receipt.name.is_some(), spec == "SYMMETRIC_DEFAULT");
}

#[test]
fn a_ceremony_with_each_wrapping_algorithm_is_imported() {
    let Some(bin) = tools() else { return };
    let dir = tempfile::tempdir().unwrap();
    let kms = StandIn::start(bin, dir.path());
    let cases = [
        ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "RSAES_OAEP_SHA_256", "wire"),
        ("HMAC_256", "GENERATE_VERIFY_MAC", "RSAES_OAEP_SHA_256", "iso8601"),
        ("HMAC_256", "GENERATE_VERIFY_MAC", "RSAES_OAEP_SHA_1", "wire"),
        ("RSA_2048", "SIGN_VERIFY", "RSA_AES_KEY_WRAP_SHA_256", "iso8601"),
        ("RSA_2048", "SIGN_VERIFY", "RSA_AES_KEY_WRAP_SHA_1", "wire"),
    ];
    // Two at a time: each is mostly waiting for one process.
    std::thread::scope(|scope| {
        for half in 0..2 {
            let (kms, dir) = (&kms, dir.path());
            scope.spawn(move || {
                for (n, (spec, usage, algorithm, times)) in cases.into_iter().enumerate() {
                    if n % 2 == half {
                        imported(kms, &dir.join(n.to_string()), spec, usage, algorithm, times);
                    }
                }
            });
        }
    });
}

/// Writes a production bundle around key material that openssl wraps; `wrap` makes `EncryptedKeyMaterial.bin` from
/// `material` and `wrapping.der` in the folder.
fn production_bundle(
    folder: &Path,
    reply: &[u8],
    (key, algorithm): (KeyType, &str),
    public_key: Option<&[u8]>,
    expiry: Option<i64>,
    wrap: impl Fn(&Path),
) {
    let parameters = Parameters::read(reply, "import-parameters.json").unwrap();
    std::fs::write(folder.join("wrapping.der"), parameters.wrapping_key.spki()).unwrap();
    wrap(folder);
    let blob = std::fs::read(folder.join("blob")).unwrap();
    let order = Bundle {
        key,
        algorithm,
        blob: &blob,
        rung: "by openssl, in a test",
        check_value: "none",
        public_key,
        proof: None,
        expiry,
        rehearsal: false,
        made_at: "2026-01-01T00:00:00Z",
        ceremony: "a test",
        rotation: Rotation::First,
    };
    for file in parameters.files(&order).unwrap() {
        std::fs::write(folder.join(file.name), file.bytes).unwrap();
    }
}

const OAEP: &str = "pkeyutl -encrypt -pubin -keyform DER -inkey wrapping.der -pkeyopt rsa_padding_mode:oaep";

fn oaep(folder: &Path, from: &str, to: &str, oaep: &str, mgf1: &str) {
    let args = format!("{OAEP} -in {from} -out {to} -pkeyopt rsa_oaep_md:{oaep} -pkeyopt rsa_mgf1_md:{mgf1}");
    openssl(folder, &args);
}

fn read_receipt(bytes: Vec<u8>, manifest: &[u8]) -> Receipt {
    receipt::read(&[BundleFile { name: "receipt.json".to_owned(), bytes }], manifest).unwrap()
}

/// Runs the bundle's real `import.sh`; what `read_receipt` makes of what it left.
fn by_script(kms: &StandIn, folder: &Path) -> Receipt {
    let out = kms.command("sh").arg(folder.join("import.sh")).current_dir("/").output().unwrap();
    assert!(out.status.success(), "{}", said(&out));
    let receipt = std::fs::read(folder.join("receipt.json")).unwrap();
    read_receipt(receipt, &std::fs::read(folder.join("manifest.json")).unwrap())
}

#[test]
fn the_script_of_a_production_bundle_imports_exactly_the_key() {
    let Some(bin) = tools() else { return };
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    let kms = StandIn::start(bin, folder);
    let arn = kms.external_key(folder, "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT");
    let reply = kms.parameters(folder, &arn, "RSAES_OAEP_SHA_256", 3072, "wire");
    let in_a_month = now() + 30 * 24 * 3600;
    std::fs::write(folder.join("material"), KNOWN).unwrap();
    let kind = (KeyType::Aes256, "RSAES_OAEP_SHA_256");
    production_bundle(folder, &reply, kind, None, Some(in_a_month), |f| {
        oaep(f, "material", "blob", "sha256", "sha256");
    });
    let receipt = by_script(&kms, folder);
    assert!(receipt.lines.iter().any(|l| l.starts_with("Expires: 20")), "{:?}", receipt.lines);

    // The stand-in's ciphertext opens with the known key and with no other.
    std::fs::write(folder.join("text"), "a patient's record").unwrap();
    let sealed = kms.json(folder, &["encrypt", "--key-id", &arn, "--plaintext", "fileb://text"]);
    let sealed = decoded(&sealed, "CiphertextBlob");
    assert_eq!(opened_by(&KNOWN, &sealed), b"a patient's record");
    let mut other = KNOWN;
    other[31] ^= 1;
    assert_ne!(opened_by(&other, &sealed), b"a patient's record");

    // A damaged copy is stopped by the script's own check, before the client is called.
    let mut blob = std::fs::read(folder.join("EncryptedKeyMaterial.bin")).unwrap();
    blob[0] ^= 1;
    std::fs::write(folder.join("EncryptedKeyMaterial.bin"), blob).unwrap();
    std::fs::remove_file(folder.join("receipt.json")).unwrap();
    let out = kms.command("sh").arg(folder.join("import.sh")).output().unwrap();
    assert!(!out.status.success() && said(&out).contains("FAILED"), "{}", said(&out));
    assert!(!folder.join("receipt.json").exists());
}

#[test]
fn elliptic_curve_keys_arrive_too() {
    let Some(bin) = tools() else { return };
    let dir = tempfile::tempdir().unwrap();
    let kms = StandIn::start(bin, dir.path());
    for (curve, key, algorithm, signing) in [
        ("P-256", KeyType::P256, "RSAES_OAEP_SHA_256", "ECDSA_SHA_256"),
        ("P-521", KeyType::P521, "RSA_AES_KEY_WRAP_SHA_256", "ECDSA_SHA_512"),
    ] {
        let folder = &dir.path().join(curve);
        std::fs::create_dir(folder).unwrap();
        let arn = kms.external_key(folder, byok::aws::Kms.key_name(key), "SIGN_VERIFY");
        let reply = kms.parameters(folder, &arn, algorithm, 4096, "wire");
        openssl(folder, &format!("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:{curve} -out key.pem"));
        openssl(folder, "pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out material");
        openssl(folder, "pkey -in key.pem -pubout -outform DER -out public.der");
        let public = std::fs::read(folder.join("public.der")).unwrap();
        production_bundle(folder, &reply, (key, algorithm), Some(&public), None, |f| {
            if algorithm == "RSAES_OAEP_SHA_256" {
                oaep(f, "material", "blob", "sha256", "sha256");
                return;
            }
            // An AES-256 key under OAEP, then the material under it with RFC 5649.
            std::fs::write(f.join("aes"), KNOWN).unwrap();
            oaep(f, "aes", "first", "sha256", "sha256");
            let aes = HEXLOWER.encode(&KNOWN);
            openssl(f, &format!("enc -id-aes256-wrap-pad -iv A65959A6 -K {aes} -in material -out second"));
            let both = [std::fs::read(f.join("first")).unwrap(), std::fs::read(f.join("second")).unwrap()];
            std::fs::write(f.join("blob"), both.concat()).unwrap();
        });
        let receipt = by_script(&kms, folder);
        assert!(receipt.lines.iter().any(|l| l == "Public key: the same as ours"), "{:?}", receipt.lines);
        std::fs::write(folder.join("text"), "signed in KMS").unwrap();
        let of = ["sign", "--key-id", &arn, "--message", "fileb://text", "--signing-algorithm", signing];
        std::fs::write(folder.join("sig"), decoded(&kms.json(folder, &of), "Signature")).unwrap();
        let hash = signing.replace("ECDSA_SHA_", "-sha");
        openssl(folder, &format!("dgst {hash} -keyform DER -verify public.der -signature sig text"));
    }
}

#[test]
fn a_wrong_wrap_is_refused_and_the_right_one_taken_afterwards() {
    let Some(bin) = tools() else { return };
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path();
    let kms = StandIn::start(bin, folder);
    let arn = kms.external_key(folder, "SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT");
    let reply = kms.parameters(folder, &arn, "RSAES_OAEP_SHA_256", 2048, "wire");
    let parameters = Parameters::read(&reply, "import-parameters.json").unwrap();
    std::fs::write(folder.join("wrapping.der"), parameters.wrapping_key.spki()).unwrap();
    std::fs::write(folder.join("ImportToken.bin"), &parameters.import_token).unwrap();
    std::fs::write(folder.join("material"), KNOWN).unwrap();
    std::fs::write(folder.join("short"), &KNOWN[..31]).unwrap();
    let blob = folder.join("EncryptedKeyMaterial.bin");
    let refused = |what: &str, code: &str| {
        let out = kms.import(folder, &arn);
        assert!(!out.status.success() && said(&out).contains(code), "{what}: {}", said(&out));
    };
    oaep(folder, "material", "EncryptedKeyMaterial.bin", "sha1", "sha1");
    refused("SHA-1 in place of SHA-256", "InvalidCiphertextException");
    oaep(folder, "material", "EncryptedKeyMaterial.bin", "sha256", "sha1");
    refused("MGF1 with SHA-1", "InvalidCiphertextException");
    oaep(folder, "short", "EncryptedKeyMaterial.bin", "sha256", "sha256");
    refused("31 bytes", "IncorrectKeyMaterialException");
    oaep(folder, "material", "EncryptedKeyMaterial.bin", "sha256", "sha256");
    let right = std::fs::read(&blob).unwrap();
    let mut flipped = right.clone();
    flipped[100] ^= 1;
    std::fs::write(&blob, flipped).unwrap();
    refused("one bit flipped", "InvalidCiphertextException");
    std::fs::write(&blob, right).unwrap();
    std::fs::write(folder.join("ImportToken.bin"), b"another token").unwrap();
    refused("another token", "InvalidImportTokenException");
    let state = kms.json(folder, &["describe-key", "--key-id", &arn]);
    assert_eq!(state["KeyMetadata"]["KeyState"], "PendingImport");
    std::fs::write(folder.join("ImportToken.bin"), &parameters.import_token).unwrap();
    let out = kms.import(folder, &arn);
    assert!(out.status.success(), "{}", said(&out));
}

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}
