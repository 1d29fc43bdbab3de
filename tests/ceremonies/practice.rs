//! Rehearsals that the window begins from Home: what others would bring is made, and the screen says what to answer with.

use protocol::{Answer, Ask, CompareRow, Private, PromptView, RunState, ToRoom};
use std::collections::BTreeMap;
use std::path::Path;
use whole_program::room::Room;
use whole_program::{intact, run, said};

/// What people answer who do what the screen offers for practice, and compare what they read.
fn offered(prompt: &PromptView) -> Option<Answer> {
    let practice = prompt.practice.as_ref()?;
    if let Ask::Compare { value, .. } = &prompt.ask {
        let same =
            |(a, b): (&protocol::ReadRow, &protocol::ReadRow)| CompareRow { number: a.number, same: a == b };
        return Some(Answer::Compared { rows: value.rows.iter().zip(&practice.slip).map(same).collect() });
    }
    let text = practice.text.as_ref()?.expose().to_owned();
    match &prompt.ask {
        Ask::File { .. } | Ask::Folder { .. } => Some(Answer::Path { path: text }),
        Ask::Text { .. } => Some(Answer::Text { text }),
        Ask::EnterShare { at_once, .. } if *at_once > 1 => {
            Some(Answer::Rows { rows: text.split(" / ").map(|row| Private::new(row.to_owned())).collect() })
        }
        Ask::NewSecret { .. } | Ask::EnterShare { .. } => Some(Answer::Secret { text: Private::new(text) }),
        Ask::Choose { choices, .. } => {
            Some(Answer::Chosen { id: choices.iter().find(|c| c.title == text)?.id.clone() })
        }
        _ => None,
    }
}

/// Plays it to its end; whoever finds a row of the slip different has the step begun again.
fn practised(state: &Path, script: &str) -> (Vec<String>, String) {
    let mut room = Room::open(state);
    let mut codes = Vec::new();
    let first = ToRoom::Practise { script: script.to_owned(), parameters: BTreeMap::new(), roster: None };
    let finished = room.play(&first, &mut |prompt, _| {
        if let Some(problem) = &prompt.problem {
            codes.push(problem.code.clone());
            if matches!(prompt.ask, Ask::Decide { .. }) {
                return Some(Answer::Decided {
                    id: "again".into(),
                    reason: "The slip was read again.".into(),
                });
            }
        }
        offered(prompt)
    });
    assert_eq!(finished.state, RunState::Closed, "{script}: {:?}", room.problems);
    let pack = finished.pack.unwrap();
    let out = run(state, &["verify", &pack]);
    assert!(intact(&out), "{script}: {}", said(&out));
    (codes, pack)
}

#[test]
fn what_others_would_bring_is_made_for_a_rehearsal() {
    let dir = tempfile::tempdir().unwrap();
    for (script, codes) in [
        ("byok-azure", &["wrapping-key-differs"][..]),
        ("recover", &[]),
        ("managed-hsm-quorum-test", &[]),
        ("provider-state", &[]),
    ] {
        assert_eq!(practised(&dir.path().join(script), script).0, codes, "{script}");
    }
}

/// A row of the slip that nobody saw is named afterwards, and the ceremony goes on as it would on the day.
#[test]
fn who_overlooks_the_wrong_row_of_a_slip_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    let mut told = 0;
    let first = ToRoom::Practise { script: "byok-aws".into(), parameters: BTreeMap::new(), roster: None };
    let finished = room.play(&first, &mut |prompt, _| {
        let says = prompt.practice.as_ref().map_or("", |practice| practice.says.as_str());
        told += usize::from(says.contains("nobody saw it"));
        if matches!(prompt.ask, Ask::Compare { .. }) { None } else { offered(prompt) }
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    assert_eq!(told, 1);
}

/// A rehearsal that was begun without it gets no offers, and what is made stays out of production.
#[test]
fn nothing_is_offered_where_nobody_asked() {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    let finished = room.rehearse("rehearsal-minimal", &[], &mut |prompt, _| {
        assert_eq!(prompt.practice, None);
        None
    });
    assert_eq!(finished.state, RunState::Closed);
    assert!(!dir.path().join("rehearsal/practice").exists());
}

#[test]
#[ignore = "takes minutes: make soak"]
fn every_script_that_needs_no_yubikey_is_practised_from_home() {
    let ceremonies = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ceremonies");
    let mut played = 0;
    for file in std::fs::read_dir(ceremonies).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let Ok(script) = script::Script::parse(&text) else { continue };
        if script.name.contains("yubikey") {
            continue;
        }
        let dir = tempfile::tempdir().unwrap();
        practised(dir.path(), &script.name);
        played += 1;
    }
    assert!(played > 35, "{played}");
}
