//! What scripts have recorded: emergencies, reviews, states of keys; and what the register makes of them.

use protocol::{Answer, Ask, PromptView, RunState};
use serde_json::Value;
use std::path::{Path, PathBuf};
use transcript::Level::{Auditor, Public};
use whole_program::backup::made;
use whole_program::json;
use whole_program::pack::{fact, holds};
use whole_program::room::Room;
use whole_program::{run, said};

/// Plays a script with these answers, by the question's beginning; gives the pack.
pub(super) fn plays(state: &Path, script: &str, answers: &[(&str, &str)]) -> PathBuf {
    let mut room = Room::open(state);
    let finished = room.rehearse(script, &[], &mut |prompt, _| answered(prompt, answers));
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let pack = PathBuf::from(finished.pack.unwrap());
    holds(state, &pack);
    pack
}

pub(super) fn answered(prompt: &PromptView, answers: &[(&str, &str)]) -> Option<Answer> {
    let given = |question: &str| {
        answers.iter().find(|(begins, _)| question.starts_with(begins)).map(|(_, a)| (*a).to_owned())
    };
    match &prompt.ask {
        Ask::Text { question, .. } => given(question).map(|text| Answer::Text { text }),
        Ask::Choose { question, choices } => {
            let id = given(question)?;
            let meant =
                choices.iter().find(|c| c.id.starts_with(&id)).unwrap_or_else(|| panic!("{id}: {choices:?}"));
            Some(Answer::Chosen { id: meant.id.clone() })
        }
        _ => None,
    }
}

pub(super) fn register(state: &Path) -> Value {
    json(state, &["register", "--json"])["rehearsal"].take()
}

/// The ids of what is open.
pub(super) fn open(register: &Value) -> Vec<String> {
    let dues = register["dues"].as_array().unwrap().iter().filter(|due| due["settled"].is_null());
    dues.map(|due| due["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_emergency_leaves_a_rotation_and_a_review_due_until_somebody_settles_them() {
    let dir = tempfile::tempdir().unwrap();
    let key = fact(&made(dir.path(), "rehearsal-minimal", &[]).pack, "check-value");
    let pack = plays(dir.path(), "break-glass", &[("For which key", &key), ("For how many hours", "4")]);
    assert_eq!(fact(&pack, "break-glass.key"), key);
    let after = register(dir.path());
    let (rotate, review) = (format!("rotate {key}"), format!("review of break-glass {key}"));
    assert!(open(&after).contains(&rotate) && open(&after).contains(&review), "{:?}", open(&after));
    // One rotation is due, and by the nearer day: the emergency's, not the end of the cryptoperiod.
    let rotations: Vec<_> =
        after["dues"].as_array().unwrap().iter().filter(|d| d["id"] == rotate.as_str()).collect();
    assert_eq!(rotations.len(), 1, "{rotations:#?}");
    assert!(rotations[0]["says"].as_str().unwrap().contains("break-glass"), "{rotations:#?}");

    plays(
        dir.path(),
        "review",
        &[("What is settled", "review of"), ("What did you find", "as it should be")],
    );
    let after = register(dir.path());
    assert!(!open(&after).contains(&review) && open(&after).contains(&rotate), "{:?}", open(&after));
    // What ends the key ends its rotation, and leaves the drill of its set.
    plays(
        dir.path(),
        "key-state",
        &[("Which key", &key), ("In which state", "compromised"), ("Is something", "none")],
    );
    let left = open(&register(dir.path()));
    assert!(left.len() == 1 && left[0].starts_with("drill "), "{left:?}");
}

#[test]
fn a_key_goes_only_where_the_standard_lets_it_go() {
    let dir = tempfile::tempdir().unwrap();
    let key = fact(&made(dir.path(), "rehearsal-minimal", &[]).pack, "check-value");
    let state = |register: &Value| register["keys"][0]["state"].as_str().unwrap().to_owned();
    let says = |to: &str| {
        plays(
            dir.path(),
            "key-state",
            &[("Which key", &key), ("In which state", to), ("Is something", "none")],
        )
    };
    // A way that the standard does not have is refused where it is asked, and the ceremony goes on with another answer.
    let refused = |to: &str, instead: &str| {
        let mut room = Room::open(dir.path());
        let finished = room.rehearse("key-state", &[], &mut |prompt, _| {
            let again = prompt.problem.as_ref().is_some_and(|p| p.code == "not-that-state");
            let state = if again { instead } else { to };
            answered(prompt, &[("Which key", &key), ("In which state", state), ("Is something", "none")])
        });
        assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
        assert_eq!(room.problems.len(), 1, "{to}: {:?}", room.problems);
        assert!(room.problems[0].1.happened.contains(&format!("cannot become {to}")), "{:?}", room.problems);
    };
    refused("suspended", "active");
    assert_eq!(state(&register(dir.path())), "active");
    for to in ["suspended", "active", "deactivated"] {
        says(to);
        assert_eq!(state(&register(dir.path())), to);
    }
    refused("active", "compromised");
    let after = register(dir.path());
    assert_eq!(state(&after), "compromised");
    assert_eq!(after["contradictions"], serde_json::json!([]));
    assert_eq!(after["keys"][0]["states"].as_array().unwrap().len(), 6);
    assert!(!open(&after).iter().any(|id| id.starts_with("rotate ")), "{:?}", open(&after));
}

#[test]
fn answers_of_another_form_and_numbers_of_patients_are_asked_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut tries: Vec<(&str, Vec<&str>)> = vec![
        ("Which number", vec!["", &"x".repeat(41).leak()[..], "A 1"]),
        ("Where does it lie", vec!["with patient 123-45-6789", "MRN 00412345", "in safe 2"]),
        ("On which day", vec!["yesterday", "2026-02-30", "2026-11-28"]),
    ];
    let mut room = Room::open(dir.path());
    let finished = room.rehearse("custody-check", &[], &mut |prompt, _| {
        let Ask::Text { question, .. } = &prompt.ask else { return None };
        let (_, left) = tries.iter_mut().find(|(begins, _)| question.starts_with(begins))?;
        Some(Answer::Text { text: left.remove(0).to_owned() })
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let codes: Vec<&str> = room.problems.iter().map(|(_, p)| p.code.as_str()).collect();
    assert_eq!(
        codes,
        [
            "not-of-its-form",
            "not-of-its-form",
            "names-a-patient",
            "names-a-patient",
            "not-of-its-form",
            "not-of-its-form"
        ]
    );
    let pack = PathBuf::from(finished.pack.unwrap());
    assert_eq!(fact(&pack, "bag-seen.place"), "in safe 2");
    let text = std::fs::read_to_string(pack.join("transcript.jsonl")).unwrap();
    assert!(!text.contains("123-45-6789"), "what was refused was kept");
}

/// Somebody who signs the whole record anew changes an answer, its level, what is due, or adds one.
#[test]
fn a_record_says_what_its_step_declares_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let pack = plays(dir.path(), "break-glass", &[("For how many hours", "4")]);
    let (plan, entries) = engine::replay::pack(&pack, &actions::REPERTOIRE).unwrap().unwrap();
    let at = entries.iter().position(|e| e.value("recorded").is_some()).unwrap();
    let found = |change: &dyn Fn(&mut transcript::Entry)| {
        let mut changed = entries.clone();
        change(&mut changed[at]);
        engine::replay::follows(&plan, &actions::REPERTOIRE, &changed).err().map(|d| d.why.to_string())
    };
    assert_eq!(found(&|_| {}), None);
    let set = |level: transcript::Level, name: &'static str, value: Value| {
        move |e: &mut transcript::Entry| {
            drop(e.facts.entry(level).or_default().insert(name.to_owned(), value.clone()));
        }
    };
    for (what, change) in [
        ("hours as text", set(Auditor, "break-glass.hours", "4".into())),
        ("a reason without text", set(Auditor, "break-glass.reason", "".into())),
        ("another kind", set(Public, "recorded", "custody".into())),
        ("more than was asked", set(Public, "break-glass.more", "x".into())),
        ("nothing due", set(Public, "due-opened", serde_json::json!([["review", "Look.", "2027-01-01"]]))),
        ("something settled", set(Public, "due-settled", serde_json::json!(["drill 1"]))),
        ("another day", set(Public, "recorded-on", "never".into())),
    ] {
        assert!(found(&change).is_some(), "{what}");
    }
    let at_another_level = |e: &mut transcript::Entry| {
        let value = e.facts.get_mut(&Auditor).unwrap().remove("break-glass.reason").unwrap();
        e.facts.get_mut(&Public).unwrap().insert("break-glass.reason".into(), value);
    };
    assert!(found(&at_another_level).is_some(), "the reason for everybody to read");
}

#[test]
fn scripts_that_declare_what_cannot_be_recorded_are_refused_before_the_day() {
    let dir = tempfile::tempdir().unwrap();
    let shipped =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../ceremonies/break-glass.toml"))
            .unwrap();
    let checked = |text: &str| {
        let file = dir.path().join("own.toml");
        std::fs::write(&file, text).unwrap();
        said(&run(dir.path(), &["check", file.to_str().unwrap()]))
    };
    assert!(checked(&shipped).contains("nothing found against it"), "{}", checked(&shipped));
    for (was, is, words) in [
        ("name = \"reason\"", "name = \"The Reason\"", "The Reason"),
        ("name = \"ticket\"", "name = \"reason\"", "stands twice"),
        ("form = \"person\"", "form = \"choice\"", "a choice without choices"),
        ("most = 400", "most = 4000", "more than 2000 characters"),
        ("within-days = 7", "within-days = 0", "within no day"),
        ("rotate {key}", "rotate {reason}", "is not for the public"),
        ("action = \"record\"", "action = \"try-medium\"", "its action records what it always does"),
    ] {
        let text = checked(&shipped.replacen(was, is, 1));
        assert!(text.contains(words), "{is}: {text}");
    }
    let (before, _) = shipped.split_once("[act.step.record]").unwrap();
    let (_, after) = shipped.split_once("[[act]]\nid = \"close\"").unwrap();
    let without = format!("{before}\n[[act]]\nid = \"close\"{after}");
    assert!(checked(&without).contains("does not declare what it records"), "{}", checked(&without));
}

/// The page of scripts has a ceremony of one's own: it plays as it stands there.
#[test]
fn a_ceremony_of_ones_own_is_written_from_its_page_alone() {
    let dir = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ceremonies");
    let page = std::fs::read_to_string(root.join("README.md")).unwrap();
    let (_, from) = page.split_once("## A ceremony of your own").unwrap();
    let (own, _) = from.split_once("```toml\n").unwrap().1.split_once("```").unwrap();
    let shipped = std::fs::read_to_string(root.join("custody-check.toml")).unwrap();
    let (before, rest) = shipped.split_once("[[act.step]]\nid = \"seen\"").unwrap();
    let (_, after) = rest.split_once("[[act]]\nid = \"close\"").unwrap();
    let text = format!("{before}{own}\n[[act]]\nid = \"close\"{after}")
        .replace("name = \"custody-check\"", "name = \"safe\"");
    let file = dir.path().join("safe.toml");
    std::fs::write(&file, text).unwrap();
    let pack = dir.path().join("pack");
    let out = run(
        &dir.path().join("state"),
        &["rehearse", file.to_str().unwrap(), "--out", pack.to_str().unwrap()],
    );
    assert!(out.status.success(), "{}", said(&out));
    assert_eq!(fact(&pack, "safe.which"), "Safe 2");
    assert_eq!(open(&register(&dir.path().join("state"))), ["combination of Safe 2"]);
}
