//! Taking a key plan in: read whole with every parameters file, its routes tried in the token, its wrapping keys
//! compared with the online team's slip.

use super::folder::{parameters, quoted};
use super::{Line, SHOWN, lines_of, load, shown};
use crate::act::route::Way;
use crate::act::{aws, cloud, noted, out_of_order, token};
use crate::engine::{Engine, Halt, Outcome};
use crate::plan::Planned;
use crate::store::{disk, write_new};
use byok::plan::Fault;
use outside::NotOpened;
use protocol::{Ask, Fact, Problem, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use transcript::{Draft, FileDigest, Kind, Level, count};

/// The largest plan taken, in bytes; the library's own limit is the same.
const LARGEST_PLAN: u64 = 8 * 1024 * 1024;
/// Larger than any reply or archive that a provider sends, in bytes.
pub(super) const LARGEST: u64 = 256 * 1024;

/// A plain file of a medium, up to a size. Links, pipes and devices are refused: none of them is what was carried in.
pub(super) fn plain_file(path: &Path, largest: u64) -> Result<Vec<u8>, Problem> {
    outside::read_plain(path, largest).map_err(|e| match e {
        NotOpened::Io(e) => disk(path, &e),
        other => Problem::new(
            "parameters-too-large",
            format!("{} is no plain file of at most {largest} bytes: it {other}.", path.display()),
            "Nothing was read.",
            "Choose the file that was saved for this ceremony.",
        ),
    })
}

fn plan_file(engine: &mut Engine<'_>, step: &Planned, mut problem: Option<Problem>) -> Result<Vec<u8>, Halt> {
    loop {
        let path = engine.file_of_medium(step, "Which file is the key plan?", &["csv"], problem.take())?;
        match plain_file(&path, LARGEST_PLAN) {
            Ok(bytes) => return Ok(bytes),
            Err(p) => problem = Some(p.can_try_again()),
        }
    }
}

fn folder(engine: &mut Engine<'_>, step: &Planned) -> Result<PathBuf, Halt> {
    let mut problem = None;
    loop {
        let question = "Which folder holds the parameters files that the plan names?";
        let path = engine.folder_of_medium(step, question, &[], problem.take())?;
        if path.is_dir() {
            return Ok(path);
        }
        problem = Some(disk(&path, &std::io::ErrorKind::NotFound.into()).can_try_again());
    }
}

/// Shows what is wrong, line by line, and gives the refusal.
fn refuse(engine: &mut Engine<'_>, step: &Planned, faults: &[Fault]) -> Result<Problem, Halt> {
    let many = faults.len();
    let fact = |f: &Fault| {
        let place = match (f.line, f.column) {
            (0, _) => "The file".to_owned(),
            (line, "") => format!("Line {line}"),
            (line, column) => format!("Line {line}, {column}"),
        };
        Fact { name: place, expected: None, observed: f.what.clone(), verdict: Verdict::Differs }
    };
    let facts = shown(faults.iter().map(fact).collect(), "mend these first, then read the plan again");
    let button = "Seen; choose a mended plan".to_owned();
    engine.ask(step, Ask::Observe { facts, button }, None)?;
    let lines: Vec<String> = faults.iter().take(SHOWN).map(ToString::to_string).collect();
    let first = lines.first().cloned().unwrap_or_default();
    Ok(Problem::new(
        "plan-faulty",
        format!("The plan cannot be filled: {}, the first being {first}.", count(many, "fault", "faults")),
        "No key was made, and nothing was kept.",
        "Mend the lines that are named, or fetch what is missing, and choose the plan again.",
    )
    .can_try_again()
    .with_detail(lines.join("\n")))
}

pub(in crate::act) fn read(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let mut problem = None;
    let (bytes, (files, spelt), lines, now) = loop {
        let bytes = plan_file(engine, step, problem.take())?;
        if let Some(changed) = another_plan(engine, &bytes) {
            problem = Some(changed);
            continue;
        }
        let keys = match byok::plan::read(&bytes) {
            Ok(keys) => keys,
            Err(faults) => {
                problem = Some(refuse(engine, step, &faults)?);
                continue;
            }
        };
        let folder = folder(engine, step)?;
        let (files, spelt) = match parameters(&keys, &folder) {
            Ok(found) => found,
            Err(p) => {
                problem = Some(p.can_try_again());
                continue;
            }
        };
        let now = (engine.now)();
        match lines_of(keys, &files, now) {
            Ok(lines) => break (bytes, (files, spelt), lines, now),
            Err(faults) => problem = Some(refuse(engine, step, &faults)?),
        }
    };
    let digest = crate::digest::sha256_hex(&bytes);
    let mut draft = Draft::new(Kind::Outcome);
    let keep = |name: String, bytes: &[u8]| -> Result<FileDigest, Problem> {
        let path = engine.folder.join(&name);
        // Named by its digest: the same file may be there from a reading before.
        if !outside::read(&path, outside::LARGEST_RECORD).is_ok_and(|there| there == bytes) {
            write_new(&path, bytes)?;
        }
        let sha256 = crate::digest::sha256_hex(bytes);
        Ok(FileDigest { name, sha256, size: bytes.len() as u64 })
    };
    let plan_file = format!("key-plan-{digest}.csv");
    draft = draft.file(keep(plan_file.clone(), &bytes)?);
    let mut kept = serde_json::Map::new();
    let mut there = BTreeSet::new();
    for (name, bytes) in &files.bytes {
        let digest = crate::digest::sha256_hex(bytes);
        let file = format!("plan-parameters-{digest}");
        if there.insert(digest) {
            draft = draft.file(keep(file.clone(), bytes)?);
        }
        kept.insert(name.clone(), file.into());
    }
    let end = lines.iter().filter_map(|l| l.import.valid_to()).min();
    let wrapping = fingerprints(&lines);
    let numbers: Vec<u64> = lines.iter().map(Line::number).collect();
    draft = draft
        .fact(Level::Public, "plan-keys", lines.len().to_string())
        .fact(Level::Public, "plan-lines", serde_json::json!(numbers))
        .fact(Level::Public, "plan-sha256", digest.as_str())
        .fact(Level::Public, "plan-wrapping-keys", wrapping.len())
        .fact(Level::Public, "plan-read-at", now)
        .fact(Level::Internal, "plan-file", plan_file)
        .fact(Level::Internal, "plan-parameters", kept);
    if let Some(end) = end {
        draft = draft.fact(Level::Public, "valid-to-utc", aws::utc(end));
    }
    let mut facts = summary(&lines, &digest, wrapping.len(), end);
    let of_folder = spelt.iter().map(|(plan, folder)| {
        noted(&format!("Parameters file {}, named otherwise in the folder", quoted(plan)), quoted(folder))
    });
    facts.extend(shown(of_folder.collect(), "files that the plan names otherwise than the folder"));
    if !spelt.is_empty() {
        draft = draft.fact(Level::Internal, "plan-parameters-spelt", serde_json::json!(spelt));
    }
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// Once keys are made only their own plan is read again, with other parameters.
fn another_plan(engine: &Engine<'_>, bytes: &[u8]) -> Option<Problem> {
    let any_made = super::notes(engine, "plan-announced-label").next().is_some();
    let same = engine.fact("plan-sha256") == Some(crate::digest::sha256_hex(bytes));
    (any_made && !same).then(|| {
        Problem::new(
            "another-plan",
            "Keys of this ceremony's plan are made already, and this is another plan.",
            "Nothing was kept, and no key was changed.",
            "Choose the same plan again; only the files in the folder beside it may be others.",
        )
        .can_try_again()
    })
}

fn summary(lines: &[Line], digest: &str, wrapping: usize, end: Option<i64>) -> Vec<Fact> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for line in lines {
        let p = &line.planned;
        *counts.entry(format!("{} for {} with {}", p.key, p.target, p.algorithm)).or_default() += 1;
    }
    let mut facts = vec![
        noted("Keys in the plan", lines.len().to_string()),
        noted("Wrapping keys to compare", wrapping.to_string()),
        noted("Wrap before", end.map_or("no end that was stated".to_owned(), aws::utc)),
        noted("SHA-256 of the plan", digest),
    ];
    let of_kind = counts.into_iter().map(|(what, many)| noted(&what, many.to_string())).collect();
    facts.extend(shown(of_kind, "kinds of keys; the plan has them all"));
    facts.push(Fact {
        name: "That the providers made these wrapping keys".to_owned(),
        expected: None,
        observed: "cannot be proven offline; two people compare each with the online team's slip".to_owned(),
        verdict: Verdict::NotProvable,
    });
    facts
}

/// Each wrapping key once, with the first line that uses it, in the order of the lines.
fn fingerprints(lines: &[Line]) -> Vec<([u8; 32], &Line)> {
    let mut seen = BTreeSet::new();
    let each = lines.iter().map(|l| (l.import.wrapping_key().fingerprint(), l));
    each.filter(|(fingerprint, _)| seen.insert(*fingerprint)).collect()
}

/// Tries the token, and refuses it before a key is made where a trial stands against any line of the plan.
pub(in crate::act) fn test_routes(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let lines = load(engine)?;
    let found = token::trials(engine, step)?;
    let mut against = Vec::new();
    let mut routes: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for line in &lines {
        let way = found
            .allows_backup_of(line.spec)
            .map_err(|why| format!("it cannot be backed up: {why}"))
            .and_then(|()| found.best_rung(line.spec, line.recipe));
        match way {
            Ok(rung) => routes.entry(rung.word().to_owned()).or_default().push(line.number()),
            Err(why) => against.push(format!("{}: {why}", line.says())),
        }
    }
    if let Some(first) = against.first() {
        return Err(Problem::new(
            "no-route",
            format!(
                "This token cannot fill {} of the plan, which has {}. {first}.",
                count(against.len(), "line", "lines"),
                lines.len()
            ),
            "No key was made.",
            "Use another token, or begin again with a plan without these lines.",
        )
        .with_detail(against.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("\n"))
        .into());
    }
    let orders = super::wrap::orders(&lines);
    for (n, (line, _)) in orders.iter().enumerate() {
        let doing = format!("Trying {} of {}: {}", n + 1, orders.len(), line.says());
        let order = line.order;
        engine.work(step, &doing, "a few seconds", |token| {
            cloud::route_test(token, Way::Inside, &order, cloud::TRIAL_BITS)
        })?;
    }
    let words: serde_json::Map<_, _> =
        routes.iter().map(|(word, lines)| (word.clone(), serde_json::json!(lines))).collect();
    let draft = token::recorded(&found).fact(Level::Public, "plan-routes", words);
    let mut facts = token::summary(&found);
    facts.extend(
        routes
            .iter()
            .map(|(word, lines)| noted(&format!("Keys that leave by {word}"), lines.len().to_string())),
    );
    facts.push(noted("Kinds of wrapping tried on throw-away keys", orders.len().to_string()));
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// Each of two people compares each distinct wrapping key, all of one's before the other begins: two ticks by one hand
/// are one look.
pub(in crate::act) fn compare(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let lines = load(engine)?;
    let Some(confirmer) = step.confirmer.clone() else { return Err(out_of_order().into()) };
    let keys = fingerprints(&lines);
    for person in [step.actor.clone(), confirmer] {
        for (n, (fingerprint, line)) in keys.iter().enumerate() {
            let (n, many, says) = (n + 1, keys.len(), line.says());
            let what = format!("SHA-256 of wrapping key {n} of {many}, first used in {says}");
            if !engine.finds_the_same(step, &person, &what, "the slip of the online team", fingerprint)? {
                return Err(Problem::new(
                    "wrapping-key-differs",
                    format!("{} did not find every row of wrapping key {n} ({says}) on the slip.", person.name),
                    "Nothing was wrapped.",
                    "Ask the online team for a fresh set and slip. If the slip is right, somebody changed the file.",
                )
                .into());
            }
        }
        let words = "I compared every row of every wrapping key with the slip, and each is the same.";
        engine.signed_by(step, &person, words, None)?;
    }
    let list: Vec<String> = keys.iter().map(|(f, _)| crate::digest::hex(f)).collect();
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "compared", "every row of each wrapping key, by two people, with the slip")
        .fact(Level::Public, "plan-compared-sha256", serde_json::json!(list));
    Ok(Outcome { draft: Some(draft), ..Outcome::default() })
}
