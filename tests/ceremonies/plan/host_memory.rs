//! A token that cannot wrap a line as its cloud wants it: the plan is refused, or the confirmer agrees, once for all such lines,
//! that they go through this computer's memory.

use super::{facts, medium};
use protocol::{Mode, RunState, ToRoom};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use whole_program::backup::bags;
use whole_program::pack::{fact, holds};
use whole_program::room::Room;
use whole_program::softhsm;

#[test]
fn row_13_lines_that_a_token_cannot_wrap_go_through_memory_only_with_approval() {
    let medium = medium();
    let folder = medium.dir.path();
    let conf = softhsm::with_tokens(folder, &["plan"]);
    let (token, _) = softhsm::address(&conf, "plan");
    // Lines of AWS: SoftHSM's OAEP has SHA-1 alone.
    let lines: Vec<&str> = medium.text.lines().take(3).collect();
    let plan = folder.join("two.csv");
    std::fs::write(&plan, lines.join("\n") + "\n").unwrap();
    let state = folder.join("state");
    let with = |host_memory: &str| {
        let mut room = Room::with(&state, &[("SOFTHSM2_CONF", &conf)]);
        (room.pin, room.file) = (softhsm::PIN.to_owned(), plan.display().to_string());
        room.medium = folder.display().to_string();
        let parameters = [("shares", "3"), ("threshold", "2"), ("host-memory", host_memory)];
        let first = ToRoom::Start {
            script: "byok-plan".to_owned(),
            mode: Mode::Rehearsal,
            parameters: parameters.map(|(n, v)| (n.to_owned(), v.to_owned())).into(),
            roster: None,
            token: Some(token.clone()),
        };
        let finished = room.play(&first, &mut |prompt, _| match &prompt.ask {
            protocol::Ask::Choose { choices, .. } if choices.iter().any(|c| c.id == "practice") => {
                Some(protocol::Answer::Chosen { id: "practice".into() })
            }
            protocol::Ask::Decide { .. } => Some(protocol::Answer::Stop),
            _ => bags(prompt),
        });
        let codes: Vec<String> = room.problems.iter().map(|(_, p)| p.code.clone()).collect();
        (finished, codes)
    };
    let (stopped, codes) = with("never");
    assert_eq!((stopped.state, codes), (RunState::Open, vec!["no-route".to_owned()]));
    let (finished, codes) = with("with-approval");
    assert_eq!(finished.state, RunState::Closed, "{codes:?}");
    let pack = PathBuf::from(finished.pack.unwrap());
    holds(&state, &pack);
    let record = pack.join("transcript.jsonl");
    let rungs: Vec<Value> = facts(&record, "plan-rung").into_iter().map(|(_, rung)| rung).collect();
    assert!(rungs.contains(&json!("host-memory")), "{rungs:?}");
    assert_eq!(fact(&pack, "host-memory-approved-by"), "witness");
    assert!(!fact(&pack, "host-memory-because").is_empty());
    for line in [2, 3] {
        let folder = facts(&record, "plan-bundle-folder").into_iter().find(|(l, _)| *l == line).unwrap().1;
        let opened = medium.opened(&pack.join(folder.as_str().unwrap()), usize::try_from(line).unwrap());
        let made = facts(&record, "plan-made-check-value").into_iter().find(|(l, _)| *l == line).unwrap().1;
        assert_eq!(json!(opened), made, "line {line}");
    }
    nobody_agreed(&pack);
}

/// Without the agreement of the step that wrapped them, the record departs.
fn nobody_agreed(pack: &Path) {
    let (plan, entries) = engine::replay::pack(pack, &actions::REPERTOIRE).unwrap().unwrap();
    engine::replay::follows(&plan, &actions::REPERTOIRE, &entries).unwrap();
    for name in ["host-memory-approved-by", "host-memory-because"] {
        let mut without = entries.clone();
        for entry in &mut without {
            entry.facts.values_mut().for_each(|facts| {
                facts.remove(name);
            });
        }
        engine::replay::follows(&plan, &actions::REPERTOIRE, &without).unwrap_err();
    }
}
