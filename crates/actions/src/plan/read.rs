//! `read-plan`: a key plan is carried in, whole, with every parameters file that it names.

use crate::cloud::by_line::notes;
use crate::cloud::words::NO_END;
use crate::earlier::plan::shown;
use crate::key::strength;
use crate::plan::folder::{Spelt, parameters, plain_file};
use crate::plan::lines::{Files, PlanLine, fingerprints, lines_of};
use crate::plan::words;
use crate::room::register::whole_register;
use byok::plan::{Fault, PlannedKey};
use engine::words::{observed, out_of_order, utc};
use engine::{Action, AskPeople, Cue, Halt, Keep, KeepRecord, Media, Outcome, Recall as _, Room, Stage};
use estate::Estate;
use incoming::table::fault;
use outside::LARGEST_RECORD;
use protocol::{Ask, Problem};
use register::Register;
use script::{Reach, Row, sha256_hex};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use store::disk;
use transcript::FileDigest;

/// The largest plan taken, in bytes; the library's own limit is the same.
const LARGEST_PLAN: u64 = 8 * 1024 * 1024;

/// Reads a key plan.
pub(crate) struct ReadPlan;

static ROW: Row = Row {
    name: "read-plan",
    needs: &[&crate::token::SIGNING_KEY],
    makes: &[&crate::cloud::PARAMETERS, &super::KEY_PLAN],
    states: &[
        &facts::PLAN_KEYS,
        &facts::PLAN_LINES,
        &facts::PLAN_SHA256,
        &facts::PLAN_WRAPPING_KEYS,
        &facts::PLAN_READ_AT,
        &facts::PLAN_FILE,
        &facts::PLAN_PARAMETERS,
    ],
    reach: &[Reach::Media, Reach::Shelf],
    ..Row::PLAIN
};

impl Action for ReadPlan {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let read = read(stage, strength::minimum(cue.plan))?;
        let sha256 = sha256_hex(&read.bytes);
        let mut outcome = Outcome::new();
        let plan_file = format!("key-plan-{sha256}.csv");
        outcome = outcome.file(keep_once(stage, plan_file.clone(), &read.bytes)?);
        let (mut kept, mut there) = (BTreeMap::new(), BTreeSet::new());
        for (name, bytes) in &read.files.bytes {
            let file = format!("plan-parameters-{}", sha256_hex(bytes));
            if there.insert(file.clone()) {
                outcome = outcome.file(keep_once(stage, file.clone(), bytes)?);
            }
            kept.insert(name.clone(), file);
        }
        let lines = &read.lines;
        let end = lines.iter().filter_map(|l| l.import.valid_to()).min();
        let wrapping = fingerprints(lines).len();
        let numbers: Vec<u64> = lines.iter().map(PlanLine::number).collect();
        outcome = outcome
            .fact(&facts::PLAN_KEYS, lines.len().to_string())
            .fact(&facts::PLAN_LINES, numbers)
            .fact(&facts::PLAN_SHA256, sha256.as_str())
            .fact(&facts::PLAN_WRAPPING_KEYS, wrapping as u64)
            .fact(&facts::PLAN_READ_AT, u64::try_from(read.at).map_err(|_| out_of_order())?)
            .fact(&facts::PLAN_FILE, plan_file)
            .fact(&facts::PLAN_PARAMETERS, kept)
            .showing(words::of_plan(lines.len(), wrapping, &end.map_or(NO_END.to_owned(), utc), &sha256))
            .showing(shown(kinds(lines), words::OF_KINDS))
            .shows(words::origin_not_provable());
        if let Some(end) = end {
            outcome = outcome.fact(&facts::VALID_TO_UTC, utc(end));
        }
        let of_folder = read.spelt.iter().map(|(plan, folder)| words::named_otherwise(plan, folder));
        outcome = outcome.showing(shown(of_folder.collect(), words::OF_SPELT));
        if read.spelt.is_empty() {
            return Ok(outcome);
        }
        Ok(outcome.fact(&facts::PLAN_PARAMETERS_SPELT, read.spelt))
    }
}

/// A plan that can be filled.
struct Read {
    bytes: Vec<u8>,
    files: Files,
    spelt: Spelt,
    lines: Vec<PlanLine>,
    /// When, in Unix seconds.
    at: i64,
}

/// `minimum` is the least strength in bits that is taken.
fn read(stage: &mut dyn Stage, minimum: u16) -> Result<Read, Halt> {
    let register = whole_register(stage)?;
    let mut problem = None;
    loop {
        let bytes = plan_file(stage, problem.take())?;
        if is_another_plan(stage, &bytes) {
            problem = Some(words::another_plan());
            continue;
        }
        let keys = match byok::plan::read(&bytes) {
            Ok(keys) => keys,
            Err(faults) => {
                problem = Some(refuse(stage, &faults)?);
                continue;
            }
        };
        let weak = too_weak(&keys, minimum);
        if !weak.is_empty() {
            problem = Some(refuse(stage, &weak)?);
            continue;
        }
        let outside = stay_outside(&keys, &register);
        if !outside.is_empty() {
            problem = Some(refuse(stage, &outside)?);
            continue;
        }
        let folder = folder(stage)?;
        let (files, spelt) = match parameters(&keys, &folder) {
            Ok(found) => found,
            Err(p) => {
                problem = Some(p.can_try_again());
                continue;
            }
        };
        let at = stage.now();
        match lines_of(keys, &files, at) {
            Ok(lines) => return Ok(Read { bytes, files, spelt, lines, at }),
            Err(faults) => problem = Some(refuse(stage, &faults)?),
        }
    }
}

/// Every line for a system whose key stays outside the provider by the register of systems: no bundle is made of it.
fn stay_outside(keys: &[PlannedKey], register: &Register) -> Vec<Fault> {
    let estate = Estate::of(register, "");
    let system = |key: &PlannedKey| {
        let is = |of: &&estate::System<'_>| of.id().eq_ignore_ascii_case(&key.system);
        estate.systems.iter().find(is).filter(|of| !of.takes_a_bundle())?;
        Some(fault(key.line, words::SYSTEM, words::STAYS_OUTSIDE))
    };
    keys.iter().filter_map(system).collect()
}

/// Every line whose key is weaker than that.
fn too_weak(keys: &[PlannedKey], minimum: u16) -> Vec<Fault> {
    let weak = |key: &PlannedKey| {
        let problem = strength::check(minimum, &key.key.name()).err()?;
        let what = problem.happened.trim_end_matches('.').to_owned();
        Some(Fault { line: key.line, column: words::KEY_TYPE.to_owned(), what })
    };
    keys.iter().filter_map(weak).collect()
}

fn plan_file(stage: &mut (impl Media + ?Sized), mut problem: Option<Problem>) -> Result<Vec<u8>, Halt> {
    loop {
        let path = stage.file_of_medium(words::WHICH_PLAN, &["csv"], problem.take())?;
        match plain_file(&path, LARGEST_PLAN) {
            Ok(bytes) => return Ok(bytes),
            Err(p) => problem = Some(p.can_try_again()),
        }
    }
}

fn folder(stage: &mut (impl Media + ?Sized)) -> Result<PathBuf, Halt> {
    let mut problem = None;
    loop {
        let path = stage.folder_of_medium(words::WHICH_FOLDER, &[], problem.take())?;
        if path.is_dir() {
            return Ok(path);
        }
        problem = Some(disk(&path, &std::io::ErrorKind::NotFound.into()).can_try_again());
    }
}

/// Shows what is wrong, line by line, and gives the refusal.
fn refuse(stage: &mut (impl AskPeople + ?Sized), faults: &[Fault]) -> Result<Problem, Halt> {
    let facts = shown(faults.iter().map(words::fault).collect(), words::OF_FAULTS);
    stage.ask(Ask::Observe { facts, button: words::SEEN.to_owned(), done: false }, None)?;
    Ok(words::plan_faulty(faults))
}

/// Once keys are made only their own plan is read again, with other parameters.
fn is_another_plan(stage: &(impl KeepRecord + ?Sized), bytes: &[u8]) -> bool {
    let any_made = notes(stage.past(), &facts::PLAN_ANNOUNCED_LABEL).next().is_some();
    any_made && stage.newest(&facts::PLAN_SHA256) != Some(sha256_hex(bytes))
}

/// Keeps a file that is named by its digest: the same may be there from a reading before.
fn keep_once(stage: &mut (impl Keep + ?Sized), name: String, bytes: &[u8]) -> Result<FileDigest, Problem> {
    let there = outside::read(&stage.folder().join(&name), LARGEST_RECORD);
    if !there.is_ok_and(|there| there == bytes) {
        stage.keep(&name, bytes)?;
    }
    Ok(FileDigest::of(name, bytes))
}

/// How many keys of each kind the plan has.
fn kinds(lines: &[PlanLine]) -> Vec<protocol::Fact> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for line in lines {
        *counts.entry(words::kind(&line.planned)).or_default() += 1;
    }
    counts.into_iter().map(|(what, many)| observed(what, many.to_string())).collect()
}
