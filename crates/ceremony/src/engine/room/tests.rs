//! What is wiped is what the table of actions says, and what a resumed run goes back for.

use super::{Secrets, safe_point};
use crate::action::{self, ACTIONS, IN_MEMORY, Material as M};
use crate::plan::Plan;
use protocol::Mode;
use secrets::SecretBytes;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A room that holds one of everything that a test can make.
fn full() -> Secrets {
    let secret = || {
        SecretBytes::filled_by(32, |out| {
            out.fill(7);
            Ok::<(), secrets::SecretError>(())
        })
        .unwrap()
    };
    let deal = || {
        let rules = crate::dealing::Dealing::among_people(2, 3);
        let set = shares::SetId::from_bytes([1; 8]);
        let mut random = |out: &mut [u8]| {
            out.fill(9);
            Ok(())
        };
        rules.deal(&secret(), set, shares::KeyPrint::default(), true, &mut random).unwrap()
    };
    Secrets {
        backup_key: Some(secret()),
        shares: deal(),
        read_back: deal(),
        brought: deal(),
        tried_printer: Some("desk".to_owned()),
        domain_shares: Vec::new(),
    }
}

fn held(room: &Secrets) -> Vec<M> {
    let all = [
        (M::BackupKey, room.backup_key.is_some()),
        (M::Shares, !room.shares.is_empty()),
        (M::ReadBack, !room.read_back.is_empty()),
        (M::Brought, !room.brought.is_empty()),
    ];
    all.into_iter().filter(|(_, there)| *there).map(|(m, _)| m).collect()
}

#[test]
fn an_action_wipes_what_its_row_says_and_nothing_else() {
    for action in ACTIONS {
        let mut room = full();
        room.wipe_before(action);
        let kept: Vec<M> = held(&full())
            .into_iter()
            .filter(|m| !action.uses_up.contains(m) || action.needs.contains(m))
            .collect();
        assert_eq!(held(&room), kept, "before {}", action.name);
        let mut room = full();
        // Every later step is still to come, so that all of it is needed.
        room.wipe_after(action, &everything_needed());
        let kept: Vec<M> =
            held(&full()).into_iter().filter(|m| !action.ends().any(|gone| gone == *m)).collect();
        assert_eq!(held(&room), kept, "after {}", action.name);
    }
}

#[test]
fn what_no_step_needs_any_more_is_wiped() {
    let mut room = full();
    room.wipe_after(action::find("agree").unwrap(), &[]);
    assert!(held(&room).is_empty() && room.tried_printer.is_none());
}

/// The steps of shipped scripts, which together need everything that a room holds.
fn everything_needed() -> Vec<crate::plan::Planned> {
    let steps: Vec<_> = ["recover", "managed-hsm-restore"].into_iter().flat_map(|n| plan(n).steps).collect();
    for m in IN_MEMORY {
        assert!(steps.iter().any(|s| s.action.needs.contains(m)), "{m:?}");
    }
    steps
}

/// Wiping by an act itself is what the checker cannot see.
#[test]
fn no_act_wipes_the_room_by_itself() {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for path in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let mut files = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/act"), &mut files);
    assert!(files.len() > 20, "the acts were not found");
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for line in text.lines().filter(|l| l.contains("engine.room")) {
            let wipes =
                ["room =", ".clear()", ".take()", "= None", "mem::", ".drain(", ".pop()", ".truncate("];
            assert!(!wipes.iter().any(|w| line.contains(w)), "{}: {line}", file.display());
        }
    }
}

fn shipped(name: &str) -> String {
    std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../ceremonies/{name}.toml")),
    )
    .unwrap()
}

fn plan_of(text: &str) -> Plan {
    let roster = shipped("rehearsal-roster");
    Plan::make(text, &roster, Mode::Rehearsal, &BTreeMap::new()).unwrap_or_else(|p| panic!("{p:?}"))
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
