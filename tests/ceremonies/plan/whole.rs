//! A mixed plan, from its file to the drill of its backups and the answers of its clouds.

use super::{LINES, check, facts, medium, spec, start};
use protocol::{Answer, Ask, RunState, ToRoom};
use serde_json::Value;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;
use whole_program::backup::{Sheets, bags, bringing};
use whole_program::json;
use whole_program::pack::{self, holds};
use whole_program::room::Room;
use whole_program::without_us::opened_without_us;
use whole_program::{files, forged, run, said};

#[test]
fn a_mixed_plan_is_made_backed_up_wrapped_and_drilled() {
    let medium = medium();
    let state = medium.dir.path().join("state");
    let mut room = medium.room(&state);
    let mut compared = 0;
    let finished = room.play(&start(), &mut |prompt, _| {
        compared += usize::from(matches!(prompt.ask, Ask::Compare { .. }));
        bags(prompt)
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    // Two people, and each wrapping key once, however many lines use it.
    assert_eq!(compared, 2 * medium.keys.len());
    let heard = room.heard.join("\n");
    for n in 1..=LINES.len() {
        assert!(heard.contains(&format!("Making key {n} of {} in the token", LINES.len())), "{n}");
    }
    let sheets = room.sheets_shown();
    drop(room);
    let pack = PathBuf::from(finished.pack.unwrap());
    check(&medium, &state, &pack);
    // Any two of the three sheets open every wrapped file, without this program.
    let record = pack.join("transcript.jsonl");
    let backups = facts(&record, "plan-backup-file");
    assert_eq!(backups.len(), LINES.len());
    for (line, file) in backups {
        let key = opened_without_us(&sheets[1..], &pack.join(file.as_str().unwrap())).unwrap();
        let spec = spec(LINES[usize::try_from(line).unwrap() - 2].1);
        let value = facts(&record, "plan-made-check-value").into_iter().find(|(l, _)| *l == line).unwrap().1;
        assert_eq!(Value::String(tokens::check_value_of(spec, &key).unwrap()), value, "line {line}");
        assert!(opened_without_us(&sheets[..1], &pack.join(file.as_str().unwrap())).is_err());
    }
    drilled(&state, &pack, &sheets[..2].to_vec());
    wrong_backups_are_named(&state, &pack, &sheets[..2].to_vec());
    // Where the sheets are only read, nothing is opened, and the certificate does not say so.
    let mut room = bringing(&state, &pack, sheets[..2].to_vec());
    let finished = room.rehearse("check-shares", &[("custodians", "2")], &mut |prompt, _| bags(prompt));
    assert_eq!((finished.state, room.problems.len()), (RunState::Closed, 0), "{:?}", room.problems);
    let checked = PathBuf::from(finished.pack.unwrap());
    holds(&state, &checked);
    let certificate =
        std::fs::read_to_string(checked.join(pack::fact(&checked, "certificate-file"))).unwrap();
    let words = certificate.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("Keys 8, made by one key plan"), "{certificate}");
    assert!(words.contains("the ones that were dealt; nothing was rebuilt"), "{certificate}");
    assert!(pack::facts(&checked, "drilled-line").is_empty());
    let register = json(&state, &["register", "--json"]);
    assert_eq!(register["rehearsal"]["sets"][0]["key"], "8 keys of a plan");
}

/// Two of three custodians drill the plan's backups; in the middle the room is killed, and every file is opened again.
fn drilled(state: &Path, pack: &Path, sheets: &Sheets) {
    let mut room = bringing(state, pack, sheets.clone());
    room.cut = Some(("Opening backup 5 of 8 (line 6)".to_owned(), Duration::ZERO));
    let start = ToRoom::Start {
        script: "drill".to_owned(),
        mode: protocol::Mode::Rehearsal,
        parameters: [("custodians".to_owned(), "2".to_owned())].into(),
        roster: None,
        token: None,
    };
    let cut = room.try_play(&start, &mut |prompt, _| bags(prompt)).unwrap_err();
    assert_eq!((cut.code.as_str(), room.problems.len()), ("cut", 0), "{:?}", room.problems);
    drop(room);
    // The newest comes first.
    let runs = json(state, &["runs", "--json"]);
    let resume = ToRoom::Resume { run: runs[0]["run"].as_str().unwrap().to_owned(), token: None };
    let mut room = bringing(state, pack, sheets.clone());
    let mut asked = Vec::new();
    let finished = room.play(&resume, &mut |prompt, _| {
        if let Ask::Observe { facts, .. } = &prompt.ask {
            asked.extend(facts.iter().map(|f| (f.name.clone(), f.observed.clone())));
        }
        bags(prompt)
    });
    assert_eq!((finished.state, room.problems.len()), (RunState::Closed, 0), "{:?}", room.problems);
    drop(room);
    let end = PathBuf::from(finished.pack.unwrap());
    holds(state, &end);
    assert!(asked.contains(&("Backups that opened to their keys".to_owned(), "8".to_owned())), "{asked:?}");
    // What the ceremony of the plan told its people to compare is what the drill found.
    let (found, told) = (pack::fact(&end, "drilled-check-value"), pack::fact(pack, "plan-check-value"));
    assert_eq!(found, told);
    let opened: Vec<u64> = facts(&end.join("transcript.jsonl"), "drilled-line")
        .into_iter()
        .filter_map(|(_, v)| v.as_u64())
        .collect();
    // Four at least before the kill, and every one after it.
    assert!(opened.starts_with(&[2, 3, 4, 5]) && opened.ends_with(&[2, 3, 4, 5, 6, 7, 8, 9]), "{opened:?}");
    assert!(opened.len() > LINES.len() + 3, "{opened:?}");
    let certificate = std::fs::read_to_string(end.join(pack::fact(&end, "certificate-file"))).unwrap();
    for words in ["Keys           8, made by one key plan", "8 of 8 wrapped files", found.as_str()] {
        assert!(certificate.contains(words), "{words}: {certificate}");
    }
    // A record of it without one line, or with another key on one, does not follow the script.
    let (plan, entries) = engine::replay::pack(&end, &actions::REPERTOIRE).unwrap().unwrap();
    let last = entries.iter().rposition(|e| e.value("drilled-line") == Some(&serde_json::json!(4))).unwrap();
    let mut without = entries.clone();
    // And the signature over it.
    without.drain(last..=last + 1);
    let mut another = entries;
    let of_line =
        another[last].facts.values_mut().find_map(|f| f.get_mut("drilled-line-check-value")).unwrap();
    *of_line = format!("spki-sha256:{}", "0".repeat(64)).into();
    let (_, entries) = engine::replay::pack(&end, &actions::REPERTOIRE).unwrap().unwrap();
    let mut twice = entries.clone();
    twice.insert(last, entries[last].clone());
    let mut one_file = entries;
    let drilled =
        one_file.iter_mut().flat_map(|e| e.facts.values_mut()).find_map(|f| f.get_mut("drill-plan"));
    let drilled = drilled.unwrap().as_array_mut().unwrap();
    drilled[3]["sha256"] = drilled[1]["sha256"].clone();
    for (record, why) in [
        (without, "the backup of line 4 was not opened"),
        (another, "is not the key of line 4"),
        (twice, "the backup of line 4 was opened twice"),
        (one_file, "how the keys of lines 3 and 5 differ"),
    ] {
        let found = engine::replay::follows(&plan, &actions::REPERTOIRE, &record).unwrap_err();
        assert!(found.why.to_string().contains(why), "{found}");
    }
}

/// A pack whose record names another key for line 2, and then a kept file that is changed: each is named by its line, and
/// the others are opened all the same.
fn wrong_backups_are_named(state: &Path, pack: &Path, sheets: &Sheets) {
    const FORGED: &str = "cmac-aes:00000000000000000000000000000000";
    let dir = tempfile::tempdir().unwrap();
    let other = dir.path().join("pack");
    // Whoever forges the one value works the value of all keys out anew.
    let mut of_all = String::new();
    for (line, value) in facts(&pack.join("transcript.jsonl"), "plan-made-check-value") {
        let value = if line == 2 { FORGED } else { value.as_str().unwrap() };
        writeln!(of_all, "{line} {value}").unwrap();
    }
    let of_all = script::sha256_hex(of_all.as_bytes());
    forged::pack(pack, &other, &|entry| {
        let of_line = entry.value("plan-line").and_then(Value::as_u64) == Some(2);
        for facts in entry.facts.values_mut() {
            if let Some(value) = facts.get_mut("plan-check-value") {
                *value = of_all.clone().into();
            }
            for (name, value) in facts.iter_mut() {
                if of_line && name.ends_with("-check-value") {
                    *value = FORGED.into();
                }
            }
        }
    });
    let mut room = bringing(state, &other, sheets.clone());
    let mut said = String::new();
    let stopped = room.rehearse("drill", &[("custodians", "2")], &mut |prompt, _| match &prompt.ask {
        _ if prompt.begins && prompt.step.id == "prove" => {
            let kept = files(&state.join("rehearsal/runs")).into_iter().filter(|p| p.ends_with("line-4.kwp"));
            // Runs are named by their time.
            let path = kept.max().unwrap();
            let mut bytes = std::fs::read(&path).unwrap();
            bytes[9] ^= 1;
            std::fs::write(&path, bytes).unwrap();
            None
        }
        Ask::Decide { .. } => {
            said = prompt.problem.as_ref().map(ToString::to_string).unwrap_or_default();
            Some(Answer::Stop)
        }
        _ => bags(prompt),
    });
    assert_eq!((stopped.state, room.problems.len()), (RunState::Open, 1), "{:?}", room.problems);
    assert_eq!(room.problems[0].1.code, "backup-does-not-match");
    assert!(said.contains("Of the 8 wrapped files of the plan 2 did not open to their keys"), "{said}");
    assert!(said.contains("line 2: it opens to a key with the check value cmac-aes:"), "{said}");
    assert!(said.contains("line 4: its file line-4.kwp in the run's folder was changed"), "{said}");
    let opened = room.record.iter().filter(|l| l.contains("opened to its key")).count();
    assert_eq!(opened, LINES.len() - 2, "{:?}", room.record);
}

#[test]
fn a_rehearsal_plays_by_itself_and_its_receipts_are_read_one_key_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let (state, pack) = (dir.path().join("state"), dir.path().join("pack"));
    let out = run(&state, &["rehearse", "byok-plan", "--out", pack.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    let out = run(&state, &["verify", pack.to_str().unwrap()]);
    assert!(
        whole_program::intact(&out) && said(&out).contains("follows the script byok-plan"),
        "{}",
        said(&out)
    );
    // Line 2 is for AWS.
    let receipt = dir.path().join("receipt.json");
    let reply = serde_json::json!({ "KeyMetadata": {
        "Arn": facts(&pack.join("transcript.jsonl"), "plan-cloud-key")[0].1, "KeyState": "Enabled",
        "Origin": "EXTERNAL", "KeySpec": "SYMMETRIC_DEFAULT",
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
    } });
    std::fs::write(&receipt, reply.to_string()).unwrap();
    let mut room = Room::open(&state);
    room.file = receipt.display().to_string();
    room.medium = pack.display().to_string();
    let mut typed = vec!["2", "1"];
    let finished = room.rehearse("byok-receipt", &[], &mut |prompt, _| {
        let Ask::Text { question, .. } = &prompt.ask else { return None };
        question
            .starts_with("Which line of the key plan")
            .then(|| Answer::Text { text: typed.pop().unwrap().to_owned() })
    });
    let codes: Vec<_> = room.problems.iter().map(|(_, p)| p.code.as_str()).collect();
    assert_eq!((finished.state, codes), (RunState::Closed, vec!["no-such-line"]));
}
