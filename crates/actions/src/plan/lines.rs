//! One ceremony for many keys: the key plan as it was read, and what the record says of the key of each of its lines.

use crate::cloud::by_line::{each_once, kept_apart, lines, notes, same_lines};
use crate::cloud::order::{Order, token_recipe};
use crate::key::master::MasterKey;
use crate::key::spec::token_spec;
use crate::plan::words;
use crate::token::route::Way;
use byok::plan::{Fault, PlannedKey};
use byok::provider::Import;
use byok::{Target, of};
use engine::words::out_of_order;
use engine::{Keep, KeepRecord, Recall as _};
use facts::Named as _;
use protocol::Problem;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tokens::{KeySpec, Rung};

/// The files with import parameters, by the names that the plan has for them.
#[derive(Default)]
pub(in crate::plan) struct Files {
    pub(in crate::plan) bytes: BTreeMap<String, Vec<u8>>,
    /// Why a file that the plan names is not among them.
    pub(in crate::plan) missing: BTreeMap<String, String>,
}

/// One line of the plan with what the provider prepared for it.
pub(in crate::plan) struct PlanLine {
    pub(in crate::plan) planned: PlannedKey,
    pub(in crate::plan) import: Box<dyn Import>,
    pub(in crate::plan) order: Order,
    pub(in crate::plan) spec: KeySpec,
    pub(in crate::plan) recipe: tokens::Recipe,
    /// What some providers want sealed; empty for the others.
    pub(in crate::plan) nonce: Vec<u8>,
}

impl PlanLine {
    /// Its place in the plan's file.
    pub(in crate::plan) fn number(&self) -> u64 {
        self.planned.line
    }

    /// "line 4, PACS: aes-256 for google-kms".
    pub(in crate::plan) fn says(&self) -> String {
        words::line(&self.planned)
    }

    /// Reads one line's parameters and refuses everything that can be known before there is a key.
    fn of(planned: PlannedKey, files: &Files, now: i64) -> Result<Self, Fault> {
        let (line, name) = (planned.line, planned.parameters_file.clone());
        let wrong = |column: &'static str, what: String| Fault { line, column: column.to_owned(), what };
        let Some(bytes) = files.bytes.get(&name) else {
            let why = files.missing.get(&name).cloned();
            return Err(wrong(words::PARAMETERS_FILE, why.unwrap_or_else(|| words::no_such_file(&name))));
        };
        let import = planned.prepare(bytes, now)?;
        import.check_times(now).map_err(|e| wrong(words::PARAMETERS_FILE, e.in_full()))?;
        let row = import
            .check_before(planned.key, planned.algorithm, planned.expiry, now)
            .map_err(|e| wrong(words::PARAMETERS_FILE, e.in_full()))?;
        let spec = token_spec(planned.key)
            .ok_or_else(|| wrong(words::KEY_TYPE, words::KEY_NOT_IN_TOKENS.to_owned()))?;
        let recipe = token_recipe(row.recipe).map_err(|p| wrong(words::ALGORITHM, words::refused(&p)))?;
        let nonce = import.nonce().unwrap_or_default().to_vec();
        let order = Order { target: planned.target, key: planned.key, row };
        Ok(Self { planned, import, order, spec, recipe, nonce })
    }
}

/// Every line with its parameters at Unix time `now`, or everything that is wrong with them.
pub(in crate::plan) fn lines_of(
    keys: Vec<PlannedKey>,
    files: &Files,
    now: i64,
) -> Result<Vec<PlanLine>, Vec<Fault>> {
    let (mut lines, mut faults) = (Vec::new(), Vec::new());
    for planned in keys {
        match PlanLine::of(planned, files, now) {
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
        let (column, remedy) = if of(target).one_key_a_set() {
            (words::PARAMETERS_FILE, words::FETCH_FOR_ANOTHER)
        } else {
            ("", words::A_KEY_OF_ITS_OWN)
        };
        faults.push(Fault {
            line: line.number(),
            column: column.to_owned(),
            what: words::one_place(first, called, remedy),
        });
    }
    faults.sort_by_key(|f| f.line);
    if faults.is_empty() { Ok(lines) } else { Err(faults) }
}

/// The plan as it was read, from the run's own copies.
pub(in crate::plan) fn load(stage: &(impl KeepRecord + Keep + ?Sized)) -> Result<Vec<PlanLine>, Problem> {
    let recorded = stage.past().files();
    let plan = stage.kept_of(&recorded, &stage.need(&facts::PLAN_FILE)?)?;
    let mut files = Files::default();
    for (name, kept) in stage.need(&facts::PLAN_PARAMETERS)? {
        files.bytes.insert(name, stage.kept_of(&recorded, &kept)?);
    }
    // As of when it was read: whether a set is still fresh is asked again before it is used.
    let read_at = i64::try_from(stage.need(&facts::PLAN_READ_AT)?).map_err(|_| out_of_order())?;
    let of_file = byok::plan::read(&plan).and_then(|keys| lines_of(keys, &files, read_at));
    let of_file = of_file
        .map_err(|faults| words::changed(&faults.first().map(ToString::to_string).unwrap_or_default()))?;
    let numbers: Vec<u64> = of_file.iter().map(PlanLine::number).collect();
    if numbers == lines(stage.past())? { Ok(of_file) } else { Err(words::changed(words::OTHER_LINES)) }
}

/// The keys that the record says were made, by line, each with its public half and a label of its own.
pub(in crate::plan) fn made(
    stage: &(impl KeepRecord + Keep + ?Sized),
    lines: &[PlanLine],
) -> Result<BTreeMap<u64, MasterKey>, Problem> {
    let recorded = stage.past().files();
    let specs: HashMap<u64, KeySpec> = lines.iter().map(|l| (l.number(), l.spec)).collect();
    let mut keys = BTreeMap::new();
    for (line, entry) in each_once(words::MADE, notes(stage.past(), &facts::PLAN_MADE_CHECK_VALUE))? {
        let public = facts::PLAN_PUBLIC_KEY_FILE.within(entry);
        let key = MasterKey {
            label: facts::PLAN_MADE_LABEL.within(entry).unwrap_or_default(),
            check_value: facts::PLAN_MADE_CHECK_VALUE.within(entry).unwrap_or_default(),
            spec: *specs.get(&line).ok_or_else(out_of_order)?,
            public_key: public.map(|name| stage.kept_of(&recorded, &name)).transpose()?,
            said: MasterKey::said_of(|fact| fact.within(entry)),
        };
        keys.insert(line, key);
    }
    kept_apart(keys.iter().map(|(line, key)| (*line, key.label.as_str())))?;
    // 128 bits of a secret key's, and the digest of the public half of a pair.
    kept_apart(keys.iter().map(|(line, key)| (*line, key.check_value.as_str())))?;
    Ok(keys)
}

/// Every line of the plan with its key, or a refusal where one is missing.
pub(in crate::plan) fn all_made(
    stage: &(impl KeepRecord + Keep + ?Sized),
    lines: &[PlanLine],
) -> Result<BTreeMap<u64, MasterKey>, Problem> {
    let keys = made(stage, lines)?;
    same_lines(words::MADE, lines.iter().map(PlanLine::number), keys.keys().copied())?;
    Ok(keys)
}

/// Each way of wrapping once, with the first line that asks for it and the size of its wrapping key in bits.
pub(in crate::plan) fn orders(lines: &[PlanLine]) -> Vec<(&PlanLine, u16)> {
    let mut seen = BTreeSet::new();
    let each = lines.iter().map(|l| (l, l.import.wrapping_key().bits()));
    each.filter(|(l, bits)| seen.insert((l.order.target, l.order.key, l.order.row.algorithm, *bits)))
        .collect()
}

/// Each wrapping key once, with the first line that uses it, in the order of the lines.
pub(in crate::plan) fn fingerprints(lines: &[PlanLine]) -> Vec<([u8; 32], &PlanLine)> {
    let mut seen = BTreeSet::new();
    let each = lines.iter().map(|l| (l.import.wrapping_key().fingerprint(), l));
    each.filter(|(fingerprint, _)| seen.insert(*fingerprint)).collect()
}

/// The way of a line, by what the trials of this run found.
pub(in crate::plan) fn way_of(routes: &BTreeMap<String, Vec<u64>>, line: u64) -> Way {
    let host = routes.get(Rung::HostMemory.word());
    if host.is_some_and(|lines| lines.contains(&line)) { Way::ThroughHost } else { Way::Inside }
}
