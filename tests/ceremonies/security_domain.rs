//! A Managed HSM's security domain: what custodians take away opens with openssl, what is brought wrong is refused, and
//! the restore blob holds for another program what the security domain held.

use byok::security_domain::{stand_in, system_random};
use protocol::{Answer, Ask, Private, RunState, ToRoom};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use whole_program::room::Room;
use whole_program::{files, run, said, write};

fn sh(folder: &Path, line: &str) -> Vec<u8> {
    let out = Command::new("sh").args(["-euc", line]).current_dir(folder).output().unwrap();
    assert!(out.status.success(), "{line}: {}", said(&out));
    out.stdout
}

#[test]
fn a_custodian_takes_a_key_that_openssl_opens_and_the_workstation_keeps_none() {
    let dir = tempfile::tempdir().unwrap();
    let (state, pack) = (dir.path().join("state"), dir.path().join("pack"));
    let out = run(&state, &["rehearse", "managed-hsm-restore", "--out", pack.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    assert!(whole_program::intact(&run(&state, &["verify", pack.to_str().unwrap()])));
    let media = dir.path().join("pack.stand-in");
    for n in 1..=3 {
        let medium = media.join(format!("custodian-{n}"));
        let open = format!(
            "openssl pkey -in custodian-{n}.key -passin 'pass:practice passphrase of this rehearsal'"
        );
        let public = format!("openssl x509 -in custodian-{n}.cer -noout -pubkey");
        assert_eq!(sh(&medium, &format!("{open} -pubout")), sh(&medium, &public));
        // Now that the key is known: no form of it is anywhere but under the passphrase.
        let text = String::from_utf8(sh(&medium, &open)).unwrap();
        let line = text.lines().nth(10).unwrap();
        let der = sh(&medium, &format!("{open} -outform DER"));
        for file in files(dir.path()) {
            let bytes = std::fs::read(&file).unwrap();
            assert!(!bytes.windows(64).any(|w| w == &der[200..264]), "{} holds the key", file.display());
            assert!(!String::from_utf8_lossy(&bytes).contains(line), "{} holds the key", file.display());
        }
    }
    let record = std::fs::read_to_string(pack.join("transcript.jsonl")).unwrap();
    assert!(record.contains("1 set of 2 shares opened all 2 parts"), "{record}");
    opened_by_another_program(&media);
}

/// Opens the restore blob with Python's `cryptography` and the new HSM's stand-in alone.
fn opened_by_another_program(media: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap();
    let packages = ["judge", "cryptography", "cryptography==48.0.0"];
    let made = Command::new(root.join("scripts/python-for")).args(packages).status();
    if !made.is_ok_and(|s| s.success()) {
        assert!(std::env::var_os("CI").is_none(), "pyca/cryptography could not be installed");
        return;
    }
    sh(media, "openssl pkey -inform DER -in rehearsal-exchange-key.pkcs8.der -out exchange.key");
    sh(media, "cp rehearsal-restore-*/restore-blob.json blob.json");
    // Reads what is inside with the arithmetic of that program; its own parts are others than the stand-in's.
    let line = format!(
        "'{}' - '{}' blob.json exchange.key <<'END'\nimport importlib.util, json, sys\n\
         sys.argv, (_, at, blob, key) = [sys.argv[1], 'make'], sys.argv\n\
         source = open(at).read().rsplit('\\n{{', 1)[0]\nspace = {{}}\nexec(source, space)\n\
         space['PARTS'] = {{'backup key': b'practice secret', 'internal': bytes([7]) * 1000}}\n\
         space['open_blob'](blob, key)\nEND\n",
        root.join("target/tools/judge/bin/python").display(),
        root.join("tests/clients/security_domain.py").display(),
    );
    let shown: Value = serde_json::from_slice(&sh(media, &line)).unwrap();
    assert_eq!(shown["parts"].as_object().unwrap().len(), 2);
}

/// The PEM certificates that a run handed over, in their order.
fn certificates(medium: &Path) -> Vec<Vec<u8>> {
    let found = files(medium);
    let of = |n: usize| {
        let name = format!("custodian-{n}.cer");
        found.iter().find(|f| {
            f.file_name().unwrap().to_str() == Some(&name) && f.to_str().unwrap().contains("-certificates-")
        })
    };
    (1..).map_while(of).map(|f| std::fs::read(f).unwrap()).collect()
}

#[test]
fn what_is_brought_wrong_is_refused_and_a_killed_room_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let media: Vec<PathBuf> = (1..=3).map(|n| dir.path().join(format!("medium-{n}"))).collect();
    for medium in &media {
        std::fs::create_dir(medium).unwrap();
    }
    // Somebody's file of the same name is on the first medium: it stays.
    let taken = dir.path().join("taken");
    std::fs::create_dir(&taken).unwrap();
    write(&taken, "custodian-1.key", b"another's");
    let turn = |step: &str| step.rsplit('.').next().unwrap().parse::<usize>().unwrap() - 1;
    let phrase = |n: usize| format!("the phrase of custodian {n}");

    let mut first = ToRoom::Start {
        script: "managed-hsm-security-domain".to_owned(),
        mode: protocol::Mode::Rehearsal,
        parameters: std::collections::BTreeMap::new(),
        roster: None,
        token: None,
    };
    let mut typed = vec!["short", "short", "not the same as this one", "the other one, the second"];
    let mut folders = vec![taken.clone()];
    let mut room = Room::open(&state);
    let mut domains: Vec<PathBuf> = Vec::new();
    let mut wrong_key = vec![media[1].join("custodian-2.key")];
    let mut wrong_phrase = vec!["not the phrase of it"];
    let mut killed = false;
    loop {
        let stopped = room.play(&first, &mut |prompt, _| {
            let id = prompt.step.id.as_str();
            match &prompt.ask {
                Ask::NewSecret { .. } => {
                    let making = id.starts_with("make-key");
                    let wrong = if making { typed.pop() } else { None };
                    let wrong =
                        wrong.or_else(|| if making || turn(id) != 0 { None } else { wrong_phrase.pop() });
                    let text = wrong.map_or_else(|| phrase(turn(id)), str::to_owned);
                    Some(Answer::Secret { text: Private::new(text) })
                }
                Ask::Folder { .. } if id.starts_with("make-key") => {
                    let folder = folders.pop().unwrap_or_else(|| media[turn(id)].clone());
                    Some(Answer::Path { path: folder.display().to_string() })
                }
                Ask::Folder { .. } => Some(Answer::Path { path: dir.path().display().to_string() }),
                Ask::File { .. } if id == "read-domain" => {
                    if domains.is_empty() {
                        let ours = certificates(dir.path());
                        assert_eq!(ours.len(), 3);
                        let make = |c: &[Vec<u8>], n| stand_in(c, n, &mut system_random).unwrap();
                        let stranger = byok::security_domain::make_custodian("x", 1, 2, &mut system_random);
                        let others = [&ours[..2], &[stranger.unwrap().certificate]].concat();
                        let good = make(&ours, 2);
                        domains = vec![
                            write(dir.path(), "good.json", &good),
                            write(dir.path(), "cut.json", &good[..good.len() / 2]),
                            write(dir.path(), "quorum.json", &make(&ours, 3)),
                            write(dir.path(), "others.json", &make(&others, 2)),
                        ];
                    }
                    let next = if domains.len() > 1 { domains.pop().unwrap() } else { domains[0].clone() };
                    Some(Answer::Path { path: next.display().to_string() })
                }
                Ask::File { .. } => {
                    let own = media[turn(id)].join(format!("custodian-{}.key", turn(id) + 1));
                    let wrong = if wrong_phrase.is_empty() { wrong_key.pop() } else { None };
                    Some(Answer::Path { path: wrong.unwrap_or(own).display().to_string() })
                }
                _ if prompt.begins && id == "test" && !killed => {
                    killed = true;
                    Some(Answer::Stop)
                }
                _ => None,
            }
        });
        if stopped.state == RunState::Closed {
            whole_program::pack::holds(&state, Path::new(&stopped.pack.unwrap()));
            break;
        }
        assert!(killed, "stopped too early: {:?}", room.problems);
        first = ToRoom::Resume { run: stopped.run, token: None };
        let before = std::mem::take(&mut room.problems);
        room.kill();
        room = Room::open(&state);
        room.problems = before;
    }
    let codes: Vec<_> = room.problems.iter().map(|(_, p)| p.code.as_str()).collect();
    assert_eq!(
        codes,
        [
            "not-the-same",
            "passphrase-weak",
            "file-exists",
            "security-domain-of-others",
            "other-quorum",
            "wrong-file",
            "security-domain",
            // Custodian 2's key opens with custodian 2's phrase only.
            "security-domain",
        ],
    );
    // The shares were lost with the room, and opened again.
    assert!(room.record.iter().any(|l| l.contains("secrets of the room were lost")), "{:?}", room.record);
    assert_eq!(std::fs::read(taken.join("custodian-1.key")).unwrap(), b"another's");
}
