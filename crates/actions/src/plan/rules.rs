//! What a record says of a key plan and its keys: every line has one key, one backup and one bundle, and none is missing.

use crate::earlier::plan::{Backed, check_value_of_all, lines_of, plan_lines};
use crate::plan::words;
use engine::{Departure, Rule, Whole};
use facts::{CheckValue, Fact, Named as _};
use outside::LARGEST_RECORD;
use std::collections::{BTreeMap, HashSet};
use tokens::KeySpec;
use transcript::{Entry, Kind};

/// Whose rules these are, for a departure.
const OF: &str = "plan";

/// Every line of a key plan was made once, and what was backed up, rebuilt and wrapped of it is that key and no other
/// line's. In a closed record no line is without any of these, the backup being the one whose shares count, and every
/// number of keys in it is the number of the plan's lines.
pub(crate) struct PlanFilled;

impl Rule for PlanFilled {
    fn holds(&self, whole: &Whole<'_>) -> Result<(), Departure> {
        let entries = whole.past.entries;
        let lines = plan_lines(entries).map_err(|why| Departure::of(None, OF, "plan-lines-disagree", why))?;
        let done = line_by_line(entries, &lines, whole.past.newest(&facts::SHARE_SET).as_deref())?;
        same_numbers(entries, lines.len())?;
        if !whole.closed {
            return Ok(());
        }
        // A backup that is made again sends nothing to a cloud.
        let ways = if opened_again(entries).is_some() { &WAYS[..2] } else { &WAYS[..] };
        for line in lines {
            let missing = ways.iter().find(|(fact, _)| !done.contains(&(fact.name(), line)));
            if let Some((_, what)) = missing {
                return Err(Departure::of(None, OF, "line-unfilled", words::never_done(line, what)));
            }
        }
        Ok(())
    }
}

/// How the check value of a pair begins.
const OF_A_PAIR: &str = "spki-sha256:";

/// What is done with the key of each line, by the fact that says so.
const WAYS: [(Fact<CheckValue>, &str); 3] = [
    (facts::PLAN_BACKED_CHECK_VALUE, words::BACKED_UP),
    (facts::PLAN_REBUILT_CHECK_VALUE, words::BROUGHT_BACK),
    (facts::PLAN_WRAPPED_CHECK_VALUE, words::WRAPPED),
];

/// Holds each note of a line against those before it; gives what was done with which line, where it counts.
fn line_by_line(
    entries: &[Entry],
    lines: &[u64],
    set: Option<&str>,
) -> Result<HashSet<(&'static str, u64)>, Departure> {
    let mut made = brought_back(entries, lines)?;
    let opened = opened_again(entries).map(|e| (facts::DRILL_SET.within(e), older_lines(e)));
    let mut of_line: BTreeMap<(&str, String), u64> = BTreeMap::new();
    let mut done = HashSet::new();
    for entry in entries.iter().filter(|e| e.kind == Kind::Note) {
        let Some(line) = facts::PLAN_LINE.within(entry) else { continue };
        let departs = |code, says| Err(Departure::of(Some(entry), OF, code, says));
        if lines.binary_search(&line).is_err() {
            return departs("no-such-line", words::no_line(line));
        }
        if !is_of_the_opened(entry, line, opened.as_ref()) {
            return departs("again-of-another", words::again::of_another(line));
        }
        let made_now = facts::PLAN_MADE_CHECK_VALUE.within(entry);
        // Where the backup was made again, its note has the public half.
        let again =
            facts::PLAN_AGAIN_SPEC.within(entry).and_then(|_| facts::PLAN_BACKED_CHECK_VALUE.within(entry));
        let pair = made_now.as_ref().or(again.as_ref()).is_some_and(|value| value.starts_with(OF_A_PAIR));
        if pair && facts::PLAN_PUBLIC_KEY_FILE.within(entry).is_none() {
            return departs("no-public-half", words::no_public_half(line));
        }
        if made_now.is_some_and(|made_now| made.insert(line, made_now).is_some()) {
            return departs("made-twice", words::made_before(line));
        }
        let of_set = facts::PLAN_BACKUP_SET.within(entry);
        let counts = of_set.is_none() || of_set.as_deref() == set;
        for of_one in of_one_key(entry).into_iter().filter(|_| counts) {
            let what = of_one.0;
            if let Some(other) = of_line.insert(of_one, line).filter(|other| *other != line) {
                return departs("lines-share-a-key", words::share_one(other, line, what));
            }
        }
        for (fact, _) in &WAYS {
            let Some(found) = fact.within(entry) else { continue };
            if made.get(&line) != Some(&found) {
                return departs("another-key", words::of_another_key(fact.name(), line));
            }
            // Opening the backups is begun again after an interruption, and nothing else.
            let again = fact.name() == facts::PLAN_REBUILT_CHECK_VALUE.name();
            if counts && !done.insert((fact.name(), line)) && !again {
                return departs("said-twice", words::said_before(fact.name(), line));
            }
        }
    }
    let of_all = check_value_of_all(made.iter().map(|(line, value)| (*line, value.as_str())));
    let other = |e: &&Entry| facts::PLAN_CHECK_VALUE.within(e).is_some_and(|v| v != of_all);
    match entries.iter().find(other) {
        Some(other) => Err(Departure::of(Some(other), OF, "another-check-value", words::OF_ALL_DIFFERS)),
        None => Ok(done),
    }
}

/// The keys of an older plan whose backups are made again: those of its lines that are not left out. None for a record that
/// makes its keys.
fn brought_back(entries: &[Entry], lines: &[u64]) -> Result<BTreeMap<u64, String>, Departure> {
    let Some(opening) = opened_again(entries) else { return Ok(BTreeMap::new()) };
    let older = older_lines(opening);
    let out = facts::PLAN_LEFT_OUT.within(opening).unwrap_or_default();
    let all: Vec<u64> = older.iter().map(|backed| backed.line).collect();
    let mut named: Vec<u64> = lines.iter().chain(&out).copied().collect();
    named.sort_unstable();
    if named != all {
        return Err(Departure::of(Some(opening), OF, "lines-left-out", words::again::LINES_IN_AND_OUT));
    }
    let in_it = older.into_iter().filter(|backed| lines.binary_search(&backed.line).is_ok());
    Ok(in_it.map(|backed| (backed.line, backed.check_value)).collect())
}

/// The lines of the older plan that an entry opens.
fn older_lines(opening: &Entry) -> Vec<Backed> {
    lines_of(opening).and_then(Result::ok).unwrap_or_default()
}

/// Whether what a note says of a backup that was made again is of the set that was opened, and of the kind of key that its line
/// had there.
fn is_of_the_opened(entry: &Entry, line: u64, opened: Option<&(Option<String>, Vec<Backed>)>) -> bool {
    let (set, spec) = (facts::PLAN_AGAIN_FROM_SET.within(entry), facts::PLAN_AGAIN_SPEC.within(entry));
    if set.is_none() && spec.is_none() {
        return true;
    }
    let Some((opened, lines)) = opened else { return false };
    let had = lines.iter().find(|backed| backed.line == line).and_then(|backed| backed.key_spec.parse().ok());
    set == *opened && had.is_some_and(|had: KeySpec| spec == Some(had.to_string()))
}

/// The newest entry that opens an older plan's backups to make them again.
fn opened_again(entries: &[Entry]) -> Option<&Entry> {
    entries.iter().rev().find(|e| facts::PLAN_LEFT_OUT.within(e).is_some())
}

/// What each key of a plan has alone: its label, the public half of a pair, and under one share set its wrapped file (one
/// key always wraps to the same bytes there, RFC 5649). Check values of secret keys are 24 bits, and two may be alike.
fn of_one_key(entry: &Entry) -> Vec<(&'static str, String)> {
    let backup = facts::PLAN_BACKUP_FILE.within(entry);
    let wrapped = entry.files.iter().find(|f| Some(&f.name) == backup.as_ref()).map(|f| f.sha256.clone());
    let value = facts::PLAN_MADE_CHECK_VALUE.within(entry).filter(|v| v.starts_with(OF_A_PAIR));
    [
        (words::LABEL, facts::PLAN_MADE_LABEL.within(entry)),
        (words::PUBLIC_HALF, value),
        (words::WRAPPED_FILE, backup),
        (words::WRAPPED_FILE, wrapped),
        (words::BUNDLE, facts::PLAN_BUNDLE_FOLDER.within(entry)),
    ]
    .into_iter()
    .filter_map(|(what, of)| Some((what, of.filter(|of| !of.is_empty())?)))
    .collect()
}

/// Every number of keys is the number of the plan's lines.
fn same_numbers(entries: &[Entry], lines: usize) -> Result<(), Departure> {
    let numbers = [
        facts::PLAN_MADE,
        facts::PLAN_BACKED_UP,
        facts::PLAN_REBUILT,
        facts::PLAN_WRAPPED,
        facts::PLAN_WRITTEN,
    ];
    for number in numbers {
        let other = |e: &&Entry| number.within(e).is_some_and(|n| n != lines as u64);
        if let Some(other) = entries.iter().find(other) {
            let says = words::other_number(number.name(), lines);
            return Err(Departure::of(Some(other), OF, "another-number", says));
        }
    }
    // What was wrapped and written says how many bundles went out.
    let wrapped = entries.iter().position(|e| facts::PLAN_WRAPPED.within(e).is_some());
    let later = wrapped.and_then(|at| entries.get(at..)).unwrap_or_default();
    let silent =
        |e: &&Entry| facts::WRITTEN_TO_MEDIUM.within(e).is_some() && facts::PLAN_WRITTEN.within(e).is_none();
    match later.iter().find(silent) {
        Some(entry) => {
            let says = words::other_number(facts::PLAN_WRITTEN.name(), lines);
            Err(Departure::of(Some(entry), OF, "another-number", says))
        }
        None => Ok(()),
    }
}

/// The lines that the record names are those of the plan in the pack; a copy for a reader may be without it.
pub(crate) struct PlanInPack;

impl Rule for PlanInPack {
    fn holds(&self, whole: &Whole<'_>) -> Result<(), Departure> {
        let departs = |code, says| Err(Departure::of(None, OF, code, says));
        let in_pack = |name: String| outside::read_plain(&whole.pack?.join(name), LARGEST_RECORD).ok();
        let Some(bytes) = whole.past.newest(&facts::PLAN_FILE).and_then(in_pack) else { return Ok(()) };
        if whole.past.newest(&facts::PLAN_SHA256) != Some(script::sha256_hex(&bytes)) {
            return departs("another-plan", words::OTHER_PLAN_IN_PACK);
        }
        let Ok(keys) = byok::plan::read(&bytes) else {
            return departs("plan-unreadable", words::PLAN_UNREADABLE);
        };
        let lines: Vec<u64> = keys.iter().map(|k| k.line).collect();
        if whole.past.newest(&facts::PLAN_LINES) == Some(lines) {
            return Ok(());
        }
        departs("other-lines", words::RECORD_NAMES_OTHER_LINES)
    }
}
