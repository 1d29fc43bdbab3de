//! Names of facts: each stands for one thing, and cannot be taken for another's.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use facts::{ALL, About, AnyFact, Fact, Named, ROOMS, Text};
use serde_json::json;
use std::collections::BTreeSet;
use transcript::{Entry, Kind, Level};

fn all() -> impl Iterator<Item = &'static About> {
    ALL.iter().flat_map(|room| room.iter())
}

#[test]
fn every_room_has_its_list() {
    assert_eq!(ROOMS.len(), ALL.len());
    assert!(ALL.iter().all(|room| !room.is_empty()));
    assert_eq!(ROOMS.iter().collect::<BTreeSet<_>>().len(), ROOMS.len());
}

#[test]
fn names_are_lower_kebab_and_each_is_there_once() {
    let mut seen = BTreeSet::new();
    for about in all() {
        let word = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        assert!(about.name.split('-').all(word), "{}", about.name);
        assert!(about.name.starts_with(|c: char| c.is_ascii_lowercase()), "{}", about.name);
        assert!(seen.insert(about.name), "{} is declared twice", about.name);
        // A dot in a name says that a script declared it.
        assert!(!about.name.contains('.'), "{}", about.name);
    }
}

#[test]
fn no_turn_of_one_fact_is_called_as_another() {
    for each in all().filter(|a| a.each) {
        let begins = format!("{}-", each.name);
        for other in all() {
            assert!(!other.name.starts_with(&begins), "{} may be one of {}", other.name, each.name);
        }
    }
}

#[test]
fn what_a_fact_says_is_one_line() {
    for about in all() {
        assert!(
            !about.doc.is_empty() && !about.doc.contains('\n') && !about.doc.ends_with('.'),
            "{}",
            about.name
        );
        assert!(about.doc.starts_with(|c: char| c.is_lowercase() || c == '`'), "{}", about.name);
        assert!(!about.form.is_empty(), "{}", about.name);
    }
}

fn entry(facts: serde_json::Value) -> Entry {
    Entry {
        seq: 1,
        kind: Kind::Note,
        utc: String::new(),
        monotonic_ms: 0,
        act: None,
        step: None,
        actor: None,
        confirmer: None,
        facts: [(Level::Public, serde_json::from_value(facts).unwrap())].into(),
        files: Vec::new(),
        opens: Vec::new(),
        closes: Vec::new(),
        chain: [0; 32],
    }
}

#[test]
fn the_newest_value_that_has_the_form_counts() {
    let entries = [
        entry(json!({ "share-index": 1, "custodian-certificate-2": "two.cer" })),
        entry(json!({ "share-index": 2 })),
        entry(json!({ "share-index": "3", "custodian-certificate-3": "../three.cer" })),
    ];
    assert_eq!(facts::SHARE_INDEX.within(&entries[0]), Some(1));
    assert_eq!(facts::SHARE_INDEX.within(&entries[2]), None);
    assert_eq!(facts::SHARE_INDEX.newest(&entries), Some(2));
    assert_eq!(facts::CUSTODIAN_CERTIFICATE.of(2).newest(&entries).as_deref(), Some("two.cer"));
    assert_eq!(facts::CUSTODIAN_CERTIFICATE.of(3).newest(&entries), None);
    assert_eq!(facts::CUSTODIAN_CERTIFICATE.of(3).called(), "custodian-certificate-3");
    assert_eq!(facts::YUBIKEY_SERIAL.of(1).level(), Level::Auditor);
}

#[test]
fn a_name_of_a_record_is_found_with_what_is_declared_of_it() {
    for (name, of) in [
        ("share-set", Some("share-set")),
        ("custodian", Some("custodian")),
        ("custodian-thumbprint-3", Some("custodian-thumbprint")),
        ("enrolled-kc1-file", Some("enrolled")),
        ("custodian-thumbprint", None),
        ("custodian-thumbprint-", None),
        ("share-set-3", None),
        ("break-glass.reason", None),
    ] {
        assert_eq!(facts::about(name).map(|a| a.name), of, "{name}");
    }
    let about = facts::about("share-set").unwrap();
    assert!(about.fits(&json!("0123-4567-89AB-CDEF")) && !about.fits(&json!("SET")));
    let table: [&dyn AnyFact; 2] = [&facts::SHARE_SET, &facts::SHARE_INDEX];
    assert_eq!(table.map(AnyFact::called), ["share-set", "share-index"]);
    assert_eq!(table.map(|f| f.fits(&json!(1))), [false, true]);
    // Both traits at hand, and still one meaning.
    let note: Fact<Text> = facts::NOTE;
    assert_eq!((note.name(), note.called().as_ref(), note.level()), ("note", "note", Level::Public));
}
