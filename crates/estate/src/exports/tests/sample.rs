//! A small estate that is made up, for tests: one of everything, and texts that are meant to do harm.

use super::Pack;
use register::places::{Place, Sort, token_id};
use register::{
    CloudKey, Copy, Device, DeviceSort, Due, KeptList, KeptRow, Key, KeyState, Register, Seen, Set, SetState,
    Sheet, SheetState, Validation, strength,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use transcript::{Entry, FileDigest, Kind, Level, Obligation};

pub(crate) const TODAY: &str = "2026-11-30";
pub(crate) const AT: &str = "2026-11-30T16:05:00Z";
pub(crate) const RUN: &str = "20261102-090000-000-1";
pub(crate) const AES: &str = "cmac-aes:00112233445566778899aabbccddeeff";
pub(crate) const EC: &str = "spki-sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
pub(crate) const HMAC: &str = "hmac-sha256:ffeeddccbbaa99887766554433221100";
pub(crate) const ELSEWHERE: &str = "cmac-aes:0f0e0d0c0b0a09080706050403020100";
pub(crate) const SET: &str = "1A2B-3C4D-5E6F-7A8B";
/// A label that a spreadsheet would run.
pub(crate) const FORMULA: &str = "=cmd|' /C calc'!A0";
/// What only auditors may read.
pub(crate) const NAME: &str = "Ada Example";

fn key(check_value: &str, spec: Option<&str>, label: Option<&str>, states: &[KeyState]) -> Key {
    let day = |at: usize| format!("2026-11-{:02}T10:00:00.000Z", at + 2);
    Key {
        check_value: check_value.to_owned(),
        strength: spec.and_then(strength),
        spec: spec.map(str::to_owned),
        label: label.map(str::to_owned),
        made: "in its token, as the token says".to_owned(),
        run: RUN.to_owned(),
        since: day(0),
        state: states.last().copied().unwrap_or_default(),
        states: states.iter().enumerate().map(|(at, state)| (*state, day(at), RUN.to_owned())).collect(),
        ..Key::default()
    }
}

fn keys() -> Vec<Key> {
    use KeyState::{Active, Compromised, Destroyed, PreActivation};
    let mut aes = key(AES, Some("aes-256"), Some("records-2027"), &[PreActivation, Active]);
    aes.set = Some(SET.to_owned());
    aes.days_set_by = Some(RUN.to_owned());
    (aes.protects_until, aes.processes_until) =
        (Some("2028-11-02".to_owned()), Some("2031-11-02".to_owned()));
    let mut ec = key(EC, Some("ec-p256"), Some(FORMULA), &[PreActivation, Compromised]);
    (ec.line, ec.system, ec.owner) = (Some(2), Some("Laboratory".to_owned()), Some("Laboratory".to_owned()));
    let hmac = key(HMAC, Some("hmac-32"), Some("tokens-2025"), &[PreActivation, Active, Destroyed]);
    let mut elsewhere = key(ELSEWHERE, None, None, &[PreActivation]);
    "by no ceremony whose record is here".clone_into(&mut elsewhere.made);
    vec![aes, ec, hmac, elsewhere]
}

fn copy(key: &str, id: String, sort: Sort, says: &str, became: Option<&str>) -> Copy {
    let place = Place {
        id,
        sort,
        says: says.to_owned(),
        run: RUN.to_owned(),
        parent: None,
        path: None,
        became: became.map(|became| (became.to_owned(), RUN.to_owned())),
        perhaps: false,
    };
    Copy { key: key.to_owned(), place, set: None }
}

fn copies() -> Vec<Copy> {
    let sheet = format!("older-sheet-1 {SET}");
    let mut all = vec![
        copy(AES, token_id("0001"), Sort::Token, "the key records-2027 in its token", None),
        copy(AES, sheet, Sort::Sheet, "the sheet of share 1, sealed in bag B-77", None),
        copy(HMAC, token_id("0001"), Sort::Token, "the key tokens-2025 in its token", Some("destroyed")),
    ];
    all.sort_by(|a, b| (&a.key, &a.place.id).cmp(&(&b.key, &b.place.id)));
    all
}

fn devices() -> Vec<Device> {
    let token = Device {
        sort: DeviceSort::Token,
        serial: "0001".to_owned(),
        model: Some("Example HSM Works, Model X".to_owned()),
        firmware: Some("7.0".to_owned()),
        label: Some("ceremonies".to_owned()),
        holder: None,
        tried: Some("2026-11-01T09:10:00.000Z".to_owned()),
        validation: Some(Validation {
            certificate: "4321".to_owned(),
            standard: "FIPS 140-3".to_owned(),
            level: "3".to_owned(),
            status: "active".to_owned(),
            looked_up: "2026-11-29".to_owned(),
            by: NAME.to_owned(),
            run: RUN.to_owned(),
        }),
        since: "2026-11-02T09:10:00.000Z".to_owned(),
        seen: "2026-11-02T09:10:00.000Z".to_owned(),
        run: RUN.to_owned(),
    };
    let yubikey = Device {
        sort: DeviceSort::Yubikey,
        serial: "7654321".to_owned(),
        model: None,
        firmware: Some("5.7.4".to_owned()),
        label: None,
        holder: Some(NAME.to_owned()),
        validation: None,
        ..token.clone()
    };
    vec![token, yubikey]
}

fn sets() -> Vec<Set> {
    let plain = Set {
        set: SET.to_owned(),
        key: Some("records-2027".to_owned()),
        check_value: Some(AES.to_owned()),
        run: RUN.to_owned(),
        since: "2026-11-02T10:00:00.000Z".to_owned(),
        threshold: Some(3),
        shares: Some(5),
        state: SetState::InUse,
        next_drill: Some("2027-11-02".to_owned()),
        ..Set::default()
    };
    let sites = Set {
        set: "0000-1111-2222-3333".to_owned(),
        threshold: None,
        sites_needed: Some(2),
        groups: vec![(2, 3), (2, 4)],
        shares: Some(7),
        state: SetState::Replaced,
        next_drill: None,
        ..plain.clone()
    };
    vec![sites, plain]
}

/// A register whose rows are written as `column=value; column=value`, the row's id first. `left` is no column: that row is
/// listed no longer.
fn kept(kind: &str, columns: &[&str], rows: &[String]) -> (KeptList, Vec<KeptRow>) {
    let row = |row: &String| {
        let said: BTreeMap<&str, &str> = row.split("; ").filter_map(|cell| cell.split_once('=')).collect();
        let value = |column: &&str| said.get(column).copied().unwrap_or(facts::NONE).to_owned();
        let values: Vec<String> = columns.iter().map(value).collect();
        KeptRow {
            kind: kind.to_owned(),
            id: values[0].clone(),
            values,
            since: "2026-11-03T08:00:00.000Z".to_owned(),
            changed: "2026-11-20T08:00:00.000Z".to_owned(),
            run: "20261120-080000-000-1".to_owned(),
            left: said.get("left").map(|_| "2026-11-21T08:00:00.000Z".to_owned()),
        }
    };
    let columns: Vec<String> = columns.iter().map(|&name| name.to_owned()).collect();
    (KeptList { kind: kind.to_owned(), columns, sha256: "0".repeat(64) }, rows.iter().map(row).collect())
}

fn all_kept() -> [(KeptList, Vec<KeptRow>); 6] {
    let digest = "ab".repeat(32);
    // A column that the hospital's own script added stands among those that every list has.
    let mut of_systems = facts::SYSTEM_COLUMNS.to_vec();
    of_systems.insert(3, "ward");
    let systems = [
        format!(
            "id=EHR-01; name=Records; sort=ehr; owner=Records office; vendor=Example Cloud; data=ephi; \
             where-data=eu-central-1; where-key=eu-west-1; encryption=verified; key={AES}; custody=byok; \
             because=It can be revoked; approver={NAME}; review=2027-11-20; agreement=BAA-1; ward=all"
        ),
        "id=PACS-9; name=Images; sort=pacs; data=ephi; encryption=unknown; custody=undecided; left=yes".to_owned(),
        "id=lab, old; name=Laboratory, \"old\"; sort=laboratory; data=ephi; encryption=unknown; custody=undecided"
            .to_owned(),
    ];
    let agreement = "id=BAA-1; party=Example Cloud; provider=aws; generates=us; stores=them; backs-up=us; \
                     rotates=both; destroys=nobody; notify-hours=72; audit-logs=yes; signed=2026-01-02; \
                     expires=2027-01-01";
    let policy = format!(
        "id=POL-1; title=Keys; version=3; sha256={digest}; approver={NAME}; effective=2026-01-01; \
         review=2027-01-01; scripts=byok-aws drill"
    );
    let safeguards = [
        "citation=164.308(a)(1)(i); decision=undecided".to_owned(),
        format!("citation=164.312(a)(2)(iv); decision=done; evidence=record {RUN}, and the plan"),
        "citation=164.312(e)(2)(ii); decision=alternative; reason=A line of its own; alternative=No network; \
         by=2027-02-01"
            .to_owned(),
    ];
    let answer = format!(
        "id=A-1; vendor=Example Cloud; question=algorithm-at-rest; answer=AES-256-GCM; by={NAME}; on=2026-11-20"
    );
    let incident = "incident=I-1; found=2026-11-19; what=+1 lost medium; decision=low-probability".to_owned();
    [
        kept(facts::AGREEMENT, facts::AGREEMENT_COLUMNS, &[agreement.to_owned()]),
        kept(facts::ANSWER, facts::ANSWER_COLUMNS, &[answer]),
        kept(facts::INCIDENT, facts::INCIDENT_FIELDS, &[incident]),
        kept(facts::POLICY, facts::POLICY_COLUMNS, &[policy]),
        kept(facts::SAFEGUARD, facts::SAFEGUARD_COLUMNS, &safeguards),
        kept(facts::SYSTEM, &of_systems, &systems),
    ]
}

/// The register.
pub(crate) fn register() -> Register {
    let (kept, rows): (Vec<_>, Vec<_>) = all_kept().into_iter().unzip();
    let cloud = CloudKey {
        key: AES.to_owned(),
        target: "aws-kms".to_owned(),
        name: "arn:aws:kms:eu-central-1:111122223333:key/1".to_owned(),
        run: RUN.to_owned(),
        since: "2026-11-02T11:00:00.000Z".to_owned(),
        received: Some(("2026-11-03T10:00:00.000Z".to_owned(), RUN.to_owned())),
        seen: Some(Seen {
            condition: "usable".to_owned(),
            on: "2026-11-29T10:00:00.000Z".to_owned(),
            ..Seen::default()
        }),
        ..CloudKey::default()
    };
    let sheet = Sheet {
        set: SET.to_owned(),
        share: 1,
        holder: Some(NAME.to_owned()),
        bag: Some("B-77".to_owned()),
        state: SheetState::Sealed,
        seal: Some("whole".to_owned()),
        since: "2026-11-02T10:30:00.000Z".to_owned(),
        place: "North campus safe".to_owned(),
        run: RUN.to_owned(),
    };
    let due = Due {
        id: format!("drill {SET}"),
        says: "A drill is due.".to_owned(),
        by: Some("2027-11-02".to_owned()),
        since: "2026-11-02T10:00:00.000Z".to_owned(),
        run: RUN.to_owned(),
        settled: None,
    };
    Register {
        keys: keys(),
        copies: copies(),
        clouds: vec![cloud],
        sets: sets(),
        sheets: vec![sheet],
        devices: devices(),
        kept,
        kept_rows: rows.into_iter().flatten().collect(),
        dues: vec![due],
        ..Register::default()
    }
}

/// Two packs, one of a rehearsal.
pub(crate) fn packs() -> Vec<Pack> {
    let pack = Pack {
        run: RUN.to_owned(),
        title: "A key for AWS KMS".to_owned(),
        mode: "production".to_owned(),
        closed: "2026-11-02T11:20:00.000Z".to_owned(),
        sums_sha256: "cd".repeat(32),
        says: "The key was made, backed up and wrapped.".to_owned(),
    };
    let rehearsal = Pack {
        run: "20261101-090000-000-1".to_owned(),
        mode: "rehearsal".to_owned(),
        closed: "2026-11-01T11:20:00.000Z".to_owned(),
        sums_sha256: "ef".repeat(32),
        ..pack.clone()
    };
    vec![pack, rehearsal]
}

fn entry(seq: u64, kind: Kind, public: Value, auditor: Value) -> Entry {
    let facts =
        |value: Value| -> BTreeMap<String, Value> { serde_json::from_value(value).unwrap_or_default() };
    Entry {
        seq,
        kind,
        utc: format!("2026-11-02T09:31:{seq:02}.123Z"),
        monotonic_ms: seq,
        act: Some("make".to_owned()),
        step: Some("make-key".to_owned()),
        actor: Some("officer".to_owned()),
        confirmer: Some("witness".to_owned()),
        facts: BTreeMap::from([(Level::Public, facts(public)), (Level::Auditor, facts(auditor))]),
        files: Vec::new(),
        opens: Vec::new(),
        closes: Vec::new(),
        chain: [u8::try_from(seq).unwrap_or_default(); 32],
    }
}

/// A record with one entry of each kind that is told apart.
pub(crate) fn entries() -> Vec<Entry> {
    let person = || json!({ facts::PERSON.name(): "ada", "kept-rows": [[NAME]], "happened": NAME });
    let none = || json!({});
    let mut all = vec![
        entry(
            1,
            Kind::Opened,
            json!({"mode": "production", "run": RUN, facts::SCRIPT.name(): "byok-aws"}),
            person(),
        ),
        entry(2, Kind::Intent, json!({facts::KEY_LABEL.name(): "records-2027"}), none()),
        entry(
            3,
            Kind::Outcome,
            json!({facts::CHECK_VALUE.name(): AES, facts::KEY_LABEL.name(): "records-2027"}),
            person(),
        ),
        entry(4, Kind::Note, json!({facts::NOTE.name(): facts::PASSPHRASE_REFUSED}), person()),
        entry(5, Kind::Failed, json!({facts::CODE.name(): "token-gone"}), person()),
        entry(6, Kind::Exception, json!({facts::CODE.name(): "token-gone"}), person()),
        entry(
            7,
            Kind::Note,
            json!({facts::PLAN_MADE_CHECK_VALUE.name(): EC, facts::PLAN_MADE_LABEL.name(): FORMULA}),
            none(),
        ),
        entry(8, Kind::Outcome, json!({facts::KEPT_REGISTER.name(): "system"}), person()),
        entry(
            9,
            Kind::Outcome,
            json!({facts::RECORDED.name(): "key-state", "key-state.key": AES, "key-state.state": "suspended"}),
            none(),
        ),
        entry(
            10,
            Kind::Outcome,
            json!({facts::RECORDED.name(): "compromise", "compromise.key": AES, "compromise.state": "compromised"}),
            none(),
        ),
        entry(11, Kind::Outcome, json!({facts::DESTROYED_CHECK_VALUE.name(): AES}), none()),
        entry(12, Kind::Outcome, json!({facts::EARLIER_CHECK_VALUE.name(): AES}), none()),
        entry(13, Kind::Outcome, json!({facts::RECEIPT.name(): ["it was taken in"]}), none()),
        entry(14, Kind::Outcome, json!({facts::DRILL_SET.name(): SET}), none()),
        entry(
            15,
            Kind::Outcome,
            json!({facts::CHECK_VALUE.name(): AES, facts::KEY_LABEL.name(): "records-2027"}),
            none(),
        ),
        entry(16, Kind::Closed, none(), none()),
        entry(17, Kind::Checkpoint, json!({facts::SIGNED.name(): "a head"}), none()),
    ];
    all[2].files = vec![FileDigest::of("backup.kwp", b"wrapped")];
    all[2].opens = vec![Obligation { id: "master-key-backed-up".to_owned(), says: "Back it up.".to_owned() }];
    all[15].closes = vec!["master-key-backed-up".to_owned()];
    all[16].actor = None;
    all
}
