//! A production ceremony on a second real module: no hints, no embedded token, and nothing shared with rehearsals.
#![allow(unsafe_code, clippy::unwrap_used, clippy::panic, reason = "tests; the module reads its environment")]

use protocol::{Ask, Mode, RunState, ToRoom};
use std::collections::BTreeMap;
use std::path::Path;
use whole_program::mounted::MEDIUM;
use whole_program::printer::Printer;
use whole_program::production::{PASSPHRASE, roster, secret};
use whole_program::room::Room;
use whole_program::{run, said, stand_in};

const SOFTHSM: &str = "/usr/lib/softhsm/libsofthsm2.so";

#[test]
fn a_production_ceremony_on_softhsm() {
    let dir = tempfile::tempdir().unwrap();
    let conf = whole_program::softhsm::in_folder(dir.path());
    // SAFETY: the only test of this program, before any other thread reads the environment; the rooms inherit it.
    unsafe { std::env::set_var("SOFTHSM2_CONF", &conf) };
    let printer = Printer::start();
    // SAFETY: as above.
    unsafe { std::env::set_var("CUPS_SERVER", printer.socket()) };
    let module = tokens::Module::load(Path::new(SOFTHSM)).unwrap();
    let slot = module.tokens().unwrap()[0].slot;
    let info = module.initialise(slot, "production", &secret("87654321"), &secret("123456")).unwrap();
    let uri = info.uri(Path::new(SOFTHSM));
    let (parameters, _) = stand_in(dir.path(), 3600);
    let state = dir.path().join("state");

    let people = |room: &mut Room| {
        room.pin = "123456".to_owned();
        room.passphrase = PASSPHRASE.to_owned();
        room.file = parameters.display().to_string();
        MEDIUM.clone_into(&mut room.medium);
    };
    let start = ToRoom::Start {
        script: "byok-aws".to_owned(),
        mode: Mode::Production,
        parameters: BTreeMap::from(
            [
                ("threshold", "2"),
                ("shares", "3"),
                ("wrapping-algorithm", "RSAES_OAEP_SHA_1"),
                ("expiry", "never"),
                ("sheets", "printed"),
            ]
            .map(|(n, v)| (n.to_owned(), v.to_owned())),
        ),
        roster: Some(roster(dir.path(), 3)),
        token: Some(uri.clone()),
    };
    // The confirmer restates what they see themselves; a production prompt gives nothing away.
    let facts = |prompt: &protocol::PromptView, serial: &str, check: &str| -> Option<protocol::Answer> {
        if let Ask::Text { suggested, .. } = &prompt.ask {
            assert!(suggested.is_none(), "production suggests a bag number");
            return Some(protocol::Answer::Text { text: "A 0012345".into() });
        }
        if let Ask::Choose { choices, .. } = &prompt.ask {
            only_by_hand(choices);
            return None;
        }
        let Ask::Sign { restate: Some(r), hint, .. } = &prompt.ask else { return None };
        assert!(hint.is_none() && r.hint.is_none(), "production gives a hint: {}", prompt.key);
        let restated = match prompt.step.id.as_str() {
            "generate" => serial[serial.len() - 4..].to_owned(),
            "split" => "2 of 3".to_owned(),
            "seal" => "sealed".to_owned(),
            "wrap" => "0000".to_owned(),
            "close" => check[check.len() - 6..].to_owned(),
            other => panic!("nothing to restate at {other}"),
        };
        Some(protocol::Answer::Signature {
            passphrase: protocol::Private::new(PASSPHRASE.into()),
            restated: Some(restated),
        })
    };

    // Killed in the middle, and resumed without naming the token again.
    let mut room = Room::with_medium(&state, dir.path());
    people(&mut room);
    let stopped = room.play(&start, &mut |prompt, _| {
        if prompt.key == "share.1/sign" {
            return Some(protocol::Answer::Stop);
        }
        facts(prompt, &info.serial, "")
    });
    assert_eq!(stopped.state, RunState::Open);
    drop(room);
    let check = stopped.made.iter().find(|f| f.name == "Check value").unwrap().observed.clone();
    let mut room = Room::with_medium(&state, dir.path());
    people(&mut room);
    let finished = room.play(&ToRoom::Resume { run: stopped.run, token: None }, &mut |prompt, _| {
        facts(prompt, &info.serial, &check)
    });
    assert_eq!((finished.state, finished.mode), (RunState::Closed, Mode::Production));
    assert!(room.record.iter().any(|l| l.contains("secrets of the room were lost")));
    let pack = finished.pack.unwrap();
    let out = run(&state, &["verify", &pack]);
    assert!(whole_program::intact(&out) && said(&out).contains("production ceremony"), "{}", said(&out));
    // What production makes says so in its name, and its scripts do import.
    assert!(pack.contains("production-evidence"));
    let script = std::fs::read_to_string(Path::new(&pack).join("bundle/import.sh")).unwrap();
    assert!(script.contains("import-key-material") && !script.contains("rehearsal"));

    through_host_memory(dir.path(), &state, &info.serial, &uri);

    // The same token is refused by a rehearsal, and the embedded one by production.
    let mut room = Room::with_medium(&state, dir.path());
    let mut code = String::new();
    let rehearsal = ToRoom::Start {
        script: "rehearsal-minimal".to_owned(),
        mode: Mode::Rehearsal,
        parameters: BTreeMap::new(),
        roster: None,
        token: Some(uri),
    };
    room.play(&rehearsal, &mut |prompt, _| {
        if let (Ask::Decide { .. }, Some(p)) = (&prompt.ask, &prompt.problem) {
            code.clone_from(&p.code);
        }
        None
    });
    assert_eq!(code, "token-of-the-other-mode");
}

/// This module has RSA-OAEP with SHA-1 only. For SHA-256 it is refused, unless the plan allows the last rung and the
/// confirmer agrees to it by signature.
fn through_host_memory(folder: &Path, state: &Path, serial: &str, uri: &str) {
    let place = folder.join("last-rung");
    std::fs::create_dir(&place).unwrap();
    let (parameters, cloud) = stand_in(&place, 3600);
    let start = |host_memory: &str| ToRoom::Start {
        script: "byok-aws".to_owned(),
        mode: Mode::Production,
        parameters: BTreeMap::from(
            [("threshold", "2"), ("shares", "3"), ("host-memory", host_memory)]
                .map(|(n, v)| (n.to_owned(), v.to_owned())),
        ),
        roster: Some(roster(&place, 3)),
        token: Some(uri.to_owned()),
    };
    let room = || {
        let mut room = Room::with_medium(state, &place);
        "123456".clone_into(&mut room.pin);
        PASSPHRASE.clone_into(&mut room.passphrase);
        room.file = parameters.display().to_string();
        MEDIUM.clone_into(&mut room.medium);
        room
    };
    let mut refused = String::new();
    let finished = room().play(&start("never"), &mut |prompt, _| {
        if let (Ask::Decide { .. }, Some(p)) = (&prompt.ask, &prompt.problem) {
            refused = format!("{} {}", p.code, p.todo);
        }
        None
    });
    assert_eq!(finished.state, RunState::Open);
    assert!(refused.starts_with("no-route") && refused.contains("host-memory=with-approval"), "{refused}");

    let (mut check, mut agreed) = (String::new(), Vec::new());
    let finished = room().play(&start("with-approval"), &mut |prompt, _| {
        match &prompt.ask {
            Ask::Text { .. } => return Some(protocol::Answer::Text { text: "A 0012345".into() }),
            Ask::Observe { facts, .. } => {
                if let Some(found) = facts.iter().find(|f| f.name == "Check value") {
                    check.clone_from(&found.observed);
                }
                return None;
            }
            Ask::Sign { name, purpose, restate: None, .. } if purpose.contains("this computer's memory") => {
                agreed.push(name.clone());
            }
            _ => {}
        }
        let Ask::Sign { restate: Some(_), .. } = &prompt.ask else { return None };
        let restated = match prompt.step.id.as_str() {
            "generate" => serial[serial.len() - 4..].to_owned(),
            "split" => "2 of 3".to_owned(),
            "seal" => "sealed".to_owned(),
            "wrap" => "0000".to_owned(),
            _ => check[check.len() - 6..].to_owned(),
        };
        let passphrase = protocol::Private::new(PASSPHRASE.into());
        Some(protocol::Answer::Signature { passphrase, restated: Some(restated) })
    });
    assert_eq!(finished.state, RunState::Closed);
    assert_eq!(agreed, ["Person w"], "the confirmer alone agrees, once");
    let pack = finished.pack.unwrap();
    let out = run(state, &["verify", &pack]);
    assert!(whole_program::intact(&out) && said(&out).contains("follows the script"), "{}", said(&out));
    let blob = std::fs::read(Path::new(&pack).join("bundle/EncryptedKeyMaterial.bin")).unwrap();
    let opened = cloud.unwrap(byok::Recipe::Oaep(byok::Hash::Sha256), &blob).unwrap();
    assert_eq!(tokens::check_value_of(tokens::KeySpec::Aes(256), opened.expose()).unwrap(), check);

    // A record that says so without anybody's agreement does not follow.
    let (plan, mut entries) = engine::replay::pack(Path::new(&pack), &actions::REPERTOIRE).unwrap().unwrap();
    for entry in &mut entries {
        for facts in entry.facts.values_mut() {
            facts.remove("host-memory-approved-by");
        }
    }
    let departs = engine::replay::follows(&plan, &actions::REPERTOIRE, &entries).unwrap_err();
    assert!(departs.why.to_string().contains("nobody agreed"), "{departs}");
}

/// Nothing is handed out as a file, and no open share goes to a print service that may keep it on a disk.
fn only_by_hand(choices: &[protocol::Choice]) {
    let usable: Vec<_> = choices.iter().filter(|c| c.refused.is_none()).map(|c| c.id.as_str()).collect();
    assert_eq!(usable, ["by-hand"], "{choices:?}");
    let office = choices.iter().find(|c| c.id == "print-office").and_then(|c| c.refused.as_ref());
    assert!(office.is_some_and(|why| why.contains("printed-with-codeword")), "{choices:?}");
}
