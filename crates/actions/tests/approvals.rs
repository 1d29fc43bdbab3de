//! Approvals count for the attempt that they were given in.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod record;

use actions::REPERTOIRE;
use engine::replay::{Why, follows};
use record::{Record, resumed};
use std::sync::atomic::{AtomicU64, Ordering};
use transcript::{Clock, Draft, Kind, Level};

/// How an attempt ends in which the officer had signed before it was begun, and what it is called.
type Ending = (&'static str, fn(&mut Record));

#[test]
fn a_signature_of_an_attempt_that_came_to_nothing_does_not_count_in_the_next() {
    let endings: [Ending; 5] = [
        ("failed before it was begun", |r| {
            r.opens_token(Kind::Failed);
            r.decides("again", None);
        }),
        ("the room ended", |r| {
            r.journal.append(resumed()).unwrap();
        }),
        ("begun again by decision", |r| r.excepts("again")),
        ("failed after it was begun", |r| {
            r.opens_token(Kind::Intent);
            r.opens_token(Kind::Failed);
            r.decides("again", None);
        }),
        ("taken back after the room ended", |r| {
            r.journal.append(resumed()).unwrap();
            let back = Draft::new(Kind::TakenBack).fact(Level::Public, "to", "open-token").fact(
                Level::Public,
                "because",
                "decided",
            );
            r.journal.append(back).unwrap();
        }),
    ];
    for (what, ending) in endings {
        let begun = || {
            let mut record = Record::attended();
            record.officer_signs();
            ending(&mut record);
            record
        };
        let (_, why) = begun().ends(false).expect_err(what);
        assert!(why.contains("Olga Reyes did not sign for it"), "{what}: {why}");
        begun().ends(true).unwrap_or_else(|e| panic!("{what}: {e:?}"));
    }
}

#[test]
fn a_signature_counts_where_the_attempt_goes_on_after_an_exception() {
    let mut record = Record::attended();
    record.officer_signs();
    record.excepts("go-on");
    record.ends(false).unwrap();
}

#[test]
fn a_decision_to_begin_again_leaves_no_intent_to_come_to_an_outcome() {
    let mut record = Record::attended();
    record.officer_signs();
    record.opens_token(Kind::Intent);
    record.excepts("again");
    record.opens_token(Kind::Outcome);
    let departs = follows(&record.plan, &REPERTOIRE, record.journal.entries()).unwrap_err();
    assert_eq!(departs.entry, Some(record.journal.head().entries), "{departs}");
    assert!(departs.why.to_string().contains("no intent"), "{departs}");
}

/// On 0.1.0 ten people who had signed "I object" counted as ten who approved.
#[test]
fn a_statement_that_says_something_else_is_no_approval() {
    let mut record = Record::attended();
    record.signs("off", "open-token", "officer", "I object.");
    record.opens_token(Kind::Intent);
    let departs = follows(&record.plan, &REPERTOIRE, record.journal.entries()).unwrap_err();
    assert_eq!(departs.why, Why::SignedOtherwise { name: "Olga Reyes".to_owned() });
    // The right sentence beside it counts.
    let mut record = Record::attended();
    record.signs("off", "open-token", "officer", "I object.");
    record.ends(true).unwrap();
}

#[test]
fn a_decision_is_by_the_role_that_may_decide_and_says_what_was_decided() {
    for (role, says, code) in [
        ("nobody", "I decide: Begin this step again.", "decided-by-another"),
        ("officer", "I decide: Begin this step again.", "decided-by-another"),
        ("witness", "I decide: Go on from here.", "signed-otherwise"),
    ] {
        let mut record = Record::attended();
        record.opens_token(Kind::Failed);
        record.signs("wit", "open-token", "officer", says);
        let note = Record::draft(Kind::Note, "open-token", "officer")
            .fact(Level::Public, "decision", "again")
            .fact(Level::Public, "decided-by", role)
            .fact(Level::Auditor, "reason", "both have looked");
        record.journal.append(note).unwrap();
        let departs = follows(&record.plan, &REPERTOIRE, record.journal.entries()).unwrap_err();
        assert_eq!(departs.why.code(), code, "{role}: {departs}");
    }
}

/// A clock that says these times one after another: the time of day in seconds after midnight, and its own milliseconds.
struct Told {
    times: &'static [(u64, u64)],
    asked: AtomicU64,
}

impl Told {
    fn now(&self) -> (u64, u64) {
        let at = usize::try_from(self.asked.load(Ordering::Relaxed) / 2).unwrap();
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.times[at.min(self.times.len() - 1)]
    }
}

impl Clock for Told {
    fn utc(&self) -> String {
        let (of_day, _) = self.now();
        format!("2026-11-27T{:02}:{:02}:{:02}.000Z", of_day / 3600, of_day / 60 % 60, of_day % 60)
    }

    fn monotonic_ms(&self) -> u64 {
        self.now().1
    }
}

/// On 0.1.0 a record whose clock ran backwards, a year an entry, followed its script.
#[test]
fn a_clock_that_goes_back_is_a_departure() {
    let found = |times| {
        let told = Told { times, asked: AtomicU64::new(0) };
        let record = Record::attended_by(Box::new(told));
        follows(&record.plan, &REPERTOIRE, record.journal.entries()).err().map(|d| d.why)
    };
    assert_eq!(found(&[(3600, 1), (3600, 1), (3601, 2)]), None);
    // Set right by half a minute.
    assert_eq!(found(&[(3600, 1), (3570, 2)]), None);
    assert_eq!(found(&[(3600, 1), (3601, 2), (3500, 3)]), Some(Why::ClockFalls));
    assert_eq!(found(&[(3600, 5), (3601, 6), (3602, 4)]), Some(Why::TimeFalls));
    // By little at a time, but by much in all.
    assert_eq!(found(&[(3600, 1), (3560, 2), (3520, 3), (3480, 4)]), Some(Why::ClockFalls));
}
