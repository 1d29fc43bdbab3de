//! A workstation is commissioned, and people sign with what they were enrolled with: passphrases, and YubiKeys through
//! real pcscd.

use engine::is_approval;
use protocol::{Answer, Ask, ExceptionReport, FromRoom, LockedBy, Private, PromptView, RunState, ToRoom};
use std::path::{Path, PathBuf};
use std::process::Command;
use transcript::Entry;
use virtual_yubikey::Moment;
use whole_program::enrolled::{PIN, signs, start};
use whole_program::room::Room;
use whole_program::two_yubikeys::TwoYubiKeys;
use whole_program::{files, run, said};

/// The one roster that was enrolled below a state folder.
fn roster(state: &Path) -> PathBuf {
    let found = files(&state.join("rehearsal/rosters"));
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_iter().next().unwrap()
}

fn as_enrolled(prompt: &PromptView) -> Option<Answer> {
    signs(prompt, |_| {})
}

fn verified(state: &Path, pack: &str) {
    let out = run(state, &["verify", pack]);
    assert!(whole_program::intact(&out) && said(&out).contains("follows the script"), "{}", said(&out));
}

#[test]
fn a_workstation_is_commissioned_with_passphrases_and_they_are_what_counts_afterwards() {
    let dir = tempfile::tempdir().unwrap();
    let (state, pack) = (dir.path().join("state"), dir.path().join("pack"));
    let out = run(&state, &["rehearse", "commission-workstation", "--out", pack.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    verified(&state, pack.to_str().unwrap());

    // Who has a verifier can try passphrases on it: none leaves the workstation.
    for file in files(&pack) {
        let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
        assert!(!text.contains("argon2"), "{} has a verifier", file.display());
        assert!(!text.contains("practice passphrase"), "{} has a passphrase", file.display());
    }
    let card = files(&pack).into_iter().find(|f| f.to_string_lossy().contains("workstation-card-")).unwrap();
    assert!(std::fs::read_to_string(card).unwrap().contains("SHA-256 of the key that signs"));
    let mode =
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(roster(&state)).unwrap().permissions());
    assert_eq!(mode & 0o077, 0, "others can read the roster");

    let mut room = Room::open(&state);
    let mut slips = 0;
    let finished = room.play(&start("rehearsal-minimal", &roster(&state), &[]), &mut |prompt, _| {
        // The old passphrase is none any more.
        let by_adm = matches!(&prompt.ask, Ask::Sign { person, .. } if person == "adm");
        if by_adm && slips == 0 {
            slips += 1;
            let passphrase = Private::new("quiet-harbour".into());
            return Some(Answer::Signature { passphrase, restated: None });
        }
        as_enrolled(prompt)
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let codes: Vec<_> = room.problems.iter().map(|(_, p)| p.code.as_str()).collect();
    assert_eq!(codes, ["wrong-passphrase"]);
}

#[test]
fn what_stands_against_a_workstation_is_named_and_nothing_is_enrolled() {
    let dir = tempfile::tempdir().unwrap();
    let medium = dir.path().join("medium");
    std::fs::create_dir(&medium).unwrap();
    let mut room = Room::open(&dir.path().join("state"));
    room.medium = medium.display().to_string();
    let (mut codes, mut short) = (Vec::new(), 0);
    let finished = room.rehearse("commission-workstation", &[], &mut |prompt, _| match &prompt.ask {
        // A row of the program's digest differs at the first look.
        Ask::Compare { value, .. } if codes.is_empty() => Some(Answer::Compared {
            rows: value
                .rows
                .iter()
                .map(|r| protocol::CompareRow { number: r.number, same: r.number != 2 })
                .collect(),
        }),
        Ask::Folder { .. } if prompt.problem.is_none() => {
            Some(Answer::Path { path: "/nowhere/at/all".into() })
        }
        // The two do not agree, then they are too short.
        Ask::NewSecret { .. } if short < 4 => {
            short += 1;
            let text = if short == 1 { "one thing or other" } else { "short" };
            Some(Answer::Secret { text: Private::new(text.into()) })
        }
        Ask::Choose { choices, .. } => {
            let words = choices.iter().find(|c| c.id == "passphrase").unwrap();
            Some(Answer::Chosen { id: words.id.clone() })
        }
        Ask::Decide { choices, .. } => {
            codes.push(prompt.problem.as_ref().unwrap().code.clone());
            assert!(codes.len() < 4, "{codes:?}");
            let id = if codes.len() == 1 { "again" } else { choices[0].id.as_str() };
            Some(Answer::Decided { id: id.into(), reason: "looked again".into() })
        }
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed, "{codes:?} {:?}", room.problems);
    assert_eq!(codes, ["value-differs"]);
    let seen: Vec<_> = room.problems.iter().map(|(_, p)| p.code.as_str()).collect();
    for code in ["not-found", "not-the-same", "passphrase-weak"] {
        assert!(seen.contains(&code), "{code}: {seen:?}");
    }
    assert!(files(&medium).is_empty(), "the tried medium is left as it was");
}

/// The entries of a closed pack, and what its replay says of them.
fn replayed(pack: &str) -> (script::Plan, Vec<Entry>) {
    engine::replay::pack(Path::new(pack), &actions::REPERTOIRE).unwrap().unwrap()
}

#[test]
fn people_sign_with_their_yubikeys_and_every_reader_can_check_it() {
    let Some(keys) = TwoYubiKeys::new() else { return };
    let state = keys.folder.path().join("state");
    let medium = keys.folder.path().join("medium");
    std::fs::create_dir(&medium).unwrap();
    let mut room = keys.room(&state);
    room.medium = medium.display().to_string();
    let finished = room.rehearse("commission-workstation", &[], &mut |prompt, _| {
        let Ask::Choose { choices, .. } = &prompt.ask else { return None };
        let take = |id: &str| {
            // On a busy machine a card can be late: who does not see their YubiKey has the room look again.
            let Some(choice) = choices.iter().find(|c| c.id == id) else {
                return Some(Answer::Chosen { id: "look".into() });
            };
            assert!(choice.refused.is_none(), "{choice:?}");
            Some(Answer::Chosen { id: id.into() })
        };
        match prompt.step.actor.id.as_str() {
            "adm" => take("30000001"),
            "wit" => {
                // One YubiKey is one person's.
                assert!(choices.iter().any(|c| c.id == "30000001" && c.refused.is_some()));
                take("20000002")
            }
            _ => take("passphrase"),
        }
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let pack = finished.pack.unwrap();
    verified(&state, &pack);
    signed_as_the_card_says(&state, &pack);
    drop(room);
    possession_by_openssl(Path::new(&pack));

    pulled_in_the_middle(&keys, &state);

    let pack = with_slips(&keys, &state);
    let (plan, entries) = replayed(&pack);
    let approvals = entries.iter().filter(|e| is_approval(e)).count();
    assert!(approvals >= 12, "{approvals}");
    // Each one counts: without it, or with another's signature in its place, the record does not follow.
    for at in 0..entries.len() {
        if !is_approval(&entries[at]) {
            continue;
        }
        let mut without = entries.clone();
        without.remove(at);
        assert!(
            engine::replay::follows(&plan, &actions::REPERTOIRE, &without).is_err(),
            "entry {} is not missed",
            at + 1
        );
    }
    let mut forged = entries.clone();
    let last = entries.iter().rposition(is_approval).unwrap();
    let first = entries.iter().position(is_approval).unwrap();
    forged[last].facts = entries[first].facts.clone();
    let departs = engine::replay::follows(&plan, &actions::REPERTOIRE, &forged).unwrap_err();
    assert!(departs.why.to_string().contains("another place"), "{departs}");
    approvals_by_openssl(Path::new(&pack), &plan, &entries);

    another_key_signs_for_nobody(&keys, &state, &medium);
    keys.desk.close();
}

/// The workstation card that commissioning wrote names the signer of what this workstation makes.
fn signed_as_the_card_says(state: &Path, pack: &str) {
    let is_card = |path: &PathBuf| path.to_string_lossy().contains("workstation-card-");
    let card = files(Path::new(pack)).into_iter().find(is_card).unwrap();
    let out = run(state, &["verify", pack, "--card", card.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(0), "{}", said(&out));
}

/// Who signed for a step and pulls their YubiKey in the middle of it went away: the screen is locked, and the same question is
/// there again once two people have signed.
fn pulled_in_the_middle(keys: &TwoYubiKeys, state: &Path) {
    let mut room = keys.room(state);
    room.send(&start("rehearsal-minimal", &roster(state), &[]));
    let (mut pulled, mut locked, mut again) = (None, 0, false);
    loop {
        let prompt = match room.message() {
            FromRoom::Prompt { prompt } => prompt,
            FromRoom::Finished { finished } => {
                assert_eq!(finished.state, RunState::Open);
                break;
            }
            FromRoom::Refused { problem } => panic!("{problem}"),
            _ => continue,
        };
        let id = prompt.id;
        if let Some(lock) = &prompt.locked {
            assert_eq!(lock.why, LockedBy::Yubikey);
            locked += 1;
            if !keys.first.is_plugged() {
                keys.desk.insert(&keys.first).unwrap();
            }
        } else if pulled.is_none() && prompt.watches == [30_000_001] {
            // Looked at twice: what was there is not any more.
            room.send(&ToRoom::Look);
            std::thread::sleep(std::time::Duration::from_millis(300));
            keys.desk.remove(&keys.first).unwrap();
            room.send(&ToRoom::Look);
            pulled = Some(prompt.key);
            continue;
        } else if locked > 0 {
            let stem = |key: &str| key.split('/').take(2).collect::<Vec<_>>().join("/");
            assert_eq!(pulled.as_deref().map(stem), Some(stem(&prompt.key)), "another question");
            again = true;
            room.send(&ToRoom::Answer { prompt: id, answer: Answer::Stop });
            continue;
        }
        let answer = room.answer(prompt, &mut |prompt, _| as_enrolled(prompt));
        room.send(&ToRoom::Answer { prompt: id, answer });
    }
    assert!(locked >= 2 && again, "{locked} signatures unlocked it");
}

/// The next ceremony: a wrong PIN, a YubiKey that is not there, one pulled while it signs, nobody touching. Gives its
/// pack.
fn with_slips(keys: &TwoYubiKeys, state: &Path) -> String {
    let mut room = keys.room(state);
    let (mut slip, mut gone, mut excepted) = (0, Vec::new(), false);
    let finished = room.play(&start("rehearsal-minimal", &roster(state), &[]), &mut |prompt, _| {
        // Between the actor's signature and the confirmer's an exception is raised and decided: both still count.
        let confirms = matches!(&prompt.ask, Ask::Sign { person, .. } if person == "wit");
        if confirms && prompt.step.id == "split" && !std::mem::replace(&mut excepted, true) {
            let report = ExceptionReport { expected: "quiet".into(), happened: "the telephone rang".into() };
            return Some(Answer::Exception { report });
        }
        if let Ask::Decide { .. } = &prompt.ask {
            return Some(Answer::Decided { id: "go-on".into(), reason: "nobody listened".into() });
        }
        let Ask::Sign { person, yubikey, .. } = &prompt.ask else { return as_enrolled(prompt) };
        if let Some(problem) = &prompt.problem {
            gone.push(problem.code.clone());
            keys.first.touch(true);
            if !keys.first.is_plugged() {
                keys.desk.insert(&keys.first).unwrap();
            }
        }
        if person == "adm" {
            slip += 1;
            assert!(yubikey.as_ref().is_some_and(|y| y.serial == "30000001"));
            match slip {
                1 => {
                    return Some(Answer::Signature {
                        passphrase: Private::new("111111".into()),
                        restated: None,
                    });
                }
                3 => keys.desk.remove(&keys.first).unwrap(),
                5 => keys.first.pull_at(9, Moment::BeforeAnswering),
                7 => keys.first.touch(false),
                _ => {}
            }
        }
        as_enrolled(prompt)
    });
    assert_eq!(finished.state, RunState::Closed, "{gone:?} {:?}", room.problems);
    assert!(excepted, "no exception was raised");
    assert_eq!(gone.first().map(String::as_str), Some("piv-wrong-pin"), "{gone:?}");
    for code in ["piv-no-such-card", "piv-removed", "piv-touch-not-given"] {
        let other = code == "piv-no-such-card" && gone.iter().any(|c| c == "piv-another-card");
        assert!(other || gone.iter().any(|c| c == code), "{code}: {gone:?}");
    }
    let pack = finished.pack.unwrap();
    verified(state, &pack);
    let out = said(&run(state, &["verify", &pack]));
    assert!(out.contains("statements are signed with the YubiKeys"), "{out}");
    let record = std::fs::read_to_string(Path::new(&pack).join("transcript.jsonl")).unwrap();
    assert!(!whole_program::tells(&record, PIN), "a PIN is in the record");
    pack
}

fn another_key_signs_for_nobody(keys: &TwoYubiKeys, state: &Path, medium: &Path) {
    keys.factory_reset();
    let other = keys.folder.path().join("other");
    let mut room = keys.room(&other);
    room.medium = medium.display().to_string();
    let again = room.rehearse("commission-workstation", &[], &mut |prompt, _| {
        matches!(&prompt.ask, Ask::Choose { .. } if prompt.step.actor.id != "adm")
            .then(|| Answer::Chosen { id: "passphrase".into() })
    });
    assert_eq!(again.state, RunState::Closed, "{:?}", room.problems);
    drop(room);
    let mut room = keys.room(state);
    let stopped = room.play(&start("rehearsal-minimal", &roster(state), &[]), &mut |prompt, _| {
        if prompt.problem.is_some() { Some(Answer::Stop) } else { as_enrolled(prompt) }
    });
    assert_eq!(stopped.state, RunState::Open);
    assert_eq!(room.problems[0].1.code, "not-their-key");
}

fn sh(folder: &Path, line: &str) {
    let out = Command::new("sh").args(["-ec", line]).current_dir(folder).output().unwrap();
    assert!(out.status.success(), "{line}: {}", said(&out));
}

/// Attestation and possession of each enrolled YubiKey, with the pack's own files and openssl alone.
fn possession_by_openssl(pack: &Path) {
    for person in ["adm", "wit"] {
        let name = |end: &str| {
            let found =
                files(pack).into_iter().find(|f| f.to_string_lossy().ends_with(&format!("{person}-{end}")));
            found.unwrap().file_name().unwrap().to_string_lossy().into_owned()
        };
        for key in ["sign", "box"] {
            let of = |end: &str| name(&format!("{key}-{end}"));
            let (root, chain) = (of("attestation-root.pem"), of("attestation-chain.pem"));
            let (attestation, public) = (of("attestation.pem"), of("public-key.pem"));
            sh(pack, &format!("openssl verify -CAfile {root} -untrusted {chain} {attestation}"));
            sh(pack, &format!("openssl x509 -in {attestation} -noout -pubkey | cmp - {public}"));
        }
        let (key, sig, txt) = (name("sign-public-key.pem"), name("possession.sig"), name("possession.txt"));
        sh(pack, &format!("openssl dgst -sha256 -verify {key} -signature {sig} {txt}"));
    }
}

/// Every approval, with the keys of the pack's roster and openssl alone.
fn approvals_by_openssl(pack: &Path, plan: &script::Plan, entries: &[Entry]) {
    let folder = tempfile::tempdir().unwrap();
    for entry in entries.iter().filter(|e| is_approval(e)) {
        let text = |name: &str| entry.value("approval").unwrap()[name].as_str().unwrap().to_owned();
        let person = plan.roster.person(entry.value("person").unwrap().as_str().unwrap()).unwrap();
        let key = &person.yubikey.as_ref().unwrap().sign_key;
        assert!(std::fs::read_to_string(pack.join("roster.toml")).unwrap().contains(&key.to_string()));
        std::fs::write(folder.path().join("key.der"), key.spki()).unwrap();
        std::fs::write(folder.path().join("statement"), text("statement")).unwrap();
        let signature = data_encoding::BASE64.decode(text("signature").as_bytes()).unwrap();
        std::fs::write(folder.path().join("signature"), signature).unwrap();
        sh(
            folder.path(),
            "openssl pkey -pubin -inform DER -in key.der -out key.pem
             openssl dgst -sha256 -verify key.pem -signature signature statement",
        );
    }
}
