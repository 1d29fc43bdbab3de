//! Who holds the token's PIN once a ceremony is over: on 0.1.0 they wrapped the master key out with a key of their own.

use crate::pin_holder::{Hsm, stop_at};
use protocol::{Answer, Ask, PromptView, RunState, ToRoom};
use std::path::{Path, PathBuf};
use whole_program::backup::{bringing, made};
use whole_program::rehearsal_token::{plant_generic, plant_mute};
use whole_program::room::{Room, Sheet};
use whole_program::softhsm::{MODULE as SOFTHSM, PIN};
use whole_program::without_us::opened_without_us;
use whole_program::{intact, module, pack, run, said, write};

/// Plays the smallest ceremony to its end; gives the pack.
fn closed(hsm: &Hsm, module: &Path, quirks: Option<&str>, after: &str) -> (PathBuf, Vec<String>) {
    let mut room = hsm.room(quirks);
    let mut start = Hsm::start(module);
    if let ToRoom::Start { parameters, .. } = &mut start {
        parameters.insert("after-the-close".to_owned(), after.to_owned());
    }
    let finished = room.play(&start, &mut going_on);
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let pack = PathBuf::from(finished.pack.unwrap());
    let out = run(&hsm.state(), &["verify", pack.to_str().unwrap()]);
    assert!(intact(&out), "{}", said(&out));
    (pack, codes(&room))
}

/// What is not as it should be is decided to be gone on with.
fn going_on(prompt: &PromptView, _: &Sheet) -> Option<Answer> {
    let decided = Answer::Decided { id: "go-on".into(), reason: "seen by both".into() };
    matches!(prompt.ask, Ask::Decide { .. }).then_some(decided)
}

fn codes(room: &Room) -> Vec<String> {
    room.problems.iter().map(|(_, problem)| problem.code.clone()).collect()
}

#[test]
fn what_was_sealed_is_taken_out_by_nobody_and_what_was_left_is() {
    let hsm = Hsm::new();
    let (open, _) = closed(&hsm, Path::new(SOFTHSM), None, "as-it-is");
    assert_eq!(pack::fact(&open, "after-the-close"), "as-it-is");
    assert_eq!(hsm.take_out(&pack::fact(&open, "key-label")).unwrap().len(), 32, "the attack works");
    let (sealed, problems) = closed(&hsm, Path::new(SOFTHSM), None, "sealed");
    assert_eq!(problems, Vec::<String>::new(), "the open key beside it is another one");
    for (name, says) in
        [("after-the-close", "sealed"), ("extractable-after", "no"), ("wrap-tried", "refused")]
    {
        assert_eq!(pack::fact(&sealed, name), says);
    }
    let refused = hsm.take_out(&pack::fact(&sealed, "key-label")).unwrap_err();
    assert!(refused.contains("CKR_KEY_UNEXTRACTABLE"), "{refused}");
}

/// A copy of the master key that can leave makes sealing it worth nothing. One that may not sign cannot be told from it.
#[test]
fn a_copy_made_before_the_key_is_sealed_is_seen() {
    for (usage, label) in [("--usage-sign", "a copy"), ("--usage-decrypt", "perhaps a copy")] {
        let hsm = Hsm::new();
        let mut room = hsm.room(None);
        let stopped = room.play(&Hsm::start(Path::new(SOFTHSM)), &mut stop_at("seal"));
        assert_eq!(stopped.state, RunState::Open, "{:?}", room.problems);
        drop(room);
        let entries = pack::entries(&hsm.run_folder(&stopped.run));
        let master = entries.iter().find_map(|e| Some(e.value("key-label")?.as_str()?.to_owned())).unwrap();
        let file = write(hsm.folder.path(), "master", &hsm.take_out(&master).unwrap());
        let import = ["--write-object", file.to_str().unwrap(), "--type", "secrkey", "--key-type", "AES:32"];
        let named = ["--login", "--pin", PIN, "--label", label, usage, "--sensitive", "--extractable"];
        hsm.client(&[&named[..], &import].concat());
        let mut room = hsm.room(None);
        let finished = room.play(&ToRoom::Resume { run: stopped.run, token: None }, &mut going_on);
        assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
        assert_eq!(codes(&room), ["copies-may-leave"], "{label}");
        assert!(room.problems[0].1.happened.contains(label), "{}", room.problems[0].1);
        let pack = PathBuf::from(finished.pack.unwrap());
        assert_eq!(pack::facts(&pack, "other-keys-that-leave"), [serde_json::json!([label])]);
    }
}

/// What a token says of a key that it was asked to keep inside is not believed, and one that does not do it is recorded.
#[test]
fn a_token_that_does_not_seal_is_recorded_as_one() {
    let proxy = module("libcofferdam_p11_proxy.so", "p11-proxy");
    for (quirks, tried, problems) in
        [("no-changes", "not tried", &[][..]), ("wraps-locked", "wrapped", &["not-kept-inside"])]
    {
        let hsm = Hsm::new();
        let (pack, found) = closed(&hsm, &proxy, Some(quirks), "sealed");
        assert_eq!(found, problems, "{quirks}");
        assert_eq!(pack::fact(&pack, "after-the-close"), "the-token-cannot", "{quirks}");
        assert_eq!(pack::fact(&pack, "wrap-tried"), tried, "{quirks}");
    }
}

/// A seal that was killed between the token and the record is found as it was left.
#[test]
fn a_key_that_an_interrupted_attempt_sealed_is_still_the_same_key() {
    let hsm = Hsm::new();
    let mut room = hsm.room(None);
    room.cut = Some(("Forbidding the key".to_owned(), std::time::Duration::from_millis(30)));
    let cut = room.try_play(&Hsm::start(Path::new(SOFTHSM)), &mut |_, _| None).unwrap_err();
    assert_eq!(cut.code, "cut");
    drop(room);
    let runs = hsm.state().join("rehearsal/runs");
    let run = std::fs::read_dir(runs).unwrap().next().unwrap().unwrap().file_name().into_string().unwrap();
    let mut room = hsm.room(None);
    let finished = room.play(&ToRoom::Resume { run, token: None }, &mut |_, _| None);
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    assert_eq!(pack::fact(Path::new(&finished.pack.unwrap()), "after-the-close"), "sealed");
}

/// A copy that may not sign gives no check value: on 0.1.0 it was passed over, and the certificate said that every copy was
/// accounted for.
#[test]
fn a_copy_that_cannot_be_told_keeps_the_destruction_from_being_certified_whole() {
    let dir = tempfile::tempdir().unwrap();
    let old = made(dir.path(), "rehearsal-minimal", &[]);
    let key = opened_without_us(&old.sheets[..2], &pack::wrapped(&old.pack)).unwrap();
    plant_mute(dir.path(), "hidden", &key);
    plant_generic(dir.path(), "longer", &[&key[..], &[0]].concat());
    plant_mute(dir.path(), "shorter", &key[..16]);
    let mut room = bringing(dir.path(), &old.pack, Vec::new());
    let finished = room.rehearse("destroy", &[], &mut going_on);
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    assert_eq!(codes(&room), ["may-be-copies"]);
    let destroyed = PathBuf::from(finished.pack.unwrap());
    assert_eq!(pack::facts(&destroyed, "other-keys-untold"), [serde_json::json!(["hidden", "longer"])]);
    let certificate =
        std::fs::read_to_string(destroyed.join(pack::fact(&destroyed, "certificate-file"))).unwrap();
    let words = certificate.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("NOT CONFIRMED") && words.contains("called hidden"), "{certificate}");
}
