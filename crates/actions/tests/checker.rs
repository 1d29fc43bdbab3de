//! Scripts whose steps come in an order that cannot be played are refused before the day, in words for people.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use actions::REPERTOIRE;
use protocol::{Mode, Problem};
use script::{Catalogue as _, Plan};
use std::collections::BTreeMap;
use std::path::Path;

fn shipped(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ceremonies");
    std::fs::read_to_string(folder.join(format!("{name}.toml"))).unwrap()
}

/// What the checker says of a script with the people and the values that rehearsals have.
fn found(text: &str) -> Vec<Problem> {
    let roster = shipped("rehearsal-roster");
    Plan::make(text, &roster, Mode::Rehearsal, &BTreeMap::new(), &REPERTOIRE).err().unwrap_or_default()
}

/// A step of a script, as it stands there.
fn step(text: &str, id: &str) -> String {
    let begins = text.find(&format!("[[act.step]]\nid = \"{id}\"\n")).unwrap();
    let rest = &text[begins + 1..];
    let ends = rest.find("\n[[").unwrap_or(rest.len());
    format!("{}\n", &text[begins..=begins + ends])
}

/// The script with a copy of a step, under another id and action, before another step.
fn with(text: &str, of: &str, (id, action): (&str, &str), before: &str) -> String {
    let copy: String = step(text, of)
        .lines()
        .map(|line| match line.split_once(" = ") {
            Some(("id", _)) => format!("id = \"{id}\"\n"),
            Some(("action", _)) => format!("action = \"{action}\"\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let place = step(text, before);
    text.replacen(&place, &format!("{copy}\n{place}"), 1)
}

#[test]
fn every_shipped_script_passes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ceremonies");
    let mut many = 0;
    for path in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        let text = std::fs::read_to_string(&path).unwrap();
        if path.extension().is_some_and(|e| e == "toml") && text.contains("[[act]]") {
            many += 1;
            assert!(found(&text).is_empty(), "{}: {:?}", path.display(), found(&text));
        }
    }
    assert!(many >= 15, "{many}");
}

#[test]
fn a_step_that_needs_what_an_earlier_one_used_up_is_refused_with_both_named() {
    let (recover, drill, aws) = (shipped("recover"), shipped("drill"), shipped("byok-aws"));
    let restore_hsm = shipped("managed-hsm-restore");
    let cases = [
        (with(&recover, "restore", ("prove", "prove-backup"), "restore"), "prove", "restore", "bring-share"),
        (with(&recover, "restore", ("first", "restore-key"), "restore"), "first", "restore", "bring-share"),
        (with(&drill, "prove", ("first", "prove-backup"), "prove"), "first", "prove", "bring-share"),
        (with(&drill, "prove", ("first", "check-shares"), "prove"), "first", "prove", "bring-share"),
        (with(&recover, "rebuild", ("first", "rebuild-backup"), "rebuild"), "first", "rebuild", "give-share"),
        (with(&recover, "split", ("first", "split-backup"), "split"), "first", "split", "wrap-backup"),
        // Another pack is opened: what was brought is of the set before.
        (
            with(&recover, "open-backup", ("other", "open-backup"), "restore"),
            "other",
            "restore",
            "bring-share",
        ),
        // Other parameters are read: nobody compared those.
        (
            with(&aws, "read-parameters", ("other", "read-wrapping-key"), "wrap"),
            "other",
            "wrap",
            "compare-wrapping-key",
        ),
        // A backup is begun again: that one is not proven.
        (with(&aws, "wrap-backup", ("anew", "wrap-backup"), "wrap"), "anew", "wrap", "rebuild-backup"),
        (
            with(&restore_hsm, "read-domain", ("other", "read-security-domain"), "seal"),
            "other",
            "seal",
            "open-domain-share",
        ),
    ];
    for (text, by, step, remedy) in cases {
        let problems = found(&text);
        let used_up: Vec<_> = problems.iter().filter(|p| p.code == "input-used-up").collect();
        let named = used_up.iter().any(|p| {
            p.happened.contains(&format!("Step {step} needs "))
                && p.happened.contains(&format!("step {by} before it"))
                && p.todo.contains(&format!("Move step {step} before step {by}"))
                && p.todo.contains(remedy)
        });
        assert!(named, "{by} before {step}: {problems:?}");
    }
}

#[test]
fn a_step_that_leaves_nothing_for_the_next_person_is_refused() {
    let text = shipped("drill");
    let prove = step(&text, "prove");
    let each = prove.replace("confirmer", "for-each = \"custodian\"\nconfirmer");
    let problems = found(&text.replacen(&prove, &each, 1));
    let said = problems.iter().find(|p| p.code == "input-used-up").unwrap_or_else(|| panic!("{problems:?}"));
    assert!(said.happened.contains("once for each") && said.todo.contains("for-each"), "{said:?}");
}

/// Every action alone, after nothing: whatever it needs is named in words, with the action that makes it.
#[test]
fn no_material_reaches_a_person_under_its_name_in_the_code() {
    let text = shipped("recover");
    let mut seen = std::collections::BTreeSet::new();
    for row in REPERTOIRE.rows().into_iter().filter(|row| !row.needs.is_empty()) {
        // Before everything else in the script.
        let problems = found(&with(&text, "restore", ("first", row.name), "preflight"));
        for need in row.needs {
            seen.insert(need.says);
            let says = format!("Step first needs {}, which no earlier step makes.", need.says);
            let said = problems.iter().find(|p| p.happened == says);
            let said = said.unwrap_or_else(|| panic!("{}: {problems:?}", row.name));
            let makers: Vec<_> = REPERTOIRE.rows().into_iter().filter(|row| row.makes(need)).collect();
            assert!(!makers.is_empty() && makers.iter().all(|row| said.todo.contains(row.name)), "{said}");
        }
    }
    assert!(seen.len() > 20, "{seen:?}");
}

#[test]
fn the_readme_of_scripts_names_every_action_and_fact() {
    let readme = include_str!("../../../ceremonies/README.md");
    let (_, table) = readme.split_once("## Actions").unwrap();
    let rows: Vec<_> =
        table.lines().filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0)).collect();
    for row in REPERTOIRE.rows() {
        assert_eq!(rows.iter().filter(|found| **found == row.name).count(), 1, "{}", row.name);
        for fact in row.makes.iter().flat_map(|m| m.tells) {
            assert!(readme.contains(&format!("`{fact}`")), "{fact}");
        }
    }
    assert_eq!(rows.len(), REPERTOIRE.rows().len());
}
