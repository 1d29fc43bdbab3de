//! What somebody with the run's folder, the token's PIN or a key of their own could do, each found in review: it is
//! noticed, before anything is used or when the pack is verified.

use protocol::{Answer, Ask, RunState, ToRoom};
use std::path::{Path, PathBuf};
use std::process::Command;
use tokens::{KeySpec, Token as _};
use whole_program::room::Room;
use whole_program::{files, run, said, stand_in};

fn sh(folder: &Path, line: &str) {
    let out = Command::new("sh").args(["-ec", line]).current_dir(folder).output().unwrap();
    assert!(out.status.success(), "{line}: {}", said(&out));
}

/// Signs a changed pack anew with a key of the forger's own, as well as anybody can.
fn resigned(pack: &Path) {
    sh(
        pack,
        "openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ../forger.pem 2>/dev/null \
           || openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ../forger.pem
         openssl pkey -in ../forger.pem -pubout -out signer.pem
         openssl dgst -sha256 -sign ../forger.pem -out HEAD.sig HEAD
         find . -type f ! -name 'SHA256SUMS*' | sed 's|^\\./||' | LC_ALL=C sort | xargs sha256sum > SHA256SUMS
         openssl dgst -sha256 -sign ../forger.pem -out SHA256SUMS.sig SHA256SUMS
         sha256sum --quiet -c SHA256SUMS
         openssl dgst -sha256 -verify signer.pem -signature SHA256SUMS.sig SHA256SUMS",
    );
}

fn copied(from: &Path, to: &Path) -> PathBuf {
    sh(Path::new("/"), &format!("cp -r {} {}", from.display(), to.display()));
    to.to_owned()
}

fn fails(state: &Path, pack: &Path, saying: &str) {
    let out = run(state, &["verify", pack.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(1), "{}", said(&out));
    assert!(said(&out).contains(saying), "{saying}: {}", said(&out));
}

#[test]
fn a_pack_signed_anew_or_missing_what_was_recorded_does_not_verify() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let pack = dir.path().join("pack");
    let out = run(&state, &["rehearse", "byok-aws", "--out", pack.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));

    let forged = copied(&pack, &dir.path().join("resigned"));
    resigned(&forged);
    fails(&state, &forged, "signer.pem is not the key that signed the record");

    let forged = copied(&pack, &dir.path().join("less"));
    sh(&forged, "rm -r bundle");
    resigned(&forged);
    fails(&state, &forged, "bundle/EncryptedKeyMaterial.bin was recorded and is not here");

    let forged = copied(&pack, &dir.path().join("renamed"));
    sh(&forged, "sed -i 's/Wim Okafor/Mallory Roe/' roster.toml");
    resigned(&forged);
    fails(&state, &forged, "signer.pem");

    let forged = copied(&pack, &dir.path().join("otherwise"));
    sh(&forged, "sed -i 's/and type it back/and keep it/' script.toml");
    resigned(&forged);
    fails(&state, &forged, "signer.pem");

    // The receipt of an import takes no pack that does not verify.
    let mut room = Room::open(&state);
    room.medium = forged.display().to_string();
    let mut asked = 0;
    let finished = room.rehearse("byok-receipt", &[], &mut |prompt, _| {
        asked += u32::from(matches!(prompt.ask, Ask::Folder { .. }));
        (asked == 2).then_some(Answer::Stop)
    });
    assert_eq!(finished.state, RunState::Open);
    assert_eq!(room.problems[0].1.code, "pack-does-not-hold");
}

/// Between the wrapping and the medium the bundle lies on a disk.
#[test]
fn a_bundle_swapped_before_it_leaves_is_not_handed_over() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let medium = dir.path().join("medium");
    std::fs::create_dir(&medium).unwrap();
    let mut room = Room::open(&state);
    room.file = stand_in(dir.path(), 3600).0.display().to_string();
    room.medium = medium.display().to_string();
    let mut codes = Vec::new();
    let finished = room.rehearse("byok-aws", &[], &mut |prompt, _| match &prompt.ask {
        _ if prompt.begins && prompt.step.id == "write-bundle" => {
            let blob = files(&state).into_iter().find(|f| f.ends_with("EncryptedKeyMaterial.bin")).unwrap();
            let manifest = blob.with_file_name("manifest.json");
            let mut bytes = std::fs::read(&blob).unwrap();
            let before = data_encoding::HEXLOWER.encode(&script::sha256(&bytes));
            bytes[7] ^= 1;
            let after = data_encoding::HEXLOWER.encode(&script::sha256(&bytes));
            std::fs::write(&blob, &bytes).unwrap();
            let text = std::fs::read_to_string(&manifest).unwrap();
            assert!(text.contains(&before));
            std::fs::write(&manifest, text.replace(&before, &after)).unwrap();
            None
        }
        Ask::Decide { .. } => {
            codes.push(prompt.problem.as_ref().unwrap().code.clone());
            Some(Answer::Stop)
        }
        _ => None,
    });
    assert_eq!((finished.state, codes), (RunState::Open, vec!["file-changed".to_owned()]));
    assert!(std::fs::read_dir(&medium).unwrap().next().is_none(), "nothing is on the medium");
}

/// A key that somebody put into the token under the run's label is not taken for the master key.
#[test]
fn a_planted_key_is_not_taken_over() {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    let stopped = room.rehearse("rehearsal-minimal", &[], &mut |prompt, _| {
        (prompt.key == "generate/sign").then_some(Answer::Stop)
    });
    drop(room);
    {
        let pin = secrets::SecretText::new("135790".to_owned()).unwrap();
        let mut token = tokens::rehearsal::open(&dir.path().join("rehearsal/token"), &pin).unwrap();
        token.log_in(&pin).unwrap();
        token.generate(&format!("practice-master-{}", stopped.run), KeySpec::Aes(256), true).unwrap();
    }
    let mut room = Room::open(dir.path());
    let mut codes = Vec::new();
    let again =
        room.play(&ToRoom::Resume { run: stopped.run, token: None }, &mut |prompt, _| match &prompt.ask {
            Ask::Decide { .. } => {
                codes.push(prompt.problem.as_ref().unwrap().code.clone());
                Some(Answer::Stop)
            }
            _ => None,
        });
    assert_eq!((again.state, codes), (RunState::Open, vec!["key-planted".to_owned()]));
}

#[test]
fn one_person_is_not_several() {
    let dir = tempfile::tempdir().unwrap();
    let shipped = include_str!("../../ceremonies/rehearsal-roster.toml");
    let check = |roster: &str, script: &str| {
        let (people, text) = (dir.path().join("roster.toml"), dir.path().join("script.toml"));
        std::fs::write(&people, roster).unwrap();
        std::fs::write(&text, script).unwrap();
        let out = run(
            &dir.path().join("state"),
            &["check", text.to_str().unwrap(), "--roster", people.to_str().unwrap()],
        );
        (out.status.success(), said(&out))
    };
    let script = include_str!("../../ceremonies/rehearsal-minimal.toml");
    assert!(check(shipped, script).0);
    for (roster, text, code) in [
        (shipped.replace("Daniel Abebe", "carla  NOVAK"), script.to_owned(), "person-twice"),
        (
            shipped.replace("Wim Okafor", "Ada Lindqvist"),
            script.replace("apart-from", "#"),
            "one-person-alone",
        ),
        (
            shipped.to_owned(),
            script.replace("\"officer\", \"custodian\"]", "\"oficer\", \"custodian\"]"),
            "role-unknown",
        ),
        (
            shipped.to_owned(),
            script.replace("action = \"close\"\n", "action = \"close\"\n# ").replace("# restate", "restate")
                + "\n[[act.step]]\nid = \"more\"\nactor = \"administrator\"\nsay = \"More.\"\nwhy = \"-\"\nbutton = \"-\"\naction = \"agree\"\nseconds = 1\n",
            "after-close",
        ),
    ] {
        let (ok, out) = check(&roster, &text);
        assert!(!ok && out.contains(code), "{code}: {out}");
    }
}

/// Parameters that expired, or a ceremony resumed a day later: others are read, and nothing is made anew.
#[test]
fn other_import_parameters_are_read_without_making_the_key_again() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let mut room = Room::open(&state);
    room.file = stand_in(dir.path(), 3600).0.display().to_string();
    room.medium = dir.path().display().to_string();
    let mut raised = false;
    let finished = room.rehearse("byok-aws", &[], &mut |prompt, _| match &prompt.ask {
        _ if prompt.begins && prompt.step.id == "wrap" && !std::mem::replace(&mut raised, true) => {
            Some(Answer::Exception {
                report: protocol::ExceptionReport {
                    expected: "time".into(),
                    happened: "a day has passed".into(),
                },
            })
        }
        Ask::Decide { choices, .. } => {
            assert!(choices.iter().any(|c| c.id == "parameters"), "{choices:?}");
            Some(Answer::Decided { id: "parameters".into(), reason: "they expire".into() })
        }
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let count = |what: &str| room.record.iter().filter(|l| l.starts_with("Done") && l.contains(what)).count();
    assert_eq!(
        (count("Read the import parameters"), count("Compare the"), count("Make the master key")),
        (2, 2, 1)
    );
    let out = run(&state, &["verify", &finished.pack.unwrap()]);
    assert!(whole_program::intact(&out) && said(&out).contains("follows the script"), "{}", said(&out));
}
