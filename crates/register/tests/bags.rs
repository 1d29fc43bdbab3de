//! The ledger of bags: a story, what cannot have happened, and random events against a plain model.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use proptest::prelude::*;
use register::bags::{BagError, Event, Ledger, Obligation, Seal, Whereabouts};
use std::collections::BTreeSet;

fn sealed(bag: &str, item: &str, site: &str) -> Event {
    Event::Sealed { bag: bag.into(), item: item.into(), site: site.into() }
}

fn opened(bag: &str) -> Event {
    Event::Opened { bag: bag.into() }
}

fn seen(bag: &str, seal: Seal) -> Event {
    Event::Seen { bag: bag.into(), seal }
}

fn sent(bag: &str, to: &str) -> Event {
    Event::Sent { bag: bag.into(), to: to.into() }
}

fn arrived(bag: &str) -> Event {
    Event::Arrived { bag: bag.into() }
}

fn owed(events: &[Event]) -> Vec<String> {
    Ledger::replay(events).unwrap().obligations().iter().map(ToString::to_string).collect()
}

#[test]
fn a_share_through_a_drill() {
    let mut events = vec![sealed("A001", "share 2", "north"), sent("A001", "south")];
    assert_eq!(owed(&events), ["bag A001 left for south and has not arrived; find it"]);
    events.extend([arrived("A001"), seen("A001", Seal::Whole)]);
    assert!(owed(&events).is_empty());
    events.push(opened("A001"));
    let open = "share 2, taken out of bag A001, is not sealed again; put it into a fresh bag, or destroy it";
    assert_eq!(owed(&events), [open], "opened but not resealed stays open");
    events.push(sealed("A002", "share 2", "south"));
    assert!(owed(&events).is_empty());
    let ledger = Ledger::replay(&events).unwrap();
    let there = Whereabouts::Sealed { bag: "A002".into(), site: "south".into() };
    assert_eq!(ledger.whereabouts("share 2"), Some(there));
    assert_eq!(ledger.whereabouts("share 3"), None);
    events.extend([opened("A002"), Event::Destroyed { item: "share 2".into() }]);
    assert!(owed(&events).is_empty());
    assert_eq!(Ledger::replay(&events).unwrap().whereabouts("share 2"), Some(Whereabouts::Destroyed));
}

#[test]
fn a_damaged_seal_is_owed_until_it_is_decided() {
    let mut events = vec![sealed("A001", "share 2", "north"), seen("A001", Seal::Damaged)];
    events.push(seen("A001", Seal::Whole)); // somebody who looks less closely changes nothing
    let ledger = Ledger::replay(&events).unwrap();
    assert_eq!(ledger.obligations(), [Obligation::Decide { bag: "A001".into() }]);
    let accepted = [events.clone(), vec![Event::Accepted { bag: "A001".into() }]].concat();
    assert!(owed(&accepted).is_empty());
    let resealed = [events, vec![opened("A001"), sealed("A002", "share 2", "north")]].concat();
    assert!(owed(&resealed).is_empty());
}

#[test]
fn what_cannot_have_happened_is_refused_and_changes_nothing() {
    let start = [
        sealed("A001", "share 1", "north"),
        sealed("A002", "share 2", "north"),
        opened("A002"),
        sealed("A003", "share 3", "north"),
        sent("A003", "south"),
        sealed("A004", "share 4", "north"),
        opened("A004"),
        Event::Destroyed { item: "share 4".into() },
    ];
    let (bag, item) = (|b: &str| b.to_owned(), |i: &str| i.to_owned());
    let cases = [
        (sealed("A001", "share 9", "north"), BagError::UsedBefore { bag: bag("A001") }),
        (sealed("A002", "share 2", "north"), BagError::UsedBefore { bag: bag("A002") }),
        (
            sealed("A009", "share 1", "north"),
            BagError::InAnotherBag { item: item("share 1"), bag: bag("A001") },
        ),
        (sealed("A009", "share 4", "north"), BagError::WasDestroyed { item: item("share 4") }),
        (opened("A002"), BagError::Spent { bag: bag("A002") }),
        (seen("A002", Seal::Whole), BagError::Spent { bag: bag("A002") }),
        (opened("A003"), BagError::OnItsWay { bag: bag("A003") }),
        (sent("A003", "bank"), BagError::OnItsWay { bag: bag("A003") }),
        (arrived("A001"), BagError::NotSent { bag: bag("A001") }),
        (opened("A00I"), BagError::Unknown { bag: bag("A00I") }),
        (Event::Accepted { bag: bag("A001") }, BagError::NotDamaged { bag: bag("A001") }),
        (
            Event::Destroyed { item: item("share 1") },
            BagError::InAnotherBag { item: item("share 1"), bag: bag("A001") },
        ),
        (Event::Destroyed { item: item("share 9") }, BagError::UnknownItem { item: item("share 9") }),
    ];
    let before = Ledger::replay(&start).unwrap();
    for (event, error) in cases {
        let mut ledger = before.clone();
        assert!(error.code().starts_with("bag-") && error.to_string().contains(';'));
        assert_eq!(ledger.apply(&event), Err(error.clone()));
        assert_eq!(ledger, before);
        let replayed = Ledger::replay(start.iter().chain([&event]));
        assert_eq!(replayed, Err((start.len(), error)), "a replay names the entry");
    }
}

fn any_event() -> impl Strategy<Value = Event> {
    let bag = || (0u8..6).prop_map(|b| format!("B{b}"));
    let item = || (0u8..3).prop_map(|i| format!("share {i}"));
    let site = || (0u8..3).prop_map(|s| format!("site {s}"));
    prop_oneof![
        4 => (bag(), item(), site()).prop_map(|(bag, item, site)| Event::Sealed { bag, item, site }),
        3 => bag().prop_map(|bag| Event::Opened { bag }),
        1 => (bag(), prop_oneof![Just(Seal::Whole), Just(Seal::Damaged)]).prop_map(|(bag, seal)| Event::Seen { bag, seal }),
        1 => bag().prop_map(|bag| Event::Accepted { bag }),
        2 => (bag(), site()).prop_map(|(bag, to)| Event::Sent { bag, to }),
        2 => bag().prop_map(|bag| Event::Arrived { bag }),
        1 => item().prop_map(|item| Event::Destroyed { item }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens in whatever order: every bag number is used once, every item is in one place, and what was
    /// opened is owed until it is sealed or destroyed.
    #[test]
    fn nothing_is_forgotten(events in prop::collection::vec(any_event(), 0..60)) {
        let mut ledger = Ledger::default();
        let mut accepted = Vec::new();
        let (mut used, mut open) = (BTreeSet::new(), BTreeSet::new());
        for event in events {
            let item_of = |bag: &str| {
                let sealed = accepted.iter().find_map(|e| match e {
                    Event::Sealed { bag: b, item, .. } if b == bag => Some(item.clone()),
                    _ => None,
                });
                sealed.unwrap_or_default()
            };
            if ledger.apply(&event).is_ok() {
                match &event {
                    Event::Sealed { bag, item, .. } => {
                        prop_assert!(used.insert(bag.clone()), "a number was used twice");
                        open.remove(item);
                    }
                    Event::Opened { bag } => {
                        prop_assert!(open.insert(item_of(bag)));
                    }
                    Event::Destroyed { item } => {
                        prop_assert!(open.remove(item), "only what is in hand can be destroyed");
                    }
                    _ => {}
                }
                accepted.push(event);
            }
            let owed: BTreeSet<String> = ledger
                .obligations()
                .into_iter()
                .filter_map(|o| match o {
                    Obligation::Reseal { item, .. } => Some(item),
                    _ => None,
                })
                .collect();
            prop_assert_eq!(&owed, &open);
        }
        prop_assert_eq!(Ledger::replay(&accepted).unwrap(), ledger, "the events alone rebuild it");
    }
}
