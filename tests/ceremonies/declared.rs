//! The kinds of record that the register reads: who leaves, which bag moves, other days of a key, media, approvals of scripts,
//! exercises, and what was looked up of an HSM.

use super::ledger::{open, plays, register};
use protocol::{Answer, Ask, RunState};
use serde_json::{Value, json};
use std::path::Path;
use whole_program::backup::made;
use whole_program::pack::{fact, facts, holds};
use whole_program::room::Room;
use whole_program::{run, said};

/// The one of a list with this value in this member.
fn one<'v>(register: &'v Value, list: &str, member: &str, is: &str) -> &'v Value {
    let of = register[list].as_array().unwrap();
    of.iter().find(|v| v[member] == is).unwrap_or_else(|| panic!("{is} in {list}: {of:#?}"))
}

#[test]
fn who_leaves_has_a_change_of_custodians_due_for_each_set() {
    let dir = tempfile::tempdir().unwrap();
    let old = made(dir.path(), "rehearsal-minimal", &[]);
    let set = fact(&old.pack, "share-set");
    plays(
        dir.path(),
        "leaver",
        &[("Who leaves", "kc1"), ("Which day", "2026-12-31"), ("Is something", "none")],
    );
    let after = register(dir.path());
    assert_eq!(one(&after, "people", "id", "kc1")["left"][0], "2026-12-31");
    let due = one(&after, "dues", "id", &format!("leaver kc1 {set}")).clone();
    assert_eq!(due["by"], "2026-12-31");
    assert!(due["says"].as_str().unwrap().contains("change-custodian"), "{due}");
    // Their word does not settle it: only another set does.
    let settles = |register: &Value| open(register).iter().any(|id| id.starts_with("leaver "));
    let mut offered = Vec::new();
    let mut room = Room::open(dir.path());
    room.rehearse("review", &[], &mut |prompt, _| match &prompt.ask {
        Ask::Choose { choices, .. } => {
            offered.extend(choices.iter().map(|c| c.id.clone()));
            Some(Answer::Stop)
        }
        _ => None,
    });
    assert!(
        offered.iter().any(|id| id.starts_with("rotate "))
            && !offered.contains(&due["id"].as_str().unwrap().to_owned()),
        "{offered:?}"
    );
    drop(room);
    let mut room = whole_program::backup::bringing(dir.path(), &old.pack, old.sheets[..2].to_vec());
    let change = [("bringing", "2"), ("threshold", "2"), ("shares", "3")];
    let finished = room.rehearse("change-custodian", &change, &mut |prompt, _| {
        let share = prompt.step.id.strip_prefix("share.").and_then(|n| n.parse::<usize>().ok());
        match share.filter(|_| matches!(prompt.ask, Ask::Text { .. })) {
            Some(n) => Some(whole_program::backup::bag(10 + n)),
            None => whole_program::backup::bags(prompt),
        }
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let new = Path::new(finished.pack.as_ref().unwrap()).to_owned();
    let after = register(dir.path());
    let left: Vec<String> = open(&after).into_iter().filter(|id| id.starts_with("leaver ")).collect();
    // In a rehearsal the same person gets a share of the new set, and that is due again.
    assert_eq!(left, [format!("leaver kc1 {}", fact(&new, "share-set"))]);
    assert!(settles(&after));
}

#[test]
fn a_bag_that_was_sent_is_owed_until_it_arrives() {
    let dir = tempfile::tempdir().unwrap();
    let old = made(dir.path(), "rehearsal-minimal", &[]);
    let set = fact(&old.pack, "share-set");
    let sheet = |register: &Value| {
        let sheets = register["sheets"].as_array().unwrap();
        sheets.iter().find(|s| s["share"] == 2 && s["set"] == set.as_str()).unwrap().clone()
    };
    let owed = |register: &Value| {
        let owed = register["owed"].as_array().unwrap();
        owed.iter().map(|o| o["says"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let moved = |event: &str, seal: &str| {
        plays(
            dir.path(),
            "bag-moved",
            &[
                ("Which bag", "B 2"),
                ("What happened", event),
                ("To which", "Harbour clinic"),
                ("How is", seal),
            ],
        );
        register(dir.path())
    };
    let on_its_way = moved("sent", "whole");
    assert_eq!(
        (sheet(&on_its_way)["state"].as_str(), sheet(&on_its_way)["place"].as_str()),
        (Some("on its way"), Some("Harbour clinic"))
    );
    assert!(
        owed(&on_its_way)[0].contains("left for Harbour clinic and has not arrived"),
        "{:?}",
        owed(&on_its_way)
    );
    let there = moved("arrived", "damaged");
    assert_eq!(
        (sheet(&there)["state"].as_str(), sheet(&there)["seal"].as_str()),
        (Some("sealed"), Some("broken"))
    );
    assert!(owed(&there)[0].contains("seal of bag B 2 with share 2"), "{:?}", owed(&there));
    let accepted = moved("accepted", "whole");
    assert_eq!((owed(&accepted), &accepted["contradictions"]), (Vec::new(), &json!([])));
    // What cannot have happened is named: it arrived, and was not sent.
    let twice = moved("arrived", "whole");
    assert!(twice["contradictions"][0].as_str().unwrap().contains("was not sent anywhere"), "{twice:#}");
}

#[test]
fn row_21_other_days_of_a_key_need_a_reason_and_an_approver() {
    let dir = tempfile::tempdir().unwrap();
    let key = fact(&made(dir.path(), "rehearsal-minimal", &[]).pack, "check-value");
    let set = |protects: &str, processes: &str| {
        let pack = plays(
            dir.path(),
            "cryptoperiod",
            &[
                ("Which key", &key),
                ("On which day does it protect", protects),
                ("On which day does it open", processes),
            ],
        );
        for asked in ["cryptoperiod.reason", "cryptoperiod.approver"] {
            assert!(!fact(&pack, asked).is_empty(), "{asked}");
        }
        register(dir.path())
    };
    let after = set("2027-06-30", "2033-06-30");
    let found = one(&after, "keys", "check_value", &key);
    assert_eq!(
        (&found["protects_until"], &found["processes_until"]),
        (&json!("2027-06-30"), &json!("2033-06-30"))
    );
    assert!(found["days_set_by"].is_string());
    assert_eq!(one(&after, "dues", "id", &format!("rotate {key}"))["by"], "2027-06-30");
    let backwards = set("2033-06-30", "2027-06-30");
    assert_eq!(one(&backwards, "keys", "check_value", &key)["protects_until"], "2027-06-30");
    assert!(backwards["contradictions"][0].as_str().unwrap().contains("do not follow one another"));
}

#[test]
fn a_medium_is_listed_with_what_became_of_it_last() {
    let dir = tempfile::tempdir().unwrap();
    for event in ["first-used", "handed-over"] {
        plays(
            dir.path(),
            "medium",
            &[("Which number", "M-014"), ("What happened", event), ("Who has", "adm")],
        );
    }
    let after = register(dir.path());
    let medium = one(&after, "media", "medium", "M-014");
    assert_eq!((&medium["event"], &medium["with"]), (&json!("handed-over"), &json!("adm")));
    let text = said(&run(dir.path(), &["register"]));
    assert!(text.contains("M-014: usb-stick, handed-over"), "{text}");
}

/// Each ceremony says whether its own script was approved, by which record and until when.
#[test]
fn a_script_is_approved_by_the_digest_of_its_text() {
    let dir = tempfile::tempdir().unwrap();
    let approved = |pack: &Path| fact(pack, "script-approved");
    let before = made(dir.path(), "rehearsal-minimal", &[]).pack;
    assert_eq!(approved(&before), "by no ceremony whose record is here");
    let approve = |until: &str| {
        plays(
            dir.path(),
            "approve-script",
            &[
                ("Which script", "rehearsal-minimal version"),
                ("Until which", until),
                ("Is something", "none"),
            ],
        )
    };
    let pack = approve("2030-01-31");
    let sha256 = script::sha256_hex(&std::fs::read(before.join("script.toml")).unwrap());
    let said = fact(&pack, "script-approval.script");
    assert!(said.ends_with(&sha256), "{said}");
    let run_of = fact(&pack, "run");
    let after = made(dir.path(), "rehearsal-minimal", &[]).pack;
    assert_eq!(approved(&after), format!("by the ceremony {run_of}, until 2030-01-31"));
    // Another script is another text.
    let other =
        plays(dir.path(), "custody-check", &[("On which day", "2026-11-28"), ("Is something", "none")]);
    assert_eq!(approved(&other), "by no ceremony whose record is here");
    // The newest word counts, also where it says less.
    approve("2026-01-31");
    let over = approved(&made(dir.path(), "rehearsal-minimal", &[]).pack);
    assert!(over.ends_with("until 2026-01-31, which is over"), "{over}");
    let register = register(dir.path());
    assert_eq!(register["approvals"].as_array().unwrap().len(), 2);
    assert!(open(&register).iter().any(|id| id.starts_with("approval of rehearsal-minimal version")));
}

/// An approval that was begun and given up approves nothing.
#[test]
fn an_approval_counts_once_its_ceremony_closed() {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    let stopped = room.rehearse("approve-script", &[], &mut |prompt, _| {
        prompt.key.starts_with("agree/").then_some(Answer::Stop)
    });
    assert_eq!(stopped.state, RunState::Open);
    drop(room);
    assert_eq!(register(dir.path())["approvals"], json!([]));
    let pack = made(dir.path(), "rehearsal-minimal", &[]).pack;
    assert_eq!(fact(&pack, "script-approved"), "by no ceremony whose record is here");
}

#[test]
fn an_exercise_says_how_long_the_room_took_and_its_findings_are_due() {
    let dir = tempfile::tempdir().unwrap();
    let mut heard = Vec::new();
    let mut gaps = vec!["Nobody has the number of the courier", "none", "None.", "NONE", "none"].into_iter();
    let mut room = Room::open(dir.path());
    let finished = room.rehearse("tabletop-lost-share", &[], &mut |prompt, _| match &prompt.ask {
        Ask::Observe { facts, .. } => {
            heard.extend(facts.iter().map(|f| (f.name.clone(), f.observed.clone())));
            None
        }
        Ask::Text { question, .. } if question.starts_with("What was missing") => {
            Some(Answer::Text { text: gaps.next().unwrap().to_owned() })
        }
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let pack = Path::new(finished.pack.as_ref().unwrap()).to_owned();
    holds(dir.path(), &pack);
    let told = heard.iter().filter(|(name, _)| name == "Read aloud").count();
    let took = facts(&pack, "answered-after-seconds");
    assert_eq!((told, took.len()), (5, 5), "{took:?}");
    assert!(took.iter().all(|s| s.as_u64().unwrap() < 600), "{took:?}");
    let due: Vec<String> = open(&register(dir.path()));
    let findings: Vec<&String> = due.iter().filter(|id| id.starts_with("finding")).collect();
    assert_eq!(findings, ["finding: Nobody has the number of the courier"]);
    assert!(due.contains(&"tabletop".to_owned()), "{due:?}");
    // Without how long it took, the record does not follow its script.
    let (plan, entries) = engine::replay::pack(&pack, &actions::REPERTOIRE).unwrap().unwrap();
    let mut silent = entries.clone();
    for entry in &mut silent {
        entry.facts.values_mut().for_each(|facts| {
            facts.remove("answered-after-seconds");
        });
    }
    engine::replay::follows(&plan, &actions::REPERTOIRE, &entries).unwrap();
    let found = engine::replay::follows(&plan, &actions::REPERTOIRE, &silent).unwrap_err();
    assert!(found.why.to_string().contains("how long the answers"), "{found}");
}

/// What somebody looked up is shown with its age, is due again after a year, and is never the program's own word.
#[test]
fn a_validation_record_is_kept_with_its_day_and_believed_by_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("record.toml");
    let with = |looked_up: &str, more: &str| {
        format!(
            "certificate = \"4242\"\nstandard = \"FIPS 140-3\"\nlevel = \"3\"\nstatus = \"historical\"\nmodule = \"A module, \
             firmware 2.1\"\nlooked-up = \"{looked_up}\"\nby = \"J. Doe\"\nsource = \"the list of its body\"\n{more}"
        )
    };
    let mut tries = vec![
        (with("2026-02-30", ""), Some("no-validation-record")),
        (with("2026-01-15", "validated = true"), Some("no-validation-record")),
        (with("2999-01-01", ""), Some("looked-up-later")),
        (with("2026-01-15", ""), None),
    ]
    .into_iter();
    let mut expected = None;
    let mut room = Room::open(dir.path());
    room.file = file.display().to_string();
    let finished = room.rehearse("validation-record", &[], &mut |prompt, _| {
        if matches!(prompt.ask, Ask::File { .. }) {
            assert_eq!(prompt.problem.as_ref().map(|p| p.code.as_str()), expected);
            let (text, code) = tries.next().unwrap();
            expected = code;
            std::fs::write(&file, text).unwrap();
        }
        None
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let pack = Path::new(finished.pack.as_ref().unwrap()).to_owned();
    holds(dir.path(), &pack);
    drop(room);
    let after = register(dir.path());
    let serial = fact(&pack, "token-serial");
    let device = one(&after, "devices", "serial", &serial);
    assert_eq!(
        (&device["validation"]["certificate"], &device["validation"]["status"]),
        (&json!("4242"), &json!("historical"))
    );
    assert_eq!(one(&after, "dues", "id", &format!("validation {serial}"))["by"], "2027-01-15");
    let text = said(&run(dir.path(), &["register"]));
    assert!(
        text.contains(
            "certificate 4242, FIPS 140-3, level 3, historical; that it is this device's is not known here"
        ),
        "{text}"
    );
    // The next ceremony with that token says so on its papers, without who looked it up, and with the day.
    let mut next = Room::open(dir.path());
    let made = next.rehearse("rehearsal-minimal", &[], &mut |_, _| None);
    assert_eq!(made.state, RunState::Closed, "{:?}", next.problems);
    drop(next);
    let made = Path::new(made.pack.as_ref().unwrap()).to_owned();
    holds(dir.path(), &made);
    let known = fact(&made, "validation-known");
    for part in ["4242", "FIPS 140-3", "level 3", "historical", "2026-01-15", &fact(&pack, "run")] {
        assert!(known.contains(part), "{part}: {known}");
    }
    assert!(!known.contains("Doe"));
    let papers = std::fs::read(made.join("certificate.pdf")).unwrap();
    let certificate = crate::struct_tree::pdf_text(&papers).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(certificate.contains("an earlier one had read: certificate 4242"), "{certificate}");
    // A record that says otherwise than the file in its pack departs, whoever signs it anew.
    for (name, value) in [
        ("validation-certificate", "9999"),
        ("validation-status", "active"),
        ("validation-looked-up", "2026-11-01"),
    ] {
        let other = dir.path().join(name);
        whole_program::forged::pack(&pack, &other, &|entry| {
            for facts in entry.facts.values_mut() {
                if facts.contains_key(name) {
                    facts.insert(name.to_owned(), json!(value));
                }
            }
        });
        let out = said(&run(dir.path(), &["verify", other.to_str().unwrap()]));
        assert!(out.contains("is not what the file in the pack says"), "{name}: {out}");
    }
}
