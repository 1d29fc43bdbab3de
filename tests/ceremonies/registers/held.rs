//! What registers are held against: the list of ended ceremonies, the acts of others, and a table before the day.

use super::super::ledger::register;
use super::{departs, hospital, listed, taken, tests_folder, with};
use std::path::{Path, PathBuf};
use transcript::{Kind, Level};
use whole_program::pack::facts;
use whole_program::{json, run, said};

/// A production record that was made after agreements were looked for does not leave out what was found. An earlier one has nothing
/// to say of it, as the packs that are kept show.
#[test]
fn a_production_record_says_whether_an_agreement_counts() {
    let dir = tempfile::tempdir().unwrap();
    let pack = tests_folder().join("corpus/packs/production-byok-aws");
    let found = departs(&pack, &dir.path().join("later"), &|entry| {
        entry.utc = entry.utc.replace("2026-11-", "2027-11-");
    });
    assert!(found.contains("does not say whether an agreement with the provider counts"), "{found}");
}

/// A plan's bundles say by themselves which providers they are for: of each the record says whether an agreement counts.
#[test]
fn a_plans_record_says_of_every_provider_whether_an_agreement_counts() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    taken(&state, "agreements", &hospital(dir.path(), &[]).join("agreements.csv"));
    let pack = dir.path().join("pack");
    let out = run(&state, &["rehearse", "byok-plan", "--out", pack.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    let said_of = facts(&pack, "agreements").remove(0);
    assert!(said_of.as_array().unwrap().len() > 1, "{said_of}");
    let found = departs(&pack, &dir.path().join("forged"), &|entry| {
        for facts in entry.facts.values_mut() {
            if let Some(serde_json::Value::Array(said)) = facts.get_mut("agreements") {
                said.truncate(1);
            }
        }
    });
    assert!(found.contains("of which the record does not say whether an agreement counts"), "{found}");
}

/// What was in effect before another text took its place is kept too; and a table is held against the register before the day.
#[test]
fn a_table_is_checked_before_the_day_and_former_texts_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let tables = hospital(dir.path(), &[]);
    let policies = tables.join("policies.csv");
    taken(&state, "policies", &policies);
    let version = listed(&state, "policy")[0]["values"][2].as_str().unwrap().to_owned();
    let id = listed(&state, "policy")[0]["id"].as_str().unwrap().to_owned();
    let next = with(&policies, "next.csv", |text| {
        let newer = |line: &str| {
            if line.starts_with(&id) {
                line.replacen(&format!(",{version},"), ",99,", 1)
            } else {
                line.to_owned()
            }
        };
        text.lines().map(newer).collect::<Vec<_>>().join("\n")
    });
    let checked = |kind: &str, table: &Path| {
        run(&state, &["estate", "check", kind, table.to_str().unwrap(), "--rehearsals"])
    };
    let out = checked("policies", &next);
    let text = said(&out);
    assert!(out.status.success() && text.contains(&format!("{version} → 99")), "{text}");
    assert_eq!(listed(&state, "policy")[0]["values"][2], version.as_str(), "a check changes nothing");
    let out = checked("policies", &tests_folder().join("hospital/bad/policies-day.csv"));
    assert!(!out.status.success() && said(&out).contains("not a day of the calendar"), "{}", said(&out));
    taken(&state, "policies", &next);
    let lists = json(&state, &["estate", "show", "--json", "--rehearsals"]);
    let kept = lists["retention"].as_array().unwrap();
    let former =
        kept.iter().find(|one| one["id"] == format!("{id}, version {version}")).expect("the former version");
    assert!(former["until"].is_string() && former["may-go"] == false, "{former}");
    // A table to fill in comes back as it is; a new register has its heading, and every safeguard that is to be decided.
    let blank = dir.path().join("safeguards.csv");
    let out = run(&state, &["estate", "table", "safeguards", blank.to_str().unwrap(), "--rehearsals"]);
    assert!(out.status.success(), "{}", said(&out));
    let text = std::fs::read_to_string(&blank).unwrap();
    assert_eq!((text.lines().count(), text.contains("164.312(a)(2)(iv),")), (51, true), "{text}");
    let again = dir.path().join("again.csv");
    let out = run(&state, &["estate", "table", "policies", again.to_str().unwrap(), "--rehearsals"]);
    assert!(out.status.success(), "{}", said(&out));
    let out = checked("policies", &again);
    assert!(said(&out).contains("Changed: 0") && said(&out).contains("New: 0"), "{}", said(&out));
}

/// Whoever can write into the state folder puts a record there that says that an agreement counts, or takes the newest away.
#[test]
fn a_record_that_somebody_put_there_or_took_away_changes_no_register_unseen() {
    let dir = tempfile::tempdir().unwrap();
    let (state, other) = (dir.path().join("state"), dir.path().join("other"));
    let tables = hospital(dir.path(), &[]);
    taken(&other, "agreements", &tables.join("agreements.csv"));
    let only = |state: &Path| {
        let mut runs: Vec<PathBuf> =
            std::fs::read_dir(state.join("rehearsal/runs")).unwrap().map(|run| run.unwrap().path()).collect();
        assert_eq!(runs.len(), 1);
        runs.remove(0)
    };
    let forged = only(&other);
    // A ceremony of this workstation's own, so that it has a list of those that ended.
    let ended = with(&tables.join("agreements.csv"), "ended.csv", |text| {
        text.lines().filter(|line| !line.contains(",aws,")).collect::<Vec<_>>().join("\n")
    });
    taken(&state, "agreements", &ended);
    let own = only(&state);
    let put = state.join("rehearsal/runs").join(forged.file_name().unwrap());
    assert!(std::process::Command::new("cp").arg("-a").args([&forged, &put]).status().unwrap().success());
    let with_aws = |state: &Path| {
        listed(state, "agreement").iter().any(|row| row["values"].as_array().unwrap().contains(&"aws".into()))
    };
    assert!(with_aws(&other) && !with_aws(&state), "a record that was put there counts");
    let said_of = register(&state)["contradictions"].to_string();
    assert!(said_of.contains("is not on the list of ended ceremonies"), "{said_of}");
    let pack = dir.path().join("pack");
    let out = run(&state, &["rehearse", "byok-aws", "--out", pack.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    assert_eq!(facts(&pack, "agreements"), [serde_json::json!([["aws", "none"]])]);
    // Where the newest is gone, two people decide before anything is done by what is left.
    std::fs::remove_dir_all(&own).unwrap();
    let out = run(&state, &["estate", "show", "--rehearsals"]);
    assert!(said(&out).contains("its record is missing"), "{}", said(&out));
    let out = run(&state, &["rehearse", "byok-aws", "--out", dir.path().join("gone").to_str().unwrap()]);
    assert!(said(&out).contains("[registers-not-whole]"), "{}", said(&out));
}

/// An entry of another action says what a register comes to: nobody signed for it.
#[test]
fn a_register_is_changed_by_no_other_action() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let pack = dir.path().join("pack");
    let out = run(&state, &["rehearse", "rehearsal-minimal", "--out", pack.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    for (fact, level, value) in [
        ("kept-register", Level::Public, serde_json::json!("agreement")),
        ("kept-rows", Level::Auditor, serde_json::json!([["BAA-99"]])),
        ("recorded", Level::Public, serde_json::json!("incident")),
    ] {
        let found = departs(&pack, &dir.path().join(fact), &|entry| {
            if entry.kind == Kind::Outcome {
                entry.facts.entry(level).or_default().insert(fact.to_owned(), value.clone());
            }
        });
        assert!(found.contains("which only another action records"), "{fact}: {found}");
    }
}
