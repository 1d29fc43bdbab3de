//! Sequences of ceremonies, whatever they are: no key comes to a state that SP 800-57 does not let it come to, no sheet is in
//! two places, each due is settled once, and the order in which records are found changes nothing.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use proptest::prelude::*;
use register::{KeyState, Record, Register, SetState, SheetState};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use transcript::{Draft, Journal, Kind, Level, Reading, SystemClock};

/// One ceremony, of one of three keys.
#[derive(Debug, Clone)]
enum Held {
    Made(u8),
    Received(u8),
    Said(u8, KeyState, bool),
    /// With what became of its file in the end.
    Destroyed(u8, &'static str),
    /// Its backup was made anew: whether enough older sheets are left, whether the key is in it again, and whether the ceremony
    /// was given up after that.
    Changed(u8, bool, bool, bool),
    Restored(u8),
    Left(u8),
    Moved(u8, &'static str),
    Due(u8),
    Settled(u8),
}

fn held() -> impl Strategy<Value = Held> {
    let key = 0..3u8;
    let states = prop::sample::select(KeyState::ALL.to_vec());
    prop_oneof![
        3 => key.clone().prop_map(Held::Made),
        2 => key.clone().prop_map(Held::Received),
        4 => (key.clone(), states, any::<bool>()).prop_map(|(key, state, of)| Held::Said(key, state, of)),
        3 => (key.clone(), prop::sample::select(vec!["destroyed", "missing", "kept"]))
            .prop_map(|(key, became)| Held::Destroyed(key, became)),
        3 => (key.clone(), any::<[bool; 3]>())
            .prop_map(|(key, [opens, again, given_up])| Held::Changed(key, opens, again, given_up)),
        1 => key.clone().prop_map(Held::Restored),
        1 => key.clone().prop_map(Held::Left),
        2 => (key.clone(), prop::sample::select(vec!["sent", "arrived", "accepted"]))
            .prop_map(|(key, event)| Held::Moved(key, event)),
        1 => key.clone().prop_map(Held::Due),
        1 => key.prop_map(Held::Settled),
    ]
}

fn value(key: u8) -> String {
    format!("cmac-aes:{key:032x}")
}

fn noted(kind: Kind, facts: &[(&str, Value)]) -> Draft {
    facts.iter().fold(Draft::new(kind), |draft, (name, value)| draft.fact(Level::Public, name, value.clone()))
}

fn outcome(facts: &[(&str, Value)]) -> Draft {
    noted(Kind::Outcome, facts)
}

/// What the ceremonies should have come to.
#[derive(Default)]
struct Model {
    states: BTreeMap<u8, KeyState>,
    /// The set of each key, and the keys of which nothing is left but wrapped files, with the sets that open them.
    sets: BTreeMap<u8, String>,
    still: BTreeMap<u8, BTreeSet<String>>,
    forbidden: usize,
    bags: usize,
}

impl Model {
    fn becomes(&mut self, key: u8, next: KeyState) {
        let Some(state) = self.states.get_mut(&key) else { return };
        if state.may_become(next) {
            *state = next;
        } else {
            self.forbidden += 1;
        }
    }

    /// A set's number, and the entries that deal it: two of three shares, each in a bag of its own.
    fn dealt(&mut self, run: usize) -> (String, Vec<Draft>) {
        let set = format!("0000-0000-0000-{run:04X}");
        let mut entries =
            vec![outcome(&[("share-set", json!(set)), ("shares", json!(3)), ("threshold", json!(2))])];
        for share in 1..=3 {
            self.bags += 1;
            entries.push(outcome(&[
                ("share-index", json!(share)),
                ("custodian", json!(format!("c{share}"))),
                ("bag", json!(format!("B {}", self.bags))),
                ("site", json!("North")),
            ]));
        }
        (set, entries)
    }

    fn opening(&self, key: u8) -> Option<Draft> {
        let set = self.sets.get(&key)?;
        Some(outcome(&[
            ("drill-set", json!(set)),
            ("earlier-ceremony", json!("20260101-000000-000-1")),
            ("drill-check-value", json!(value(key))),
            ("drill-key-spec", json!("aes-256")),
        ]))
    }

    #[allow(
        clippy::too_many_lines,
        reason = "a table: what each kind of ceremony says, and what the model makes of it"
    )]
    /// The entries of a ceremony; none where nobody could hold it.
    fn entries(&mut self, held: &Held, run: usize) -> Option<Vec<Draft>> {
        Some(match held {
            Held::Made(key) if !self.states.contains_key(key) => {
                self.states.insert(*key, KeyState::PreActivation);
                let (set, dealt) = self.dealt(run);
                self.sets.insert(*key, set);
                let made = outcome(&[
                    ("key-label", json!("master")),
                    ("key-spec", json!("aes-256")),
                    ("check-value", json!(value(*key))),
                ]);
                [vec![made], dealt].concat()
            }
            Held::Received(key) if self.states.contains_key(key) => {
                if self.states[key] == KeyState::PreActivation {
                    self.becomes(*key, KeyState::Active);
                }
                vec![outcome(&[
                    ("earlier-check-value", json!(value(*key))),
                    ("receipt", json!(["it is there"])),
                ])]
            }
            Held::Said(key, state, of_compromise) if self.states.contains_key(key) => {
                self.becomes(*key, *state);
                let kind = if *of_compromise { "compromise" } else { "key-state" };
                vec![outcome(&[
                    ("recorded", json!(kind)),
                    (&format!("{kind}.key"), json!(value(*key))),
                    (&format!("{kind}.state"), json!(state.to_string())),
                ])]
            }
            Held::Destroyed(key, became) => {
                let opening = self.opening(*key)?;
                match *became {
                    "destroyed" => {
                        self.still.remove(key);
                        self.becomes(*key, KeyState::Destroyed);
                    }
                    "kept" => {
                        self.still.entry(*key).or_default().insert(self.sets[key].clone());
                    }
                    _ => {}
                }
                let note = noted(
                    Kind::Note,
                    &[
                        ("copy", json!("wrapped-file")),
                        ("copy-of", json!(self.sets[key])),
                        ("became", json!(became)),
                    ],
                );
                vec![
                    opening,
                    note,
                    outcome(&[
                        ("destroyed-in-token", json!(["master"])),
                        ("destroyed-check-value", json!(value(*key))),
                    ]),
                    outcome(&[("copies-at-the-end", json!([["wrapped-file", became]]))]),
                ]
            }
            Held::Changed(key, opens, again, _) => {
                let (opening, older) = (self.opening(*key)?, self.sets[key].clone());
                let (set, dealt) = self.dealt(run);
                let mut entries = vec![opening];
                if *again {
                    entries.push(noted(
                        Kind::Note,
                        &[
                            ("plan-backed-check-value", json!(value(*key))),
                            ("plan-backup-set", json!(set)),
                            ("plan-again-from-set", json!(older)),
                        ],
                    ));
                }
                if let Some(left) = self.still.get_mut(key) {
                    let was = left.contains(&older);
                    if was && *again {
                        left.insert(set.clone());
                    }
                    if !opens {
                        left.remove(&older);
                    }
                    if was && left.is_empty() {
                        self.still.remove(key);
                        self.becomes(*key, KeyState::Destroyed);
                    }
                }
                self.sets.insert(*key, set);
                let ends = outcome(&[
                    ("old-set", json!(older)),
                    ("old-set-still-opens", json!(if *opens { "yes" } else { "no" })),
                ]);
                [entries, dealt, vec![ends]].concat()
            }
            Held::Restored(key) => {
                let opening = self.opening(*key)?;
                self.still.remove(key);
                vec![opening, outcome(&[("restored-check-value", json!(value(*key)))])]
            }
            Held::Left(person) => vec![outcome(&[
                ("recorded", json!("leaver")),
                ("leaver.person", json!(format!("c{}", person + 1))),
                ("leaver.last-day", json!("2026-12-31")),
            ])],
            Held::Moved(bag, event) => vec![outcome(&[
                ("recorded", json!("bag-moved")),
                ("bag-moved.bag", json!(format!("B {}", bag + 1))),
                ("bag-moved.event", json!(event)),
                ("bag-moved.to", json!("South")),
                ("bag-moved.seal", json!("whole")),
            ])],
            Held::Due(n) => {
                vec![outcome(&[("due-opened", json!([[format!("errand {n}"), "Do it.", "2027-01-01"]]))])]
            }
            Held::Settled(n) => vec![outcome(&[("due-settled", json!([format!("errand {n}")]))])],
            _ => return None,
        })
    }
}

fn record(run: usize, entries: Vec<Draft>, end: Kind) -> Record {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("transcript.jsonl");
    let people =
        json!([["c1", ["Ada", "custodian"]], ["c2", ["Bo", "custodian"]], ["c3", ["Cy", "custodian"]]]);
    let first = noted(Kind::Opened, &[("mode", json!("rehearsal")), ("people", people)]);
    let mut journal = Journal::create(&path, first, Box::new(SystemClock::default())).unwrap();
    for entry in entries.into_iter().chain([Draft::new(end)]) {
        journal.append(entry).unwrap();
    }
    drop(journal);
    let mut reading = Reading::of(&std::fs::read(&path).unwrap());
    // The order of time is the order of the story, however fast it was written.
    for entry in &mut reading.entries {
        entry.utc = format!("2026-11-30T{:02}:{:02}:00.000Z", run / 60, run % 60);
    }
    Record { run: format!("20261130-000000-000-{run:03}"), reading, listed: true }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_ceremonies_leads_where_none_may(story in prop::collection::vec(held(), 1..24)) {
        let mut model = Model::default();
        let mut records = Vec::new();
        for (run, held) in story.iter().enumerate() {
            if let Some(entries) = model.entries(held, run) {
                let given_up = matches!(held, Held::Changed(.., true));
                records.push(record(run, entries, if given_up { Kind::Abandoned } else { Kind::Closed }));
            }
        }
        let register = Register::of(&records);
        for key in &register.keys {
            let mut states = key.states.iter().map(|(state, ..)| *state);
            let mut before = states.next().unwrap();
            prop_assert_eq!(before, KeyState::PreActivation);
            for next in states {
                prop_assert!(before.may_become(next), "{:?}", key);
                before = next;
            }
            prop_assert_eq!(before, key.state);
        }
        let found: BTreeMap<String, KeyState> =
            register.keys.iter().map(|key| (key.check_value.clone(), key.state)).collect();
        let expected: BTreeMap<String, KeyState> =
            model.states.iter().map(|(key, state)| (value(*key), *state)).collect();
        prop_assert_eq!(found, expected, "{:#?}", story);
        let forbidden = register.contradictions.iter().filter(|c| c.contains("cannot become")).count();
        prop_assert_eq!(forbidden, model.forbidden, "{:#?}", register.contradictions);

        // A bag has one sheet, and a sheet of a set whose key is gone is owed or destroyed.
        let sealed = register.sheets.iter().filter(|s| matches!(s.state, SheetState::Sealed | SheetState::OnItsWay));
        let bags: Vec<_> = sealed.filter_map(|s| s.bag.clone()).collect();
        prop_assert_eq!(bags.iter().collect::<BTreeSet<_>>().len(), bags.len());
        for set in register.sets.iter().filter(|s| s.state == SetState::KeyDestroyed) {
            let left = register.sheets.iter().filter(|s| s.set == set.set && s.state == SheetState::Sealed).count();
            let owed = register.owed.iter().filter(|o| o.says.contains(&set.set)).count();
            prop_assert!(owed >= left, "{:#?}", register.owed);
        }
        // Each due is there once, and what protects nothing is due no rotation.
        let ids: BTreeSet<&str> = register.dues.iter().map(|due| due.id.as_str()).collect();
        prop_assert_eq!(ids.len(), register.dues.len(), "{:#?}", register.dues);
        for key in &register.keys {
            let protects = matches!(key.state, KeyState::PreActivation | KeyState::Active | KeyState::Suspended);
            let id = format!("rotate {}", key.check_value);
            let due = register.dues.iter().any(|due| due.id == id && due.settled.is_none());
            prop_assert_eq!(due, protects, "{:?}", key);
        }
        // The order in which the records are found changes nothing.
        records.reverse();
        prop_assert_eq!(Register::of(&records), register);
    }
}
