//! Three years of a made-up hospital, played at the days on which they happen.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use whole_program::hospital::{PYTHON, answers, python, tests_folder};
use whole_program::{coffer, intact, said};

/// The last day.
const TODAY: &str = "2026-11-30";
/// On how many days the register of systems is carried in anew.
const TIMES: usize = 6;

/// Runs the program at ten in the morning of a day.
fn at(day: &str, state: &Path, args: &[&str]) -> Output {
    let mut command = Command::new("faketime");
    command.arg(format!("{day} 10:00:00")).arg(coffer()).arg("--state").arg(state).args(args);
    // The clock of the machine is in UTC, whatever the zone of whoever runs the tests.
    command.env("TZ", "UTC").output().expect("faketime starts; scripts/setup test installs it")
}

fn pack_of(out: &Output) -> PathBuf {
    let text = said(out);
    assert!(out.status.success(), "{text}");
    PathBuf::from(text.lines().find_map(|line| line.strip_prefix("Evidence pack: ")).expect("a pack"))
}

/// Keys are made, systems listed quarter by quarter, policies changed and scripts approved again; at the end every pack holds,
/// and each number is what an independent script counts over the last tables.
#[test]
#[allow(clippy::too_many_lines, reason = "one story")]
fn row_28_three_years_of_a_hospital_add_up_and_what_is_overdue_comes_first() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let mut packs = Vec::new();
    let mut keys = Vec::new();
    for (day, name) in [("2024-01-08", "first"), ("2024-01-09", "second"), ("2025-06-02", "third")] {
        let out = dir.path().join(name);
        let made = at(day, &state, &["rehearse", "rehearsal-minimal", "--out", out.to_str().unwrap()]);
        assert!(made.status.success(), "{}", said(&made));
        keys.push(whole_program::pack::fact(&out, "check-value"));
        packs.push(out);
    }
    let pool = dir.path().join("keys");
    std::fs::write(&pool, keys.join("\n")).unwrap();
    let tables = dir.path().join("tables");
    let days: Vec<String> =
        (0..TIMES).map(|n| format!("{}-{:02}-15", 2024 + n / 2, 3 + 6 * (n % 2))).collect();
    for (n, day) in days.iter().enumerate() {
        let many = (20 * (n + 1)).to_string();
        // The third key is made in the second year.
        let there = if day.as_str() < "2025-06-02" { 2 } else { 3 };
        std::fs::write(&pool, keys[..there].join("\n")).unwrap();
        let _again = std::fs::remove_dir_all(&tables);
        python("make.py", &[tables.to_str().unwrap(), "--systems", &many, "--keys", pool.to_str().unwrap()]);
        if n % 2 == 1 {
            // Once a year the policies get a new version.
            let policies = tables.join("policies.csv");
            let text = std::fs::read_to_string(&policies).unwrap();
            std::fs::write(&policies, text.replace("key management", &format!("key management ({n})")))
                .unwrap();
        }
        let kinds: &[&str] =
            if n % 2 == 0 { &["agreements", "systems"] } else { &["policies", "safeguards", "systems"] };
        for kind in kinds {
            let answers = answers(dir.path(), &tables.join(format!("{kind}.csv")));
            let script = format!("keep-{kind}");
            let out = at(day, &state, &["play", &script, "--answers", answers.to_str().unwrap()]);
            // A table that is as it was changes nothing, and its ceremony is left open.
            if !said(&out).contains("register-unchanged") {
                packs.push(pack_of(&out));
            }
        }
    }
    let approved = dir.path().join("approved");
    let out = at("2026-11-16", &state, &["rehearse", "approve-script", "--out", approved.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    packs.push(approved);
    assert!(packs.len() > TIMES + 4, "{}", packs.len());
    for pack in &packs {
        let out = at(TODAY, &state, &["verify", pack.to_str().unwrap()]);
        assert!(intact(&out), "{}: {}", pack.display(), said(&out));
    }
    let shown = at(TODAY, &state, &["estate", "show", "--json", "--rehearsals"]);
    let lists: Value =
        serde_json::from_slice(&shown.stdout).unwrap_or_else(|e| panic!("{e}: {}", said(&shown)));
    let counted: Value = serde_json::from_str(&python(
        "count.py",
        &[tables.to_str().unwrap(), "--today", TODAY, "--keys", pool.to_str().unwrap()],
    ))
    .unwrap();
    for name in ["systems", "with-ephi", "covered", "verified-not-covered", "said", "unknown", "unencrypted"]
    {
        assert_eq!(lists["coverage"]["all"][name], counted[name], "{name}");
    }
    // Who changed what when: each row is known since the day of its first table.
    let systems = lists["systems"].as_array().unwrap();
    assert_eq!(systems.len(), 120);
    for (n, day) in days.iter().enumerate() {
        let since = systems.iter().filter(|s| s["since"].as_str().unwrap().starts_with(day.as_str())).count();
        assert_eq!(since, 20, "{n}: {day}");
    }
    // What is overdue comes first: agreements that ended, and reviews that nobody held.
    let dues = at(TODAY, &state, &["dues", "--json"]);
    let dues: Value = serde_json::from_slice(&dues.stdout).unwrap();
    let open: Vec<&Value> =
        dues["rehearsal"].as_array().unwrap().iter().filter(|due| due["settled"].is_null()).collect();
    let days: Vec<&str> = open.iter().filter_map(|due| due["by"].as_str()).collect();
    assert!(days.is_sorted() && days[0] < TODAY, "{days:?}");
    assert!(open[0]["id"].as_str().unwrap().starts_with("agreement-ends "), "{}", open[0]);
    let binder = dir.path().join("binder.pdf");
    let out = at(
        TODAY,
        &state,
        &["binder", "--from", "2024-01-01", "--to", TODAY, "--rehearsals", "--out", binder.to_str().unwrap()],
    );
    assert!(out.status.success(), "{}", said(&out));
    let out = dir.path().join("out");
    let exported = at(TODAY, &state, &["estate", "export", out.to_str().unwrap(), "--rehearsals"]);
    assert!(exported.status.success(), "{}", said(&exported));
    // What goes out is read by the published schemas.
    let schemas = tests_folder().join("schemas");
    for (script, args) in [
        (
            "validate.py",
            vec!["cyclonedx-1.6".to_owned(), out.join("cyclonedx/cbom-1.6.cdx.json").display().to_string()],
        ),
        (
            "validate.py",
            vec!["cyclonedx-1.7".to_owned(), out.join("cyclonedx/cbom-1.7.cdx.json").display().to_string()],
        ),
        (
            "validate.py",
            vec!["oscal-ar".to_owned(), out.join("oscal/assessment-results.json").display().to_string()],
        ),
        ("ocsf/check.py", vec![out.join("ocsf/events.jsonl").display().to_string()]),
    ] {
        let checked = Command::new(PYTHON).arg(schemas.join(script)).args(&args).output().unwrap();
        assert!(checked.status.success(), "{script} {args:?}: {}", said(&checked));
    }
}
