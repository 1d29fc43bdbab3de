//! Each script plays by itself, and openssl opens its blob; an order that cannot be filled is refused before the day.

use super::{facts, json_of, rehearsed, sh};
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use serde_json::json;
use std::path::Path;
use whole_program::{files, run, said, write};

/// The wrapped key in a bundle, out of whatever it travels in.
fn blob(bundle: &Path) -> Vec<u8> {
    let manifest = json_of(&bundle.join("manifest.json"));
    let file = bundle.join(manifest["blob_file"].as_str().unwrap());
    let bytes = std::fs::read(&file).unwrap();
    match (manifest["target"].as_str().unwrap(), manifest["blob_member"].as_str()) {
        ("google-kms", None) => bytes,
        (target, Some(member)) => {
            let text = json_of(&file)[member].as_str().unwrap().to_owned();
            let code = if target.starts_with("azure") { BASE64URL_NOPAD } else { BASE64 };
            code.decode(text.as_bytes()).unwrap()
        }
        _ => BASE64.decode(bytes.trim_ascii_end()).unwrap(),
    }
}

/// Opens the blob with openssl and the stand-in's private key alone: RSA-OAEP, and AES key wrap with padding where the
/// provider documents it.
fn opened(dir: &Path, pack: &Path, hash: &str, hybrid: bool) -> Vec<u8> {
    let stand_in = pack.with_file_name(format!("{}.stand-in", pack.file_name().unwrap().to_str().unwrap()));
    let key = stand_in.join("rehearsal-cloud-key.pkcs8.der");
    let blob = blob(&pack.join("bundle"));
    let bits = json_of(&pack.join("bundle/manifest.json"))["wrapping_key_bits"].as_u64().unwrap();
    let cut = usize::try_from(bits / 8).unwrap();
    let room = dir.join("opening");
    std::fs::create_dir(&room).unwrap();
    write(&room, "first", &blob[..cut]);
    write(&room, "second", &blob[cut..]);
    let rsa = format!(
        "openssl pkeyutl -decrypt -keyform DER -inkey '{}' -in first -pkeyopt rsa_padding_mode:oaep \
         -pkeyopt rsa_oaep_md:{hash} -pkeyopt rsa_mgf1_md:{hash}",
        key.display()
    );
    let out = if hybrid {
        let kek = HEXLOWER.encode(&sh(&room, &rsa));
        sh(&room, &format!("openssl enc -d -id-aes256-wrap-pad -iv A65959A6 -K {kek} -in second"))
    } else {
        assert_eq!(blob.len(), cut);
        sh(&room, &rsa)
    };
    std::fs::remove_dir_all(&room).unwrap();
    out
}

/// A key's check value, computed by openssl.
fn check_value(dir: &Path, kind: &str, key: &[u8]) -> String {
    let hex = HEXLOWER.encode(key);
    let zeros = "head -c 16 /dev/zero | openssl mac";
    let text = |out: Vec<u8>| String::from_utf8(out).unwrap().trim().to_lowercase();
    match kind {
        "aes" => {
            let bits = key.len() * 8;
            let mac = text(sh(dir, &format!("{zeros} -cipher AES-{bits}-CBC -macopt hexkey:{hex} CMAC")));
            format!("cmac-aes:{}", &mac[..32])
        }
        "hmac" => {
            let mac = text(sh(dir, &format!("{zeros} -digest SHA256 -macopt hexkey:{hex} HMAC")));
            format!("hmac-sha256:{}", &mac[..32])
        }
        _ => {
            let path = write(dir, "pair.der", key);
            let line = "openssl pkey -inform DER -in pair.der -pubout -outform DER | openssl dgst -sha256 -r";
            let digest = text(sh(dir, line));
            std::fs::remove_file(path).unwrap();
            format!("spki-sha256:{}", &digest[..64])
        }
    }
}

struct Case {
    script: &'static str,
    set: &'static [&'static str],
    hash: &'static str,
    hybrid: bool,
    kind: &'static str,
}

const fn case(
    script: &'static str,
    set: &'static [&'static str],
    hash: &'static str,
    hybrid: bool,
    kind: &'static str,
) -> Case {
    Case { script, set, hash, hybrid, kind }
}

/// What each provider's documentation says of the hash and the layout, written here a second time.
const CASES: &[Case] = &[
    case("byok-azure", &["key-spec=ec-p256"], "sha1", true, "pair"),
    case("byok-azure", &["target=azure-managed-hsm", "key-spec=aes-256"], "sha1", true, "aes"),
    case("byok-google", &[], "sha256", true, "aes"),
    case("byok-google", &["key-spec=rsa-2048"], "sha256", true, "pair"),
    case(
        "byok-google",
        &["key-spec=hmac-sha512", "wrapping-algorithm=RSA_OAEP_3072_SHA256"],
        "sha256",
        false,
        "hmac",
    ),
    case("byok-google", &["wrapping-algorithm=RSA_OAEP_4096_SHA1_AES_256"], "sha1", true, "aes"),
    case("byok-other", &[], "sha256", false, "aes"),
    case("byok-other", &["target=oracle-vault", "key-spec=rsa-2048"], "sha256", true, "pair"),
    case("byok-other", &["target=alibaba-kms"], "sha256", false, "aes"),
    case("byok-other", &["target=ibm-key-protect", "key-spec=aes-128"], "sha256", false, "aes"),
    case(
        "byok-other",
        &["target=vault-transit", "key-spec=ec-p384", "wrapping-algorithm=SHA384"],
        "sha384",
        true,
        "pair",
    ),
    case("byok-other", &["target=vault-transit", "wrapping-algorithm=SHA512"], "sha512", true, "aes"),
    case("byok-other", &["target=salesforce-shield"], "sha1", false, "aes"),
];

#[test]
fn each_script_plays_and_openssl_opens_its_blob_to_the_key_of_the_record() {
    let dir = tempfile::tempdir().unwrap();
    for (n, case) in CASES.iter().enumerate() {
        let of = format!("{} {:?}", case.script, case.set);
        let pack = rehearsed(dir.path(), &format!("pack-{n}"), case.script, case.set);
        let out = run(&dir.path().join("state"), &["verify", pack.to_str().unwrap()]);
        let checked = said(&out);
        assert!(whole_program::intact(&out) && checked.contains("The bundle for "), "{of}: {checked}");
        assert!(
            checked.contains("follows the script") && checked.contains("ships with this program"),
            "{of}"
        );

        let key = opened(dir.path(), &pack, case.hash, case.hybrid);
        let value = check_value(dir.path(), case.kind, &key);
        assert_eq!(facts(&pack, "wrapped-check-value"), [json!(value)], "{of}");
        proof(dir.path(), &pack, &key, &of);

        // Now that the key is known: it is nowhere on the disk.
        for file in files(dir.path()) {
            let bytes = std::fs::read(&file).unwrap();
            assert!(!bytes.windows(key.len()).any(|w| w == key), "{of}: {} holds the key", file.display());
        }
        // A changed blob is noticed in the bundle alone, as it left the room.
        let bundle = dir.path().join(format!("handed-{n}"));
        std::fs::rename(pack.join("bundle"), &bundle).unwrap();
        assert!(whole_program::intact(&run(dir.path(), &["verify", bundle.to_str().unwrap()])), "{of}");
        let manifest = json_of(&bundle.join("manifest.json"));
        let file = bundle.join(manifest["blob_file"].as_str().unwrap());
        let mut bytes = std::fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&file, bytes).unwrap();
        let out = run(dir.path(), &["verify", bundle.to_str().unwrap()]);
        assert_eq!(out.status.code(), Some(1), "{of}: {}", said(&out));
    }
}

/// What two providers want beside the blob belongs to this key.
fn proof(dir: &Path, pack: &Path, key: &[u8], of: &str) {
    use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
    let bundle = pack.join("bundle");
    let line =
        |name: &str| BASE64.decode(std::fs::read(bundle.join(name)).unwrap().trim_ascii_end()).unwrap();
    if of.contains("ibm") {
        let iv = Nonce::try_assume_unique_for_key(&line("iv.b64")).unwrap();
        let mut sealed = line("encrypted-nonce.b64");
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, key).unwrap());
        assert_eq!(key.open_in_place(iv, Aad::empty(), &mut sealed).unwrap(), b"rehearsal!!!");
    } else if of.contains("salesforce") {
        let at = write(dir, "secret", key);
        assert_eq!(sh(dir, "openssl dgst -sha256 -binary secret"), line("secret-sha256.b64"));
        std::fs::remove_file(at).unwrap();
    }
}

#[test]
fn an_order_that_cannot_be_filled_is_refused_before_the_day() {
    let dir = tempfile::tempdir().unwrap();
    for (script, set, code) in [
        ("byok-azure", &["key-spec=aes-256"][..], "key-type-not-taken"),
        ("byok-azure", &["expiry=soon"], "parameter-value"),
        (
            "byok-google",
            &["key-spec=rsa-2048", "wrapping-algorithm=RSA_OAEP_4096_SHA256"],
            "algorithm-not-for-key-type",
        ),
        ("byok-other", &["target=oracle-vault", "expiry=2027-10-01"], "expiry-not-here"),
        ("byok-other", &["target=oracle-vault", "key-spec=ec-p256"], "key-type-not-taken"),
        ("byok-other", &["target=oracle-vault", "wrapping-algorithm=SHA256"], "unknown-name"),
        // Alibaba's own layout, which no token makes: chosen by name, and as the only one for a key pair.
        ("byok-other", &["target=alibaba-kms", "key-spec=rsa-2048"], "recipe-not-in-tokens"),
        (
            "byok-other",
            &[
                "target=alibaba-kms",
                "key-spec=ec-p256",
                "wrapping-algorithm=RSAES_OAEP_SHA_256_AES_256_ECB_PKCS7_PAD",
            ],
            "recipe-not-in-tokens",
        ),
        ("byok-other", &["target=salesforce-shield", "key-spec=aes-128"], "key-type-not-taken"),
        ("byok-other", &["target=aws-kms"], "parameter-value"),
    ] {
        let mut args = vec!["play", script];
        args.extend(set.iter().flat_map(|pair| ["--set", pair]));
        let out = run(&dir.path().join("state"), &args);
        let text = said(&out);
        assert_eq!(out.status.code(), Some(2), "{script} {set:?}: {text}");
        assert!(text.contains(&format!("[{code}]")), "{script} {set:?}: {text}");
    }
    assert!(!dir.path().join("state/rehearsal/runs").exists(), "something was begun");
}

#[test]
fn what_to_fetch_is_printed_with_the_script() {
    let dir = tempfile::tempdir().unwrap();
    for (script, set, words) in [
        ("byok-azure", "target=azure-managed-hsm", "az keyvault key create --kty RSA-HSM"),
        ("byok-google", "target=google-kms", "gcloud kms import-jobs describe"),
        ("byok-other", "target=oracle-vault", "oci kms management wrapping-key get"),
        ("byok-other", "target=salesforce-shield", "In Setup, Certificate and Key Management"),
        ("byok-aws", "expiry=never", "aws kms get-parameters-for-import"),
    ] {
        let out = run(dir.path(), &["print", script, "--set", set]);
        assert!(out.status.success() && said(&out).contains(words), "{script}: {}", said(&out));
    }
    let out = run(dir.path(), &["print", "drill"]);
    assert!(!said(&out).contains("Fetched online"), "{}", said(&out));
}
