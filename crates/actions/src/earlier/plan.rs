//! The keys of an earlier plan: what each of its wrapped files has to open to, and what a run keeps of them: one folder with
//! a file a line, and one fact of the record that says what each of them is.

use crate::earlier::files::file_of;
use crate::earlier::{kept, words};
use engine::words::out_of_order;
use engine::{Keep, KeepRecord};
use facts::{Form, Named};
use protocol::{Fact, Problem};
use register::places::Place;
use script::sha256_hex;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use tokens::KeySpec;
use transcript::Entry;

/// The largest wrapped key, in bytes: RSA-4096 in PKCS#8 under AES-KWP is about 2.4 KiB.
pub(in crate::earlier) const LARGEST_WRAPPED: u64 = 4 * 1024;
/// The largest public half, in bytes: RSA-4096 as `SubjectPublicKeyInfo` has 550.
pub(in crate::earlier) const LARGEST_PUBLIC: u64 = 1024;
/// The largest list of where the keys of a plan went, in bytes: some ten places for each of 10 000 keys.
const LARGEST_WHERE: u64 = 64 * 1024 * 1024;
/// The name of that list.
pub(in crate::earlier) const WHERE: &str = "where.json";

/// The folder of a pack with the public halves of a plan's pairs.
pub(crate) const PUBLIC_KEYS: &str = "public-keys";

/// How many lines or faults are shown on one screen; the record and the files have them all.
pub(crate) const SHOWN: usize = 36;

/// What of a list fits on a screen, and how many more there are.
pub(crate) fn shown(facts: Vec<Fact>, what: &str) -> Vec<Fact> {
    let more = facts.len().saturating_sub(SHOWN);
    let mut facts: Vec<Fact> = facts.into_iter().take(SHOWN).collect();
    if more > 0 {
        facts.push(words::and_more(more, what));
    }
    facts
}

/// The lines of the key plan that a record is about, as it was last read; none where it is about no plan. Each is there
/// once and they rise, as many as the record says that the plan has keys.
pub(crate) fn plan_lines(entries: &[Entry]) -> Result<Vec<u64>, String> {
    let Some(lines) = facts::PLAN_LINES.newest(entries) else { return Ok(Vec::new()) };
    if !lines.is_sorted_by(|a, b| a < b) {
        return Err(words::LINES_DO_NOT_RISE.to_owned());
    }
    let many = facts::PLAN_KEYS.newest(entries).unwrap_or_default();
    if lines.is_empty() || lines.len() > byok::plan::MOST_KEYS || many != lines.len().to_string() {
        return Err(words::so_many_keys(&many, lines.len()));
    }
    Ok(lines)
}

/// What one wrapped file of a plan has to open to, as the record of a drill has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Backed {
    /// The line of the plan.
    pub(crate) line: u64,
    /// The kind of key, in the token's words.
    pub(crate) key_spec: String,
    pub(crate) check_value: String,
    /// SHA-256 of the wrapped file.
    pub(in crate::earlier) sha256: String,
    /// SHA-256 of a pair's public half (DER `SubjectPublicKeyInfo`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::earlier) public_sha256: Option<String>,
}

/// The check value of all keys of a plan: the SHA-256 over one line of text for each, in the order of the plan, with the
/// line's number, a space, the key's check value and a line feed. 64 lower-case hex digits.
pub(crate) fn check_value_of_all<'a>(keys: impl Iterator<Item = (u64, &'a str)>) -> String {
    let mut all = String::new();
    for (line, check_value) in keys {
        let _ = writeln!(all, "{line} {check_value}");
    }
    sha256_hex(all.as_bytes())
}

/// The same of what a drill has to find.
pub(crate) fn check_value_of(lines: &[Backed]) -> String {
    check_value_of_all(lines.iter().map(|l| (l.line, l.check_value.as_str())))
}

/// A text of an entry; empty where it says none.
pub(in crate::earlier) fn text<F: Form<Value = String>>(entry: &Entry, fact: &impl Named<F>) -> String {
    fact.within(entry).unwrap_or_default()
}

/// What these do not say, where they are not one key a line, each in a file of its own: one key always wraps to the same bytes (RFC 5649).
pub(crate) fn not_apart<'l>(lines: impl Iterator<Item = &'l Backed>) -> Option<String> {
    let (mut last, mut seen) = (0, BTreeMap::new());
    for Backed { line, sha256, .. } in lines {
        if *line <= last {
            return Some(words::ORDER_OF_LINES.to_owned());
        }
        last = *line;
        if let Some(first) = seen.insert(sha256, line) {
            return Some(words::how_they_differ(*first, *line));
        }
    }
    None
}

pub(in crate::earlier) fn wrapped_in(folder: &Path, line: u64) -> PathBuf {
    folder.join(format!("line-{line}.kwp"))
}

pub(in crate::earlier) fn public_in(folder: &Path, line: u64) -> PathBuf {
    folder.join(format!("line-{line}.der"))
}

/// Where the key of one line went, by the pack that was opened and the records before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Where {
    pub(crate) line: u64,
    /// Its label in the token that it was made in.
    pub(crate) label: String,
    pub(crate) places: Vec<Place>,
}

/// What was kept of a plan's backups when their pack was opened.
pub(crate) struct Kept {
    folder: PathBuf,
    pub(crate) lines: Vec<Backed>,
    where_sha256: Option<String>,
}

/// The lines that the opening of a pack tells of; none where it is of one key, or tells of something else.
pub(crate) fn lines_of(opening: &Entry) -> Option<Result<Vec<Backed>, ()>> {
    let lines = facts::DRILL_PLAN.within(opening)?.into_iter();
    Some(lines.map(serde_json::from_value).collect::<Result<_, _>>().map_err(|_| ()))
}

/// The plan whose backups are drilled; none where the backup is of one key.
pub(crate) fn kept(stage: &(impl Keep + KeepRecord + ?Sized)) -> Result<Option<Kept>, Problem> {
    let past = stage.past();
    let Some(opening) = kept::opening(&past) else { return Ok(None) };
    let Some(lines) = lines_of(opening) else { return Ok(None) };
    let lines = lines.map_err(|()| out_of_order())?;
    if lines.is_empty() || not_apart(lines.iter()).is_some() {
        return Err(out_of_order());
    }
    let folder = stage.folder().join(text(opening, &facts::DRILLED_PLAN));
    Ok(Some(Kept { folder, lines, where_sha256: facts::DRILLED_PLAN_PLACES_SHA256.within(opening) }))
}

/// A wrapped key, what it has to be, and a pair's public half.
pub(crate) struct Wrapped {
    pub(crate) blob: Vec<u8>,
    pub(crate) spec: KeySpec,
    pub(crate) public_key: Option<Vec<u8>>,
}

impl Kept {
    /// Where each of its keys went, exactly as it was kept, by line.
    pub(crate) fn places(&self) -> Result<BTreeMap<u64, Where>, Problem> {
        let bytes = file_of(&self.folder, WHERE, LARGEST_WHERE)?;
        if self.where_sha256 != Some(sha256_hex(&bytes)) {
            return Err(out_of_order());
        }
        let all: Vec<Where> = serde_json::from_slice(&bytes).map_err(|_| out_of_order())?;
        Ok(all.into_iter().map(|one| (one.line, one)).collect())
    }

    /// One line's files exactly as they were kept, or what is wrong with them.
    pub(crate) fn wrapped(&self, backed: &Backed) -> Result<Wrapped, String> {
        let read = |path: &Path, largest: u64, sha256: &str| {
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
            let bytes = file_of(&self.folder, name, largest).ok();
            let same = bytes.filter(|b| sha256_hex(b) == sha256);
            same.ok_or_else(|| words::changed_since(name))
        };
        let blob = read(&wrapped_in(&self.folder, backed.line), LARGEST_WRAPPED, &backed.sha256)?;
        let public = backed.public_sha256.as_ref();
        let public_key =
            public.map(|sha256| read(&public_in(&self.folder, backed.line), LARGEST_PUBLIC, sha256));
        let spec = backed.key_spec.parse().map_err(|e: tokens::TokenError| e.to_string())?;
        Ok(Wrapped { blob, spec, public_key: public_key.transpose()? })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use serde_json::Value;
    use transcript::{FileDigest, Kind};

    pub(crate) fn entry(kind: Kind, facts: Value, file: Option<(&str, &[u8])>) -> Entry {
        Entry {
            seq: 1,
            kind,
            utc: String::new(),
            monotonic_ms: 0,
            act: None,
            step: None,
            actor: None,
            confirmer: None,
            facts: [(transcript::Level::Public, serde_json::from_value(facts).unwrap())].into(),
            files: file.map(|(name, bytes)| FileDigest::of(name, bytes)).into_iter().collect(),
            opens: Vec::new(),
            closes: Vec::new(),
            chain: [0; 32],
        }
    }
}
