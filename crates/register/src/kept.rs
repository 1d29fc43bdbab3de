//! The registers that a hospital keeps, row by row, as its records changed them; and the incidents that it weighed.

use crate::told::{List, Record, Told};
use crate::{day, words};
use aws_lc_rs::digest::{Context, SHA256};
use data_encoding::HEXLOWER;
use facts::Named as _;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use transcript::{Entry, Kind};

/// One register: what its columns are called, and what it comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptList {
    /// The kind of its rows, as `system`.
    pub kind: String,
    /// The names of its columns, the row's id first.
    pub columns: Vec<String>,
    /// The digest of its listed rows, as [`digest`] makes it.
    pub sha256: String,
}

/// One row, as the last record has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptRow {
    /// The kind of row.
    pub kind: String,
    /// What it is called.
    pub id: String,
    /// The values under the list's columns; there may be fewer, where a column came later.
    pub values: Vec<String>,
    /// When a record had it first, UTC.
    pub since: String,
    /// When a record changed it last, UTC.
    pub changed: String,
    /// The run whose record that is.
    pub run: String,
    /// Since when it is listed no longer, UTC.
    pub left: Option<String>,
}

impl KeptRow {
    /// The value under a column; `none` where there is none.
    pub fn text<'r>(&'r self, columns: &[String], column: &str) -> &'r str {
        let at = columns.iter().position(|name| name == column);
        at.and_then(|at| self.values.get(at)).map_or(facts::NONE, String::as_str)
    }
}

/// SHA-256 over a line of JSON for each row, under its columns and in the order given: an object of what its columns say, by
/// name, without those that say `none`, and LF. Whoever sorts the rows of a table by id makes the same.
pub fn digest<'r>(rows: impl Iterator<Item = (&'r [String], &'r [String])>) -> String {
    let mut all = Context::new(&SHA256);
    for (columns, values) in rows {
        all.update(line(columns, values).as_bytes());
        all.update(b"\n");
    }
    HEXLOWER.encode(all.finish().as_ref())
}

/// A row as its digest has it.
pub fn line(columns: &[String], values: &[String]) -> String {
    let said = columns.iter().zip(values).filter(|(_, value)| *value != facts::NONE);
    let said: BTreeMap<&String, &String> = said.collect();
    serde_json::to_string(&said).unwrap_or_default()
}

/// What all registers come to.
pub(crate) struct Listed {
    pub(crate) lists: Vec<KeptList>,
    pub(crate) rows: Vec<KeptRow>,
    pub(crate) former: Vec<KeptRow>,
    pub(crate) contradictions: Vec<String>,
}

/// All registers while records are gone through.
#[derive(Default)]
pub(crate) struct Kept {
    /// What the notes of the step at hand say, until its outcome.
    noted: Vec<Noted>,
    /// Changes of the record at hand, which count once it is closed.
    own: Vec<Change>,
    /// Changes that count.
    all: Vec<Change>,
    /// What is to be said of changes that do not.
    unlisted: Vec<String>,
}

#[derive(Default)]
struct OneList {
    columns: Vec<String>,
    rows: BTreeMap<String, KeptRow>,
    /// Texts that others took the place of.
    former: Vec<KeptRow>,
}

/// By which columns one text is told from the next: a policy's, and an agreement's.
const TEXTS: [(&str, &[&str]); 2] =
    [(facts::POLICY, &["version", "sha256"]), (facts::AGREEMENT, &["signed", "expires"])];

/// What one note says.
struct Noted {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
    left: Vec<String>,
}

/// What a step that came to its outcome made of a register.
struct Change {
    kind: String,
    utc: String,
    run: String,
    noted: Vec<Noted>,
    before: Option<String>,
    after: Option<String>,
}

impl List for Kept {
    fn take(&mut self, of: &Told<'_>, entry: &Entry) {
        if entry.kind == Kind::Intent {
            self.noted.clear();
        }
        if entry.kind == Kind::Note
            && let Some(columns) = facts::KEPT_COLUMNS.within(entry)
        {
            let rows = facts::KEPT_ROWS.within(entry).unwrap_or_default();
            let left = facts::KEPT_LEFT.within(entry).unwrap_or_default();
            self.noted.push(Noted { columns, rows, left });
        }
        if entry.kind != Kind::Outcome {
            return;
        }
        let change = |kind: String, noted: Vec<Noted>| Change {
            kind,
            utc: entry.utc.clone(),
            run: of.run.to_owned(),
            noted,
            before: facts::KEPT_BEFORE_SHA256.within(entry),
            after: facts::KEPT_AFTER_SHA256.within(entry),
        };
        if let Some(kind) = facts::KEPT_REGISTER.within(entry) {
            let noted = std::mem::take(&mut self.noted);
            self.own.push(change(kind, noted));
        }
        if let Some(noted) = weighed(entry) {
            self.own.push(change(facts::INCIDENT.to_owned(), vec![noted]));
        }
    }

    fn begins(&mut self) {
        self.noted.clear();
        self.own.clear();
    }
}

/// An incident that people weighed: a later record of the same one takes the place of the earlier.
fn weighed(entry: &Entry) -> Option<Noted> {
    facts::RECORDED.within(entry).filter(|kind| kind == facts::INCIDENT)?;
    let said = |field: &&str| {
        let value = entry.value(&format!("{}.{field}", facts::INCIDENT));
        let text = value.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        text.unwrap_or_else(|| facts::NONE.to_owned())
    };
    let columns = facts::INCIDENT_FIELDS.iter().map(|&field| field.to_owned()).collect();
    Some(Noted { columns, rows: vec![facts::INCIDENT_FIELDS.iter().map(said).collect()], left: Vec::new() })
}

impl Kept {
    /// The record at hand is read to its end: what it changed counts where it is whole and closed, and on the list of ended
    /// ceremonies. Of a ceremony that was given up, or that nobody brought to its end, nothing does; nor of a file that somebody
    /// put among the records.
    pub(crate) fn ended(&mut self, record: &Record) {
        let own = std::mem::take(&mut self.own);
        if record.reading.bad.is_some() || record.reading.ended != Some(Kind::Closed) {
            return;
        }
        if record.listed {
            self.all.extend(own);
        } else {
            let kinds: BTreeSet<&str> = own.iter().map(|change| change.kind.as_str()).collect();
            self.unlisted.extend(kinds.into_iter().map(|kind| words::register_unlisted(kind, &record.run)));
        }
    }

    /// Every register with its rows. Changes are made in the order of their outcomes: a ceremony that was begun early and went on
    /// late saw what others had changed meanwhile.
    pub(crate) fn listed(mut self) -> Listed {
        self.all.sort_by(|a, b| a.utc.cmp(&b.utc));
        let (mut lists, mut contradictions) = (BTreeMap::<String, OneList>::new(), self.unlisted);
        for change in self.all {
            let list = lists.entry(change.kind.clone()).or_default();
            if change.before.as_ref().is_some_and(|before| *before != list.sha256()) {
                contradictions.push(words::register_before(&change.kind, &change.run));
            }
            list.make(&change);
            if change.after.as_ref().is_some_and(|after| *after != list.sha256()) {
                contradictions.push(words::register_after(&change.kind, &change.run));
            }
        }
        let (mut rows, mut former) = (Vec::new(), Vec::new());
        let lists = lists.into_iter().map(|(kind, list)| {
            let sha256 = list.sha256();
            rows.extend(list.rows.into_values());
            former.extend(list.former);
            KeptList { kind, columns: list.columns, sha256 }
        });
        Listed { lists: lists.collect(), rows, former, contradictions }
    }
}

impl OneList {
    fn make(&mut self, change: &Change) {
        for noted in &change.noted {
            for values in &noted.rows {
                self.put(&change.kind, &change.run, &change.utc, &noted.columns, values);
            }
            for id in &noted.left {
                if let Some(row) = self.rows.get_mut(id) {
                    row.left = Some(change.utc.clone());
                    change.run.clone_into(&mut row.run);
                }
            }
        }
    }

    fn put(&mut self, kind: &str, run: &str, utc: &str, columns: &[String], values: &[String]) {
        let Some(id) = values.first().cloned() else { return };
        for column in columns {
            if !self.columns.contains(column) {
                self.columns.push(column.clone());
            }
        }
        let of = |name: &String| {
            let at = columns.iter().position(|column| column == name);
            at.and_then(|at| values.get(at)).cloned().unwrap_or_else(|| facts::NONE.to_owned())
        };
        let values: Vec<String> = self.columns.iter().map(of).collect();
        self.replace(kind, &id, &values, utc);
        let since = self.rows.get(&id).map_or_else(|| utc.to_owned(), |row| row.since.clone());
        let row = KeptRow {
            kind: kind.to_owned(),
            id: id.clone(),
            values,
            since,
            changed: utc.to_owned(),
            run: run.to_owned(),
            left: None,
        };
        self.rows.insert(id, row);
    }

    /// Keeps what a row said of a text that another takes the place of.
    fn replace(&mut self, kind: &str, id: &str, values: &[String], utc: &str) {
        let Some((_, of_text)) = TEXTS.iter().find(|(one, _)| *one == kind) else { return };
        let Some(before) = self.rows.get(id).filter(|row| row.left.is_none()) else { return };
        let after = |column: &str| {
            let at = self.columns.iter().position(|name| name == column);
            at.and_then(|at| values.get(at)).map_or(facts::NONE, String::as_str)
        };
        if of_text.iter().any(|column| before.text(&self.columns, column) != after(column)) {
            self.former.push(KeptRow { left: Some(utc.to_owned()), ..before.clone() });
        }
    }

    /// Of the rows that are listed, by id.
    fn sha256(&self) -> String {
        let listed = self.rows.values().filter(|row| row.left.is_none());
        digest(listed.map(|row| (self.columns.as_slice(), row.values.as_slice())))
    }
}

/// A policy as an approval follows it: its id, version and SHA-256; none once it is in effect no longer.
pub fn policy_as_followed(columns: &[String], row: &KeptRow) -> Option<String> {
    let value = |column: &str| row.text(columns, column);
    let counts = row.left.is_none() && value("ended") == facts::NONE;
    counts.then(|| format!("{} version {} {}", row.id, value("version"), value("sha256")))
}

/// A day that a row of a register names.
pub(crate) struct KeptDay {
    /// What it is called among the dues.
    pub(crate) id: String,
    pub(crate) says: String,
    pub(crate) by: String,
    pub(crate) since: String,
    pub(crate) run: String,
}

/// What the first word of a due says that a register has.
pub(crate) const OF_REGISTERS: [&str; 4] =
    ["review-system ", "agreement-ends ", "review-policy ", "safeguard "];

/// The days that rows name: reviews, ends of agreements, and what is to be done of a safeguard.
pub(crate) fn days(lists: &[KeptList], rows: &[KeptRow]) -> Vec<KeptDay> {
    let columns: BTreeMap<&str, &[String]> =
        lists.iter().map(|list| (list.kind.as_str(), list.columns.as_slice())).collect();
    let listed = rows.iter().filter(|row| row.left.is_none());
    let named = listed.filter_map(|row| {
        let columns = columns.get(row.kind.as_str()).copied().unwrap_or_default();
        let value = |column: &str| row.text(columns, column);
        let [system, agreement, policy, safeguard] = OF_REGISTERS;
        let (what, column, says) = match row.kind.as_str() {
            facts::SYSTEM => (system, "review", words::due_review_of_system(&row.id, value("name"))),
            facts::AGREEMENT => (agreement, "expires", words::due_agreement(&row.id, value("party"))),
            facts::POLICY if value("ended") == facts::NONE => {
                (policy, "review", words::due_review_of_policy(&row.id, value("title")))
            }
            facts::SAFEGUARD if value("decision") != "done" => {
                (safeguard, "by", words::due_safeguard(&row.id))
            }
            _ => return None,
        };
        let by = day::of(value(column))?;
        Some(KeptDay {
            id: format!("{what}{}", row.id),
            says,
            by,
            since: row.changed.clone(),
            run: row.run.clone(),
        })
    });
    named.collect()
}
