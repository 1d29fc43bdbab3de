//! Approvals count for the attempt that they were given in.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use actions::REPERTOIRE;
use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use data_encoding::{BASE64, HEXLOWER};
use engine::replay::{Why, follows};
use script::{Catalogue as _, Plan};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use transcript::{Clock, Draft, Journal, Kind, Level, SystemClock};

const SCRIPT: &str = include_str!("../../../ceremonies/rehearsal-minimal.toml");
const ROSTER: &str = include_str!("../../../ceremonies/rehearsal-roster.toml");

/// A record of the shipped script as somebody with its signing key could write it. The officer and the witness sign with
/// keys that this test has; everybody else with a passphrase, which leaves nothing.
struct Record {
    plan: Plan,
    keys: BTreeMap<&'static str, EcdsaKeyPair>,
    journal: Journal,
    _folder: tempfile::TempDir,
}

impl Record {
    /// Opened, and everybody signed in.
    fn attended() -> Self {
        Self::attended_by(Box::new(SystemClock::default()))
    }

    /// The same by a clock of the test's.
    fn attended_by(clock: Box<dyn Clock>) -> Self {
        let mut roster: String =
            ROSTER.split_inclusive('\n').filter(|line| !line.starts_with("rehearsal-passphrase")).collect();
        let mut keys = BTreeMap::new();
        for (n, (id, role)) in [("off", "officer"), ("wit", "witness")].into_iter().enumerate() {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
            let public: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
            let line = format!("role = \"{role}\"\n");
            let own = format!(
                "yubikey = {{ serial = {}, sign-key = \"{}\" }}\n",
                7 + n,
                BASE64.encode(public.as_ref())
            );
            roster = roster.replacen(&line, &format!("{line}{own}"), 1);
            keys.insert(id, pair);
        }
        let plan = Plan::of_record(SCRIPT, &roster, protocol::Mode::Rehearsal, &BTreeMap::new(), &REPERTOIRE)
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let opened = Draft::new(Kind::Opened)
            .fact(Level::Public, "mode", "rehearsal")
            .fact(Level::Public, "run", "20261126-090000-000-1")
            .fact(Level::Public, "script-sha256", script::sha256_hex(SCRIPT.as_bytes()))
            .fact(Level::Public, "public-roster-sha256", script::sha256_hex(plan.roster.public().as_bytes()))
            .fact(Level::Public, "parameters", serde_json::json!(plan.values))
            .fact(Level::Public, "script", "rehearsal-minimal")
            .fact(Level::Public, "script-version", 1)
            .fact(Level::Public, "program", "cofferdam")
            .fact(Level::Auditor, "people", serde_json::json!([]))
            .fact(Level::Public, "roster-sha256", "0".repeat(64))
            .fact(Level::Public, "module-sha256", "0".repeat(64))
            .fact(Level::Public, "runs-ended-before", 0);
        let journal = Journal::create(&folder.path().join("record"), opened, clock).unwrap();
        let mut record = Self { plan, keys, journal, _folder: folder };
        record.writes(Kind::Intent, "preflight", "administrator");
        let watch = "I looked at this machine before anybody signed in. My watch shows 09:00, and it is \
                     set to UTC+00:00, where the machine's clock shows 2026-11-26 09:00 UTC.";
        record.signs("wit", "preflight", "administrator", watch);
        record.writes(Kind::Outcome, "preflight", "administrator");
        record.writes(Kind::Intent, "attend", "administrator");
        let here = "I am here and I take part. My watch agrees with this clock to some minutes: 2026-11-26 09:00 UTC.";
        record.signs("off", "attend", "administrator", here);
        record.signs("wit", "attend", "administrator", here);
        record.writes(Kind::Outcome, "attend", "administrator");
        record
    }

    fn draft(kind: Kind, step: &str, actor: &str) -> Draft {
        Draft::new(kind).at("open", step).by(actor, (step == "preflight").then_some("witness"))
    }

    fn writes(&mut self, kind: Kind, step: &str, actor: &str) {
        let draft = Self::draft(kind, step, actor);
        let draft = match kind {
            Kind::Outcome => with_its_facts(draft, step),
            Kind::Failed => draft.fact(Level::Public, "code", "none").fact(
                Level::Auditor,
                "happened",
                "nothing came of it",
            ),
            _ => draft,
        };
        self.journal.append(draft).unwrap();
    }

    /// As the program writes it: a statement with its members in order, and the signature over it.
    fn signs(&mut self, person: &str, step: &str, actor: &str, says: &str) {
        let head = self.journal.head();
        let statement = format!(
            "{{\"what\":\"cofferdam approval v1\",\"mode\":\"rehearsal\",\"run\":\"20261126-090000-000-1\",\"entries\":{},\"chain\":\"{}\",\
             \"step\":\"{step}\",\"person\":\"{person}\",\"says\":\"{says}\",\"restated\":null}}",
            head.entries,
            HEXLOWER.encode(&head.chain)
        );
        let signature = self.keys[person].sign(&SystemRandom::new(), statement.as_bytes()).unwrap();
        let approval =
            serde_json::json!({ "statement": statement, "signature": BASE64.encode(signature.as_ref()) });
        let note = Self::draft(Kind::Note, step, actor)
            .fact(Level::Public, "note", "a person signed with their YubiKey")
            .fact(Level::Auditor, "person", person)
            .fact(Level::Auditor, "approval", approval);
        self.journal.append(note).unwrap();
    }

    /// The officer signs for opening the token.
    fn officer_signs(&mut self) {
        let says = self.say();
        self.signs("off", "open-token", "officer", &says);
    }

    /// What the officer is asked to do.
    fn say(&self) -> String {
        self.plan.steps.iter().find(|s| s.id == "open-token").unwrap().view.say.clone()
    }

    fn opens_token(&mut self, kind: Kind) {
        self.writes(kind, "open-token", "officer");
    }

    /// The witness decides and signs that.
    fn decides(&mut self, decision: &str, settles: Option<&str>) {
        let title = if decision == "again" { "Begin this step again" } else { "Go on from here" };
        self.signs("wit", "open-token", "officer", &format!("I decide: {title}."));
        let mut note = Self::draft(Kind::Note, "open-token", "officer")
            .fact(Level::Public, "decision", decision)
            .fact(Level::Public, "decided-by", "witness")
            .fact(Level::Auditor, "reason", "both have looked");
        if let Some(id) = settles {
            note = note.closes(id);
        }
        self.journal.append(note).unwrap();
    }

    /// An exception in the step, and the decision on it.
    fn excepts(&mut self, decision: &str) {
        let id = format!("exception-{}", self.journal.head().entries + 1);
        let raised = Self::draft(Kind::Exception, "open-token", "officer")
            .fact(Level::Auditor, "expected", "quiet")
            .fact(Level::Auditor, "happened", "a fire alarm")
            .opens(&id, "to be decided");
        self.journal.append(raised).unwrap();
        self.decides(decision, Some(&id));
    }

    /// The step is begun and done, with or without a signature of its own.
    fn ends(mut self, signed: bool) -> Result<(), (Option<u64>, String)> {
        if signed {
            self.officer_signs();
        }
        self.opens_token(Kind::Intent);
        let intent = self.journal.head().entries;
        self.opens_token(Kind::Outcome);
        follows(&self.plan, &REPERTOIRE, self.journal.entries()).map_err(|d| {
            assert_eq!(d.entry, Some(intent), "{d}");
            (d.entry, d.why.to_string())
        })
    }
}

/// What the action of a step always says.
fn with_its_facts(draft: Draft, step: &str) -> Draft {
    let row = REPERTOIRE.row(step).unwrap();
    row.states.iter().fold(draft, |draft, fact| {
        let values = [
            serde_json::json!("2026-11-26 09:00 UTC"),
            serde_json::json!("text"),
            serde_json::json!(2),
            serde_json::json!([]),
        ];
        let value = values.into_iter().find(|v| fact.fits(v)).unwrap_or_else(|| panic!("{}", fact.called()));
        draft.fact(fact.level(), fact.called(), value)
    })
}

/// The room ended, and the ceremony goes on.
fn resumed() -> Draft {
    Draft::new(Kind::Resumed)
        .fact(Level::Public, "record-ends-by", "the token")
        .fact(Level::Public, "stood-at", 3)
        .fact(Level::Public, "module-sha256", "0".repeat(64))
}

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
