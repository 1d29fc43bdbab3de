//! In production whoever goes on in spite of something has decided that, and the other one who looked has signed for it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod record;

use actions::REPERTOIRE;
use engine::replay::follows;
use protocol::Mode;
use record::{AS_RECORDED, Record, WATCH, preflight as found, resumed};
use serde_json::json;
use transcript::{Draft, Kind, Level, SystemClock};

const IN_SPITE: &str = "I saw what is to be mended on this machine, and go on in spite of it.";
const THIS_ROSTER: &str =
    "I know that no ceremony on this workstation enrolled these people, and take part with them.";

/// The administrator, who drives, and the witness, who confirms and decides, have keys of this test.
fn opened() -> Record {
    let with_keys = [("adm", "administrator"), ("wit", "witness"), ("off", "officer")];
    Record::opened(Mode::Production, Box::new(SystemClock::default()), &with_keys)
}

/// A preflight that found this, with these exceptions decided and these sentences signed by the administrator.
fn preflight(to_mend: &[&str], roster_from: &str, raised: &[&str], signed: &[&str]) -> Record {
    let mut record = opened();
    let (step, actor) = ("preflight", "administrator");
    record.writes(Kind::Intent, step, actor);
    for code in raised {
        record.excepts_at(step, actor, Some(code), "go-on");
    }
    for says in signed {
        record.signs("adm", step, actor, says);
    }
    for person in ["adm", "wit"] {
        record.signs(person, step, actor, WATCH);
    }
    let outcome = found(Record::draft(Kind::Outcome, step, actor), to_mend, roster_from);
    record.journal.append(outcome).unwrap();
    record
}

/// Why the record so far does not follow its script, by code.
fn departs(record: &Record) -> Option<String> {
    follows(&record.plan, &REPERTOIRE, record.journal.entries()).err().map(|d| format!("{:?}", d.why))
}

/// Each of the two watches: not recorded, recorded otherwise than it was signed, or nobody's.
#[test]
fn what_is_recorded_of_a_watch_is_what_its_owner_signed() {
    let (step, actor) = ("preflight", "administrator");
    for (was, is, why) in [
        ("09:00", "09:00", None),
        ("\"adm\"", "\"off\"", Some("watches")),
        ("09:00 where", "08:59 where", Some("SignedOtherwise")),
        ("UTC+00:00", "UTC+01:00", Some("SignedOtherwise")),
        ("where the clock showed", "when the clock showed", Some("watches")),
    ] {
        let mut record = opened();
        record.writes(Kind::Intent, step, actor);
        for person in ["adm", "wit"] {
            record.signs(person, step, actor, WATCH);
        }
        let watch = json!([["adm", AS_RECORDED], ["wit", AS_RECORDED]]).to_string().replacen(was, is, 1);
        let outcome = found(Record::draft(Kind::Outcome, step, actor), &[], ENROLLED).fact(
            Level::Auditor,
            "watches",
            serde_json::from_str::<serde_json::Value>(&watch).unwrap(),
        );
        record.journal.append(outcome).unwrap();
        let found = departs(&record);
        assert!(
            found.as_deref().map_or(why.is_none(), |f| why.is_some_and(|w| f.contains(w))),
            "{is}: {found:?}"
        );
    }
}

const ENROLLED: &str = "enrolled by the ceremony 20261125-090000-000-1";
const NAMED: &str = "named when the program was started";

#[test]
fn what_the_preflight_found_is_decided_by_one_and_signed_by_the_other() {
    let mend = &["A network interface is switched on (eth0)."][..];
    for (to_mend, from, raised, signed, expected) in [
        (&[][..], ENROLLED, &[][..], &[][..], None),
        (mend, ENROLLED, &["workstation-to-mend"], &[IN_SPITE], None),
        (mend, ENROLLED, &[], &[IN_SPITE], Some("not-decided")),
        (mend, ENROLLED, &["clock-differs"], &[IN_SPITE], Some("not-decided")),
        (mend, ENROLLED, &["workstation-to-mend"], &[], Some("SignedOtherwise")),
        (mend, ENROLLED, &["workstation-to-mend"], &[THIS_ROSTER], Some("SignedOtherwise")),
        (&[], NAMED, &["roster-not-enrolled"], &[THIS_ROSTER], None),
        (&[], NAMED, &[], &[THIS_ROSTER], Some("not-decided")),
        (&[], NAMED, &["workstation-to-mend"], &[THIS_ROSTER], Some("not-decided")),
        (&[], NAMED, &["roster-not-enrolled"], &[], Some("SignedOtherwise")),
        (&[], NAMED, &["roster-not-enrolled"], &[IN_SPITE], Some("SignedOtherwise")),
    ] {
        let found = departs(&preflight(to_mend, from, raised, signed));
        match expected {
            None => assert_eq!(found, None, "{from} {raised:?} {signed:?}"),
            Some(why) => {
                assert!(found.as_ref().is_some_and(|f| f.contains(why)), "{raised:?} {signed:?}: {found:?}");
            }
        }
    }
}

/// A ceremony that goes on at its first step after everybody signed in, on a machine of which this is said.
fn goes_on(to_mend: Option<&[&str]>) -> Record {
    let mut record = preflight(&[], ENROLLED, &[], &[]);
    record.attends();
    record.journal.append(resumes(to_mend)).unwrap();
    record
}

fn resumes(to_mend: Option<&[&str]>) -> Draft {
    match to_mend {
        Some(list) => resumed().fact(Level::Public, "to-mend", json!(list)),
        None => resumed(),
    }
}

/// Opens the token, which is the step that is due.
fn opens(mut record: Record) -> Option<String> {
    record.officer_signs();
    record.opens_token(Kind::Intent);
    departs(&record)
}

#[test]
fn a_machine_to_be_mended_is_decided_on_and_signed_for_where_a_ceremony_goes_on() {
    let mend = Some(&["A debugger is attached."][..]);
    let raise = |record: &mut Record, code| record.excepts_at("open-token", "officer", Some(code), "go-on");
    assert_eq!(opens(goes_on(None)), None);
    assert_eq!(opens(goes_on(Some(&[]))), None);
    assert_eq!(opens(goes_on(mend)).as_deref(), Some("GoneOnInSpite"));

    let mut record = goes_on(mend);
    raise(&mut record, "clock-differs");
    assert_eq!(opens(record).as_deref(), Some("GoneOnInSpite"), "another exception decides nothing");

    // Who is due, the officer, has to sign beside the witness, who decided.
    let mut record = goes_on(mend);
    raise(&mut record, "workstation-to-mend");
    assert_eq!(opens(record).as_deref(), Some("NotSigned { name: \"Olga Reyes\" }"));
    let mut record = goes_on(mend);
    raise(&mut record, "workstation-to-mend");
    record.signs("adm", "open-token", "officer", IN_SPITE);
    assert_eq!(opens(record).as_deref(), Some("NotSigned { name: \"Olga Reyes\" }"), "another person signed");
    let mut record = goes_on(mend);
    raise(&mut record, "workstation-to-mend");
    record.signs("off", "open-token", "officer", IN_SPITE);
    assert_eq!(opens(record), None);

    // A signature from before it was raised is for something else.
    let mut record = goes_on(mend);
    record.signs("off", "open-token", "officer", IN_SPITE);
    raise(&mut record, "workstation-to-mend");
    assert_eq!(opens(record).as_deref(), Some("NotSigned { name: \"Olga Reyes\" }"));

    // Mended meanwhile: the ceremony was stopped, and goes on on a machine that is as it should be.
    let mut record = goes_on(mend);
    record.journal.append(resumes(None)).unwrap();
    assert_eq!(opens(record), None);

    // A try of the step that failed uses nothing of it up.
    let mut record = goes_on(mend);
    raise(&mut record, "workstation-to-mend");
    record.signs("off", "open-token", "officer", IN_SPITE);
    record.opens_token(Kind::Failed);
    record.decides("again", None);
    assert_eq!(opens(record), None);
}
