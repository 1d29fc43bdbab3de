//! A record as events of OCSF 1.8.0, class Entity Management (3004), for a SIEM. `docs/exports/ocsf.md` says what is where.
//!
//! A SIEM's readers are not the record's: of each entry only what anybody may read goes into its event.

mod parts;

use super::words;
use data_encoding::HEXLOWER;
use facts::Named as _;
use parts::{Actor, Entity, Event, File, Metadata, Ours, Product, Unmapped, User};
use serde_json::Value;
use std::collections::BTreeMap;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use transcript::{Entry, Kind, Level};

const SCHEMA: &str = "1.8.0";
const CATEGORY: u32 = 3;
const CLASS: u32 = 3004;
/// The number that stands for what the schema has no number for; a label has to stand beside it.
const OTHER: u32 = 99;
/// The record's mode in which nothing is real.
const REHEARSAL: &str = "rehearsal";
const SUCCESS: (u32, &str) = (1, "Success");
const FAILURE: (u32, &str) = (2, "Failure");

/// Every entry of a record as an event, in its order: none is left out, so that a gap in the numbers, or a chain value that does
/// not follow, is one in the record too. `run` and `mode` are the record's, `version` is the program's own.
///
/// In a rehearsal every severity is Informational, for nothing that happens there is to wake anybody.
pub fn ocsf(run: &str, mode: &str, entries: &[Entry], version: &str) -> Vec<Value> {
    let mut told = Told::default();
    let mut prev = None;
    let mut events = Vec::with_capacity(entries.len());
    for entry in entries {
        let public = public(entry);
        told.hear(&public);
        // The chain begins with zeros; in a part of a record what stood before its first entry is not known.
        let before = prev.or((entry.seq == 1).then_some([0; 32]));
        prev = Some(entry.chain);
        let event = event(run, mode, &public, &told, before.map(|chain| HEXLOWER.encode(&chain)), version);
        events.push(serde_json::to_value(event).unwrap_or_default());
    }
    events
}

/// The entry without what only auditors or the organisation may read.
fn public(entry: &Entry) -> Entry {
    let facts = entry.facts.get(&Level::Public).cloned().unwrap_or_default();
    Entry { facts: BTreeMap::from([(Level::Public, facts)]), ..entry.clone() }
}

/// What the entries so far said that later ones rest on.
#[derive(Default)]
struct Told {
    /// Whether the record opens an earlier backup: a key that it names then was made before.
    earlier: bool,
    /// The check value of the key whose receipt is read.
    sent: Option<String>,
    /// The script.
    script: Option<String>,
}

impl Told {
    fn hear(&mut self, entry: &Entry) {
        self.earlier |= facts::DRILL_SET.within(entry).is_some();
        self.sent = facts::EARLIER_CHECK_VALUE.within(entry).or(self.sent.take());
        self.script = facts::SCRIPT.within(entry).or(self.script.take());
    }
}

/// What became of what: the activity's number and label, and the entity.
type Did = (u32, &'static str, Entity);

fn event(run: &str, mode: &str, entry: &Entry, told: &Told, prev: Option<String>, version: &str) -> Event {
    let kind = serde_json::to_value(entry.kind).unwrap_or_default();
    let ceremony =
        || Entity { type_id: OTHER, sort: words::CEREMONY, uid: run.to_owned(), name: told.script.clone() };
    let (activity_id, activity_name, entity) = match did(entry, told) {
        Some((id, name, entity)) => (id, name, entity),
        None => (OTHER, words::kind(entry.kind), ceremony()),
    };
    let (severity_id, severity) = if mode == REHEARSAL { INFORMATIONAL } else { severity(entry) };
    let status = status(entry);
    Event {
        category_uid: CATEGORY,
        category_name: "Identity & Access Management",
        class_uid: CLASS,
        class_name: "Entity Management",
        activity_id,
        activity_name: activity_name.to_owned(),
        type_uid: CLASS * 100 + activity_id,
        type_name: format!(
            "Entity Management: {}",
            if activity_id == OTHER { "Other" } else { activity_name }
        ),
        time: milliseconds(&entry.utc),
        severity_id,
        severity,
        status_id: status.map(|(id, _)| id),
        status: status.map(|(_, name)| name),
        message: words::message(mode == REHEARSAL, entry.kind, entry.step.as_deref(), note(entry).as_deref()),
        metadata: Metadata {
            version: SCHEMA,
            product: Product {
                name: words::PRODUCT,
                vendor_name: words::PRODUCT,
                version: version.to_owned(),
            },
            uid: format!("{run}/{}", entry.seq),
            sequence: entry.seq,
            correlation_uid: run.to_owned(),
            event_code: kind.clone(),
            log_name: words::LOG,
            original_time: entry.utc.clone(),
            labels: [mode.to_owned()],
        },
        actor: Actor {
            app_name: words::PRODUCT,
            user: entry.actor.clone().map(|uid| User { uid, type_id: OTHER, sort: words::ROLE }),
        },
        entity,
        unmapped: Unmapped { cofferdam: ours(mode, kind, entry, prev) },
    }
}

fn ours(mode: &str, kind: Value, entry: &Entry, prev: Option<String>) -> Ours {
    let file = |file: &transcript::FileDigest| File { name: file.name.clone(), sha256: file.sha256.clone() };
    Ours {
        mode: mode.to_owned(),
        kind,
        act: entry.act.clone(),
        step: entry.step.clone(),
        confirmer: entry.confirmer.clone(),
        facts: entry
            .facts
            .get(&Level::Public)
            .and_then(|facts| serde_json::to_value(facts).ok())
            .unwrap_or_default(),
        files: entry.files.iter().map(file).collect(),
        opens: entry.opens.iter().map(|opened| opened.id.clone()).collect(),
        closes: entry.closes.clone(),
        chain: HEXLOWER.encode(&entry.chain),
        prev,
    }
}

/// What an entry did to a key or a register, where that can be told by what anybody may read. Outcomes say it, and of the keys
/// of a plan notes do; what is about to be done, or failed, did nothing.
fn did(entry: &Entry, told: &Told) -> Option<Did> {
    if !matches!(entry.kind, Kind::Outcome | Kind::Note) {
        return None;
    }
    let key = |uid: String, name: Option<String>| Entity { type_id: OTHER, sort: words::KEY, uid, name };
    if let Some(uid) = facts::PLAN_MADE_CHECK_VALUE.within(entry) {
        return Some((1, "Create", key(uid, facts::PLAN_MADE_LABEL.within(entry))));
    }
    if let (Some(uid), Some(label)) = (facts::CHECK_VALUE.within(entry), facts::KEY_LABEL.within(entry))
        && !told.earlier
    {
        return Some((1, "Create", key(uid, Some(label))));
    }
    if let Some(uid) = facts::DESTROYED_CHECK_VALUE.within(entry) {
        return Some((4, "Delete", key(uid, None)));
    }
    if facts::RECEIPT.within(entry).is_some() {
        return Some((10, "Activate", key(told.sent.clone()?, None)));
    }
    if let Some((uid, state)) = state(entry) {
        let (id, name) = match state.as_str() {
            "active" => (10, "Activate"),
            "suspended" => (12, "Suspend"),
            "deactivated" => (11, "Deactivate"),
            _ => (OTHER, words::COMPROMISED),
        };
        return Some((id, name, key(uid, None)));
    }
    let kind = facts::KEPT_REGISTER.within(entry)?;
    Some((3, "Update", Entity { type_id: OTHER, sort: words::REGISTER, uid: kind, name: None }))
}

/// The key and the state that people said it is in.
fn state(entry: &Entry) -> Option<(String, String)> {
    let kind = facts::RECORDED.within(entry)?;
    if ![facts::KEY_STATE, facts::COMPROMISE].contains(&kind.as_str()) {
        return None;
    }
    let text = |field: &str| entry.value(&format!("{kind}.{field}"))?.as_str().map(str::to_owned);
    Some((text("key")?, text("state")?))
}

const INFORMATIONAL: (u32, &str) = (1, "Informational");
const LOW: (u32, &str) = (2, "Low");
const MEDIUM: (u32, &str) = (3, "Medium");
const HIGH: (u32, &str) = (4, "High");
const CRITICAL: (u32, &str) = (5, "Critical");

fn severity(entry: &Entry) -> (u32, &'static str) {
    match entry.kind {
        _ if state(entry).is_some_and(|(_, state)| state == "compromised") => CRITICAL,
        Kind::Exception => HIGH,
        Kind::Abandoned | Kind::Failed => MEDIUM,
        Kind::Note if refused(entry) => MEDIUM,
        Kind::TakenBack | Kind::Resumed => LOW,
        _ => INFORMATIONAL,
    }
}

fn status(entry: &Entry) -> Option<(u32, &'static str)> {
    match entry.kind {
        Kind::Outcome | Kind::Closed => Some(SUCCESS),
        Kind::Failed | Kind::Abandoned => Some(FAILURE),
        Kind::Note if refused(entry) => Some(FAILURE),
        _ => None,
    }
}

fn note(entry: &Entry) -> Option<String> {
    facts::NOTE.within(entry)
}

/// Whether a passphrase or a PIN was refused.
fn refused(entry: &Entry) -> bool {
    let all = [facts::PASSPHRASE_REFUSED, facts::PIN_REFUSED, facts::PIN_OF_THE_FACTORY];
    note(entry).is_some_and(|note| all.contains(&note.as_str()))
}

/// A time (RFC 3339) in milliseconds since 1970; 0 for none, which no record that holds has.
fn milliseconds(utc: &str) -> i64 {
    let at = OffsetDateTime::parse(utc, &Rfc3339);
    at.ok().and_then(|at| i64::try_from(at.unix_timestamp_nanos() / 1_000_000).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
