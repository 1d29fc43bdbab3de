//! One ceremony for many keys: the key plan as it was read, and what the record says of each of its lines.

mod agree;
mod backup;
mod drill;
mod earlier;
mod folder;
mod make;
mod read;
mod wrap;
mod write;

pub(super) use agree::at_close;
pub(super) use backup::{rebuild, wrap as wrap_backup};
pub(super) use drill::drill;
pub(crate) use earlier::{Backed, check_value_of, check_value_of_all, not_apart};
pub(super) use earlier::{Backups, kept};
pub(super) use make::make;
pub(super) use read::{compare, read, test_routes};
pub(super) use wrap::wrap;
pub(super) use write::write;

use super::{key, out_of_order};
use crate::cloud::{Order, token_recipe, token_spec};
use crate::engine::Engine;
use byok::Target;
use byok::plan::{Fault, PlannedKey};
use byok::provider::Import;
use protocol::{Fact, Problem, Verdict};
use std::collections::{BTreeMap, HashMap};
use tokens::KeySpec;
use transcript::{Entry, Kind};

use agree::{kept_apart, same_lines};

/// How many lines or faults are shown on one screen; the record and the files have them all.
const SHOWN: usize = 36;

/// The files with import parameters, by the names that the plan has for them.
#[derive(Default)]
struct Files {
    bytes: BTreeMap<String, Vec<u8>>,
    /// Why a file that the plan names is not among them.
    missing: BTreeMap<String, String>,
}

/// One line of the plan with what the provider prepared for it.
pub(super) struct Line {
    planned: PlannedKey,
    import: Box<dyn Import>,
    order: Order,
    spec: KeySpec,
    recipe: tokens::Recipe,
    /// What IBM wants sealed; empty for the others.
    nonce: Vec<u8>,
}

impl Line {
    fn number(&self) -> u64 {
        self.planned.line
    }

    /// "line 4, PACS: aes-256 for google-kms".
    fn says(&self) -> String {
        let p = &self.planned;
        format!("line {}, {}: {} for {}", p.line, p.system, p.key, p.target)
    }

    /// Reads one line's parameters and refuses everything that can be known before there is a key.
    fn of(planned: PlannedKey, files: &Files, now: i64) -> Result<Self, Fault> {
        let (line, name) = (planned.line, planned.parameters_file.clone());
        let wrong = |column: &'static str, what: String| Fault { line, column, what };
        let Some(bytes) = files.bytes.get(&name) else {
            let why = files.missing.get(&name).cloned();
            let why = why.unwrap_or_else(|| format!("the folder has no file {name:?} that can be read"));
            return Err(wrong("parameters file", why));
        };
        let import = planned.prepare(bytes, now)?;
        import.check_times(now).map_err(|e| wrong("parameters file", e.in_full()))?;
        let row = import
            .check_before(planned.key, planned.algorithm, None, now)
            .map_err(|e| wrong("parameters file", e.in_full()))?;
        let spec = token_spec(planned.key)
            .ok_or_else(|| wrong("key type", "tokens are not asked to make this kind of key".to_owned()))?;
        let recipe =
            token_recipe(row.recipe).map_err(|p| wrong("algorithm", format!("{} {}", p.happened, p.todo)))?;
        let nonce = import.nonce().unwrap_or_default().to_vec();
        let order = Order { target: planned.target, key: planned.key, row };
        Ok(Self { planned, import, order, spec, recipe, nonce })
    }
}

/// Every line with its parameters at Unix time `now`, or everything that is wrong with them.
fn lines_of(keys: Vec<PlannedKey>, files: &Files, now: i64) -> Result<Vec<Line>, Vec<Fault>> {
    let (mut lines, mut faults) = (Vec::new(), Vec::new());
    for planned in keys {
        match Line::of(planned, files, now) {
            Ok(line) => lines.push(line),
            Err(fault) => faults.push(fault),
        }
    }
    // Under two names it may still be one set, or two sets for one key, or one place written in two ways: the second import
    // would undo the first.
    let mut places: HashMap<(Target, String), u64> = HashMap::new();
    for line in &lines {
        let (target, called) = (line.planned.target, line.import.called());
        let Some(first) = places.insert((target, line.import.place()), line.number()) else { continue };
        let (column, remedy) = if byok::of(target).one_key_a_set() {
            ("parameters file", "fetch parameters for another key")
        } else {
            (
                "",
                "give each line a key of its own; new versions of one key belong into ceremonies of their own",
            )
        };
        faults.push(Fault {
            line: line.number(),
            column,
            what: format!("line {first} is for the same key of the provider's, {called}; {remedy}"),
        });
    }
    faults.sort_by_key(|f| f.line);
    if faults.is_empty() { Ok(lines) } else { Err(faults) }
}

/// The plan as it was read, from the run's own copies.
fn load(engine: &Engine<'_>) -> Result<Vec<Line>, Problem> {
    let recorded = engine.recorded_files();
    let plan = engine.kept_of(&recorded, &engine.fact("plan-file").ok_or_else(out_of_order)?)?;
    let kept = engine.fact_value("plan-parameters").ok_or_else(out_of_order)?;
    let mut files = Files::default();
    for (name, kept) in kept.as_object().into_iter().flatten() {
        let kept = kept.as_str().ok_or_else(out_of_order)?;
        files.bytes.insert(name.clone(), engine.kept_of(&recorded, kept)?);
    }
    // As of when it was read: whether a set is still fresh is asked again before it is used.
    let read_at = engine.fact_value("plan-read-at").and_then(|v| v.as_i64()).ok_or_else(out_of_order)?;
    let changed = |what: String| {
        Problem::new(
            "plan-changed",
            format!("The kept plan does not read as it did: {what}."),
            "Nothing was done with it.",
            "Stop: this program is another than the one that read the plan, or somebody changed the run's folder.",
        )
    };
    let lines = byok::plan::read(&plan).and_then(|keys| lines_of(keys, &files, read_at));
    let lines =
        lines.map_err(|faults| changed(faults.first().map(ToString::to_string).unwrap_or_default()))?;
    let numbers: Vec<u64> = lines.iter().map(Line::number).collect();
    if numbers == agree::lines(engine)? { Ok(lines) } else { Err(changed("it has other lines".to_owned())) }
}

/// The entries that say something of one line of the plan, by the name of a fact that they have.
fn notes<'e>(
    engine: &'e Engine<'_>,
    fact: &'static str,
) -> impl DoubleEndedIterator<Item = (u64, &'e Entry)> {
    let of_line = move |e: &'e Entry| {
        let line = e.value("plan-line")?.as_u64()?;
        (e.kind == Kind::Note && e.value(fact).is_some()).then_some((line, e))
    };
    engine.journal.entries().iter().filter_map(of_line)
}

fn text<'e>(entry: &'e Entry, fact: &str) -> &'e str {
    entry.value(fact).and_then(|v| v.as_str()).unwrap_or_default()
}

/// The keys that the record says were made, by line, each with its public half and a label of its own.
fn made(engine: &Engine<'_>, lines: &[Line]) -> Result<BTreeMap<u64, key::Recorded>, Problem> {
    let recorded = engine.recorded_files();
    let specs: HashMap<u64, KeySpec> = lines.iter().map(|l| (l.number(), l.spec)).collect();
    let mut keys = BTreeMap::new();
    for (line, entry) in agree::each_once("made", notes(engine, "plan-made-check-value"))? {
        let public = text(entry, "plan-public-key-file");
        let public_key = if public.is_empty() { None } else { Some(engine.kept_of(&recorded, public)?) };
        let spec = *specs.get(&line).ok_or_else(out_of_order)?;
        let check_value = text(entry, "plan-made-check-value").to_owned();
        let label = text(entry, "plan-made-label").to_owned();
        keys.insert(line, key::Recorded { label, check_value, spec, public_key });
    }
    kept_apart(keys.iter().map(|(line, key)| (*line, key.label.as_str())))?;
    // Of a secret key the check value is 24 bits, which two keys of a large plan share by chance: those are told apart
    // when they are backed up. Of a pair it is the digest of the public half.
    kept_apart(keys.iter().filter_map(|(line, key)| Some((*line, key.public_key.as_deref()?))))?;
    Ok(keys)
}

/// Every line of the plan with its key, or a refusal where one is missing.
fn all_made(engine: &Engine<'_>, lines: &[Line]) -> Result<BTreeMap<u64, key::Recorded>, Problem> {
    let keys = made(engine, lines)?;
    same_lines("made", lines.iter().map(Line::number), keys.keys().copied())?;
    Ok(keys)
}

/// What of a list fits on a screen, and how many more there are.
fn shown(facts: Vec<Fact>, what: &str) -> Vec<Fact> {
    let more = facts.len().saturating_sub(SHOWN);
    let mut facts: Vec<Fact> = facts.into_iter().take(SHOWN).collect();
    if more > 0 {
        facts.push(Fact {
            name: format!("And {more} more"),
            expected: None,
            observed: what.to_owned(),
            verdict: Verdict::Noted,
        });
    }
    facts
}

/// Whether the script makes its keys from a plan.
pub(super) fn is_meant(engine: &Engine<'_>) -> bool {
    engine.plan.steps.iter().any(|s| s.action.name == "read-plan")
}
