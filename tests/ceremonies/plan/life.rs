//! The rest of the life of a plan's keys: one comes into a second token, one is destroyed, and the backups of the others go to
//! other custodians without it.

use super::again::{made, new_bags};
use super::{LINES, check_values, facts, medium, spec, start};
use protocol::{Answer, Ask, PromptView, RunState, ToRoom};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Duration;
use whole_program::backup::{Sheets, bag, bags, bringing};
use whole_program::json as said;
use whole_program::pack::{fact, holds};
use whole_program::rehearsal_token::in_token;
use whole_program::without_us::opened_without_us;

const CHANGE: [(&str, &str); 3] = [("bringing", "2"), ("threshold", "2"), ("shares", "3")];

/// The new set's bags have other numbers than the old one's.
fn other_bags(prompt: &PromptView) -> Option<Answer> {
    let share = prompt.step.id.strip_prefix("share.").and_then(|n| n.parse::<usize>().ok());
    match share.filter(|_| matches!(prompt.ask, Ask::Text { .. })) {
        Some(n) => Some(bag(10 + n)),
        None => bags(prompt),
    }
}

fn change(leave_out: &str) -> Vec<(&str, &str)> {
    [&CHANGE[..], &[("leave-out", leave_out)]].concat()
}

/// Says of the key with this check value that it is deactivated.
fn put_out_of_use(state: &Path, check_value: &str) {
    for to in ["active", "deactivated"] {
        let mut room = whole_program::room::Room::open(state);
        let finished = room.rehearse("key-state", &[], &mut |prompt, _| match &prompt.ask {
            Ask::Choose { question, choices } => {
                let id = match question.as_str() {
                    "Which key?" => check_value,
                    "In which state is it from now on?" => to,
                    "Is something settled by this that was due?" => "none",
                    _ => return None,
                };
                assert!(choices.iter().any(|c| c.id == id), "{id}: {choices:?}");
                Some(Answer::Chosen { id: id.to_owned() })
            }
            _ => None,
        });
        assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    }
}

fn state_of(register: &Value, check_value: &str) -> String {
    let keys = register["keys"].as_array().unwrap().iter();
    let key = keys.clone().find(|key| key["check_value"] == check_value).unwrap();
    key["state"].as_str().unwrap().to_owned()
}

fn register(state: &Path) -> Value {
    said(state, &["register", "--json"])["rehearsal"].take()
}

/// Destroys the key of a line; gives the pack.
fn destroyed(state: &Path, pack: &Path, line: &str) -> PathBuf {
    let mut room = bringing(state, pack, Vec::new());
    let mut asked = Vec::new();
    let finished = room.rehearse("destroy", &[("plan-line", line)], &mut |prompt, _| {
        if let Ask::Choose { question, .. } = &prompt.ask {
            asked.push(question.clone());
        }
        None
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    // Nobody is asked about sheets that guard other keys: nobody may shred them here.
    let set = fact(pack, "share-set").replace('-', "").to_lowercase();
    assert!(asked.iter().all(|q| !q.contains("sheet of share") && !q.contains(&set)), "{asked:?}");
    assert!(asked.iter().any(|q| q.contains("the key in")), "{asked:?}");
    let end = PathBuf::from(finished.pack.unwrap());
    holds(state, &end);
    end
}

#[test]
fn a_key_of_a_plan_is_replicated_destroyed_and_ends_with_the_next_backup() {
    let (dir, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let state = dir.path();
    let (pack, sheets) = made(state);
    let values = check_values(&pack);
    // Two lines come into a second token, a secret key and a pair; the sheets stay those of the plan.
    for line in ["2", "4"] {
        let mut room = bringing(second.path(), &pack, sheets[..2].to_vec());
        let set = [("custodians", "2"), ("plan-line", line)];
        let finished = room.rehearse("replicate", &set, &mut |prompt, _| match &prompt.ask {
            Ask::Decide { .. } if prompt.problem.as_ref().is_some_and(|p| p.code == "another-bag") => {
                Some(Answer::Decided { id: "go-on".into(), reason: "sealed again in the one before".into() })
            }
            _ => new_bags(prompt),
        });
        assert_eq!(finished.state, RunState::Closed, "{line}: {:?}", room.problems);
        let end = PathBuf::from(finished.pack.unwrap());
        holds(second.path(), &end);
        assert_eq!(fact(&end, "restored-check-value"), values[&line.parse::<u64>().unwrap()]);
        assert_eq!(fact(&end, "after-the-close"), "sealed");
        let label = fact(&end, "key-label");
        let there: Vec<String> = in_token(second.path()).into_iter().filter(|l| l.contains(&label)).collect();
        assert!(there.iter().any(|l| l.contains("extractable=no local=no token=yes")), "{there:?}");
    }
    is_in_both_tokens(&register(second.path()), &values[&2]);

    // A line whose key is in use stays in the backup.
    for (out, code) in
        [("5", "left-out-in-use"), ("1", "left-out-no-key"), ("2, 3, 4, 5, 6, 7, 8, 9", "nothing-left")]
    {
        let mut room = bringing(state, &pack, sheets[..2].to_vec());
        let stopped = room.rehearse("change-plan-custodians", &change(out), &mut |prompt, _| {
            prompt.problem.is_some().then_some(Answer::Stop)
        });
        assert_eq!((stopped.state, room.problems[0].1.code.as_str()), (RunState::Open, code), "{out}");
    }

    // One that is only deactivated still opens what it protected: without a backup that would be lost.
    put_out_of_use(state, &values[&5]);
    let mut room = bringing(state, &pack, sheets[..2].to_vec());
    let stopped = room.rehearse("change-plan-custodians", &change("5"), &mut |prompt, _| {
        prompt.problem.is_some().then_some(Answer::Stop)
    });
    assert_eq!((stopped.state, room.problems[0].1.code.as_str()), (RunState::Open, "left-out-in-use"));

    // The key of line 5 is destroyed wherever it is, but for its wrapped file.
    let end = destroyed(state, &pack, "5");
    not_kept_departs(&end);
    let certificate = std::fs::read_to_string(end.join(fact(&end, "certificate-file"))).unwrap();
    let words = certificate.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("NOT DESTROYED: the sheets guard other keys of the plan"), "{certificate}");
    assert!(!words.contains("sheets are missing"), "{certificate}");
    let label = facts(&pack.join("transcript.jsonl"), "plan-made-label");
    let label = label.into_iter().find(|(line, _)| *line == 5).unwrap().1.as_str().unwrap().to_owned();
    assert!(!in_token(state).iter().any(|key| key.contains(&label)), "{:?}", in_token(state));
    let between = register(state);
    assert_eq!(state_of(&between, &values[&5]), "deactivated", "a wrapped file is left");
    let due = format!("end of backup {}", values[&5]);
    let is_due =
        |register: &Value| register["dues"].as_array().unwrap().iter().any(|d| d["id"] == due.as_str());
    assert!(is_due(&between), "{:#}", between["dues"]);
    assert_eq!(between["sets"][0]["state"], "in use");

    // Its custodians change, and its line is left out: with the older sheets the last of it ends.
    let (new, new_sheets) = changed(state, &pack, &sheets);
    let record = new.join("transcript.jsonl");
    // Of the attempt that was cut off there are notes, and no files.
    let files: Vec<(u64, Value)> = facts(&record, "plan-backup-file")
        .into_iter()
        .filter(|(_, file)| new.join(file.as_str().unwrap()).exists())
        .collect();
    assert_eq!(files.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3, 4, 6, 7, 8, 9]);
    for (line, file) in &files {
        let file = new.join(file.as_str().unwrap());
        let key = opened_without_us(&new_sheets[1..], &file).unwrap();
        let spec = spec(LINES[usize::try_from(*line).unwrap() - 2].1);
        assert_eq!(tokens::check_value_of(spec, &key).unwrap(), values[line], "line {line}");
        opened_without_us(&sheets[..2], &file).unwrap_err();
    }
    let after = register(state);
    assert_eq!(state_of(&after, &values[&5]), "destroyed");
    assert!(!is_due(&after), "{:#}", after["dues"]);
    for line in [2, 9] {
        let key =
            after["keys"].as_array().unwrap().iter().find(|k| k["check_value"] == values[&line].as_str());
        assert_eq!(key.unwrap()["set"], fact(&new, "share-set"), "line {line}");
    }
    assert_eq!(after["contradictions"], json!([]));

    // The new backups are drilled as those of any plan, and one key of them goes on: out of the new pack it is known where
    // the older ceremony put it.
    let mut room = bringing(state, &new, new_sheets[..2].to_vec());
    let finished = room.rehearse("drill", &[("custodians", "2")], &mut |prompt, _| {
        let turn: Option<usize> = prompt.step.id.strip_prefix("bring.").and_then(|n| n.parse().ok());
        turn.filter(|_| matches!(prompt.ask, Ask::Text { .. }))
            .map(|n| bag(10 + n))
            .or_else(|| new_bags(prompt))
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let drilled = PathBuf::from(finished.pack.unwrap());
    holds(state, &drilled);
    assert_eq!(fact(&drilled, "drilled-check-value"), fact(&new, "plan-check-value"));
    let end = destroyed(state, &new, "6");
    let known = facts(&end.join("transcript.jsonl"), "copies-known")[0].1.to_string();
    for place in ["other-token ", "cloud ", "bundle "] {
        assert!(known.contains(place), "{place}: {known}");
    }
    with_the_older_pack(state, &pack, &new, &values[&7]);
}

/// The copy in the second token has its wrapped file as its origin.
fn is_in_both_tokens(there: &Value, check_value: &str) {
    let tokens = there["copies"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|c| c["sort"] == "token" && c["key"] == check_value);
    assert_eq!(tokens.count(), 2, "in the plan's token and in this one");
    let copy = there["copies"]
        .as_array()
        .unwrap()
        .iter()
        .find(|c| c["key"] == check_value && c["sort"] == "token" && !c["parent"].is_null());
    assert!(copy.unwrap()["parent"].as_str().unwrap().starts_with("older-file "), "{copy:?}");
}

/// With the older pack of a plan: its sheets are not those in use, and the newer ones are nobody's to destroy.
fn with_the_older_pack(state: &Path, pack: &Path, new: &Path, of_line_7: &str) {
    let mut room = bringing(state, pack, Vec::new());
    let mut asked = Vec::new();
    let finished = room.rehearse("destroy", &[("plan-line", "7")], &mut |prompt, _| {
        asked.push(serde_json::to_string(&prompt.ask).unwrap());
        let problem = prompt.problem.as_ref().map(|p| p.code.as_str());
        (problem == Some("older-set-opened") && matches!(prompt.ask, Ask::Decide { .. }))
            .then(|| Answer::Decided { id: "go-on".into(), reason: "the newer pack is not at hand".into() })
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    assert!(room.problems.iter().any(|(_, p)| p.code == "older-set-opened"), "{:?}", room.problems);
    let end = PathBuf::from(finished.pack.unwrap());
    holds(state, &end);
    let newer = fact(new, "share-set");
    let kept = facts_of(&end, "copies-at-the-end").to_string();
    assert!(kept.contains(&format!("[\"older-file {newer}\",\"kept\"]")), "{kept}");
    assert!(kept.contains(&format!("[\"older-sheet-1 {newer}\",\"kept\"]")), "{kept}");
    let set = |set: &str| {
        let all = register(state)["sets"].as_array().unwrap().clone();
        all.into_iter().find(|one| one["set"] == set).unwrap()["state"].clone()
    };
    assert_eq!(set(&newer), "in use");
    let due = format!("end of backup {of_line_7}");
    let dues = register(state)["dues"].clone();
    let due = dues.as_array().unwrap().iter().find(|d| d["id"] == due.as_str()).unwrap();
    assert!(due["says"].as_str().unwrap().contains(&newer), "{due}");
}

fn facts_of(pack: &Path, name: &str) -> Value {
    let text = std::fs::read_to_string(pack.join("transcript.jsonl")).unwrap();
    let entries = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let of = |entry: Value| {
        let parts = entry["parts"].as_array().cloned().unwrap_or_default();
        parts.into_iter().find_map(|part| part["facts"].get(name).cloned())
    };
    let mut all: Vec<Value> = entries.filter_map(of).collect();
    all.pop().unwrap()
}

/// A record in which the sheets that guard other keys are not kept, and nobody said that they guard none, departs.
fn not_kept_departs(pack: &Path) {
    let (plan, entries) = engine::replay::pack(pack, &actions::REPERTOIRE).unwrap().unwrap();
    let with = |from: &str, to: &str| {
        let mut record = entries.clone();
        for entry in &mut record {
            for value in entry.facts.values_mut().flat_map(|facts| facts.values_mut()) {
                let text = value.to_string().replace(from, to);
                *value = serde_json::from_str(&text).unwrap();
            }
        }
        engine::replay::follows(&plan, &actions::REPERTOIRE, &record).map_err(|d| d.why.to_string())
    };
    with("\"kept\"", "\"kept\"").unwrap();
    let why = with("\"kept\"", "\"destroyed-before\"").unwrap_err();
    assert!(why.contains("nobody said that it guards none"), "{why}");
    // Nor is anything else kept than a backup.
    let why = with("\"destroyed-before\"", "\"kept\"").unwrap_err();
    assert!(why.contains("it is no sheet and no wrapped file"), "{why}");
}

#[test]
fn the_last_key_of_a_plan_takes_the_sheets_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path();
    let medium = medium();
    let two = medium.text.lines().take(3).collect::<Vec<_>>().join("\n") + "\n";
    let mut room = medium.room(state);
    room.file = medium.write(&two);
    let finished = room.play(&start(), &mut |prompt, _| bags(prompt));
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    drop(room);
    let pack = PathBuf::from(finished.pack.unwrap());
    let values = check_values(&pack);
    destroyed(state, &pack, "2");
    assert_ne!(state_of(&register(state), &values[&2]), "destroyed");

    // Only of the last key are people asked whether the sheets guard another, and both sign what they say.
    let mut room = bringing(state, &pack, Vec::new());
    let mut signed = Vec::new();
    let finished = room.rehearse("destroy", &[("plan-line", "3")], &mut |prompt, _| match &prompt.ask {
        Ask::Choose { choices, .. } if choices.iter().any(|c| c.id == "over") => {
            Some(Answer::Chosen { id: "over".into() })
        }
        Ask::Sign { .. } => {
            signed.push(serde_json::to_string(&prompt.ask).unwrap());
            None
        }
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let guard = signed.iter().filter(|s| s.contains("guard no other key any more (1 other key)"));
    assert_eq!(guard.count(), 2, "{signed:#?}");
    let end = PathBuf::from(finished.pack.unwrap());
    holds(state, &end);
    assert_eq!(facts_of(&end, "guards-nothing"), 1);
    let after = register(state);
    for line in [2, 3] {
        assert_eq!(state_of(&after, &values[&line]), "destroyed", "line {line}");
    }
    assert_eq!(after["contradictions"], json!([]));
    assert!(
        after["dues"].as_array().unwrap().iter().all(|d| !d["id"].as_str().unwrap().starts_with("end of"))
    );
}

/// The plan's backups at other custodians without line 5; the room is killed in the middle of wrapping.
fn changed(state: &Path, pack: &Path, sheets: &Sheets) -> (PathBuf, Sheets) {
    let mut room = bringing(state, pack, sheets[..2].to_vec());
    room.cut = Some(("line 7".to_owned(), Duration::ZERO));
    let parameters = change("5").into_iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    let start = ToRoom::Start {
        script: "change-plan-custodians".to_owned(),
        mode: protocol::Mode::Rehearsal,
        parameters,
        roster: None,
        token: None,
    };
    let cut = room.try_play(&start, &mut |prompt, _| other_bags(prompt)).unwrap_err();
    assert_eq!((cut.code.as_str(), room.problems.len()), ("cut", 0), "{:?}", room.problems);
    drop(room);
    let runs = said(state, &["runs", "--json"]);
    let resume = ToRoom::Resume { run: runs[0]["run"].as_str().unwrap().to_owned(), token: None };
    let mut room = bringing(state, pack, sheets[..2].to_vec());
    let finished = room.play(&resume, &mut |prompt, _| other_bags(prompt));
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let new = PathBuf::from(finished.pack.unwrap());
    holds(state, &new);
    left_out_otherwise_departs(&new);
    let shown = room.sheets_shown();
    (new, shown)
}

/// A record whose lines are not those of the older backup but for what was left out does not follow its script.
fn left_out_otherwise_departs(pack: &Path) {
    let (plan, entries) = engine::replay::pack(pack, &actions::REPERTOIRE).unwrap().unwrap();
    let says = |change: &dyn Fn(&mut Value, &mut Value)| {
        let mut record = entries.clone();
        let opening = record.iter_mut().find(|e| e.value("plan-left-out").is_some()).unwrap();
        let of = |opening: &mut transcript::Entry, name: &str| {
            opening.facts.values_mut().find_map(|f| f.get_mut(name)).unwrap().clone()
        };
        let (mut lines, mut out) = (of(opening, "plan-lines"), of(opening, "plan-left-out"));
        change(&mut lines, &mut out);
        for facts in opening.facts.values_mut() {
            for (name, value) in [("plan-lines", &lines), ("plan-left-out", &out)] {
                if facts.contains_key(name) {
                    facts.insert(name.to_owned(), value.clone());
                }
            }
        }
        engine::replay::follows(&plan, &actions::REPERTOIRE, &record).map_err(|d| d.why.to_string())
    };
    says(&|_, _| {}).unwrap();
    says(&|_, out| *out = json!([])).unwrap_err();
    says(&|_, out| *out = json!([4, 5])).unwrap_err();
    says(&|lines, _| {
        lines.as_array_mut().unwrap().remove(1);
    })
    .unwrap_err();
}
