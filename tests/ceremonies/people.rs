//! People make mistakes, raise exceptions, and change their minds: each is said, recorded, and loses nothing.

use protocol::{Answer, Ask, ExceptionReport, Private, PromptView, RunState};
use std::path::Path;
use whole_program::room::Room;
use whole_program::{files, run, said};

fn decided(id: &str) -> Answer {
    Answer::Decided { id: id.to_owned(), reason: "as the test has it".to_owned() }
}

fn exception() -> Answer {
    Answer::Exception {
        report: ExceptionReport { expected: "quiet".to_owned(), happened: "a fire alarm".to_owned() },
    }
}

fn holds(state: &Path, pack: &str) {
    let out = run(state, &["verify", pack]);
    assert!(whole_program::intact(&out), "{}", said(&out));
    assert!(said(&out).contains("The record follows the script"), "{}", said(&out));
}

/// Answers the first prompt with this key with the first answer, the second with the second, and so on.
fn at(key: &str, mut answers: Vec<Answer>) -> impl FnMut(&PromptView) -> Option<Answer> + '_ {
    answers.reverse();
    move |prompt| {
        let stem = prompt.key.split('/').take(2).collect::<Vec<_>>().join("/");
        if stem == key { answers.pop() } else { None }
    }
}

#[test]
fn row_36_wrong_passphrases_pins_and_restated_facts_are_asked_again_and_recorded() {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    let mut sign = at(
        "attend/sign",
        vec![Answer::Signature { passphrase: Private::new("not-it".into()), restated: None }],
    );
    let mut pin = at("open-token/pin", vec![Answer::Secret { text: Private::new("000000".into()) }]);
    let mut restated = false;
    let finished = room.rehearse("rehearsal-minimal", &[], &mut |prompt, _| {
        if let Ask::Sign { restate: Some(_), hint, .. } = &prompt.ask
            && prompt.step.id == "split"
            && !std::mem::replace(&mut restated, true)
        {
            let passphrase = Private::new(hint.clone().unwrap());
            return Some(Answer::Signature { passphrase, restated: Some("3 of 3".into()) });
        }
        sign(prompt).or_else(|| pin(prompt))
    });
    assert_eq!(finished.state, RunState::Closed);
    let codes: Vec<_> = room.problems.iter().map(|(_, p)| p.code.as_str()).collect();
    assert_eq!(codes, ["wrong-passphrase", "wrong-pin", "restated-differs"]);
    for said in [
        ": a sign-in passphrase was refused.",
        "Noted: the token refused a PIN.",
        ": a confirmer restated a fact differently.",
    ] {
        assert!(room.record.iter().any(|line| line.ends_with(said)), "{said}");
    }
    holds(dir.path(), &finished.pack.unwrap());
}

#[test]
fn a_slip_of_the_pen_is_placed_and_another_share_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    let mut first: Option<Vec<String>> = None;
    let (mut slipped, mut swapped) = (false, 0);
    let finished = room.rehearse("rehearsal-minimal", &[], &mut |prompt, sheet| {
        let Ask::EnterShare { row, index, rows, .. } = &prompt.ask else { return None };
        if *index == Some(1) && *row == *rows {
            first = Some(sheet.rows.clone());
        }
        // The third row's second character, read as its neighbour in the alphabet.
        if *index == Some(1) && *row == 3 && !std::mem::replace(&mut slipped, true) {
            let mut row: Vec<char> = sheet.rows[2].chars().collect();
            row[1] = if row[1] == '7' { '8' } else { '7' };
            return Some(Answer::Secret { text: Private::new(row.into_iter().collect()) });
        }
        // The second custodian types the first one's sheet, whole.
        if *index == Some(2) && swapped < *rows {
            swapped += 1;
            let other = first.as_ref().unwrap()[usize::try_from(*row).unwrap() - 1].clone();
            return Some(Answer::Secret { text: Private::new(other) });
        }
        None
    });
    assert_eq!(finished.state, RunState::Closed);
    let (slip, swap) = (&room.problems[0].1, &room.problems[1].1);
    assert!(slip.happened.contains("Row 3, character 2"), "{slip}");
    assert_eq!(swap.code, "another-share");
    assert_eq!(room.problems.len(), 2);
}

#[test]
fn a_custodian_can_look_at_the_share_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    let mut back = at("share.2/enter-share", vec![Answer::Back]);
    let mut before = at("share.1/show-share", vec![Answer::Go, Answer::Back]);
    let finished =
        room.rehearse("rehearsal-minimal", &[], &mut |prompt, _| back(prompt).or_else(|| before(prompt)));
    assert_eq!(finished.state, RunState::Closed);
    // Three shares of seven rows, one share twice, and the two first screens of one twice over.
    assert_eq!(room.shown.len(), 4 * 7 + 4);
    assert!(room.problems.is_empty());
}

#[test]
fn an_exception_is_recorded_decided_and_signed() {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    let mut raise = at("generate/sign", vec![exception()]);
    let mut again = at("share.1/show-share", vec![exception()]);
    let mut nonsense = false;
    let finished = room.rehearse("rehearsal-minimal", &[], &mut |prompt, _| match &prompt.ask {
        Ask::Decide { choices, .. } if prompt.step.id == "generate" => {
            assert_eq!(choices[0].id, "go-on");
            Some(decided(if std::mem::replace(&mut nonsense, true) { "go-on" } else { "nonsense" }))
        }
        // A row of a share is not kept, so there is nothing to go on with.
        Ask::Decide { choices, .. } => {
            assert!(choices.iter().all(|c| c.id != "go-on"));
            Some(decided("again"))
        }
        _ => raise(prompt).or_else(|| again(prompt)),
    });
    assert_eq!(finished.state, RunState::Closed);
    assert_eq!(room.problems[0].1.code, "not-an-answer");
    let pack = finished.pack.unwrap();
    holds(dir.path(), &pack);
    let transcript = std::fs::read_to_string(Path::new(&pack).join("transcript.jsonl")).unwrap();
    assert!(transcript.contains("a fire alarm") && transcript.contains("\"decided-by\":\"witness\""));
}

#[test]
fn the_backup_can_be_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    let mut seen = at("share.3/show-share", vec![exception()]);
    let mut sets = Vec::new();
    let finished = room.rehearse("rehearsal-minimal", &[], &mut |prompt, _| match &prompt.ask {
        Ask::Decide { .. } => Some(decided("back")),
        Ask::ShowShare { page } => {
            if sets.last() != Some(&page.set) {
                sets.push(page.set.clone());
            }
            seen(prompt)
        }
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed);
    assert_eq!(sets.len(), 2, "the second backup has another set: {sets:?}");
    assert!(room.record.iter().any(|l| l.contains("of the void set") && l.contains("were destroyed")));
    holds(dir.path(), &finished.pack.unwrap());
}

#[test]
fn a_ceremony_can_be_given_up_and_is_never_gone_on_with() {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    let mut raise = at("split/sign", vec![exception()]);
    let finished = room.rehearse("rehearsal-minimal", &[], &mut |prompt, _| match &prompt.ask {
        Ask::Decide { .. } => Some(decided("abandon")),
        _ => raise(prompt),
    });
    assert_eq!(finished.state, RunState::Abandoned);
    // What was given up, and why, is signed too.
    let pack = finished.pack.unwrap();
    assert!(pack.ends_with("rehearsal-abandoned-evidence"));
    let out = run(dir.path(), &["verify", &pack]);
    assert!(whole_program::intact(&out) && said(&out).contains("abandoned"), "{}", said(&out));
    assert!(finished.next.iter().any(|n| n.contains("delete it")), "{:?}", finished.next);
    let refused = room
        .try_play(&protocol::ToRoom::Resume { run: finished.run.clone(), token: None }, &mut |_, _| None)
        .unwrap_err();
    assert_eq!(refused.code, "run-abandoned");
    let listed = said(&run(dir.path(), &["runs"]));
    assert!(listed.contains(&finished.run) && listed.contains("given up"), "{listed}");
    let record = dir.path().join("rehearsal/runs").join(&finished.run).join("transcript.jsonl");
    let out = run(dir.path(), &["verify", record.to_str().unwrap()]);
    assert!(whole_program::intact(&out) && said(&out).contains("abandoned"), "{}", said(&out));
}

/// Found in review: begun again from its results, a step that was done stood twice in the record.
#[test]
fn a_step_that_is_done_is_not_begun_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    let mut raised = false;
    let finished = room.rehearse("rehearsal-minimal", &[], &mut |prompt, _| match &prompt.ask {
        Ask::Observe { .. } if prompt.step.id == "split" && !std::mem::replace(&mut raised, true) => {
            Some(exception())
        }
        Ask::Decide { choices, .. } => {
            assert!(choices.iter().all(|c| c.id != "again"), "{choices:?}");
            Some(decided("go-on"))
        }
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed);
    holds(dir.path(), &finished.pack.unwrap());
}

/// The same at the results of the rebuild: going back makes the backup owed again.
#[test]
fn a_proven_backup_that_is_taken_back_is_owed_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    let mut raised = false;
    let finished = room.rehearse("rehearsal-minimal", &[], &mut |prompt, _| match &prompt.ask {
        Ask::Observe { .. } if prompt.step.id == "rebuild" && !std::mem::replace(&mut raised, true) => {
            Some(exception())
        }
        Ask::Decide { .. } => Some(decided("back")),
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed);
    let pack = finished.pack.unwrap();
    holds(dir.path(), &pack);
    let transcript = std::fs::read_to_string(Path::new(&pack).join("transcript.jsonl")).unwrap();
    assert_eq!(transcript.matches("\"id\":\"master-key-backed-up\"").count(), 2);
}

/// Found in review: an exception raised while another was decided wedged the run, and one left open by a stop was
/// settled by nobody.
#[test]
fn exceptions_within_exceptions_and_left_open_are_all_decided_by_people() {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    let mut raise = at("generate/sign", vec![exception()]);
    let mut inner = false;
    let stopped = room.rehearse("rehearsal-minimal", &[], &mut |prompt, _| match &prompt.ask {
        // While the decider signs, they raise another one.
        Ask::Sign { purpose, .. }
            if purpose.starts_with("I decide") && !std::mem::replace(&mut inner, true) =>
        {
            Some(exception())
        }
        Ask::Decide { .. } => Some(if inner { Answer::Stop } else { decided("go-on") }),
        _ => raise(prompt),
    });
    assert_eq!(stopped.state, RunState::Open);
    let mut asked = 0;
    let finished = room.play(
        &protocol::ToRoom::Resume { run: stopped.run, token: None },
        &mut |prompt, _| match &prompt.ask {
            Ask::Decide { question, .. } => {
                assert!(question.contains("not decided"), "{question}");
                asked += 1;
                Some(decided("again"))
            }
            _ => None,
        },
    );
    assert_eq!((finished.state, asked), (RunState::Closed, 2));
    holds(dir.path(), &finished.pack.unwrap());
}

/// Found in review: after the end, a mistyped PIN while the pack was written was taken for a failure of the record.
#[test]
fn a_missing_pack_is_written_on_resume_whatever_is_mistyped() {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    let finished = room.rehearse("rehearsal-minimal", &[], &mut |_, _| None);
    let pack = finished.pack.unwrap();
    std::fs::remove_dir_all(&pack).unwrap();
    room.problems.clear();
    let record = Path::new(&pack).with_file_name("transcript.jsonl");
    let before = std::fs::read(&record).unwrap();
    let backup = std::fs::read_dir(Path::new(&pack).parent().unwrap()).unwrap().flatten().map(|f| f.path());
    let backup = backup.filter(|p| p.extension().is_some_and(|e| e == "kwp")).collect::<Vec<_>>().remove(0);
    let aside = dir.path().join("aside");
    std::fs::rename(&backup, &aside).unwrap();
    let mut pin = at("close/pin", vec![Answer::Secret { text: Private::new("000000".into()) }]);
    let again =
        room.play(
            &protocol::ToRoom::Resume { run: finished.run, token: None },
            &mut |prompt, _| match &prompt.ask {
                Ask::Decide { .. } => {
                    std::fs::rename(&aside, &backup).unwrap();
                    Some(decided("again"))
                }
                _ => pin(prompt),
            },
        );
    let codes: Vec<_> = room.problems.iter().map(|(_, p)| p.code.as_str()).collect();
    assert_eq!((again.state, codes), (RunState::Closed, vec!["wrong-pin", "not-found"]));
    assert_eq!(std::fs::read(&record).unwrap(), before, "nothing is added to a record that has ended");
    holds(dir.path(), &pack);
}

#[test]
fn a_disagreement_is_part_of_the_record() {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    let finished = room.rehearse("rehearsal-minimal", &[], &mut |prompt, _| match &prompt.ask {
        Ask::Agree { person, .. } if person == "off" => Some(Answer::Agreement {
            agrees: false,
            reason: Some("the clock was wrong".into()),
            passphrase: Private::new("green-anvil".into()),
        }),
        Ask::Decide { .. } => Some(decided("go-on")),
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed);
    assert_eq!(room.problems[0].1.code, "people-disagree");
    let pack = finished.pack.unwrap();
    let verified = said(&run(dir.path(), &["verify", &pack]));
    assert!(verified.contains("1 person said that the record is not right"), "{verified}");
    let transcript = std::fs::read_to_string(Path::new(&pack).join("transcript.jsonl")).unwrap();
    assert!(transcript.contains("\"disagreeing\":1") && transcript.contains("the clock was wrong"));
}

/// What only custodians were shown is nowhere on the disk, nor in the record that went over the pipe.
#[test]
fn no_share_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    let finished = room.rehearse("rehearsal-minimal", &[], &mut |_, _| None);
    assert_eq!(finished.state, RunState::Closed);
    assert_eq!(room.shown.len(), 3 * 7);
    // Rows 3 to 6 hold nothing but secret bytes; the first rows begin with the set's public name.
    let secret: Vec<String> = room
        .shown
        .iter()
        .enumerate()
        .filter(|(n, _)| (2..6).contains(&(n % 7)))
        .map(|(_, row)| row.replace(' ', ""))
        .collect();
    for file in files(dir.path()) {
        let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).replace([' ', '-'], "");
        for row in &secret {
            assert!(!text.contains(row.as_str()), "{} holds a row of a share", file.display());
        }
    }
    assert!(room.record.iter().all(|line| secret.iter().all(|row| !line.contains(row.as_str()))));
}

#[test]
fn dice_are_mixed_in_and_made_up_throws_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let mut room = Room::open(&state);
    let mut typed = 0;
    let finished = room.rehearse("master-key-hsm", &[("dice", "yes")], &mut |prompt, _| match &prompt.ask {
        Ask::NewSecret { .. } => {
            typed += 1;
            let throws = match typed {
                1 => "123456".repeat(20),
                2 => "3511".to_owned(),
                _ => return None,
            };
            Some(Answer::Secret { text: Private::new(throws) })
        }
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let said: Vec<_> = room.problems.iter().map(|(_, p)| (p.code.as_str(), p.happened.as_str())).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said.iter().all(|(code, _)| *code == "dice-refused"), "{said:?}");
    assert!(said[0].1.contains("every 6 throws") && said[1].1.contains("4 throws"), "{said:?}");
    let record =
        std::fs::read_to_string(Path::new(&finished.pack.unwrap()).join("transcript.jsonl")).unwrap();
    assert!(
        record.contains("XOR SHA-256 of 100 throws of dice"),
        "where the key came from is not in the record"
    );
    assert!(!record.contains("35114626324"), "the throws are in the record");
}
