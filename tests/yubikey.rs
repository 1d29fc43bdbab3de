//! A ceremony on two YubiKeys, through real pcscd and real APDUs: what openssl says of it, and what happens when a
//! YubiKey is pulled out or another is put in its place.
#![allow(clippy::unwrap_used, clippy::panic, clippy::doc_markdown, reason = "tests; YubiKey is a name")]

use protocol::{Answer, Ask, RunState};
use std::path::Path;
use std::process::Command;
use virtual_yubikey::Moment;
use whole_program::room::Room;
use whole_program::two_yubikeys::TwoKeys;
use whole_program::{files, run, said};

fn sh(folder: &Path, line: &str) {
    let out = Command::new("sh").args(["-ec", line]).current_dir(folder).output().unwrap();
    assert!(out.status.success(), "{line}: {}", said(&out));
}

fn again() -> Answer {
    Answer::Decided { id: "again".into(), reason: "the YubiKey is back".into() }
}

#[test]
fn keys_are_made_attested_and_signed_with_and_openssl_agrees() {
    let Some(keys) = TwoKeys::new() else { return };
    let state = keys.folder.path().join("state");
    let pack = keys.folder.path().join("pack");
    let roots = keys.roots.display().to_string();
    let out = run(
        &state,
        &["--attestation-roots", &roots, "rehearse", "master-key-yubikey", "--out", pack.to_str().unwrap()],
    );
    assert!(out.status.success(), "{}", said(&out));
    let verified = run(&state, &["verify", pack.to_str().unwrap()]);
    assert!(
        verified.status.success() && said(&verified).contains("follows the script"),
        "{}",
        said(&verified)
    );
    for n in [1, 2] {
        let name = |end: &str| {
            let found = files(&pack).into_iter().find(|f| {
                let name = f.file_name().unwrap().to_string_lossy().into_owned();
                name.starts_with(&format!("yubikey-{n}-")) && name.ends_with(end)
            });
            found.unwrap().file_name().unwrap().to_string_lossy().into_owned()
        };
        // The attestation leads to the root with openssl alone, over the pack's own files.
        sh(
            &pack,
            &format!(
                "openssl verify -CAfile {} -untrusted {} {}",
                name("attestation-root.pem"),
                name("attestation-chain.pem"),
                name("-attestation.pem")
            ),
        );
        // It attests the very key that signed the record.
        sh(
            &pack,
            &format!(
                "openssl x509 -in {} -noout -pubkey | cmp - {key} && openssl x509 -in {} -noout -pubkey | cmp - {key}
                 openssl dgst -sha256 -verify {key} -signature {} {}",
                name("-attestation.pem"),
                name("certificate.pem"),
                name("approval.sig"),
                name("approval.txt"),
                key = name("public-key.pem"),
            ),
        );
    }
    let transcript = std::fs::read_to_string(pack.join("transcript.jsonl")).unwrap();
    for secret in ["842613", "60251734"] {
        assert!(!transcript.contains(secret), "a PIN or PUK is in the record");
    }

    // Without the test root the same key is not believed, and nothing is claimed.
    let mut room = Room::open(&keys.folder.path().join("other"));
    let mut code = String::new();
    let finished = room.rehearse("master-key-yubikey", &[("slot", "9a")], &mut |prompt, _| {
        if let (Ask::Decide { .. }, Some(p)) = (&prompt.ask, &prompt.problem) {
            code.clone_from(&p.code);
            return Some(Answer::Stop);
        }
        None
    });
    assert_eq!((finished.state, code.as_str()), (RunState::Open, "piv-attestation"));
    drop(room);
    keys.desk.close();
}

#[test]
fn a_yubikey_that_is_pulled_is_asked_for_and_the_ceremony_goes_on() {
    let Some(keys) = TwoKeys::new() else { return };
    let mut pulls = 0;
    // A YubiKey of its own for each play would take a reader of its own: the slots differ instead.
    for (slot, at) in [("9c", 4), ("9c", 23), ("9a", 41), ("9a", 60), ("9d", 78)] {
        let state = keys.folder.path().join(format!("state-{slot}-{at}"));
        let mut room = keys.room(&state);
        let mut armed = false;
        let mut codes = Vec::new();
        let kinds = [("slot", slot), ("holders", "2")];
        let finished = room.rehearse("master-key-yubikey", &kinds, &mut |prompt, _| match &prompt.ask {
            Ask::Begin { .. } if prompt.step.id == "set-up.1" && !std::mem::replace(&mut armed, true) => {
                let moment = if at % 2 == 0 { Moment::BeforeRunning } else { Moment::BeforeAnswering };
                keys.first.pull_at(at, moment);
                None
            }
            Ask::Decide { .. } => {
                let problem = prompt.problem.as_ref().unwrap();
                assert!(problem.again, "{problem}");
                codes.push(problem.code.clone());
                assert!(codes.len() < 4, "{slot} {at}: {codes:?}");
                keys.desk.insert(&keys.first).unwrap();
                Some(again())
            }
            _ => None,
        });
        // What was made in an earlier play is in another slot; a slot taken twice would be refused.
        assert!(!codes.iter().any(|c| c == "piv-slot-taken"), "{slot} {at}: {codes:?}");
        pulls += usize::from(!codes.is_empty());
        assert_eq!(finished.state, RunState::Closed, "{slot} {at}: {codes:?} {:?}", room.problems);
        let out = run(&state, &["verify", &finished.pack.unwrap()]);
        assert!(out.status.success(), "{slot} {at}: {}", said(&out));
        keys.first.pull_at(u32::MAX, Moment::BeforeRunning);
        // The next play begins with a card as it came from the factory.
        keys.factory_reset();
    }
    assert!(pulls >= 3, "only {pulls} pulls came before the end of their step");
    keys.desk.close();
}
