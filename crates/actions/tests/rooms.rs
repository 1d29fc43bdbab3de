//! What is dropped is what the rows of actions say, and what a resumed run goes back for.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use actions::REPERTOIRE;
use engine::safe_point;
use protocol::Mode;
use script::{Catalogue as _, Material, Plan, Row};
use std::collections::BTreeMap;
use std::path::Path;

/// Everything that a room can hold.
fn of_room() -> Vec<&'static Material> {
    let mut found: Vec<&'static Material> = Vec::new();
    for material in REPERTOIRE.rows().into_iter().flat_map(|row| row.makes).filter(|m| m.is_of_room()) {
        if !material.is_in(&found) {
            found.push(material);
        }
    }
    assert_eq!(found.len(), 5, "what lives in the room");
    found
}

fn row(name: &str) -> &'static Row {
    REPERTOIRE.row(name).unwrap()
}

/// What each action leaves nothing of, as it was decided when each was made: by name of the material.
#[test]
fn an_action_takes_from_the_room_what_was_decided_and_nothing_else() {
    let all = ["backup-key", "brought", "domain-shares", "shares-read-back", "shares"];
    let of_backup = ["backup-key", "shares-read-back", "shares"];
    for action in REPERTOIRE.rows() {
        let mut taken: Vec<_> =
            of_room().into_iter().filter(|m| action.leaves_none_of(m)).map(|m| m.name).collect();
        taken.sort_unstable();
        let mut expected: Vec<&str> = match action.name {
            "wrap-backup" | "wrap-backup-again" | "wrap-plan-backup" | "wrap-plan-backup-again" => {
                all.into_iter().filter(|m| *m != "backup-key").collect()
            }
            "generate-key" | "make-plan-keys" => of_backup.to_vec(),
            "split-backup" => vec!["backup-key", "shares-read-back"],
            "rebuild-backup"
            | "rebuild-plan-backup"
            | "rebuild-plan-backup-again"
            | "prove-backup"
            | "check-shares"
            | "restore-key"
            | "replicate-key"
            | "wrap-again-for-cloud" => all.to_vec(),
            "open-backup" | "open-plan-backup" | "open-copies" => vec!["brought"],
            "find-key" => all.into_iter().filter(|m| *m != "domain-shares").collect(),
            "read-security-domain" => vec!["domain-shares"],
            _ => Vec::new(),
        };
        expected.sort_unstable();
        assert_eq!(taken, expected, "{}", action.name);
    }
}

/// What an action takes the ground from beside secrets.
#[test]
fn what_is_made_anew_makes_void_what_hangs_on_it() {
    let void = |action: &str, by: &str| {
        let material = REPERTOIRE.rows().into_iter().flat_map(|r| r.makes).find(|m| m.name == by).unwrap();
        row(action).leaves_none_of(material)
    };
    for (action, gone) in [
        ("read-wrapping-key", "compared-key"),
        ("read-exchange-certificate", "compared-key"),
        ("read-plan", "compared-key"),
        ("read-plan", "compared-plan"),
        ("read-plan", "routes-of-plan"),
        ("generate-key", "proven-backup"),
        ("wrap-backup", "proven-backup"),
        ("wrap-plan-backup", "proven-backup"),
        ("restore-key", "proven-backup"),
        ("open-backup", "drilled"),
        ("open-copies", "accounted"),
        ("find-key", "rest-gone"),
        ("destroy-key", "master-key"),
        ("read-security-domain", "tested-quorum"),
        ("open-bundle", "receipt"),
    ] {
        assert!(void(action, gone), "{action} leaves {gone}");
    }
    assert!(!void("find-key", "replaced-set") && !void("compare-plan-keys", "compared-key"));
}

fn shipped(name: &str) -> String {
    std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../ceremonies/{name}.toml")),
    )
    .unwrap()
}

fn plan_of(text: &str) -> Plan {
    let roster = shipped("rehearsal-roster");
    Plan::make(text, &roster, Mode::Rehearsal, &BTreeMap::new(), &REPERTOIRE)
        .unwrap_or_else(|p| panic!("{p:?}"))
}

fn plan(name: &str) -> Plan {
    plan_of(&shipped(name))
}

/// The id of the step that a run goes back to which stood at another.
fn back(plan: &Plan, stood_at: &str) -> String {
    let at = plan.steps.iter().position(|s| s.id == stood_at).unwrap();
    plan.steps[safe_point(plan, at)].id.clone()
}

#[test]
fn a_resumed_run_goes_back_for_what_was_lost_and_not_for_what_was_used_up() {
    let recover = plan("recover");
    for (stood_at, to) in [
        ("bring.1", "bring.1"),
        ("bring.3", "bring.1"),
        ("restore", "bring.1"),
        ("wrap-backup", "wrap-backup"),
        ("split", "wrap-backup"),
        ("share.4", "wrap-backup"),
        ("rebuild", "wrap-backup"),
        ("settle", "settle"),
        ("close", "close"),
    ] {
        assert_eq!(back(&recover, stood_at), to, "{stood_at}");
    }
    // A drill before the recovery used its own shares up: only the second bringing is done again.
    let step = |id: &str| {
        let text = shipped("recover");
        let begins = text.find(&format!("[[act.step]]\nid = \"{id}\"")).unwrap();
        let rest = &text[begins + 1..];
        let ends = rest.find("\n[[").unwrap();
        text[begins..begins + 1 + ends].to_owned() + "\n"
    };
    let prove = step("restore").replace("\"restore\"", "\"prove\"").replace("restore-key", "prove-backup");
    let again = step("bring").replace("id = \"bring\"", "id = \"again\"");
    let at = "[[act]]\nid = \"restore\"";
    let twice = shipped("recover").replacen(at, &format!("{prove}\n{again}\n{at}"), 1);
    let twice = plan_of(&twice);
    for (stood_at, to) in [("prove", "bring.1"), ("again.1", "again.1"), ("restore", "again.1")] {
        assert_eq!(back(&twice, stood_at), to, "{stood_at}");
    }
}
