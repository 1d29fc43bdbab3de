//! Keys at their providers: what a provider shows is held against the register, a compromised key is stopped with its real
//! names, a key is rotated or imported again as its provider knows it, and a weak one is refused before the day.

use super::ledger::{open, register};
use protocol::{Answer, Ask, PromptView, RunState};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use whole_program::backup::{bags, made};
use whole_program::pack::{fact, facts, holds};
use whole_program::room::Room;
use whole_program::{ARN, run, said, stand_in};

/// Brings a key to AWS KMS; gives the pack.
fn brought(state: &Path, cloud: &Path) -> PathBuf {
    let mut room = Room::open(state);
    room.file = stand_in(cloud, 3600).0.display().to_string();
    room.medium = cloud.display().to_string();
    let dealt = [("threshold", "2"), ("shares", "3")];
    let finished = room.rehearse("byok-aws", &dealt, &mut |prompt, _| bags(prompt));
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    PathBuf::from(finished.pack.unwrap())
}

/// What AWS shows of that key.
fn shown(state: &str, alias: &str) -> Value {
    let arn = ARN;
    let usable = state == "Enabled";
    json!([
        { "KeyMetadata": {
            "Arn": arn, "KeyState": state, "Enabled": usable, "Origin": "EXTERNAL",
            "KeySpec": "SYMMETRIC_DEFAULT", "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE" } },
        { "KeyMetadata": {
            "Arn": arn.replace("00000000-0000-4000", "ffffffff-0000-4000"), "KeyState": "Enabled", "Enabled": true, "Origin": "EXTERNAL",
            "KeySpec": "SYMMETRIC_DEFAULT", "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE" } },
        { "Aliases": [{ "AliasName": alias, "AliasArn": arn.replace("key/", "alias/"),
            "TargetKeyId": arn.rsplit('/').next().unwrap() }] },
    ])
}

fn compared(state: &Path, text: &str) -> PathBuf {
    let file = state.join("state.json");
    std::fs::write(&file, text).unwrap();
    let mut room = Room::open(state);
    room.file = file.display().to_string();
    let finished = room.rehearse("provider-state", &[], &mut |_, _| None);
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let pack = PathBuf::from(finished.pack.unwrap());
    holds(state, &pack);
    pack
}

#[test]
fn row_33_what_a_provider_shows_otherwise_is_due_until_it_is_so_no_more() {
    let (dir, cloud) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    brought(dir.path(), cloud.path());
    let of_state = |register: &Value| {
        let ids = open(register).into_iter().filter(|id| id.starts_with("state "));
        ids.map(|id| id.rsplit(' ').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let pack = compared(dir.path(), &shown("Disabled", "alias/records").to_string());
    let after = register(dir.path());
    let mut found = of_state(&after);
    found.sort();
    assert_eq!(found, ["disabled", "unknown"], "{:#}", after["dues"]);
    assert_eq!(after["clouds"][0]["seen"]["condition"], "disabled");
    assert_eq!(after["clouds"][0]["seen"]["aliases"], json!(["alias/records"]));
    assert_eq!(facts(&pack, "provider-state-differs")[0].as_array().unwrap().len(), 2);
    // A list of names alone says nothing of its state and of no alias: what was due and seen stands.
    compared(dir.path(), &json!({ "Keys": [{ "KeyId": "1", "KeyArn": ARN }] }).to_string());
    let after = register(dir.path());
    let mut found = of_state(&after);
    found.sort();
    assert_eq!(found, ["disabled", "state-not-shown", "unknown"], "{:#}", after["dues"]);
    assert_eq!(after["clouds"][0]["seen"]["aliases"], json!(["alias/records"]));
    // The tool's own console writes PowerShell's encoding; and the alias points elsewhere now.
    let mut moved = shown("Enabled", "alias/records");
    moved[2]["Aliases"][0]["TargetKeyId"] = json!("00000000-0000-0000-0000-000000000000");
    compared(dir.path(), &format!("\u{feff}{}", moved.to_string().replace("},{", "},\r\n{")));
    let after = register(dir.path());
    let found = of_state(&after);
    assert!(!found.iter().any(|word| word == "disabled" || word == "state-not-shown"), "{found:?}");
    assert!(open(&after).iter().any(|id| id.contains("alias")), "{:?}", open(&after));
    // A file that is none of the tools' says so, and nothing is recorded.
    let mut room = Room::open(dir.path());
    let file = dir.path().join("not.json");
    std::fs::write(&file, "{\"a\": 1}").unwrap();
    room.file = file.display().to_string();
    room.rehearse("provider-state", &[], &mut |prompt, _| prompt.problem.is_some().then_some(Answer::Stop));
    assert_eq!(room.problems[0].1.code, "state-malformed", "{:?}", room.problems);
}

/// A difference that a forger leaves out of what is due departs.
#[test]
fn each_difference_is_due_by_the_record() {
    let (dir, cloud) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    brought(dir.path(), cloud.path());
    let pack = compared(dir.path(), &shown("PendingDeletion", "alias/records").to_string());
    let (plan, entries) = engine::replay::pack(&pack, &actions::REPERTOIRE).unwrap().unwrap();
    engine::replay::follows(&plan, &actions::REPERTOIRE, &entries).unwrap();
    for name in ["due-opened", "provider-state-differs"] {
        let mut less = entries.clone();
        for entry in &mut less {
            for facts in entry.facts.values_mut() {
                if let Some(list) = facts.get_mut(name).and_then(Value::as_array_mut) {
                    list.pop();
                }
            }
        }
        engine::replay::follows(&plan, &actions::REPERTOIRE, &less).unwrap_err();
    }
}

#[test]
fn a_compromised_key_is_stopped_at_each_provider_that_has_it() {
    let (dir, cloud) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let pack = brought(dir.path(), cloud.path());
    let key = fact(&pack, "check-value");
    let medium = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    room.medium = medium.path().display().to_string();
    let finished = room.rehearse("compromise", &[], &mut |prompt, _| match &prompt.ask {
        Ask::Choose { question, .. } if question.starts_with("Which key") => {
            Some(Answer::Chosen { id: key.clone() })
        }
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let end = PathBuf::from(finished.pack.unwrap());
    holds(dir.path(), &end);
    assert_eq!(facts(&end, "stop-at")[0], json!([["aws-kms", ARN]]));
    assert!(facts(&end, "stop-after-seconds")[0].as_u64().unwrap() < 600);
    let folder = PathBuf::from(fact(&end, "medium-folder"));
    let script = std::fs::read_to_string(folder.join("1-aws-kms.sh")).unwrap();
    // A rehearsal's script stops at its beginning, whatever it is told.
    assert!(script.contains(ARN) && script.contains("there is no key to stop"), "{script}");
    let out =
        std::process::Command::new("sh").arg(folder.join("1-aws-kms.sh")).arg("disable").output().unwrap();
    assert_eq!(out.status.code(), Some(1), "{}", said(&out));
    let words = std::fs::read_to_string(folder.join("INSTRUCTIONS.txt")).unwrap();
    for says in [&key, "holds a share of the set", "the key in aws-kms", "Counsel"] {
        assert!(words.contains(says), "{says}: {words}");
    }
    assert!(words.lines().all(|line| line.chars().count() <= 110), "{words}");
    let after = register(dir.path());
    let state = after["keys"].as_array().unwrap().iter().find(|k| k["check_value"] == key.as_str()).unwrap();
    assert_eq!(state["state"], "compromised");
    for due in ["weigh ", "review of compromise "] {
        assert!(open(&after).iter().any(|id| *id == format!("{due}{key}")), "{due}: {:?}", open(&after));
    }
}

/// Where no key is named there is nothing to stop, and somebody decides what follows.
#[test]
fn a_compromise_of_no_key_writes_no_instructions() {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    room.medium = dir.path().display().to_string();
    let stopped = room.rehearse("compromise", &[], &mut |prompt, _| {
        matches!(prompt.ask, Ask::Decide { .. }).then_some(Answer::Stop)
    });
    assert_eq!((stopped.state, room.problems[0].1.code.as_str()), (RunState::Open, "no-key-declared"));
}

#[test]
fn a_rotation_is_new_material_of_the_same_key_and_the_old_ones_end_is_due() {
    let (dir, cloud) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let old = fact(&brought(dir.path(), cloud.path()), "check-value");
    let next = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    room.file = stand_in(next.path(), 3600).0.display().to_string();
    room.medium = next.path().display().to_string();
    let wanted = [("threshold", "2"), ("shares", "3"), ("wrapping-algorithm", "RSAES_OAEP_SHA_256")];
    let finished = room.rehearse("rotate", &wanted, &mut |prompt, _| match &prompt.ask {
        Ask::Choose { question, .. } if question.starts_with("Which key does") => {
            Some(Answer::Chosen { id: old.clone() })
        }
        Ask::Choose { question, choices } if question.starts_with("Which rotation") => {
            let due = choices.iter().find(|c| c.id == format!("rotate {old}")).unwrap();
            Some(Answer::Chosen { id: due.id.clone() })
        }
        _ => other_bags(prompt),
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let pack = PathBuf::from(finished.pack.unwrap());
    holds(dir.path(), &pack);
    assert_eq!(fact(&pack, "imported-as"), "new-material");
    let import = |name: &str| manifest(&pack)["destination"][name].clone();
    assert_eq!((import("import-type"), import("key")), (json!("NEW_KEY_MATERIAL"), json!(ARN)));
    let after = register(dir.path());
    let ids = open(&after);
    assert!(ids.contains(&format!("deactivate {old}")) && !ids.contains(&format!("rotate {old}")), "{ids:?}");
    // The record of another import than was ordered departs.
    let (plan, mut entries) = engine::replay::pack(&pack, &actions::REPERTOIRE).unwrap().unwrap();
    for entry in &mut entries {
        for facts in entry.facts.values_mut() {
            if facts.contains_key("imported-as") {
                facts.insert("imported-as".to_owned(), json!("first"));
            }
        }
    }
    engine::replay::follows(&plan, &actions::REPERTOIRE, &entries).unwrap_err();
}

fn other_bags(prompt: &PromptView) -> Option<Answer> {
    let turn: Option<usize> = prompt.step.id.rsplit('.').next().and_then(|n| n.parse().ok());
    turn.filter(|_| matches!(prompt.ask, Ask::Text { .. })).map(|n| whole_program::backup::bag(10 + n))
}

#[test]
fn row_07_weak_keys_and_imports_that_a_provider_does_not_know_are_refused_before_the_day() {
    let dir = tempfile::tempdir().unwrap();
    for (script, set, code) in [
        ("rotate", &["import-as=new-material", "key-spec=rsa-3072"][..], "no-such-import"),
        ("rotate", &["target=ibm-key-protect"], "no-such-import"),
        ("reimport", &["import-as=first", "material-id=0000"], "no-such-import"),
        ("byok-aws", &["minimum-strength=256", "key-spec=HMAC_224"], "too-weak"),
        ("master-key-hsm", &["minimum-strength=256", "key-spec=aes-128"], "too-weak"),
        ("master-key-hsm", &["minimum-strength=128", "key-spec=rsa-2048"], "too-weak"),
    ] {
        let mut args = vec!["check", script];
        args.extend(set.iter().flat_map(|set| ["--set", *set]));
        let out = run(dir.path(), &args);
        assert!(
            !out.status.success() && said(&out).contains(&format!("[{code}]")),
            "{script} {set:?}: {}",
            said(&out)
        );
    }
    for (script, set) in [("master-key-hsm", "minimum-strength=128"), ("rotate", "import-as=first")] {
        let out = run(dir.path(), &["check", script, "--set", set]);
        assert!(out.status.success(), "{script} {set}: {}", said(&out));
    }
}

/// What a made key is of was not only ordered: a key of a backup is imported again as what it was.
#[test]
fn a_key_is_imported_again_under_its_own_name() {
    let (dir, cloud) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let old = made(dir.path(), "rehearsal-minimal", &[]);
    let mut room = whole_program::backup::bringing(dir.path(), &old.pack, old.sheets[..2].to_vec());
    room.file = stand_in(cloud.path(), 3600).0.display().to_string();
    let id = "ab".repeat(32);
    let set =
        [("custodians", "2"), ("wrapping-algorithm", "RSAES_OAEP_SHA_256"), ("material-id", id.as_str())];
    let finished = room.rehearse("reimport", &set, &mut |prompt, _| match &prompt.ask {
        Ask::Folder { .. } if prompt.step.id == "write-bundle" => {
            Some(Answer::Path { path: cloud.path().display().to_string() })
        }
        Ask::Text { .. } if prompt.step.id.starts_with("reseal") => {
            Some(Answer::Text { text: format!("N {}", prompt.step.id) })
        }
        _ => bags(prompt),
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let pack = PathBuf::from(finished.pack.unwrap());
    let import = |name: &str| manifest(&pack)["destination"][name].clone();
    assert_eq!(
        (import("import-type"), import("key-material-id")),
        (json!("EXISTING_KEY_MATERIAL"), json!(id))
    );
}

/// What the bundle of a pack says of itself.
fn manifest(pack: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(pack.join("bundle/manifest.json")).unwrap()).unwrap()
}
