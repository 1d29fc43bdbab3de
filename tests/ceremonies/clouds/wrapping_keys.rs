//! What a cloud sends to wrap for: what is wrong with it is refused before anything is made, what it does not say is asked,
//! and a token that cannot wrap for it is refused at its trial.

use super::{facts, sh};
use byok::{KeyType, Target};
use data_encoding::BASE64;
use protocol::{Answer, Ask, PromptView, RunState, ToRoom};
use serde_json::{Value, json};
use std::path::PathBuf;
use whole_program::room::Room;
use whole_program::{run, said, softhsm, wrapping_key, write};

fn now() -> i64 {
    time::OffsetDateTime::now_utc().unix_timestamp()
}

/// The answer to a question of the step that reads a wrapping key.
fn state(prompt: &PromptView, target: Target, stated: &[(&str, &str)]) -> Option<Answer> {
    let Ask::Text { question, .. } = &prompt.ask else { return None };
    let ask = byok::of(target).asks().iter().find(|a| question.starts_with(a.question))?;
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
    assert!(whole_program::intact(&out), "{}", said(&out));
    let codes = room.problems.iter().map(|(key, p)| {
        assert!(key.starts_with("read-wrapping-key/"), "{key}: {p}");
        p.code.clone()
    });
    codes.collect()
}

/// A stand-in's reply as JSON, to be changed.
fn reply(target: Target, key: KeyType, bits: u16, valid_to: i64) -> Value {
    let wrapping = wrapping_key(bits);
    serde_json::from_slice(&byok::of(target).usual_stand_in(key, wrapping, valid_to).unwrap().bytes).unwrap()
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
    let wrapping = wrapping_key(3072);
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
        let ask = byok::of(Target::AzureKeyVault).asks().iter().find(|a| question.starts_with(a.question))?;
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
        "self-test/sign",
        "read-wrapping-key/text/2",
        "read-wrapping-key/observe",
        "compare/compare",
        "generate/observe",
        "wrap/sign",
        "wrap/observe",
        "write-bundle/folder",
        "write-bundle/observe",
        "close/sign",
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
    assert!(whole_program::intact(&out) && said(&out).contains("ibm-key-protect"), "{}", said(&out));
}

/// A token that cannot do what a provider wants is refused at its trial, while there is no key.
#[test]
fn softhsm_serves_whom_it_can_and_is_refused_for_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let conf = softhsm::with_tokens(dir.path(), &["clouds"]);
    let start = |script: &str, parameters: &[(&str, &str)]| ToRoom::Start {
        script: script.to_owned(),
        mode: protocol::Mode::Rehearsal,
        parameters: parameters.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
        roster: None,
        token: Some(format!("pkcs11:token=clouds?module-path={}", softhsm::MODULE)),
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
    assert!(whole_program::intact(&out), "{}", said(&out));
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
