//! A key's end: nothing is destroyed before it is accounted for, and afterwards the key is not in the token, as another
//! program sees it.

use protocol::{Answer, Ask, RunState, ToRoom};
use std::path::Path;
use std::time::Duration;
use transcript::Kind;
use whole_program::backup::{Backup, bringing, made};
use whole_program::pack::{entries, fact, facts, holds, wrapped};
use whole_program::rehearsal_token::{in_token, plant};
use whole_program::without_us::opened_without_us;

fn certificate(pack: &Path) -> String {
    // Lines are broken for paper; the words are what counts.
    let text = std::fs::read_to_string(pack.join(fact(pack, "certificate-file"))).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn key_is_there(state: &Path, made: &Backup) -> bool {
    let label = fact(&made.pack, "key-label");
    in_token(state).iter().any(|line| line.contains(&label))
}

#[test]
fn a_destroyed_key_is_absent_and_the_certificate_says_what_was_done() {
    for (script, parameters) in
        [("rehearsal-minimal", &[][..]), ("master-key-hsm", &[("key-spec", "p-256")][..])]
    {
        let dir = tempfile::tempdir().unwrap();
        let old = made(dir.path(), script, parameters);
        assert!(key_is_there(dir.path(), &old));
        let mut room = bringing(dir.path(), &old.pack, Vec::new());
        let mut order = Vec::new();
        let finished = room.rehearse("destroy", &[], &mut |prompt, _| {
            if let Ask::Observe { facts, .. } = &prompt.ask
                && facts[0].name == "Destroy now"
            {
                order.push(format!("{} {}", prompt.step.id, &facts[0].observed[..18]));
            }
            if prompt.key == "destroy-key/sign" {
                order.push("key".to_owned());
            }
            None
        });
        assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
        let sheet = "the sheet of share";
        let expected = ["shred", "shred", "key", "shred-rest", "shred-rest"];
        let what = [sheet, sheet, "", "the wrapped file r", sheet];
        let lines: Vec<_> =
            expected.iter().zip(what).map(|(a, b)| format!("{a} {b}").trim().to_owned()).collect();
        assert_eq!(order, lines);
        let pack = finished.pack.unwrap();
        holds(dir.path(), Path::new(&pack));
        assert!(!key_is_there(dir.path(), &old), "{:?}", in_token(dir.path()));
        let text = certificate(Path::new(&pack));
        for words in [
            "NIST SP 800-88 Rev. 2",
            "ISO/IEC 19790",
            "Every copy that the record knows of is accounted for",
            "the token then showed no such key",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(!text.contains("NOT CONFIRMED"));
    }
}

#[test]
fn missing_copies_are_decided_on_and_the_certificate_does_not_confirm_them() {
    let dir = tempfile::tempdir().unwrap();
    let old = made(dir.path(), "rehearsal-minimal", &[]);
    let mut room = bringing(dir.path(), &old.pack, Vec::new());
    let mut codes = Vec::new();
    let finished = room.rehearse("destroy", &[], &mut |prompt, _| match &prompt.ask {
        // As many sheets are missing as rebuild the key.
        Ask::Choose { question, .. } if question.contains("share 1") || question.contains("share 2") => {
            Some(Answer::Chosen { id: "missing".into() })
        }
        Ask::Decide { .. } => {
            codes.push(prompt.problem.as_ref().unwrap().code.clone());
            assert!(key_is_there(dir.path(), &old), "nothing is destroyed before it is decided");
            Some(Answer::Decided { id: "go-on".into(), reason: "a flood".into() })
        }
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    assert_eq!(codes, ["copy-missing", "copy-missing", "not-below-threshold"]);
    let pack = finished.pack.unwrap();
    holds(dir.path(), Path::new(&pack));
    let text = certificate(Path::new(&pack));
    assert_eq!(text.matches("NOT CONFIRMED").count(), 2, "{text}");
    assert!(text.contains("As many sheets are missing as rebuild"), "{text}");
    assert!(!key_is_there(dir.path(), &old));
    // And it is true: the missing sheets still open the file that lies in the pack.
    opened_without_us(&old.sheets[..2], &wrapped(&old.pack)).unwrap();
}

#[test]
fn a_missing_copy_on_which_nobody_decides_stops_before_anything_is_destroyed() {
    let dir = tempfile::tempdir().unwrap();
    let old = made(dir.path(), "rehearsal-minimal", &[]);
    let mut room = bringing(dir.path(), &old.pack, Vec::new());
    let stopped = room.rehearse("destroy", &[], &mut |prompt, _| match &prompt.ask {
        Ask::Choose { question, .. } if question.contains("wrapped file") => {
            Some(Answer::Chosen { id: "missing".into() })
        }
        _ => None,
    });
    assert_eq!(stopped.state, RunState::Open);
    drop(room);
    assert!(key_is_there(dir.path(), &old));
    // Resumed, the exception is decided first, and the copy is asked for again.
    let mut room = bringing(dir.path(), &old.pack, Vec::new());
    let mut asked = Vec::new();
    let resume = ToRoom::Resume { run: stopped.run, token: None };
    let finished = room.play(&resume, &mut |prompt, _| match &prompt.ask {
        Ask::Decide { .. } => Some(Answer::Decided { id: "again".into(), reason: "it was found".into() }),
        Ask::Choose { question, .. } => {
            asked.push(question.contains("wrapped file"));
            None
        }
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    assert_eq!(asked, [true, false, false, false]);
    assert!(!key_is_there(dir.path(), &old));
}

#[test]
fn a_destruction_killed_while_the_key_goes_is_resumed_to_its_end() {
    for after in [0, 2, 5, 10, 20, 40, 80] {
        let dir = tempfile::tempdir().unwrap();
        let old = made(dir.path(), "rehearsal-minimal", &[]);
        let mut room = bringing(dir.path(), &old.pack, Vec::new());
        room.cut = Some(("Destroying the key".to_owned(), Duration::from_millis(after)));
        let start = ToRoom::Start {
            script: "destroy".to_owned(),
            mode: protocol::Mode::Rehearsal,
            parameters: std::collections::BTreeMap::default(),
            roster: None,
            token: None,
        };
        assert_eq!(room.try_play(&start, &mut |_, _| None).unwrap_err().code, "cut");
        let runs = std::fs::read_dir(dir.path().join("rehearsal/runs")).unwrap().flatten();
        let run = runs.map(|f| f.file_name().into_string().unwrap()).max().unwrap();
        // Gone, with nothing in the record that says so under a signature: that is what an interruption leaves. What was
        // written and not yet signed is not believed when the run goes on.
        let entries = entries(&dir.path().join("rehearsal/runs").join(&run));
        let signed = entries.iter().rposition(|e| e.kind == Kind::Checkpoint).unwrap();
        let unsaid = entries[..signed].iter().all(|e| e.value("seen-absent").is_none());
        let gone = !key_is_there(dir.path(), &old) && unsaid;
        let mut room = bringing(dir.path(), &old.pack, Vec::new());
        let mut asked = 0;
        let finished = room.play(&ToRoom::Resume { run, token: None }, &mut |prompt, _| {
            asked += u32::from(matches!(prompt.ask, Ask::Choose { .. }));
            None
        });
        assert_eq!(finished.state, RunState::Closed, "after {after} ms: {:?}", room.problems);
        assert_eq!(asked, 0, "what was accounted for is not asked again");
        assert!(!key_is_there(dir.path(), &old));
        let pack = finished.pack.unwrap();
        holds(dir.path(), Path::new(&pack));
        let again = facts(Path::new(&pack), "gone-when-begun-again");
        assert_eq!(again[0].as_array().unwrap().len(), usize::from(gone), "after {after} ms");
    }
}

#[test]
fn a_copy_that_appears_after_the_accounting_stops_it() {
    let dir = tempfile::tempdir().unwrap();
    let old = made(dir.path(), "rehearsal-minimal", &[]);
    let key = opened_without_us(&old.sheets[..2], &wrapped(&old.pack)).unwrap();
    let mut room = bringing(dir.path(), &old.pack, Vec::new());
    let stopped = room.rehearse("destroy", &[], &mut |prompt, _| {
        (prompt.key == "destroy-key/sign").then_some(Answer::Stop)
    });
    drop(room);
    plant(dir.path(), "a-second-copy", &key);
    let mut room = bringing(dir.path(), &old.pack, Vec::new());
    let finished = room.play(&ToRoom::Resume { run: stopped.run, token: None }, &mut |_, _| None);
    assert_eq!(finished.state, RunState::Open);
    assert_eq!(room.problems[0].1.code, "another-copy");
    assert!(room.problems[0].1.happened.contains("a-second-copy"));
    assert!(key_is_there(dir.path(), &old), "nothing was destroyed");
    drop(room);

    // Begun anew, it lists both, and both are gone in the end.
    let mut room = bringing(dir.path(), &old.pack, Vec::new());
    let finished = room.rehearse("destroy", &[], &mut |_, _| None);
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    assert!(!in_token(dir.path()).iter().any(|l| l.starts_with("secret")), "{:?}", in_token(dir.path()));
    let pack = finished.pack.unwrap();
    assert_eq!(facts(Path::new(&pack), "destroyed-in-token")[0].as_array().unwrap().len(), 2);
}
