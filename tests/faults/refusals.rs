//! What is refused, with the code that says why, before anything is made.

use whole_program::{run, said};

fn refused(args: &[&str], code: &str) {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let out = run(&state, args);
    assert!(!out.status.success(), "{args:?}");
    assert!(said(&out).contains(code), "{args:?} should say {code}: {}", said(&out));
    let runs = state.join("rehearsal/runs");
    assert!(std::fs::read_dir(runs).into_iter().flatten().next().is_none(), "{args:?} began a run");
}

#[test]
fn production_refuses_what_belongs_to_a_rehearsal() {
    let roster = concat!(env!("CARGO_MANIFEST_DIR"), "/../ceremonies/rehearsal-roster.toml");
    refused(&["play", "byok-aws", "--production"], "no-roster");
    refused(&["play", "byok-aws", "--production", "--roster", roster], "rehearsal-roster");
}

#[test]
fn impossible_parameters_are_refused() {
    refused(&["play", "byok-aws", "--set", "threshold=6"], "threshold");
    refused(&["play", "byok-aws", "--set", "threshold=1"], "parameter-value");
    refused(&["play", "byok-aws", "--set", "shares=11"], "too-few-people");
    refused(&["play", "byok-aws", "--set", "nonsense=1"], "parameter-unknown");
    refused(&["play", "byok-aws", "--set", "expiry=tomorrow"], "parameter-value");
    refused(&["play", "byok-aws", "--set", "key-label=a b"], "parameter-value");
}

#[test]
fn a_broken_script_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let shipped = include_str!("../../ceremonies/byok-aws.toml");
    for (from, to, code) in [
        ("action = \"wrap-for-cloud\"", "action = \"wrap-for-mars\"", "action-unknown"),
        ("action = \"split-backup\"", "action = \"self-test\"", "input-missing"),
        ("confirmer = \"witness\"\nsay = \"Make", "say = \"Make", "one-person-alone"),
        ("for-each = \"custodian\"", "for-each = \"witness\"", "share-without-custodian"),
        ("decides-exceptions = \"witness\"", "decides-exceptions = \"nobody\"", "no-decider"),
        ("of = \"token-serial\"", "of = \"pin\"", "restate-unknown"),
        ("of = \"token-serial\", last = 4", "of = \"check-value\", last = 4", "restate-unknown"),
        ("restate = { ask = \"How many", "#", "nothing-restated"),
        ("action = \"write-bundle\"", "action = \"attend\"", "obligation-open"),
        ("action = \"rebuild-backup\"", "action = \"self-test\"", "obligation-open"),
    ] {
        let path = dir.path().join("script.toml");
        assert!(shipped.contains(from), "{from}");
        std::fs::write(&path, shipped.replacen(from, to, 1)).unwrap();
        refused(&["check", path.to_str().unwrap()], code);
    }
}

/// Shares that were brought for a drill are wiped with it: the restore after it would find none.
#[test]
fn a_drill_before_a_recovery_is_refused_with_what_to_do_about_it() {
    let dir = tempfile::tempdir().unwrap();
    let shipped = include_str!("../../ceremonies/recover.toml");
    let begins = shipped.find("[[act.step]]\nid = \"restore\"").unwrap();
    let ends = begins + shipped[begins..].find("\n[[act]]").unwrap();
    let prove =
        shipped[begins..ends].replace("\"restore\"", "\"prove\"").replace("restore-key", "prove-backup");
    let path = dir.path().join("script.toml");
    std::fs::write(&path, [&shipped[..begins], &prove, "\n", &shipped[begins..]].concat()).unwrap();
    let out = said(&run(&dir.path().join("state"), &["check", path.to_str().unwrap()]));
    for words in [
        "Step restore needs the shares that custodians brought, and step prove before it leaves nothing of that in memory.",
        "[input-used-up]",
        "Move step restore before step prove, or make it again between the two: the action bring-share.",
    ] {
        assert!(out.contains(words), "{words}: {out}");
    }
}

#[test]
fn truncated_parameters_stop_before_a_key_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let parameters = dir.path().join("import-parameters.json");
    std::fs::write(&parameters, "{\"KeyId\": \"arn:aws:kms:eu-central-1:111122223333:key/x\", \"Imp")
        .unwrap();
    let answers = dir.path().join("answers.toml");
    std::fs::write(
        &answers,
        format!("[answers]\n\"read-parameters/file\" = {:?}\n", parameters.display().to_string()),
    )
    .unwrap();
    let out = run(&state, &["play", "byok-aws", "--answers", answers.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(1), "{}", said(&out));
    assert!(said(&out).contains("parameters-"), "{}", said(&out));
    assert!(!said(&out).contains("Done: generate"));
}
