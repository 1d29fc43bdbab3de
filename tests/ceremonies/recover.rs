//! A lost key comes back into another token, and what goes wrong on the way; custodians change, and old sheets open
//! nothing new.

use protocol::{Answer, Ask, Private, PromptView, RunState, ToRoom};
use std::path::Path;
use std::time::Duration;
use whole_program::backup::{Backup, bag, bags, bringing, made};
use whole_program::pack::{fact, facts, holds, wrapped};
use whole_program::rehearsal_token::{in_token, plant};
use whole_program::without_us::opened_without_us;

/// Two custodians bring a share, and three get a new one.
const RECOVER: [(&str, &str); 3] = [("bringing", "2"), ("threshold", "2"), ("shares", "3")];
const DOING: &str = "Opening the backup into the token";

fn decided(id: &str) -> Answer {
    Answer::Decided { id: id.to_owned(), reason: "seen by the witness".to_owned() }
}

/// The new set's bags have other numbers than the old one's.
fn new_bags(prompt: &PromptView) -> Option<Answer> {
    let share = prompt.step.id.strip_prefix("share.").and_then(|n| n.parse::<usize>().ok());
    match share.filter(|_| matches!(prompt.ask, Ask::Text { .. })) {
        Some(n) => Some(bag(10 + n)),
        None => bags(prompt),
    }
}

fn keys(state: &Path, label: &str) -> Vec<String> {
    in_token(state).into_iter().filter(|l| l.contains(label)).collect()
}

/// Both files open to the same key, each with sheets of its own set and with no others.
fn same_key_other_shares(old: &Backup, new: &Backup) -> Vec<u8> {
    let key = opened_without_us(&old.sheets[..2], &wrapped(&old.pack)).unwrap();
    assert_eq!(opened_without_us(&new.sheets[1..], &wrapped(&new.pack)).unwrap(), key);
    let old_on_new = opened_without_us(&old.sheets[..2], &wrapped(&new.pack)).unwrap_err();
    assert!(!old_on_new.contains("cards"), "openssl refuses it, not the sheets: {old_on_new}");
    opened_without_us(&new.sheets[..2], &wrapped(&old.pack)).unwrap_err();
    let mixed = [old.sheets[0].clone(), new.sheets[1].clone()];
    assert!(opened_without_us(&mixed, &wrapped(&new.pack)).unwrap_err().contains("one dealing"));
    key
}

#[test]
fn a_key_is_restored_into_another_token_and_backed_up_anew() {
    let (lost, here) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let old = made(lost.path(), "rehearsal-minimal", &[]);
    let mut room = bringing(here.path(), &old.pack, old.sheets[..2].to_vec());
    let finished = room.rehearse("recover", &RECOVER, &mut |prompt, _| {
        // Shares 1 and 2 were here to be shredded; share 3 lies elsewhere, and so does the lost token.
        let elsewhere = matches!(&prompt.ask, Ask::Choose { question, .. }
            if prompt.step.id == "settle" && !question.contains("share 1") && !question.contains("share 2"));
        if elsewhere { Some(Answer::Chosen { id: "owed".into() }) } else { new_bags(prompt) }
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    assert!(room.problems.is_empty(), "{:?}", room.problems);
    let new = Backup { pack: finished.pack.unwrap().into(), sheets: room.sheets_shown() };
    holds(here.path(), &new.pack);
    assert_ne!(fact(&old.pack, "token-serial"), fact(&new.pack, "token-serial"));
    for name in ["check-value", "rebuilt-check-value", "restored-check-value"] {
        assert_eq!(fact(&new.pack, name), fact(&old.pack, "check-value"), "{name}");
    }
    same_key_other_shares(&old, &new);
    let here_now = keys(here.path(), &fact(&new.pack, "key-label"));
    let as_asked = "sensitive=yes extractable=no local=no token=yes";
    assert!(here_now.len() == 1 && here_now[0].ends_with(as_asked), "{here_now:?}");
    // One older sheet is owed, which is fewer than rebuild the old key.
    assert_eq!(facts(&new.pack, "old-sheets-owed"), [serde_json::json!([3])]);
    assert_eq!(fact(&new.pack, "old-set-still-opens"), "no");

    // The new backup is as good as any: it can be drilled.
    let mut room = bringing(here.path(), &new.pack, new.sheets[1..].to_vec());
    let finished = room.rehearse("drill", &[("custodians", "2")], &mut |prompt, _| {
        let turn: Option<usize> = prompt.step.id.strip_prefix("bring.").and_then(|n| n.parse().ok());
        turn.filter(|_| matches!(prompt.ask, Ask::Text { .. })).map(|n| bag(11 + n))
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    assert!(room.problems.is_empty(), "{:?}", room.problems);
}

#[test]
fn pairs_come_back_with_their_public_half() {
    for spec in ["p-256", "rsa-2048"] {
        let (lost, here) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let old = made(lost.path(), "master-key-hsm", &[("key-spec", spec)]);
        let mut room = bringing(here.path(), &old.pack, old.sheets[1..].to_vec());
        let finished = room.rehearse("recover", &RECOVER, &mut |prompt, _| match prompt.step.id.as_str() {
            "bring.1" | "bring.2" if matches!(prompt.ask, Ask::Text { .. }) => {
                Some(bag(if prompt.step.id == "bring.1" { 2 } else { 3 }))
            }
            _ => new_bags(prompt),
        });
        assert_eq!(finished.state, RunState::Closed, "{spec}: {:?}", room.problems);
        let new = Backup { pack: finished.pack.unwrap().into(), sheets: room.sheets_shown() };
        holds(here.path(), &new.pack);
        let public = |pack: &Path| std::fs::read(pack.join("public-key.der")).unwrap();
        assert_eq!(public(&new.pack), public(&old.pack), "{spec}");
        same_key_other_shares(&old, &new);
        let here_now = keys(here.path(), &fact(&new.pack, "key-label"));
        let halves = |word: &str| here_now.iter().filter(|l| l.starts_with(word)).count();
        assert_eq!((halves("private"), halves("public")), (1, 1), "{spec}: {here_now:?}");
    }
}

#[test]
fn a_token_that_the_plan_does_not_name_is_asked_for_no_pin() {
    let (lost, here) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let old = made(lost.path(), "rehearsal-minimal", &[]);
    let other = fact(&old.pack, "token-serial");
    let named = [&RECOVER[..], &[("receiving-tokens", other.as_str())]].concat();
    let mut room = bringing(here.path(), &old.pack, Vec::new());
    let finished = room.rehearse("recover", &named, &mut |prompt, _| {
        assert!(!matches!(prompt.ask, Ask::Pin { .. }), "a PIN is asked for at {}", prompt.key);
        None
    });
    assert_eq!(finished.state, RunState::Open);
    let (at, problem) = &room.problems[0];
    assert_eq!((at.as_str(), problem.code.as_str()), ("open-token/decide", "token-not-on-the-list"));
    // Named, it is let in: the same token, by its serial number beside another one.
    drop(room);
    let serial = made(here.path(), "rehearsal-minimal", &[]);
    let both = format!("{other}, {}", fact(&serial.pack, "token-serial"));
    let named = [&RECOVER[..], &[("receiving-tokens", both.as_str())]].concat();
    let mut room = bringing(here.path(), &old.pack, old.sheets[..2].to_vec());
    let finished = room.rehearse("recover", &named, &mut |prompt, _| new_bags(prompt));
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
}

#[test]
fn wrong_shares_and_swapped_bags_are_named_and_the_right_ones_restore_the_key() {
    let (lost, here) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let older = made(lost.path(), "rehearsal-minimal", &[]);
    let old = made(lost.path(), "rehearsal-minimal", &[]);
    // One of an older set; one with two rows swapped; the right one in another custodian's bag; the same again.
    let mut damaged = old.sheets[0].clone();
    damaged.swap(2, 3);
    let mut queue = vec![
        older.sheets[0].clone(),
        damaged,
        old.sheets[0].clone(),
        old.sheets[0].clone(),
        old.sheets[2].clone(),
    ]
    .into_iter();
    let mut now: Vec<String> = Vec::new();
    let mut room = bringing(here.path(), &old.pack, Vec::new());
    let finished = room.rehearse("recover", &RECOVER, &mut |prompt, _| match &prompt.ask {
        Ask::EnterShare { row, index: None, .. } => {
            let refused = prompt.problem.as_ref().is_some_and(|p| p.code == "share-refused");
            if *row == 1 || refused {
                now = queue.next().unwrap();
            }
            Some(Answer::Secret { text: Private::new(now[usize::try_from(*row).unwrap() - 1].clone()) })
        }
        Ask::Text { .. } if prompt.step.id.starts_with("bring") => Some(bag(3)),
        Ask::Decide { .. } => {
            assert_eq!(prompt.problem.as_ref().unwrap().code, "another-bag");
            Some(decided("go-on"))
        }
        _ => new_bags(prompt),
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let said: Vec<_> = room.problems.iter().map(|(_, p)| p.happened.clone()).collect();
    assert!(said[0].contains("belongs to set"), "{said:?}");
    assert!(said[1].contains("ow 3"), "{said:?}");
    assert!(said[2].contains("Share 1 was sealed in bag B 1, and it was brought in bag B 3"), "{said:?}");
    assert!(said[3].contains("was entered twice"), "{said:?}");
    assert_eq!(said.len(), 4, "{said:?}");
    let pack = finished.pack.unwrap();
    holds(here.path(), Path::new(&pack));
    assert_eq!(fact(Path::new(&pack), "check-value"), fact(&old.pack, "check-value"));
}

/// Recovers until the restore step is cut off by `cut`, and gives the run's id.
fn cut_off(here: &Path, old: &Backup, after: Duration) -> String {
    let mut room = bringing(here, &old.pack, old.sheets[..2].to_vec());
    room.cut = Some((DOING.to_owned(), after));
    let start = ToRoom::Start {
        script: "recover".to_owned(),
        mode: protocol::Mode::Rehearsal,
        parameters: RECOVER.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
        roster: None,
        token: None,
    };
    let cut = room.try_play(&start, &mut |prompt, _| new_bags(prompt)).unwrap_err();
    assert_eq!(cut.code, "cut");
    newest_run(here)
}

fn newest_run(state: &Path) -> String {
    let runs = std::fs::read_dir(state.join("rehearsal/runs")).unwrap().flatten();
    runs.map(|f| f.file_name().into_string().unwrap()).max().unwrap()
}

#[test]
fn a_recovery_killed_while_the_key_goes_in_ends_with_one_key() {
    let lost = tempfile::tempdir().unwrap();
    let old = made(lost.path(), "rehearsal-minimal", &[]);
    for after in [0, 2, 5, 10, 20, 40, 80, 160] {
        let here = tempfile::tempdir().unwrap();
        let run = cut_off(here.path(), &old, Duration::from_millis(after));
        let label = format!("restored-{run}");
        let before = keys(here.path(), &label).len();
        // There, with nothing under a signature of the record that says so: that is what an interruption leaves.
        let record =
            std::fs::read(here.path().join("rehearsal/runs").join(&run).join("transcript.jsonl")).unwrap();
        let mut entries = transcript::Reading::of(&record).entries;
        let signed = entries.iter().rposition(|e| e.kind == transcript::Kind::Checkpoint);
        entries.truncate(signed.map_or(0, |at| at + 1));
        let unsaid = entries.iter().all(|e| e.value("restored-check-value").is_none());
        let mut room = bringing(here.path(), &old.pack, old.sheets[..2].to_vec());
        let resume = ToRoom::Resume { run, token: None };
        let finished = room.play(&resume, &mut |prompt, _| new_bags(prompt));
        assert_eq!(finished.state, RunState::Closed, "after {after} ms: {:?}", room.problems);
        let pack = finished.pack.unwrap();
        holds(here.path(), Path::new(&pack));
        assert_eq!(keys(here.path(), &label).len(), 1, "after {after} ms; {before} before");
        let taken_over = facts(Path::new(&pack), "finished-by-interrupted-attempt").len();
        assert_eq!(taken_over, if unsaid { before } else { 0 }, "after {after} ms");
        let again = room.record.iter().any(|l| l.starts_with("Taken back"));
        assert!(again || !unsaid, "while the key is not in, every share is brought again");
    }
}

#[test]
fn a_key_under_this_runs_label_is_used_only_if_it_is_the_backed_up_one() {
    let (lost, here) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let old = made(lost.path(), "rehearsal-minimal", &[]);
    let key = opened_without_us(&old.sheets[..2], &wrapped(&old.pack)).unwrap();
    let resumed = |run: &str| {
        let mut room = bringing(here.path(), &old.pack, old.sheets[..2].to_vec());
        let resume = ToRoom::Resume { run: run.to_owned(), token: None };
        let finished = room.play(&resume, &mut |prompt, _| new_bags(prompt));
        (finished, room)
    };
    let planted = |key: &[u8]| {
        let mut room = bringing(here.path(), &old.pack, old.sheets[..2].to_vec());
        let stopped = room.rehearse("recover", &RECOVER, &mut |prompt, _| {
            if prompt.key == "restore/sign" { Some(Answer::Stop) } else { new_bags(prompt) }
        });
        drop(room);
        plant(here.path(), &format!("restored-{}", stopped.run), key);
        // Stopped before the step was ever begun: even the right key, under the right label, is not this run's.
        let (finished, room) = resumed(&stopped.run);
        assert_eq!(finished.state, RunState::Open);
        assert_eq!(room.problems[0].1.code, "key-planted");
        stopped.run
    };
    // Now an attempt was begun, so it may be that attempt's; it is compared whole, and it is the one.
    let run = planted(&key);
    let (finished, room) = resumed(&run);
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let pack = finished.pack.unwrap();
    assert_eq!(fact(Path::new(&pack), "finished-by-interrupted-attempt"), format!("restored-{run}"));
    holds(here.path(), Path::new(&pack));
    drop(room);

    // Another key stays unused, however often the step is begun.
    let run = planted(&[7; 32]);
    let (finished, room) = resumed(&run);
    assert_eq!(finished.state, RunState::Open);
    assert_eq!(room.problems[0].1.code, "key-planted");
}

#[test]
fn after_a_change_of_custodians_old_sheets_open_nothing_new() {
    let dir = tempfile::tempdir().unwrap();
    let old = made(dir.path(), "rehearsal-minimal", &[]);
    let mut room = bringing(dir.path(), &old.pack, old.sheets[..2].to_vec());
    let mut decisions = 0;
    let dealt = [("threshold", "2"), ("shares", "4"), ("bringing", "2")];
    let finished = room.rehearse("change-custodian", &dealt, &mut |prompt, _| match &prompt.ask {
        Ask::Choose { question, choices } if question.contains("share 3") => {
            assert!(choices.iter().all(|c| c.id != "owed"), "an old sheet cannot stay owed here");
            Some(Answer::Chosen { id: "missing".into() })
        }
        Ask::Decide { .. } => {
            decisions += 1;
            assert_eq!(prompt.problem.as_ref().unwrap().code, "copy-missing");
            Some(decided("go-on"))
        }
        _ => new_bags(prompt),
    });
    assert_eq!((finished.state, decisions), (RunState::Closed, 1), "{:?}", room.problems);
    let new = Backup { pack: finished.pack.unwrap().into(), sheets: room.sheets_shown() };
    holds(dir.path(), &new.pack);
    same_key_other_shares(&old, &new);
    assert_eq!(
        fact(&new.pack, "key-label"),
        fact(&old.pack, "key-label"),
        "the key itself stays where it is"
    );
    let old_file = wrapped(&old.pack).file_name().unwrap().to_string_lossy().into_owned();
    assert!(fact(&new.pack, "old-file-to-destroy").contains(&old_file));
    assert_eq!(facts(&new.pack, "old-sheets-destroyed"), [serde_json::json!([1, 2])]);

    // Another key under the recorded label is not taken for it.
    let elsewhere = tempfile::tempdir().unwrap();
    made(elsewhere.path(), "rehearsal-minimal", &[]);
    plant(elsewhere.path(), &fact(&old.pack, "key-label"), &[7; 32]);
    let mut room = bringing(elsewhere.path(), &old.pack, Vec::new());
    let finished = room.rehearse("change-custodian", &[], &mut |_, _| None);
    assert_eq!(finished.state, RunState::Open);
    assert_eq!(room.problems[0].1.code, "key-not-found");
}
