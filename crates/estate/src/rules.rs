//! What the rows of a register may not say together, whoever wrote them.

use crate::changes::Row;
use crate::safeguards::safeguards;
use crate::table::{MOST_FAULTS, alike};
use crate::words;
use facts::NONE;
use incoming::table::{Fault, fault, shown};
use std::collections::{BTreeMap, BTreeSet};

/// What rows may name.
#[derive(Debug, Default, Clone)]
pub struct Known {
    /// Check values of keys that the register has.
    pub keys: BTreeSet<String>,
    /// Ids of agreements.
    pub agreements: BTreeSet<String>,
    /// Names of scripts that can be played here.
    pub scripts: BTreeSet<String>,
    /// Ids of the rows that are listed, by what they have in common with others that nobody keeps apart ([`alike`]).
    pub listed: BTreeMap<String, String>,
}

/// Whether a key lies where its data is: the same words in both places, capitals and spaces aside.
pub fn lies_with_its_data(data: &str, key: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    data != NONE && key != NONE && plain(data) == plain(key)
}

/// What is wrong with rows of this kind under these columns: the first [`MOST_FAULTS`] things.
pub fn check<'r>(
    kind: &str,
    columns: &[String],
    rows: impl Iterator<Item = &'r Row>,
    known: &Known,
) -> Vec<Fault> {
    let rule: fn(&Cells<'_>, &Known) -> Vec<Fault> = match kind {
        facts::SYSTEM => system,
        facts::AGREEMENT => agreement,
        facts::POLICY => policy,
        facts::SAFEGUARD => safeguard,
        facts::ANSWER => answer,
        _ => |_: &Cells<'_>, _: &Known| Vec::new(),
    };
    let of = |row: &'r Row| {
        let mut faults = rule(&Cells { columns, row }, known);
        faults.extend(as_listed(columns, row, known));
        faults
    };
    rows.flat_map(of).take(MOST_FAULTS).collect()
}

/// A row that is listed under an id which nobody keeps apart from this one.
fn as_listed(columns: &[String], row: &Row, known: &Known) -> Option<Fault> {
    let listed = known.listed.get(&alike(row.id())).filter(|listed| *listed != row.id())?;
    let column = columns.first().map_or("", String::as_str);
    Some(fault(row.line, column, words::id_as_listed(&shown(row.id()), &shown(listed))))
}

struct Cells<'r> {
    columns: &'r [String],
    row: &'r Row,
}

impl<'r> Cells<'r> {
    fn text(&self, column: &str) -> &'r str {
        let at = self.columns.iter().position(|name| name == column);
        at.and_then(|at| self.row.values.get(at)).map_or(NONE, String::as_str)
    }

    fn says(&self, column: &str) -> bool {
        self.text(column) != NONE
    }

    fn fault(&self, column: &str, what: impl Into<String>) -> Fault {
        fault(self.row.line, column, what)
    }

    /// Faults for those of these columns that say nothing.
    fn need(&self, columns: &[&str], why: &str) -> Vec<Fault> {
        let missing = columns.iter().filter(|column| !self.says(column));
        missing.map(|column| self.fault(column, why)).collect()
    }
}

fn system(row: &Cells<'_>, known: &Known) -> Vec<Fault> {
    let mut faults = Vec::new();
    let key = row.text("key");
    if key != NONE && !known.keys.contains(key) {
        faults.push(row.fault("key", words::unknown_key(&shown(key))));
    }
    let agreement = row.text("agreement");
    if agreement != NONE && !known.agreements.contains(agreement) {
        faults.push(row.fault("agreement", words::unknown_agreement(&shown(agreement))));
    }
    if lies_with_its_data(row.text("where-data"), row.text("where-key")) && !row.says("accepted") {
        faults.push(row.fault("accepted", words::KEY_WITH_DATA));
    }
    // The same words, as the rule before has them.
    if row.text("custody") == "external" && lies_with_its_data(row.text("where-key"), row.text("vendor")) {
        faults.push(row.fault("where-key", words::EXTERNAL_AT_VENDOR));
    }
    faults
}

fn agreement(row: &Cells<'_>, _: &Known) -> Vec<Fault> {
    let (signed, expires) = (row.text("signed"), row.text("expires"));
    let before = expires != NONE && expires < signed;
    before.then(|| row.fault("expires", words::ends_before(expires, signed))).into_iter().collect()
}

fn policy(row: &Cells<'_>, known: &Known) -> Vec<Fault> {
    let mut faults = Vec::new();
    let sha256 = row.text("sha256");
    if sha256.len() != 64 || !sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        faults.push(row.fault("sha256", words::NOT_A_SHA256));
    }
    for column in ["review", "ended"] {
        let day = row.text(column);
        if day != NONE && day < row.text("effective") {
            faults.push(row.fault(column, words::ends_before(day, row.text("effective"))));
        }
    }
    let scripts = Some(row.text("scripts")).filter(|scripts| *scripts != NONE);
    let unknown =
        scripts.into_iter().flat_map(str::split_whitespace).filter(|name| !known.scripts.contains(*name));
    faults.extend(unknown.map(|name| row.fault("scripts", words::unknown_script(&shown(name)))));
    faults
}

fn safeguard(row: &Cells<'_>, _: &Known) -> Vec<Fault> {
    let citation = row.text("citation");
    let Some(of) = safeguards().iter().find(|of| of.citation == citation) else {
        return vec![row.fault("citation", words::no_such_citation(&shown(citation)))];
    };
    match row.text("decision") {
        "alternative" | "not-done" if !of.is_addressable() => {
            vec![row.fault("decision", words::NOT_ADDRESSABLE)]
        }
        "alternative" => row.need(&["reason", "alternative"], words::ADDRESSABLE_NEEDS),
        "not-done" => row.need(&["reason", "by"], words::NOT_DONE_NEEDS),
        _ => Vec::new(),
    }
}

fn answer(row: &Cells<'_>, _: &Known) -> Vec<Fault> {
    let question = row.text("question");
    let known = crate::questions().iter().any(|one| one.id == question);
    let mut faults = Vec::new();
    if !known {
        faults.push(row.fault("question", words::no_such_question(&shown(question))));
    }
    faults
}
