//! Rehearsals that the window begins from Home: what others would bring is made, and the screen says what to answer with.

use protocol::{Answer, Ask, RunState, ToRoom};
use std::collections::BTreeMap;
use std::path::Path;
use whole_program::practice::{self, offered};
use whole_program::room::Room;
use whole_program::{intact, run, said};

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

/// Somebody closes the window in the middle, and comes back: what was made for the rehearsal is there as it was, the slip that was
/// read again too.
#[test]
fn a_rehearsal_that_was_stopped_goes_on_with_what_was_made_for_it() {
    let dir = tempfile::tempdir().unwrap();
    for (script, at) in [("byok-aws", "write-bundle"), ("drill", "prove")] {
        let state = dir.path().join(script);
        let mut room = Room::open(&state);
        let begun = ToRoom::Practise { script: script.into(), parameters: BTreeMap::new(), roster: None };
        assert!(practice::until_killed(&mut room, &begun, &mut |prompt| prompt.step.id == at).is_none());
        drop(room);
        let run = practice::run(&state).expect("a run");
        let mut room = Room::open(&state);
        let on = ToRoom::Resume { run, token: None };
        let mut offers = 0;
        let finished = practice::until_killed(&mut room, &on, &mut |prompt| {
            offers += usize::from(prompt.practice.is_some());
            false
        });
        let finished = finished.expect("its end").unwrap();
        assert_eq!(finished.state, RunState::Closed, "{script}");
        assert!(offers > 0, "{script}");
        let out = whole_program::run(&state, &["verify", &finished.pack.unwrap()]);
        assert!(intact(&out), "{script}: {}", said(&out));
    }
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
    let scripts = practice::scripts();
    assert!(scripts.len() > 35, "{}", scripts.len());
    for script in scripts {
        practised(tempfile::tempdir().unwrap().path(), &script);
    }
}
