//! A record of the shipped script as somebody with its signing key could write it.
#![allow(dead_code, reason = "each test uses its part")]

use actions::REPERTOIRE;
use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use data_encoding::{BASE64, HEXLOWER};
use engine::replay::follows;
use protocol::Mode;
use script::{Catalogue as _, Plan};
use std::collections::BTreeMap;
use transcript::{Clock, Draft, Journal, Kind, Level, SystemClock};

const SCRIPT: &str = include_str!("../../../../ceremonies/rehearsal-minimal.toml");
const ROSTER: &str = include_str!("../../../../ceremonies/rehearsal-roster.toml");

/// What somebody signs of their watch.
pub(crate) const WATCH: &str = "I looked at this machine before anybody signed in. My watch shows 09:00, and it is set to UTC+00:00, \
     where the machine's clock shows 2026-11-26 09:00 UTC.";

/// What is recorded of it.
pub(crate) const AS_RECORDED: &str =
    "09:00 where the clock showed 2026-11-26 09:00 UTC: 0 minutes apart in the zone UTC+00:00";

/// Such a record.
pub(crate) struct Record {
    pub(crate) plan: Plan,
    pub(crate) keys: BTreeMap<&'static str, EcdsaKeyPair>,
    pub(crate) journal: Journal,
    _folder: tempfile::TempDir,
}

impl Record {
    /// Opened, and everybody signed in.
    pub(crate) fn attended() -> Self {
        Self::attended_by(Box::new(SystemClock::default()))
    }

    /// The same by a clock of the test's.
    pub(crate) fn attended_by(clock: Box<dyn Clock>) -> Self {
        let mut record = Self::opened(Mode::Rehearsal, clock, &[("off", "officer"), ("wit", "witness")]);
        record.writes(Kind::Intent, "preflight", "administrator");
        record.signs("wit", "preflight", "administrator", WATCH);
        record.writes(Kind::Outcome, "preflight", "administrator");
        record.attends();
        record
    }

    /// Everybody signs in, those with keys of this test by them.
    pub(crate) fn attends(&mut self) {
        self.writes(Kind::Intent, "attend", "administrator");
        let here = "I am here and I take part. My watch agrees with this clock to some minutes: 2026-11-26 09:00 UTC.";
        for person in self.keys.keys().copied().collect::<Vec<_>>() {
            self.signs(person, "attend", "administrator", here);
        }
        self.writes(Kind::Outcome, "attend", "administrator");
    }

    /// Opened, and nothing done; these people, by id and role, sign with keys of this test.
    pub(crate) fn opened(mode: Mode, clock: Box<dyn Clock>, with_keys: &[(&'static str, &str)]) -> Self {
        let mut roster: String =
            ROSTER.split_inclusive('\n').filter(|line| !line.starts_with("rehearsal-passphrase")).collect();
        let mut keys = BTreeMap::new();
        for (n, (id, role)) in with_keys.iter().copied().enumerate() {
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
        let plan = Plan::of_record(SCRIPT, &roster, mode, &BTreeMap::new(), &REPERTOIRE).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let opened = Draft::new(Kind::Opened)
            .fact(Level::Public, "mode", mode.word())
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
        Self { plan, keys, journal, _folder: folder }
    }

    pub(crate) fn draft(kind: Kind, step: &str, actor: &str) -> Draft {
        Draft::new(kind).at("open", step).by(actor, (step == "preflight").then_some("witness"))
    }

    pub(crate) fn writes(&mut self, kind: Kind, step: &str, actor: &str) {
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
    pub(crate) fn signs(&mut self, person: &str, step: &str, actor: &str, says: &str) {
        let head = self.journal.head();
        let statement = format!(
            "{{\"what\":\"cofferdam approval v1\",\"mode\":\"{}\",\"run\":\"20261126-090000-000-1\",\"entries\":{},\"chain\":\"{}\",\
             \"step\":\"{step}\",\"person\":\"{person}\",\"says\":\"{says}\",\"restated\":null}}",
            self.plan.mode.word(),
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
    pub(crate) fn officer_signs(&mut self) {
        let says = self.say();
        self.signs("off", "open-token", "officer", &says);
    }

    /// What the officer is asked to do.
    pub(crate) fn say(&self) -> String {
        self.plan.steps.iter().find(|s| s.id == "open-token").unwrap().view.say.clone()
    }

    pub(crate) fn opens_token(&mut self, kind: Kind) {
        self.writes(kind, "open-token", "officer");
    }

    /// The witness decides and signs that, while the token is to be opened.
    pub(crate) fn decides(&mut self, decision: &str, settles: Option<&str>) {
        self.decides_at("open-token", "officer", decision, settles);
    }

    fn decides_at(&mut self, step: &str, actor: &str, decision: &str, settles: Option<&str>) {
        let title = if decision == "again" { "Begin this step again" } else { "Go on from here" };
        self.signs("wit", step, actor, &format!("I decide: {title}."));
        let mut note = Self::draft(Kind::Note, step, actor)
            .fact(Level::Public, "decision", decision)
            .fact(Level::Public, "decided-by", "witness")
            .fact(Level::Auditor, "reason", "both have looked");
        if let Some(id) = settles {
            note = note.closes(id);
        }
        self.journal.append(note).unwrap();
    }

    /// An exception that a person raises while the token is to be opened, and the decision on it.
    pub(crate) fn excepts(&mut self, decision: &str) {
        self.excepts_at("open-token", "officer", None, decision);
    }

    /// An exception in a step, with the code of what the program saw, and the decision on it.
    pub(crate) fn excepts_at(&mut self, step: &str, actor: &str, code: Option<&str>, decision: &str) {
        let id = format!("exception-{}", self.journal.head().entries + 1);
        let mut raised = Self::draft(Kind::Exception, step, actor)
            .fact(Level::Auditor, "expected", "quiet")
            .fact(Level::Auditor, "happened", "a fire alarm")
            .opens(&id, "to be decided");
        if let Some(code) = code {
            raised = raised.fact(Level::Public, "code", code);
        }
        self.journal.append(raised).unwrap();
        self.decides_at(step, actor, decision, Some(&id));
    }

    /// The step is begun and done, with or without a signature of its own.
    pub(crate) fn ends(mut self, signed: bool) -> Result<(), (Option<u64>, String)> {
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
pub(crate) fn with_its_facts(draft: Draft, step: &str) -> Draft {
    let row = REPERTOIRE.row(step).unwrap();
    if step == "preflight" {
        return preflight(draft, &[], "enrolled by the ceremony 20261125-090000-000-1");
    }
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

/// What a preflight found, and the watches of the two who look.
pub(crate) fn preflight(draft: Draft, to_mend: &[&str], roster_from: &str) -> Draft {
    draft
        .fact(Level::Auditor, "preflight", serde_json::json!([["network interfaces", "none"]]))
        .fact(Level::Public, "to-mend", serde_json::json!(to_mend))
        .fact(Level::Public, "roster-from", roster_from)
        .fact(Level::Auditor, "watches", serde_json::json!([["adm", AS_RECORDED], ["wit", AS_RECORDED]]))
}

/// The room ended, and the ceremony goes on.
pub(crate) fn resumed() -> Draft {
    Draft::new(Kind::Resumed)
        .fact(Level::Public, "record-ends-by", "the token")
        .fact(Level::Public, "stood-at", 3)
        .fact(Level::Public, "module-sha256", "0".repeat(64))
}
