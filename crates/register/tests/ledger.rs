//! The ledger over the packs that are kept: every key, every copy, and what is due.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use register::{KeyState, Record, Register};
use std::path::{Path, PathBuf};
use transcript::Reading;
use transcript::runs::Runs;

fn packs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus/packs")
}

fn record(name: &str) -> Record {
    let bytes = std::fs::read(packs().join(name).join("transcript.jsonl")).unwrap();
    let reading = Reading::of(&bytes);
    let run = reading.entries[0].value("run").and_then(|v| v.as_str()).unwrap().to_owned();
    Record { run, reading, listed: true }
}

fn of(names: &[&str]) -> Register {
    Register::of(&names.iter().map(|name| record(name)).collect::<Vec<_>>())
}

#[test]
fn transcripts_that_are_read_a_few_at_a_time_say_the_same() {
    let mut transcripts: Vec<(String, Vec<u8>)> = std::fs::read_dir(packs())
        .unwrap()
        .filter_map(|pack| {
            let pack = pack.unwrap().path();
            let bytes = std::fs::read(pack.join("transcript.jsonl")).ok()?;
            Some((pack.file_name().unwrap().to_str().unwrap().to_owned(), bytes))
        })
        .collect();
    assert!(transcripts.len() > 20);
    // One that holds nothing, and one that breaks off.
    transcripts.push(("empty".to_owned(), Vec::new()));
    let mut broken = transcripts[0].1.clone();
    broken.truncate(broken.len() - 100);
    broken.extend(b"}\n");
    transcripts.push(("broken".to_owned(), broken));
    let records: Vec<Record> = transcripts
        .iter()
        .map(|(run, bytes)| Record { run: run.clone(), reading: Reading::of(bytes), listed: false })
        .collect();
    let register = Register::of_transcripts(&transcripts, &Runs::default());
    assert_eq!(register, Register::of(&records));
    for run in ["empty", "broken"] {
        assert!(register.owed.iter().any(|owed| owed.run == run), "{run}");
    }
}

#[test]
fn a_key_is_listed_with_every_place_that_it_went_to() {
    let register = of(&["byok-aws"]);
    let [key] = &register.keys[..] else { panic!("{:?}", register.keys) };
    assert_eq!(
        (key.spec.as_deref(), key.strength, key.state),
        (Some("aes-256"), Some(256), KeyState::PreActivation)
    );
    assert_eq!(key.made, "in its token, as the token says");
    assert_eq!(key.set, register.sets.last().map(|s| s.set.clone()));
    assert_eq!(
        (key.protects_until.as_deref(), key.processes_until.as_deref()),
        (Some("2028-11-29"), Some("2031-11-29"))
    );
    let sorts: Vec<String> =
        register.copies.iter().map(|c| serde_json::json!(c)["sort"].as_str().unwrap().to_owned()).collect();
    for (sort, many) in [("token", 1), ("file", 1), ("sheet", 5), ("cloud", 1), ("bundle", 1)] {
        assert_eq!(sorts.iter().filter(|s| *s == sort).count(), many, "{sort}: {sorts:?}");
    }
    assert!(register.copies.iter().all(|c| c.key == key.check_value));
    assert!(register.contradictions.is_empty(), "{:?}", register.contradictions);
}

#[test]
fn a_receipt_is_due_until_it_is_read_and_then_the_key_is_active() {
    let due = |register: &Register, what: &str| {
        register.dues.iter().find(|d| d.id.starts_with(what)).map(|d| (d.by.clone(), d.settled.is_some()))
    };
    let receipt = record("byok-receipt");
    // The ceremony that it is the receipt of is not here: the key is known from it alone.
    let alone = Register::of(&[receipt]);
    assert_eq!(alone.keys[0].state, KeyState::Active);
    assert_eq!(alone.keys[0].made, "by no ceremony whose record is here");
    let sent = of(&["byok-aws"]);
    assert_eq!(due(&sent, "receipt "), Some((Some("2026-11-30".to_owned()), false)));
    assert_eq!(due(&sent, "drill "), Some((Some("2027-11-29".to_owned()), false)));
    assert_eq!(due(&sent, "rotate "), Some((Some("2028-11-29".to_owned()), false)));
    let mut settled = record("byok-receipt");
    let run = record("byok-aws").run;
    for entry in &mut settled.reading.entries {
        for facts in entry.facts.values_mut() {
            if facts.contains_key("earlier-ceremony") {
                facts.insert("earlier-ceremony".into(), serde_json::json!(run));
                facts.insert("earlier-check-value".into(), serde_json::json!(sent.keys[0].check_value));
            }
        }
    }
    let both = Register::of(&[record("byok-aws"), settled]);
    assert_eq!(due(&both, "receipt ").map(|(_, settled)| settled), Some(true), "{:?}", both.dues);
    assert_eq!(both.keys[0].state, KeyState::Active);
    assert_eq!(both.keys.len(), 1);
}

#[test]
fn row_18_each_key_of_a_plan_has_its_line_its_system_and_its_copies() {
    let register = of(&["byok-plan"]);
    assert_eq!(register.keys.len(), 8);
    for (n, key) in register.keys.iter().enumerate() {
        assert_eq!(key.line, Some(n as u64 + 2));
        assert_eq!(key.system, Some(format!("System {}", n + 1)));
        let copies: Vec<_> = register.copies.iter().filter(|c| c.key == key.check_value).collect();
        assert!(copies.iter().any(|c| c.place.says.contains(".kwp")), "{copies:?}");
        assert_eq!(copies.len(), 4 + 5, "token, file, cloud, bundle and five sheets: {copies:?}");
    }
    assert_eq!(register.dues.iter().filter(|d| d.id.starts_with("receipt ")).count(), 8);
}

#[test]
fn a_key_is_destroyed_once_every_copy_of_it_is() {
    let register = of(&["destroy"]);
    let [key] = &register.keys[..] else { panic!("{:?}", register.keys) };
    assert_eq!(key.state, KeyState::Destroyed);
    let left: Vec<_> = register.copies.iter().filter(|c| c.place.gone_in().is_none()).collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(!register.dues.iter().any(|d| d.id.starts_with("rotate ")), "{:?}", register.dues);
    // One sheet that nobody found: it is not.
    let mut missing = record("destroy");
    for entry in &mut missing.reading.entries {
        for facts in entry.facts.values_mut() {
            if let Some(copies) = facts.get_mut("copies-at-the-end") {
                copies[2][1] = "missing".into();
            }
        }
    }
    let register = Register::of(&[missing]);
    assert_eq!(register.keys[0].state, KeyState::PreActivation);
    assert!(register.copies.iter().any(|c| c.place.became.as_ref().is_some_and(|b| b.0 == "missing")));
}

/// All packs at once, in any order: the same list, and nothing that cannot have happened but what different workstations'
/// people do.
#[test]
fn the_order_in_which_records_are_found_changes_nothing() {
    let mut names: Vec<String> = std::fs::read_dir(packs())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.contains("-for-"))
        .collect();
    names.sort();
    let forward = Register::of(&names.iter().map(|n| record(n)).collect::<Vec<_>>());
    names.reverse();
    let backward = Register::of(&names.iter().map(|n| record(n)).collect::<Vec<_>>());
    assert_eq!(forward, backward);
    assert!(
        forward.keys.len() > 30 && forward.copies.len() > 200,
        "{} {}",
        forward.keys.len(),
        forward.copies.len()
    );
    assert!(forward.devices.iter().any(|d| serde_json::json!(d)["sort"] == "yubikey" && d.holder.is_some()));
    assert!(forward.refused.iter().any(|a| a.times == 2), "{:?}", forward.refused);
    for key in &forward.keys {
        let mut at = key.states.iter().map(|(state, ..)| *state);
        let mut before = at.next().unwrap();
        for next in at {
            assert!(before.may_become(next), "{key:?}");
            before = next;
        }
        assert_eq!(before, key.state);
    }
}
