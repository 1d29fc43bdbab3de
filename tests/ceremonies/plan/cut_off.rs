//! A plan whose room is killed, or whose parameters run out, goes on without a key made twice.

use super::{LINES, Medium, check, facts, medium, now, resume, start};
use byok::Disposable;
use protocol::{Answer, Ask, FromRoom, PromptView, RunState, ToRoom};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::Duration;
use whole_program::files;
use whole_program::rehearsal_token::{in_token, plant};
use whole_program::room::Room;

/// Plays until a prompt or a piece of work comes, and kills the room there.
fn killed_at(medium: &Medium, state: &Path, first: &ToRoom, doing: &str, after: Duration) -> bool {
    let mut room = medium.room(state);
    room.cut = Some((doing.to_owned(), after));
    matches!(room.try_play(first, &mut |_: &PromptView, _| None), Err(p) if p.code == "cut")
}

#[test]
fn a_room_killed_while_it_makes_and_wraps_goes_on_without_making_a_key_twice() {
    let medium = medium();
    let state = medium.dir.path().join("state");
    let mut first = start();
    for (doing, after) in [
        ("Making key 3 of 8", 0),
        ("Making key 4 of 8", 30),
        ("Making key 8 of 8", 5),
        ("Backing up key 5 of 8", 0),
        ("Opening backup 4 of 8", 0),
        ("Wrapping key 2 of 8", 0),
        ("Wrapping key 6 of 8", 20),
    ] {
        assert!(
            killed_at(&medium, &state, &first, doing, Duration::from_millis(after)),
            "{doing} never came"
        );
        first = resume(&state);
    }
    let mut room = medium.room(&state);
    let finished = room.play(&first, &mut |_, _| None);
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    drop(room);
    let pack = PathBuf::from(finished.pack.unwrap());
    check(&medium, &state, &pack);
    // The backup of each attempt but the last is void, and its files are not in the pack.
    let record = pack.join("transcript.jsonl");
    let set = facts(&record, "share-set").pop().unwrap().1.as_str().unwrap().replace('-', "").to_lowercase();
    let backups: Vec<_> =
        files(&pack).into_iter().filter(|p| p.extension().is_some_and(|e| e == "kwp")).collect();
    assert_eq!(backups.len(), LINES.len());
    assert!(backups.iter().all(|p| p.display().to_string().contains(&set)), "{backups:?}");
    // What is announced is made, or left behind and named.
    let announced = facts(&record, "plan-announced-label").len();
    let left: usize =
        facts(&record, "plan-left-behind").iter().map(|(_, v)| v.as_array().unwrap().len()).sum();
    assert!(announced >= LINES.len() + left, "{announced} {left}");
}

/// Parameters that run out between the making and the wrapping: others are read under the same plan, compared again, and
/// no key is made anew. Another plan is not taken then.
#[test]
fn other_parameters_are_read_for_the_same_plan_alone() {
    let mut medium = medium();
    let state = medium.dir.path().join("state");
    let other: &Disposable = Box::leak(Box::new(Disposable::generate(3072).unwrap()));
    let mut room = medium.room(&state);
    let (mut raised, mut offered) = (false, 0);
    let shorter = medium.text.lines().take(8).collect::<Vec<_>>().join("\n") + "\n";
    let finished = room.play(&start(), &mut |prompt, _| match &prompt.ask {
        _ if prompt.begins && prompt.step.id == "wrap" && !std::mem::replace(&mut raised, true) => {
            let report =
                protocol::ExceptionReport { expected: "time".into(), happened: "a day has passed".into() };
            Some(Answer::Exception { report })
        }
        Ask::Decide { .. } => Some(Answer::Decided { id: "parameters".into(), reason: "they expire".into() }),
        Ask::File { .. } => {
            offered += 1;
            if offered == 1 {
                return None;
            }
            let arn = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000000";
            let reply = byok::stand_in_reply(other.spki(), arn, now() + 3600, b"a new set");
            std::fs::write(medium.dir.path().join("first.json"), reply).unwrap();
            Some(Answer::Path { path: medium.write(if offered == 2 { &shorter } else { &medium.text }) })
        }
        _ => None,
    });
    let codes: Vec<_> = room.problems.iter().map(|(_, p)| p.code.clone()).collect();
    assert_eq!((finished.state, codes), (RunState::Closed, vec!["another-plan".to_owned()]));
    drop(room);
    medium.keys.insert("first.json", other);
    check(&medium, &state, Path::new(&finished.pack.unwrap()));
}

/// A kill between the announcement of a key and its entry: whatever lies under the announced label is named and left
/// alone, and the line's key is made under another.
#[test]
fn what_an_interruption_left_in_the_token_is_named_and_not_used() {
    let medium = medium();
    let state = medium.dir.path().join("state");
    let mut room = medium.room(&state);
    room.send(&start());
    loop {
        match room.message() {
            FromRoom::Recorded { line } if line.says.contains("about to make the key of line 4") => break,
            FromRoom::Prompt { prompt } => {
                let id = prompt.id;
                let answer = room.answer(prompt, &mut |_, _| None);
                room.send(&ToRoom::Answer { prompt: id, answer });
            }
            FromRoom::Finished { finished } => panic!("{finished:?}"),
            _ => {}
        }
    }
    room.kill();
    let ToRoom::Resume { run: id, .. } = resume(&state) else { panic!("a resume") };
    let label = format!("plan-{id}-line-4");
    // The room may have come so far that the key is there.
    if !in_token(&state).iter().any(|key| key.contains(&label)) {
        plant(&state, &label, &[7; 32]);
    }
    let mut room = medium.room(&state);
    let mut named = false;
    let finished = room.play(&resume(&state), &mut |prompt, _| {
        if let Ask::Observe { facts, .. } = &prompt.ask {
            named |= facts.iter().any(|f| f.name.starts_with("Left behind") && f.observed == label);
        }
        // It was not made in the token, can leave it, and has as many bytes as the private number of a pair of the plan.
        let may_leave = prompt.problem.as_ref().is_some_and(|p| p.code == "copies-may-leave");
        may_leave.then(|| Answer::Decided { id: "go-on".into(), reason: "a test put it there".into() })
    });
    assert!(named && finished.state == RunState::Closed, "{named} {finished:?} {:?}", room.problems);
    drop(room);
    let pack = PathBuf::from(finished.pack.unwrap());
    check(&medium, &state, &pack);
    let record = pack.join("transcript.jsonl");
    let used = facts(&record, "plan-made-label").into_iter().find(|(line, _)| *line == 4).unwrap().1;
    assert_eq!(used, Value::String(format!("{label}-2")));
    // Its sheets guard all keys of the plan: what takes the backup of one key does not take the pack.
    for script in ["recover", "change-custodian", "destroy"] {
        let mut room = Room::open(&state);
        room.medium = pack.display().to_string();
        let stopped =
            room.rehearse(script, &[], &mut |prompt, _| prompt.problem.is_some().then_some(Answer::Stop));
        let code = room.problems[0].1.code.as_str();
        assert_eq!((stopped.state, code), (RunState::Open, "backup-of-a-plan"), "{script}");
    }
}
