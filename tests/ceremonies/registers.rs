//! What a hospital has to show beside its keys: each acceptance criterion of the requirements that these registers answer, by
//! its number.

mod bad;
mod goes_out;
mod held;
mod numbers;
mod years;

use super::ledger::{answered, open, register};
use protocol::{Answer, Ask, PromptView, RunState};
use std::path::{Path, PathBuf};
use whole_program::hospital::{carry_in, hospital, python, tests_folder};
use whole_program::pack::{entries, fact, facts, holds};
use whole_program::room::Room;
use whole_program::{intact, json, run, said};

/// A table that is carried in and taken; gives the pack, which holds.
fn taken(state: &Path, kind: &str, table: &Path) -> PathBuf {
    let out = carry_in(state, kind, table);
    let text = said(&out);
    assert!(out.status.success(), "{text}");
    let pack = text.lines().find_map(|line| line.strip_prefix("Evidence pack: ")).expect("a pack");
    holds(state, Path::new(pack));
    PathBuf::from(pack)
}

/// The hospital's agreements, policies, safeguards and systems, carried in.
fn all_taken(state: &Path, tables: &Path) {
    for kind in ["agreements", "policies", "safeguards", "systems"] {
        taken(state, kind, &tables.join(format!("{kind}.csv")));
    }
}

/// The rows of a kind that are listed, by id.
fn listed(state: &Path, kind: &str) -> Vec<serde_json::Value> {
    let rows = register(state)["kept_rows"].as_array().unwrap().clone();
    rows.into_iter().filter(|row| row["kind"] == kind && row["left"].is_null()).collect()
}

/// A table with this one changed.
fn with(table: &Path, name: &str, change: impl Fn(&str) -> String) -> PathBuf {
    let changed = table.with_file_name(name);
    std::fs::write(&changed, change(&std::fs::read_to_string(table).unwrap())).unwrap();
    changed
}

fn departs(pack: &Path, dest: &Path, change: &dyn Fn(&mut transcript::Entry)) -> String {
    whole_program::forged::pack(pack, dest, change);
    let out = run(dest.parent().unwrap(), &["verify", dest.to_str().unwrap()]);
    assert!(!intact(&out), "a forged record is taken: {}", said(&out));
    said(&out)
}

/// 34: the inventory comes in however a spreadsheet wrote it, and goes out as it came; no row names a patient.
#[test]
fn row_34_the_inventory_comes_in_and_goes_out_without_loss() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let tables = hospital(dir.path(), &[]);
    all_taken(&state, &tables);
    assert_eq!(listed(&state, "system").len(), 120);
    let kept = |state: &Path| -> Vec<(String, String)> {
        let lists = register(state)["kept"].as_array().unwrap().clone();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        lists.iter().map(|list| (text(&list["kind"]), text(&list["sha256"]))).collect()
    };
    let before = kept(&state);
    // The digest of each register is what anybody makes of the table.
    for (kind, table) in [
        ("agreement", "agreements"),
        ("policy", "policies"),
        ("safeguard", "safeguards"),
        ("system", "systems"),
    ] {
        let made = python("digest.py", &[tables.join(format!("{table}.csv")).to_str().unwrap()]);
        assert!(before.contains(&(kind.to_owned(), made.trim().to_owned())), "{kind}: {made} {before:?}");
    }
    // Each way of a spreadsheet says the same, so that nothing changes.
    for way in ["bom", "semicolon", "utf16", "tab", "sep-line", "trailing", "quoted"] {
        let written = tables.join(format!("systems-{way}.csv"));
        python("excel.py", &[tables.join("systems.csv").to_str().unwrap(), written.to_str().unwrap(), way]);
        let out = carry_in(&state, "systems", &written);
        assert!(said(&out).contains("register-unchanged"), "{way}: {}", said(&out));
    }
    for way in ["latin1", "mangled-days"] {
        let written = tables.join(format!("systems-{way}.csv"));
        python("excel.py", &[tables.join("systems.csv").to_str().unwrap(), written.to_str().unwrap(), way]);
        let out = carry_in(&state, "systems", &written);
        assert!(said(&out).contains("register-table"), "{way}: {}", said(&out));
    }
    assert_eq!(kept(&state), before, "a refused table changed something");
    // Out of one workstation and into another.
    let out = dir.path().join("out");
    let exported = run(&state, &["estate", "export", out.to_str().unwrap(), "--rehearsals"]);
    assert!(exported.status.success(), "{}", said(&exported));
    let other = dir.path().join("other");
    for kind in ["agreements", "policies", "safeguards"] {
        taken(&other, kind, &out.join(format!("registers/{kind}.csv")));
    }
    taken(&other, "systems", &out.join("registers/systems.csv"));
    assert_eq!(kept(&other), before);
}

/// 27: a key beside its data is accepted with a reason that two people sign.
#[test]
fn row_27_a_key_beside_its_data_needs_a_signed_acceptance() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let tables = hospital(dir.path(), &[]);
    for kind in ["agreements", "policies"] {
        taken(&state, kind, &tables.join(format!("{kind}.csv")));
    }
    let pack = taken(&state, "systems", &tables.join("systems.csv"));
    let accepted = facts(&pack, "kept-accepted").remove(0);
    assert_eq!(accepted.as_array().unwrap().len(), 16, "{accepted}");
    // Without its reason the row is refused, by line and column, and nothing is taken.
    let bad = tests_folder().join("hospital/bad/systems-same-place.csv");
    let out = carry_in(&dir.path().join("new"), "systems", &bad);
    assert!(said(&out).contains("accepted: the key lies where its data is"), "{}", said(&out));
    // A record that leaves an acceptance out departs, whoever signs it anew.
    let found = departs(&pack, &dir.path().join("forged"), &|entry| {
        for facts in entry.facts.values_mut() {
            if let Some(serde_json::Value::Array(ids)) = facts.get_mut("kept-accepted") {
                ids.pop();
            }
        }
    });
    assert!(found.contains("whose key lies with their data are others"), "{found}");
}

/// What two people signed is what the register gets: a row, a count or an id that is another departs.
#[test]
fn a_row_that_nobody_signed_departs() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let tables = hospital(dir.path(), &[]);
    taken(&state, "agreements", &tables.join("agreements.csv"));
    let fewer = with(&tables.join("agreements.csv"), "fewer.csv", |text| {
        let lines: Vec<&str> = text.lines().collect();
        lines[..lines.len() - 1].join("\n").replace("72", "24")
    });
    let pack = taken(&state, "agreements", &fewer);
    assert_eq!(fact(&pack, "kept-register"), "agreement");
    let change = |name: &'static str, value: serde_json::Value| {
        move |entry: &mut transcript::Entry| {
            for facts in entry.facts.values_mut() {
                if facts.contains_key(name) {
                    facts.insert(name.to_owned(), value.clone());
                }
            }
        }
    };
    for (name, value) in [
        ("kept-changed", serde_json::json!(1)),
        ("kept-register", serde_json::json!("policy")),
        ("kept-left", serde_json::json!(["BAA-AWS-1", "BAA-AZURE-1"])),
        ("kept-columns", serde_json::json!(["id", "party"])),
        ("kept-rows", serde_json::json!([["x"]])),
    ] {
        departs(&pack, &dir.path().join(format!("forged-{name}")), &change(name, value));
    }
    // One left out of the middle is noticed by whoever makes the register.
    let runs = state.join("rehearsal/runs");
    let first = std::fs::read_dir(&runs).unwrap().map(|run| run.unwrap().path()).min().unwrap();
    std::fs::remove_dir_all(&first).unwrap();
    let contradictions = register(&state)["contradictions"].to_string();
    assert!(contradictions.contains("A record may be missing"), "{contradictions}");
}

/// Rows are typed where there is no table: a new one whole, and of one that is kept what changes.
#[test]
fn rows_are_typed_and_changed_one_by_one() {
    let dir = tempfile::tempdir().unwrap();
    let sha256 = "ab".repeat(32);
    let fixed = [("How do the changes come", "typed"), ("Is there another row", "no")];
    let new = [
        ("What is the policy called", "KM-01"),
        ("What is its title", "Keys that protect patients' data"),
        ("Which version", "1"),
        ("What is the SHA-256", &sha256),
        ("Who approved it", "The security official"),
        ("Since when does it count no more", "none"),
        ("Since when does it count", "2026-10-01"),
        ("When is it looked at again", "2027-10-01"),
        ("Which ceremonies follow it", "drill"),
    ];
    let pack = super::ledger::plays(dir.path(), "keep-policies", &[&fixed[..], &new[..]].concat());
    assert_eq!(facts(&pack, "kept-added"), [1]);
    let rows = listed(dir.path(), "policy");
    assert_eq!(rows[0]["id"], "KM-01", "{rows:?}");
    assert!(open(&register(dir.path())).contains(&"review-policy KM-01".to_owned()));
    // A second look changes the one column that is named, and then nothing more.
    let mut named = 0;
    let mut room = Room::open(dir.path());
    let finished = room.rehearse("keep-policies", &[], &mut |prompt: &PromptView, _| {
        if let Ask::Choose { question, choices } = &prompt.ask
            && question.starts_with("What of it is another")
        {
            named += 1;
            let id = if named == 1 { "version" } else { "that-is-all" };
            assert!(choices.iter().any(|c| c.id == "version" && c.note.is_some()));
            return Some(Answer::Chosen { id: id.to_owned() });
        }
        answered(
            prompt,
            &[
                ("How do the changes come", "typed"),
                ("Is there another row", "no"),
                ("What is the policy called", "KM-01"),
                ("Which version", "2"),
            ],
        )
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    drop(room);
    let pack = PathBuf::from(finished.pack.unwrap());
    assert_eq!((facts(&pack, "kept-changed"), facts(&pack, "kept-added")), (vec![1.into()], vec![0.into()]));
    assert_eq!(listed(dir.path(), "policy")[0]["values"][2], "2");
}

/// 37: a bundle for a provider without an agreement that counts needs a reason that two people sign.
#[test]
fn row_37_a_bundle_without_an_agreement_needs_a_recorded_override() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let tables = hospital(dir.path(), &[]);
    taken(&state, "agreements", &tables.join("agreements.csv"));
    // With Amazon one counts, and nobody is asked for a reason.
    let brought = |name: &str| {
        let pack = dir.path().join(name);
        let out = run(&state, &["rehearse", "byok-aws", "--out", pack.to_str().unwrap()]);
        assert!(out.status.success(), "{}", said(&out));
        holds(&state, &pack);
        pack
    };
    let with_one = brought("with-one");
    let counted = facts(&with_one, "agreements").remove(0);
    assert!(counted[0][0] == "aws" && counted[0][1] != "none", "{counted}");
    assert!(facts(&with_one, "without-agreement").is_empty());
    let ended = with(&tables.join("agreements.csv"), "ended.csv", |text| {
        text.lines().filter(|line| !line.contains(",aws,")).collect::<Vec<_>>().join("\n")
    });
    taken(&state, "agreements", &ended);
    let pack = brought("without-one");
    assert_eq!(facts(&pack, "agreements"), [serde_json::json!([["aws", "none"]])]);
    assert!(fact(&pack, "without-agreement").contains("not in the register yet"));
    let found = departs(&pack, &dir.path().join("forged"), &|entry| {
        for facts in entry.facts.values_mut() {
            facts.remove("without-agreement");
        }
    });
    assert!(found.contains("does not say why people went on"), "{found}");
}

/// 39: an approval pins the policy that it follows; a policy that changes has the script approved again.
#[test]
fn row_39_a_changed_policy_flags_the_scripts_that_follow_it() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let tables = hospital(dir.path(), &[]);
    let policies = tables.join("policies.csv");
    taken(&state, "policies", &policies);
    let approves = |policy: &str| {
        let pack = super::ledger::plays(
            &state,
            "approve-script",
            &[("Which policy", policy), ("Which script", "drill")],
        );
        fact(&pack, "script-approval.policy")
    };
    let in_effect = listed(&state, "policy").into_iter().find(|row| row["values"][7] == "none").unwrap();
    let id = in_effect["id"].as_str().unwrap();
    let followed = approves(id);
    assert!(followed.starts_with(&format!("{id} version ")), "{followed}");
    let due = || open(&register(&state)).contains(&"approve-again drill".to_owned());
    assert!(!due());
    let sha256 = in_effect["values"][3].as_str().unwrap().to_owned();
    let other = with(&policies, "other.csv", |text| text.replace(&sha256, &"cd".repeat(32)));
    taken(&state, "policies", &other);
    assert!(due(), "{:?}", open(&register(&state)));
    approves(id);
    assert!(!due());
}

/// 40: what is addressable and not done has a reason and a day; what is required is neither left nor replaced.
#[test]
fn row_40_what_is_addressable_and_not_done_has_a_reason_and_a_day() {
    let dir = tempfile::tempdir().unwrap();
    let table = dir.path().join("safeguards.csv");
    for (row, found) in [
        ("164.312(a)(2)(iv),not-done,none,none,none,none", Some("what is not done has a reason, and a day")),
        (
            "164.312(a)(2)(iv),not-done,The records leave the house,none,none,none",
            Some("has a reason, and a day"),
        ),
        (
            "164.312(a)(2)(iv),alternative,Because,none,none,none",
            Some("an alternative has a reason, and says what is done instead"),
        ),
        ("164.312(a)(2)(i),not-done,Because,none,2027-10-01,none", Some("it is required")),
        ("164.999,done,none,none,none,none", Some("is no standard or specification")),
        ("164.312(a)(2)(iv),not-done,The records leave the house,none,2027-10-01,none", None),
    ] {
        std::fs::write(&table, format!("citation,decision,reason,alternative,by,evidence\n{row}\n")).unwrap();
        let out = carry_in(&dir.path().join("state"), "safeguards", &table);
        match found {
            Some(found) => assert!(said(&out).contains(found), "{row}: {}", said(&out)),
            None => assert!(out.status.success(), "{row}: {}", said(&out)),
        }
    }
    assert!(open(&register(&dir.path().join("state"))).contains(&"safeguard 164.312(a)(2)(iv)".to_owned()));
}

/// 42: an incident is weighed by the four factors with its sixtieth day; nothing says that it is no breach.
#[test]
fn row_42_an_incident_is_weighed_and_never_declared_no_breach() {
    let dir = tempfile::tempdir().unwrap();
    let answers = [
        ("What is the incident called", "I-2026-01"),
        ("When was it", "2026-11-01"),
        ("What was decided", "assessed-as-low-probability"),
    ];
    let pack = super::ledger::plays(dir.path(), "breach-worksheet", &answers);
    let lists = json(dir.path(), &["estate", "show", "--json", "--rehearsals"]);
    let incident = &lists["incidents"][0];
    assert_eq!(incident["id"], fact(&pack, "incident.incident"), "{lists}");
    assert!(lists["dues"].to_string().contains("I-2026-01") || !open(&register(dir.path())).is_empty());
    let report = std::fs::read_to_string(pack.join("report.html")).unwrap().to_lowercase();
    for claim in ["is not a breach", "no breach occurred", "safe harbor", "safe harbour", "hipaa compliant"] {
        assert!(!report.contains(claim), "{claim}");
    }
    for entry in entries(&pack) {
        let text = serde_json::to_string(&entry.facts).unwrap().to_lowercase();
        assert!(!text.contains("not a breach"), "{text}");
    }
}

/// 15: a system whose key stays outside the provider is offered no bundle; nor is one whose provider has the key.
#[test]
fn row_15_an_external_system_is_offered_no_bundle() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let tables = hospital(dir.path(), &["--systems", "1"]);
    taken(&state, "agreements", &tables.join("agreements.csv"));
    let systems = tables.join("systems.csv");
    let text = std::fs::read_to_string(&systems).unwrap();
    let (heading, row) = text.split_once('\n').unwrap();
    for (custody, refused) in [("external", true), ("provider-managed", true), ("byok", false)] {
        let row = row.replace("ehr-main", "SYSTEM 3").replace("customer-managed", custody);
        std::fs::write(&systems, format!("{heading}\n{row}")).unwrap();
        taken(&state, "systems", &systems);
        let out =
            run(&state, &["rehearse", "byok-plan", "--out", dir.path().join(custody).to_str().unwrap()]);
        let text = said(&out);
        assert_eq!(text.contains("its key stays outside the provider"), refused, "{custody}: {text}");
        assert_eq!(out.status.success(), !refused, "{custody}: {text}");
    }
}
