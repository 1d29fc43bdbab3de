//! The numbers that the registers give, beside those that an independent script counts over the same tables.

use super::super::ledger::{open, register};
use super::{all_taken, hospital, listed, python, tests_folder};
use serde_json::Value;
use std::path::Path;
use whole_program::backup::made;
use whole_program::pack::fact;
use whole_program::{json, run, said};

/// The day on which the hospital's tables have agreements that end within 7, 30 and 90 days.
fn today() -> String {
    time::OffsetDateTime::now_utc().date().to_string()
}

/// A hospital with two keys that ceremonies made, whose check values its systems name.
fn with_keys(dir: &Path) -> (std::path::PathBuf, std::path::PathBuf, std::path::PathBuf) {
    let state = dir.join("state");
    let pool = dir.join("keys");
    let keys: Vec<String> =
        (0..2).map(|_| fact(&made(&state, "rehearsal-minimal", &[]).pack, "check-value")).collect();
    std::fs::write(&pool, keys.join("\n")).unwrap();
    let tables = hospital(dir, &["--keys", pool.to_str().unwrap()]);
    all_taken(&state, &tables);
    (state, tables, pool)
}

/// 35, 11: coverage in all and by vendor, custody model and data class; unknown stands apart.
#[test]
fn rows_11_16_35_37_45_the_numbers_are_what_an_independent_script_counts() {
    let dir = tempfile::tempdir().unwrap();
    let (state, tables, pool) = with_keys(dir.path());
    let day = today();
    let counted: Value = serde_json::from_str(&python(
        "count.py",
        &[tables.to_str().unwrap(), "--today", &day, "--keys", pool.to_str().unwrap()],
    ))
    .unwrap();
    let lists = json(&state, &["estate", "show", "--json", "--rehearsals"]);
    let same = |ours: &Value, theirs: &Value| {
        for name in
            ["systems", "with-ephi", "covered", "verified-not-covered", "said", "unknown", "unencrypted"]
        {
            assert_eq!(ours[name], theirs[name], "{name}: {ours} {theirs}");
        }
    };
    let coverage = &lists["coverage"];
    same(&coverage["all"], &counted);
    assert!(counted["covered"].as_u64().unwrap() > 10, "{counted}");
    for by in ["by-vendor", "by-custody", "by-data"] {
        let theirs = counted[by].as_object().unwrap();
        assert_eq!(coverage[by].as_object().unwrap().len(), theirs.len(), "{by}");
        for (name, count) in theirs {
            same(&coverage[by][name], count);
        }
    }
    // 37: agreements that count, and those that end soon, are due by their day.
    let dues = open(&register(&state));
    let ending = |within: i64| {
        let of = |row: &Value| {
            let day = row["values"][11].as_str().unwrap().to_owned();
            (day != "none").then_some(day)
        };
        let format = time::macros::format_description!("[year]-[month]-[day]");
        let from = time::Date::parse(&day, format).unwrap();
        listed(&state, "agreement")
            .iter()
            .filter_map(of)
            .filter(|end| {
                let left = (time::Date::parse(end, format).unwrap() - from).whole_days();
                (0..=within).contains(&left)
            })
            .count()
    };
    let agreements = &counted["agreements"];
    let sum = |names: &[&str]| names.iter().map(|n| agreements[n].as_u64().unwrap()).sum::<u64>();
    assert_eq!(ending(90) as u64, sum(&["ending-within-7", "ending-within-30", "ending-within-90"]));
    assert!(dues.iter().any(|due| due.starts_with("agreement-ends ")), "{dues:?}");
    // 45: what is over is kept for six years.
    for (kind, listed) in counted["retention"].as_object().unwrap() {
        let kind = if kind == "policies" { "policy" } else { "agreement" };
        for (id, until) in listed.as_object().unwrap() {
            let ours =
                lists["retention"].as_array().unwrap().iter().find(|r| r["kind"] == kind && r["id"] == *id);
            assert_eq!(ours.map(|r| &r["until"]), Some(until), "{kind} {id}: {}", lists["retention"]);
        }
    }
    // 16: a system whose provider has the key is complete without a ceremony of its own.
    let complete =
        lists["systems"].as_array().unwrap().iter().filter(|s| s["values"]["custody"] == "provider-managed");
    assert!(complete.clone().count() > 0);
    // 38: the questionnaire has each question once, with who answered or which register.
    let out = dir.path().join("questionnaire.csv");
    let asked = run(
        &state,
        &["estate", "questionnaire", "Mirefold Records", "--rehearsals", "--csv", out.to_str().unwrap()],
    );
    assert!(asked.status.success(), "{}", said(&asked));
    let text = std::fs::read_to_string(&out).unwrap();
    let questions =
        std::fs::read_to_string(tests_folder().join("../crates/estate/data/questions.csv")).unwrap();
    assert_eq!(text.lines().count(), questions.lines().count(), "{text}");
    assert!(text.contains("register: "), "{text}");
}

/// Systems come in in time that grows with their number, and memory with the table.
#[test]
#[ignore = "a minute: make soak plays it"]
fn a_hundred_thousand_systems_come_in_in_linear_time() {
    let dir = tempfile::tempdir().unwrap();
    let timed = |many: &str| {
        let folder = dir.path().join(many);
        std::fs::create_dir(&folder).unwrap();
        let tables = hospital(&folder, &["--systems", many]);
        let state = folder.join("state");
        super::taken(&state, "agreements", &tables.join("agreements.csv"));
        let begun = std::time::Instant::now();
        super::taken(&state, "systems", &tables.join("systems.csv"));
        begun.elapsed().as_secs_f64()
    };
    let (ten, hundred) = (timed("10000"), timed("100000"));
    assert!(hundred < ten * 20.0, "10,000 systems in {ten:.1} s, 100,000 in {hundred:.1} s");
}
