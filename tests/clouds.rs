//! Keys for every cloud but AWS: each script plays by itself, its blob opens with openssl to the key of the record, what
//! comes in wrong is refused before anything is made, and the cloud's answer is held against the bundle.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use byok::{Disposable, KeyType, Target, of};
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use protocol::{Answer, Ask, PromptView, RunState, ToRoom};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use whole_program::room::Room;
use whole_program::{files, run, said, write};

fn now() -> i64 {
    time::OffsetDateTime::now_utc().unix_timestamp()
}

fn sh(folder: &Path, line: &str) -> Vec<u8> {
    let out = Command::new("sh").args(["-euc", line]).current_dir(folder).output().unwrap();
    assert!(out.status.success(), "{line}: {}", said(&out));
    out.stdout
}

/// Rehearses a script and gives its pack; a stand-in's key lies beside it.
fn rehearsed(dir: &Path, name: &str, script: &str, set: &[&str]) -> PathBuf {
    let pack = dir.join(name);
    let state = dir.join("state");
    let mut args = vec!["rehearse", script, "--out", pack.to_str().unwrap()];
    args.extend(set.iter().flat_map(|pair| ["--set", pair]));
    let out = run(&state, &args);
    assert!(out.status.success(), "{script} {set:?}: {}", said(&out));
    pack
}

fn facts(pack: &Path, name: &str) -> Vec<Value> {
    let record = std::fs::read_to_string(pack.join("transcript.jsonl")).unwrap();
    let lines = record.lines().map(|l| serde_json::from_str::<Value>(l).unwrap());
    lines.filter_map(|entry| find(&entry, name).cloned()).collect()
}

/// A fact of an entry, at whichever level it lies.
fn find<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::Object(map) => map.get(name).or_else(|| map.values().find_map(|v| find(v, name))),
        Value::Array(list) => list.iter().find_map(|v| match v.get("name").and_then(Value::as_str) {
            Some(n) if n == name => v.get("value"),
            _ => find(v, name),
        }),
        _ => None,
    }
}

fn json_of(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

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
            format!("cmac-aes:{}", &mac[..6])
        }
        "hmac" => {
            let mac = text(sh(dir, &format!("{zeros} -digest SHA256 -macopt hexkey:{hex} HMAC")));
            format!("hmac-sha256:{}", &mac[..6])
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
        assert!(out.status.success() && checked.contains("The bundle for "), "{of}: {checked}");
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
        assert!(run(dir.path(), &["verify", bundle.to_str().unwrap()]).status.success(), "{of}");
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

/// The answer to a question of the step that reads a wrapping key.
fn state(prompt: &PromptView, target: Target, stated: &[(&str, &str)]) -> Option<Answer> {
    let Ask::Text { question, .. } = &prompt.ask else { return None };
    let ask = of(target).asks().iter().find(|a| question.starts_with(a.question))?;
    let text = stated.iter().find(|(n, _)| *n == ask.name).map(|(_, v)| *v);
    text.or(ask.none).map(|t| Answer::Text { text: t.to_owned() })
}

/// Plays a script with these files offered one after another, the last of them good; gives the codes of the refusals,
/// and of those at any other step.
fn offered(
    script: &str,
    parameters: &[(&str, &str)],
    target: Target,
    stated: &[(&str, &str)],
    offered: &[PathBuf],
) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(&dir.path().join("state"));
    room.medium = dir.path().display().to_string();
    let mut left = offered.iter();
    let mut before_the_key = 0;
    let finished = room.rehearse(script, parameters, &mut |prompt, _| match &prompt.ask {
        Ask::File { .. } => {
            before_the_key += 1;
            Some(Answer::Path { path: left.next().unwrap().display().to_string() })
        }
        _ => state(prompt, target, stated),
    });
    assert_eq!((finished.state, before_the_key), (RunState::Closed, offered.len()));
    let out = run(dir.path(), &["verify", &finished.pack.unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    let codes = room.problems.iter().map(|(key, p)| {
        assert!(key.starts_with("read-wrapping-key/"), "{key}: {p}");
        p.code.clone()
    });
    codes.collect()
}

/// A stand-in's reply as JSON, to be changed.
fn reply(target: Target, key: KeyType, bits: u16, valid_to: i64) -> Value {
    let wrapping = Disposable::generate(bits).unwrap();
    serde_json::from_slice(&of(target).usual_stand_in(key, &wrapping, valid_to).unwrap().bytes).unwrap()
}

fn with(good: &Value, pointer: &str, value: Value) -> Vec<u8> {
    let mut changed = good.clone();
    *changed.pointer_mut(pointer).unwrap() = value;
    changed.to_string().into_bytes()
}

const AZURE: &[(&str, &str)] = &[("vault", "https://hospital.vault.azure.net"), ("key-name", "records-2027")];
const GOOGLE: &[(&str, &str)] = &[
    ("key", "projects/P/locations/L/keyRings/R/cryptoKeys/K"),
    ("algorithm", "GOOGLE_SYMMETRIC_ENCRYPTION"),
    ("protection-level", "HSM"),
];

#[test]
fn a_wrong_kek_is_refused_before_anything_is_made() {
    let media = tempfile::tempdir().unwrap();
    let good = reply(Target::AzureKeyVault, KeyType::P256, 3072, now() + 3600);
    let small = BASE64.encode(&[0x81; 128]);
    let of_google = reply(Target::GoogleKms, KeyType::P256, 4096, now() + 3600);
    let whole = good.to_string().into_bytes();
    let other_vault = "https://other.vault.azure.net/keys/KEKforBYOK/0123456789abcdef0123456789abcdef";
    let list = [
        ("expired", with(&good, "/attributes/expires", json!("2025-01-01T00:00:00Z")), "parameters-expired"),
        ("other-vault", with(&good, "/key/kid", json!(other_vault)), "parameters-differ"),
        ("wrong-size", with(&good, "/key/n", json!(small)), "wrapping-key-size"),
        ("of-google", of_google.to_string().into_bytes(), "parameters-field"),
        ("truncated", whole[..whole.len() / 2].to_vec(), "wrong-file"),
        ("software", with(&good, "/key/kty", json!("RSA")), "parameters-differ"),
        ("may-decrypt", with(&good, "/key/keyOps", json!(["import", "decrypt"])), "parameters-differ"),
        ("disabled", with(&good, "/attributes/enabled", json!(false)), "parameters-differ"),
        ("huge", vec![b' '; 300 * 1024], "parameters-too-large"),
        ("empty", Vec::new(), "wrong-file"),
    ];
    let mut paths: Vec<_> =
        list.iter().map(|(n, bytes, _)| write(media.path(), &format!("{n}.json"), bytes)).collect();
    paths.push(write(media.path(), "good.json", &whole));
    let codes = offered("byok-azure", &[("key-spec", "ec-p256")], Target::AzureKeyVault, AZURE, &paths);
    assert_eq!(codes, list.map(|(_, _, code)| code));
}

#[test]
fn a_wrong_import_job_is_refused_before_anything_is_made() {
    let media = tempfile::tempdir().unwrap();
    let good = reply(Target::GoogleKms, KeyType::Aes256, 4096, now() + 3600);
    let of_size = reply(Target::GoogleKms, KeyType::Aes256, 3072, now() + 3600);
    let whole = good.to_string().into_bytes();
    let other_ring = "projects/P/locations/L/keyRings/other/importJobs/rehearsal";
    let list = [
        ("expired", with(&good, "/expireTime", json!("2025-01-01T00:00:00Z")), "parameters-expired"),
        ("pending", with(&good, "/state", json!("PENDING_GENERATION")), "parameters-differ"),
        ("other-ring", with(&good, "/name", json!(other_ring)), "parameters-differ"),
        ("software", with(&good, "/protectionLevel", json!("SOFTWARE")), "parameters-differ"),
        ("wrong-size", of_size.to_string().into_bytes(), "wrapping-key-size-for-algorithm"),
        // An import job of another method than the script was decided for.
        ("method", with(&good, "/importMethod", json!("RSA_OAEP_4096_SHA256")), "parameters-differ"),
        ("truncated", whole[..whole.len() / 2].to_vec(), "wrong-file"),
    ];
    let mut paths: Vec<_> =
        list.iter().map(|(n, bytes, _)| write(media.path(), &format!("{n}.json"), bytes)).collect();
    paths.push(write(media.path(), "good.json", &whole));
    let codes = offered("byok-google", &[], Target::GoogleKms, GOOGLE, &paths);
    assert_eq!(codes, list.map(|(_, _, code)| code));

    // The key in the cloud is of another kind than what would be made: found with the job, not after the key.
    let mut room = Room::open(&media.path().join("state"));
    room.file = write(media.path(), "again.json", &whole).display().to_string();
    let stated = [GOOGLE[0], ("algorithm", "RSA_SIGN_PSS_2048_SHA256"), GOOGLE[2]];
    let stopped = room.rehearse("byok-google", &[], &mut |prompt, _| {
        if prompt.problem.is_some() { Some(Answer::Stop) } else { state(prompt, Target::GoogleKms, &stated) }
    });
    let codes: Vec<_> = room.problems.iter().map(|(k, p)| (k.as_str(), p.code.as_str())).collect();
    assert_eq!(codes, [("read-wrapping-key/file/2", "parameters-differ")]);
    assert_eq!(stopped.state, RunState::Open);
    assert!(room.record.iter().all(|l| !l.contains("Make the master key")), "{:?}", room.record);
}

/// A question that the file answers is not asked; one that it does not, is; a wrong answer is asked again alone.
#[test]
fn people_are_asked_what_the_file_does_not_say() {
    let media = tempfile::tempdir().unwrap();
    let wrapping = Disposable::generate(3072).unwrap();
    write(media.path(), "kek.der", wrapping.spki());
    let pem = sh(media.path(), "openssl pkey -pubin -inform DER -in kek.der");
    let mut room = Room::open(&media.path().join("state"));
    room.file = write(media.path(), "kek.pem", &pem).display().to_string();
    room.medium = media.path().display().to_string();
    let kid = "https://hospital.vault.azure.net/keys/KEKforBYOK/0123456789abcdef0123456789abcdef";
    let mut questions = Vec::new();
    let mut names = vec!["records-2027", "two words"];
    let finished = room.rehearse("byok-azure", &[("key-spec", "ec-p256")], &mut |prompt, _| {
        let Ask::Text { question, .. } = &prompt.ask else { return None };
        let ask = of(Target::AzureKeyVault).asks().iter().find(|a| question.starts_with(a.question))?;
        questions.push(ask.name);
        let text = match ask.name {
            "vault" => AZURE[0].1,
            "key-name" => names.pop().unwrap(),
            _ => kid,
        };
        Some(Answer::Text { text: text.to_owned() })
    });
    assert_eq!(finished.state, RunState::Closed);
    assert_eq!(questions, ["vault", "key-name", "key-name", "kid"]);
    // This wrapping key has no end: nothing counts down to it.
    let runs: Vec<_> = room.heard.iter().filter(|m| m.starts_with("{\"type\":\"run\"")).collect();
    assert!(!runs.is_empty() && runs.iter().all(|m| m.contains("\"deadline\":null")), "{runs:?}");
    let codes: Vec<_> = room.problems.iter().map(|(_, p)| p.code.as_str()).collect();
    assert_eq!(codes, ["stated-malformed"]);
    let pack = PathBuf::from(finished.pack.unwrap());
    let stated = facts(&pack, "stated-by-the-operator");
    assert_eq!(stated, [json!({ "vault": AZURE[0].1, "key-name": "records-2027", "kid": kid })]);
    let prepared = facts(&pack, "prepared");
    assert_eq!(prepared[0]["What the KEK may do"], "not said by a PEM file; check it online");
}

/// The room is killed at one question after another; the ceremony goes on from the record each time.
#[test]
fn a_killed_room_is_resumed_to_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let state_folder = dir.path().join("state");
    let good = reply(Target::IbmKeyProtect, KeyType::Aes256, 4096, now() + 3600);
    let file = write(dir.path(), "token.json", good.to_string().as_bytes()).display().to_string();
    let instance = "01234567-89ab-cdef-0123-456789abcdef";
    let stated = [("instance", instance), ("key-name", "records-2027")];
    let open = || {
        let mut room = Room::open(&state_folder);
        room.file.clone_from(&file);
        room.medium = dir.path().display().to_string();
        room
    };
    let mut first = ToRoom::Start {
        script: "byok-other".to_owned(),
        mode: protocol::Mode::Rehearsal,
        parameters: [("target", "ibm-key-protect"), ("shares", "3"), ("threshold", "2")]
            .map(|(n, v)| (n.to_owned(), v.to_owned()))
            .into(),
        roster: None,
        token: None,
    };
    let moments = [
        "self-test/begin",
        "read-wrapping-key/text/2",
        "read-wrapping-key/observe",
        "compare/compare",
        "generate/observe",
        "wrap/sign",
        "wrap/observe",
        "write-bundle/folder",
        "write-bundle/observe",
        "close/begin",
    ];
    for moment in moments {
        let mut room = open();
        room.send(&first);
        loop {
            match room.message() {
                protocol::FromRoom::Prompt { prompt } if prompt.key == moment => break,
                protocol::FromRoom::Prompt { prompt } => {
                    let id = prompt.id;
                    let answer = room.answer(prompt, &mut |p, _| state(p, Target::IbmKeyProtect, &stated));
                    room.send(&ToRoom::Answer { prompt: id, answer });
                }
                protocol::FromRoom::Finished { finished } => panic!("{moment} never came: {finished:?}"),
                _ => {}
            }
        }
        room.kill();
        let runs: Value = serde_json::from_slice(&run(&state_folder, &["runs", "--json"]).stdout).unwrap();
        assert_eq!(runs.as_array().unwrap().len(), 1);
        first = ToRoom::Resume { run: runs[0]["run"].as_str().unwrap().to_owned(), token: None };
    }
    let mut room = open();
    let finished = room.play(&first, &mut |p, _| state(p, Target::IbmKeyProtect, &stated));
    assert_eq!(finished.state, RunState::Closed);
    let out = run(&state_folder, &["verify", &finished.pack.unwrap()]);
    assert!(out.status.success() && said(&out).contains("ibm-key-protect"), "{}", said(&out));
}

/// Plays `byok-receipt` with these files one after another; gives how it stands, the codes, and the pack.
fn receipted(dir: &Path, pack: &Path, receipts: &[PathBuf]) -> (RunState, Vec<String>, Option<PathBuf>) {
    let mut room = Room::open(&dir.join("state"));
    let mut left = receipts.iter();
    let finished = room.rehearse("byok-receipt", &[], &mut |prompt, _| match &prompt.ask {
        Ask::Folder { .. } => Some(Answer::Path { path: pack.display().to_string() }),
        Ask::File { .. } => Some(match left.next() {
            Some(path) => Answer::Path { path: path.display().to_string() },
            None => Answer::Stop,
        }),
        Ask::Decide { .. } => Some(Answer::Decided { id: "again".into(), reason: "another file".into() }),
        _ => None,
    });
    let codes = room.problems.iter().map(|(_, p)| p.code.clone()).collect();
    (finished.state, codes, finished.pack.map(PathBuf::from))
}

/// What each provider answers to an import that worked, and what it would say of another key.
fn answers(target: &str, bundle: &Path) -> (Value, Value, &'static str) {
    let hash = std::fs::read_to_string(bundle.join("secret-sha256.b64")).unwrap_or_default();
    match target {
        "azure-key-vault" => {
            let point = std::fs::read(bundle.join("PublicKey.der")).unwrap();
            let point = &point[point.len() - 64..];
            let at = |x: &[u8]| BASE64URL_NOPAD.encode(x);
            let good = json!({ "attributes": { "enabled": true }, "key": {
                "kid": "https://hospital.vault.azure.net/keys/records-2027/00112233445566778899aabbccddeeff",
                "kty": "EC-HSM", "crv": "P-256", "x": at(&point[..32]), "y": at(&point[32..]),
            } });
            // The generator of P-256: a point on the curve, and nobody's public key.
            let x =
                HEXLOWER.decode(b"6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296").unwrap();
            let y =
                HEXLOWER.decode(b"4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5").unwrap();
            let mut other = good.clone();
            other["key"]["x"] = json!(at(&x));
            other["key"]["y"] = json!(at(&y));
            (good, other, "receipt-public-key")
        }
        "google-kms" => {
            let key = "projects/P/locations/L/keyRings/R/cryptoKeys/K";
            let good = json!({
                "name": format!("{key}/cryptoKeyVersions/1"), "state": "ENABLED", "protectionLevel": "HSM",
                "algorithm": "GOOGLE_SYMMETRIC_ENCRYPTION",
                "importJob": "projects/P/locations/L/keyRings/R/importJobs/rehearsal",
            });
            let mut other = good.clone();
            other["name"] = json!(format!("{key}2/cryptoKeyVersions/1"));
            (good, other, "receipt-other-key")
        }
        "oracle-vault" => {
            let good = json!([{ "data": {
                "id": "ocid1.key.oc1.f.a.b", "display-name": "records-2027",
                "compartment-id": "ocid1.compartment.oc1..aaaa", "lifecycle-state": "ENABLED",
                "protection-mode": "HSM", "key-shape": { "algorithm": "AES", "length": 32 },
            } }, { "data": {
                "id": "ocid1.keyversion.oc1.f", "key-id": "ocid1.key.oc1.f.a.b", "lifecycle-state": "ENABLED",
                "origin": "EXTERNAL",
            } }]);
            let mut other = good.clone();
            other[0]["data"]["display-name"] = json!("records-2028");
            (good, other, "receipt-other-key")
        }
        "alibaba-kms" => {
            let good = json!({ "KeyMetadata": {
                "KeyId": "key-rehearsal", "KeyState": "Enabled", "Origin": "EXTERNAL", "MaterialExpireTime": "",
            } });
            let mut other = good.clone();
            other["KeyMetadata"]["KeyId"] = json!("key-other");
            (good, other, "receipt-other-key")
        }
        "ibm-key-protect" => {
            let good = json!({ "id": "0aa1", "name": "records-2027", "state": 1, "imported": true, "extractable": false });
            let mut other = good.clone();
            other["name"] = json!("records-2028");
            (good, other, "receipt-other-key")
        }
        "vault-transit" => {
            let good = json!({ "data": {
                "name": "records-2027", "type": "aes256-gcm96", "imported_key": true, "latest_version": 1,
                "keys": { "1": 1_800_000_000 },
            } });
            let mut other = good.clone();
            other["data"]["name"] = json!("records-2028");
            (good, other, "receipt-other-key")
        }
        _ => {
            let good = json!({ "Id": "02GRM00000001Ab", "Status": "ACTIVE", "SecretValueHash": hash,
                "SecretValueCertificate": "BYOK_2027" });
            let mut other = good.clone();
            other["SecretValueHash"] = json!(BASE64.encode(&[7; 32]));
            (good, other, "receipt-other-material")
        }
    }
}

/// Replies stand one after another in a receipt.
fn as_receipt(replies: &Value) -> Vec<u8> {
    let list = replies.as_array().cloned().unwrap_or_else(|| vec![replies.clone()]);
    list.iter().flat_map(|r| format!("{r}\n").into_bytes()).collect()
}

#[test]
fn the_receipt_of_the_wrong_key_is_refused_and_of_the_right_one_closes() {
    let dir = tempfile::tempdir().unwrap();
    let offline = "for a symmetric key this cannot be proven offline";
    let compared = "the provider compared a proof of the key before it took it";
    for (n, (script, set, shows)) in [
        ("byok-azure", &["key-spec=ec-p256"][..], "the public key in it is ours"),
        ("byok-google", &[], offline),
        ("byok-other", &[], offline),
        ("byok-other", &["target=alibaba-kms"], offline),
        ("byok-other", &["target=ibm-key-protect"], compared),
        ("byok-other", &["target=vault-transit"], offline),
        ("byok-other", &["target=salesforce-shield"], compared),
    ]
    .into_iter()
    .enumerate()
    {
        let pack = rehearsed(dir.path(), &format!("made-{n}"), script, set);
        let target = json_of(&pack.join("bundle/manifest.json"))["target"].as_str().unwrap().to_owned();
        let (good, other, code) = answers(&target, &pack.join("bundle"));
        let other = write(dir.path(), &format!("other-{n}.json"), &as_receipt(&other));
        let good = write(dir.path(), &format!("good-{n}.json"), &as_receipt(&good));
        let garbage = write(dir.path(), &format!("garbage-{n}.json"), b"{");
        // The wrong one alone leaves the obligation open.
        let (state, codes, none) = receipted(dir.path(), &pack, std::slice::from_ref(&other));
        assert_eq!((state, none), (RunState::Open, None), "{target}");
        assert_eq!(codes, [code], "{target}");
        let (state, codes, receipt) = receipted(dir.path(), &pack, &[garbage, other, good]);
        assert_eq!(state, RunState::Closed, "{target}");
        assert_eq!(codes, ["wrong-file", code], "{target}");
        let receipt = receipt.unwrap();
        assert_eq!(facts(&receipt, "receipt-shows-which-key"), [json!(shows)], "{target}");
        assert_eq!(facts(&receipt, "receipt-target"), [json!(target)]);
        let out = run(&dir.path().join("state"), &["verify", receipt.to_str().unwrap()]);
        assert!(out.status.success(), "{target}: {}", said(&out));
    }
}

/// A key pair at Google: its public key comes in a file of its own, and is read where it lies beside the receipt.
#[test]
fn a_public_key_beside_the_receipt_is_read_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let pack = rehearsed(dir.path(), "made", "byok-google", &["key-spec=ec-p256"]);
    let bundle = pack.join("bundle");
    let destination = json_of(&bundle.join("manifest.json"))["destination"].clone();
    let text = |name: &str| destination[name].as_str().unwrap().to_owned();
    let reply = json!({
        "name": format!("{}/cryptoKeyVersions/1", text("key")), "state": "ENABLED",
        "protectionLevel": text("protection-level"), "algorithm": text("algorithm"), "importJob": text("import-job"),
    });
    let place = |name: &str, pem: Option<Vec<u8>>| {
        let folder = dir.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        if let Some(pem) = pem {
            write(&folder, "receipt-public-key.pem", &pem);
        }
        write(&folder, "receipt.json", &as_receipt(&reply))
    };
    sh(dir.path(), "openssl ecparam -name prime256v1 -genkey -noout -out other.key");
    let stranger = sh(dir.path(), "openssl pkey -in other.key -pubout");
    let ours = std::fs::read(bundle.join("PublicKey.pem")).unwrap();
    let files = [place("stranger", Some(stranger)), place("ours", Some(ours))];
    let (state, codes, receipt) = receipted(dir.path(), &pack, &files);
    assert_eq!((state, codes), (RunState::Closed, vec!["receipt-public-key".to_owned()]));
    let receipt = receipt.unwrap();
    assert_eq!(facts(&receipt, "receipt-shows-which-key"), [json!("the public key in it is ours")]);
    assert!(self::files(&receipt).iter().any(|f| f.to_str().unwrap().ends_with("-public-key.pem")));
    // Without it the receipt is read, and says that it does not show the key.
    let (state, _, receipt) = receipted(dir.path(), &pack, &[place("alone", None)]);
    assert_eq!(state, RunState::Closed);
    let said = facts(&receipt.unwrap(), "receipt-shows-which-key");
    assert!(said[0].as_str().unwrap().contains("does not show which key"), "{said:?}");
}

/// A token that cannot do what a provider wants is refused at its trial, while there is no key.
#[test]
fn softhsm_serves_whom_it_can_and_is_refused_for_the_others() {
    const SOFTHSM: &str = "/usr/lib/softhsm/libsofthsm2.so";
    let dir = tempfile::tempdir().unwrap();
    let conf = dir.path().join("softhsm2.conf");
    let tokens = dir.path().join("tokens");
    std::fs::create_dir(&tokens).unwrap();
    std::fs::write(
        &conf,
        format!("directories.tokendir = {}\nobjectstore.backend = file\n", tokens.display()),
    )
    .unwrap();
    let made = Command::new("softhsm2-util")
        .args(["--init-token", "--free", "--label", "clouds", "--so-pin", "87654321", "--pin", "123456"])
        .env("SOFTHSM2_CONF", &conf)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", said(&made));
    let start = |script: &str, parameters: &[(&str, &str)]| ToRoom::Start {
        script: script.to_owned(),
        mode: protocol::Mode::Rehearsal,
        parameters: parameters.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
        roster: None,
        token: Some(format!("pkcs11:token=clouds?module-path={SOFTHSM}")),
    };
    let open = || {
        let mut room = Room::with(&dir.path().join("state"), &[("SOFTHSM2_CONF", &conf)]);
        room.pin = "123456".to_owned();
        room.medium = dir.path().display().to_string();
        room
    };
    // Its RSA-OAEP has SHA-1 only, which is what a managed HSM takes.
    let good = reply(Target::AzureManagedHsm, KeyType::Aes256, 2048, now() + 3600);
    let mut room = open();
    room.file = write(dir.path(), "kek.json", good.to_string().as_bytes()).display().to_string();
    let hsm = [("vault", "https://hospital.managedhsm.azure.net"), ("key-name", "records-2027")];
    let parameters = [("target", "azure-managed-hsm"), ("key-spec", "aes-256")];
    let finished =
        room.play(&start("byok-azure", &parameters), &mut |p, _| state(p, Target::AzureManagedHsm, &hsm));
    assert_eq!(finished.state, RunState::Closed);
    let out = run(dir.path(), &["verify", &finished.pack.unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    drop(room);
    for (script, parameters) in [
        ("byok-google", &[][..]),
        ("byok-other", &[("target", "ibm-key-protect")]),
        // A private key does not leave it without bytes added.
        ("byok-azure", &[("key-spec", "ec-p256")]),
    ] {
        let mut room = open();
        let stopped = room.play(&start(script, parameters), &mut |_, _| None);
        assert_eq!(stopped.state, RunState::Open, "{script}");
        let codes: Vec<_> = room.problems.iter().map(|(k, p)| (k.as_str(), p.code.as_str())).collect();
        assert_eq!(codes, [("self-test/decide", "no-route")], "{script}");
    }
}
