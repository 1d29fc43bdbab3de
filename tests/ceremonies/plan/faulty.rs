//! A plan with faults, records that say something else than the plan, and files that were changed: nothing is made of them.

use super::{Medium, facts, lines, medium, now, resume, start};
use protocol::{Answer, Ask, RunState};
use serde_json::Value;
use std::path::PathBuf;
use whole_program::files;
use whole_program::rehearsal_token::plant;

/// Offers plans one after another, each with what was done to its folder; gives the faults shown for each.
fn refused(medium: &Medium, plans: &[(String, &dyn Fn())]) -> Vec<Vec<String>> {
    let state = medium.dir.path().join("state");
    let mut room = medium.room(&state);
    let mut left = plans.iter();
    let mut shown = Vec::new();
    let stopped = room.play(&start(), &mut |prompt, _| match &prompt.ask {
        Ask::File { .. } if prompt.key.starts_with("read-plan") => match left.next() {
            Some((text, prepare)) => {
                prepare();
                Some(Answer::Path { path: medium.write(text) })
            }
            None => Some(Answer::Stop),
        },
        Ask::Observe { facts, .. } if prompt.key.starts_with("read-plan") => {
            shown.push(facts.iter().map(|f| format!("{}: {}", f.name, f.observed)).collect());
            None
        }
        _ => None,
    });
    assert_eq!(stopped.state, RunState::Open);
    assert!(room.record.iter().all(|l| !l.contains("Make every key")), "{:?}", room.record);
    assert!(room.problems.iter().all(|(_, p)| p.code == "plan-faulty"), "{:?}", room.problems);
    drop(room);
    // Nothing of what was refused is kept.
    let kept = files(&state.join("rehearsal/runs"));
    assert!(kept.iter().all(|p| !p.display().to_string().contains("plan-")), "{kept:?}");
    shown
}

#[test]
fn every_fault_of_a_plan_is_named_by_its_line_and_nothing_is_made() {
    let medium = medium();
    let line = |text: &str, n: usize, from: &str, to: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        assert!(lines[n - 1].contains(from), "{}", lines[n - 1]);
        lines[n - 1] = lines[n - 1].replacen(from, to, 1);
        lines.join("\n") + "\n"
    };
    // Faults of the file itself.
    let mut bad = line(&medium.text, 3, "hmac-sha384", "hmac-sha999");
    bad = line(&bad, 5, "azure-key-vault", "azur");
    bad = line(&bad, 9, "J. Doe", "");
    // Faults that only the parameters files show.
    let mut wrong = line(&medium.text, 3, "second.json", "absent.json");
    wrong = line(&wrong, 7, "ibm.json", "transit.json");
    let nothing = || ();
    let expire = || {
        let old =
            byok::stand_in_reply(medium.keys["first.json"].spki(), whole_program::ARN, now() - 60, b"old");
        std::fs::write(medium.dir.path().join("first.json"), old).unwrap();
    };
    // Another set for the key of the other AWS line, under another name.
    let twice = || {
        for name in ["first.json", "second.json"] {
            let reply = byok::stand_in_reply(
                medium.keys[name].spki(),
                whole_program::ARN,
                now() + 3600,
                name.as_bytes(),
            );
            std::fs::write(medium.dir.path().join(name), reply).unwrap();
        }
        // And what is no plain file is not opened: this one would never end.
        std::fs::remove_file(medium.dir.path().join("org.crt")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", medium.dir.path().join("org.crt")).unwrap();
    };
    let shown = refused(
        &medium,
        &[(bad, &nothing), (wrong, &nothing), (medium.text.clone(), &expire), (medium.text.clone(), &twice)],
    );
    let begins = |n: usize, with: &[&str]| {
        let found: &Vec<String> = &shown[n];
        assert_eq!(found.len(), with.len(), "{found:#?}");
        for (found, with) in found.iter().zip(with) {
            assert!(found.starts_with(with), "{found} does not begin with {with}");
        }
    };
    begins(0, &["Line 3, key type: ", "Line 5, provider: ", "Line 9, owner: it is empty"]);
    begins(1, &["Line 3, parameters file: the folder has no file", "Line 7, parameters file: "]);
    begins(2, &["Line 2, parameters file: "]);
    assert!(shown[2][0].contains("expired") || shown[2][0].contains("ran out"), "{:?}", shown[2]);
    begins(3, &["Line 3, parameters file: line 2 is for the same key", "Line 9, parameters file: "]);
}

#[test]
fn a_record_that_lost_a_line_or_swapped_a_key_does_not_follow_its_script() {
    let medium = medium();
    let state = medium.dir.path().join("state");
    let mut room = medium.room(&state);
    let finished = room.play(&start(), &mut |_, _| None);
    drop(room);
    let pack = PathBuf::from(finished.pack.unwrap());
    let (plan, entries) = engine::replay::pack(&pack, &actions::REPERTOIRE).unwrap().unwrap();
    engine::replay::follows(&plan, &actions::REPERTOIRE, &entries).unwrap();
    for (fact, why) in [
        ("plan-backed-check-value", "was never backed up"),
        ("plan-rebuilt-check-value", "was never brought back"),
        ("plan-wrapped-check-value", "was never wrapped"),
        ("plan-made-check-value", "is not that of the key of line 4"),
    ] {
        let of_line = |e: &&transcript::Entry| {
            e.value(fact).is_some() && e.value("plan-line").and_then(Value::as_u64) == Some(4)
        };
        let mut without = entries.clone();
        let at = entries.iter().position(|e| of_line(&e)).unwrap();
        // And the signature over it.
        without.drain(at..=at + 1);
        assert!(!without.iter().any(|e| of_line(&e)), "{fact}");
        let found = engine::replay::follows(&plan, &actions::REPERTOIRE, &without).unwrap_err();
        assert!(found.why.to_string().contains(why), "{fact}: {found}");
    }
    lines::one_key_for_two_lines_departs(&plan, &entries);
}

#[test]
fn a_planted_key_is_refused_and_the_keys_before_it_are_kept() {
    let medium = medium();
    let state = medium.dir.path().join("state");
    let mut room = medium.room(&state);
    let stopped =
        room.play(&start(), &mut |prompt, _| (prompt.key == "make-keys/sign").then_some(Answer::Stop));
    drop(room);
    plant(&state, &format!("plan-{}-line-4", stopped.run), &[7; 32]);
    let mut room = medium.room(&state);
    let stopped = room.play(&resume(&state), &mut |_, _| None);
    let codes: Vec<_> = room.problems.iter().map(|(_, p)| p.code.clone()).collect();
    assert_eq!((stopped.state, codes), (RunState::Open, vec!["key-planted".to_owned()]));
    drop(room);
    let record = files(&state.join("rehearsal/runs")).into_iter().find(|p| p.ends_with("transcript.jsonl"));
    let made = facts(&record.unwrap(), "plan-made-check-value");
    assert_eq!(made.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3]);
}

/// What lies in the run's folder is held against the record before it is used.
#[test]
fn files_that_were_changed_in_the_run_folder_are_not_used() {
    for (step, part) in
        [("make-keys", "plan-parameters-"), ("rebuild", "plan-backup-"), ("write-bundles", "manifest.json")]
    {
        let medium = medium();
        let state = medium.dir.path().join("state");
        let mut room = medium.room(&state);
        let stopped = room.play(&start(), &mut |prompt, _| {
            if prompt.step.id == step && prompt.begins {
                let run = state.join("rehearsal/runs");
                let path = files(&run).into_iter().find(|p| p.display().to_string().contains(part)).unwrap();
                let mut bytes = std::fs::read(&path).unwrap();
                bytes[9] ^= 1;
                std::fs::write(&path, bytes).unwrap();
            }
            matches!(prompt.ask, Ask::Decide { .. }).then_some(Answer::Stop)
        });
        let codes: Vec<_> = room.problems.iter().map(|(_, p)| p.code.clone()).collect();
        assert_eq!((stopped.state, codes), (RunState::Open, vec!["file-changed".to_owned()]), "{step}");
    }
}
