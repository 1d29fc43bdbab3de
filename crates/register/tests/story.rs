//! Records of a set that is made, drilled, replaced and destroyed, and what the register tells of them.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use register::{Record, Register, SetState, SheetState};
use serde_json::{Value, json};
use transcript::{Draft, Journal, Kind, Level, Reading, SystemClock};

const SET: &str = "0123-4567-89AB-CDEF";
const NEW: &str = "1111-2222-3333-4444";

fn noted(kind: Kind, facts: &[(&str, Value)]) -> Draft {
    facts.iter().fold(Draft::new(kind), |draft, (name, value)| draft.fact(Level::Public, name, value.clone()))
}

fn people() -> Value {
    json!([["c1", ["Ada", "custodian"]], ["c2", ["Bo", "custodian"]], ["c3", ["Cy", "custodian"]]])
}

/// A record of these entries, after an opening.
fn record(run: &str, entries: Vec<Draft>) -> Record {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("transcript.jsonl");
    let first = noted(Kind::Opened, &[("mode", json!("rehearsal")), ("people", people())]);
    let mut journal = Journal::create(&path, first, Box::new(SystemClock::default())).unwrap();
    for entry in entries {
        journal.append(entry).unwrap();
    }
    drop(journal);
    Record { run: run.to_owned(), reading: Reading::of(&std::fs::read(&path).unwrap()), listed: true }
}

/// A key, its set of three shares, and each sealed in a bag that begins so.
fn made(set: &str, bags: &str) -> Vec<Draft> {
    let mut entries = vec![
        noted(
            Kind::Outcome,
            &[
                ("key-label", json!("master")),
                ("check-value", json!("cmac-aes:0a1b2c0a1b2c0a1b2c0a1b2c0a1b2c0a")),
            ],
        ),
        noted(Kind::Outcome, &[("share-set", json!(set)), ("shares", json!(3)), ("threshold", json!(2))]),
    ];
    entries.extend((1..=3).map(|n| {
        let facts = [
            ("share-index", json!(n)),
            ("custodian", json!(format!("c{n}"))),
            ("bag", json!(format!("{bags} {n}"))),
            ("site", json!("North")),
        ];
        noted(Kind::Outcome, &facts)
    }));
    entries
}

fn closed(mut entries: Vec<Draft>) -> Vec<Draft> {
    entries.push(Draft::new(Kind::Closed));
    entries
}

fn opening(set: &str) -> Draft {
    let facts = [
        ("drill-set", json!(set)),
        ("earlier-ceremony", json!("run-0")),
        ("drill-shares", json!(4)),
        ("drill-sites-needed", json!(2)),
        ("drill-groups", json!([[1, 2], [1, 2]])),
        ("drill-check-value", json!("cmac-aes:0a1b2c0a1b2c0a1b2c0a1b2c0a1b2c0a")),
        ("drill-bags", json!([[1, "Q 1"], [2, "Q 2"], [3, "PRACTICE 3"]])),
    ];
    noted(Kind::Outcome, &facts)
}

fn brought(share: u8, bag: &str, seal: &str) -> Draft {
    let facts = [
        ("share-index", json!(share)),
        ("custodian", json!(format!("c{share}"))),
        ("bag-brought", json!(bag)),
        ("seal", json!(seal)),
    ];
    noted(Kind::Outcome, &facts)
}

fn resealed(share: u8, bag: &str) -> Draft {
    noted(Kind::Outcome, &[("custodian", json!(format!("c{share}"))), ("bag-resealed", json!(bag))])
}

fn became(copy: &str, set: &str, became: &str) -> Draft {
    noted(Kind::Note, &[("copy", json!(copy)), ("copy-of", json!(set)), ("became", json!(became))])
}

/// Every way that a record tells something of sheets and sets, one after another.
pub fn stories() -> Vec<Vec<Record>> {
    let key = || closed(made(SET, "B"));
    let drill = || {
        vec![
            opening(SET),
            brought(1, "B 1", "whole"),
            brought(2, "B 9", "broken"),
            resealed(1, "B 11"),
            noted(Kind::Outcome, &[("next-drill", json!("2027-10-01"))]),
        ]
    };
    let anew = || {
        let mut entries = made(SET, "PRACTICE");
        entries.push(
            noted(Kind::TakenBack, &[("removed-files", json!(["backup.bin"]))])
                .opens(&format!("void-sheets-{SET}"), "Destroy them."),
        );
        entries.extend(made(NEW, "N"));
        entries
    };
    let destroyed = || {
        vec![
            opening(SET),
            became("sheet-1", SET, "destroyed"),
            became("sheet-2", SET, "missing"),
            became("sheet-3", SET, "owed"),
            became(&format!("older-sheet-1 {NEW}"), SET, "destroyed-before"),
            became("wrapped-file", SET, "destroyed"),
            noted(Kind::Outcome, &[("destroyed-in-token", json!(["master"]))]),
            Draft::new(Kind::Closed),
        ]
    };
    let replaced =
        vec![opening(SET), noted(Kind::Outcome, &[("old-set", json!(SET))]), Draft::new(Kind::Closed)];
    let mut settled = anew();
    settled.push(Draft::new(Kind::Note).closes(&format!("void-sheets-{SET}")));
    let mut given_up = made(SET, "B");
    given_up.push(Draft::new(Kind::Abandoned));
    let plan = noted(Kind::Outcome, &[("plan-keys", json!("12"))]);
    vec![
        vec![record("run-1", key())],
        vec![record("run-1", made(SET, "B"))],
        vec![record("run-1", given_up)],
        vec![record("run-1", key()), record("run-2", drill())],
        vec![record("run-1", key()), record("run-2", closed(drill())), record("run-3", closed(drill()))],
        vec![record("run-2", closed(drill()))],
        vec![record("run-1", anew())],
        vec![record("run-1", closed(settled))],
        vec![record("run-1", key()), record("run-2", destroyed())],
        vec![record("run-1", key()), record("run-2", replaced)],
        vec![
            record("run-1", closed([vec![plan], made(SET, "PRACTICE")].concat())),
            record("run-2", closed(made(NEW, "PRACTICE"))),
        ],
    ]
}

#[test]
fn what_became_of_each_sheet_is_told() {
    use SheetState::{Destroyed, Missing, Open, Sealed, ToBeDestroyed};
    let told: Vec<Register> = stories().iter().map(|records| Register::of(records)).collect();
    let states = |n: usize| told[n].sheets.iter().map(|s| s.state).collect::<Vec<_>>();
    let owed = |n: usize, words: &str| told[n].owed.iter().filter(|o| o.says.contains(words)).count();
    assert_eq!((told[0].sets[0].state, states(0)), (SetState::InUse, vec![Sealed; 3]));
    assert_eq!(told[0].sheets[0].holder.as_deref(), Some("Ada"));
    assert_eq!((told[1].sets[0].state, owed(1, "at no end")), (SetState::NotClosed, 1));
    assert_eq!((told[2].sets[0].state, states(2)), (SetState::GivenUp, vec![ToBeDestroyed; 3]));
    assert_eq!(states(3), [Sealed, Open, Sealed]);
    assert_eq!(owed(3, "was opened and not sealed again"), 1);
    assert!(told[3].contradictions[0].contains("came in bag B 9, and it was sealed in B 2"), "{told:#?}");
    assert_eq!(told[4].drills("2027-10-02"), [format!("{SET}: the drill due on 2027-10-01 is overdue")]);
    assert_eq!((told[5].sets[0].groups.len(), told[5].sets[0].sites_needed), (2, Some(2)));
    assert_eq!((told[6].sets[0].state, states(6)[0]), (SetState::Void, ToBeDestroyed));
    assert_eq!(states(7), [Destroyed, Destroyed, Destroyed, Sealed, Sealed, Sealed]);
    assert_eq!(states(8), [Destroyed, Missing, ToBeDestroyed, Destroyed]);
    assert_eq!(told[8].sets[0].state, SetState::KeyDestroyed);
    assert_eq!((told[9].sets[0].state, owed(9, "its set is replaced")), (SetState::Replaced, 3));
    assert_eq!(told[10].contradictions, [] as [String; 0]);
}

/// What a ceremony opened goes with it where it is given up; what another one had opened before stays.
#[test]
fn what_is_given_up_takes_nothing_along_that_was_due_before() {
    let due = |id: &str| noted(Kind::Outcome, &[("due-opened", json!([[id, "Do it.", "2027-01-01"]]))]);
    let first = record("run-1", closed(vec![due("rotate k")]));
    let second = record("run-2", vec![due("rotate k"), due("review"), Draft::new(Kind::Abandoned)]);
    let dues = Register::of(&[first, second]).dues;
    let open = |id: &str| dues.iter().any(|due| due.id == id && due.settled.is_none());
    assert!(open("rotate k") && !open("review"), "{dues:#?}");
}
