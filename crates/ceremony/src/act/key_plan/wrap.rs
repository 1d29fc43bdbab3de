//! Wrapping the keys of a plan, each for its own provider into a bundle of its own.

use super::agree::{same_lines, wrapped};
use super::{Line, SHOWN, load, shown};
use crate::act::cloud::{self, Made};
use crate::act::route::Way;
use crate::act::{aws, byok_problem, expected, key, noted, out_of_order};
use crate::engine::{Engine, Halt, Outcome};
use crate::plan::Planned;
use crate::store::{make_folder, write_new};
use byok::bundle::{self, Bundle};
use protocol::Problem;
use std::collections::BTreeSet;
use transcript::{Draft, FileDigest, Kind, Level, count};

/// Each way of wrapping once, with the first line that asks for it and the size of its wrapping key in bits.
pub(super) fn orders(lines: &[Line]) -> Vec<(&Line, u16)> {
    let mut seen = BTreeSet::new();
    let each = lines.iter().map(|l| (l, l.import.wrapping_key().bits()));
    each.filter(|(l, bits)| seen.insert((l.order.target, l.order.key, l.order.row.algorithm, *bits)))
        .collect()
}

pub(in crate::act) fn wrap(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let lines = load(engine)?;
    let keys = super::all_made(engine, &lines)?;
    let done: BTreeSet<u64> = wrapped(engine)?.into_keys().collect();
    let (many, numbers) = (lines.len(), lines.iter().map(Line::number).collect::<Vec<_>>());
    let left: Vec<Line> = lines.into_iter().filter(|l| !done.contains(&l.number())).collect();
    fresh(&left, (engine.now)())?;
    let orders = orders(&left);
    for (n, (line, bits)) in orders.iter().enumerate() {
        let doing =
            format!("Testing route {} of {} on a throw-away key ({})", n + 1, orders.len(), line.says());
        let (order, bits) = (line.order, *bits);
        engine.work(step, &doing, "a few seconds", |token| {
            cloud::route_test(token, Way::Inside, &order, bits)
        })?;
    }
    for (n, line) in left.iter().enumerate() {
        let doing = format!("Wrapping key {} of {many} ({})", done.len() + n + 1, line.says());
        let key = keys.get(&line.number()).ok_or_else(out_of_order)?;
        wrap_one(engine, step, line, key, &doing)?;
    }
    let bundles = wrapped(engine)?;
    same_lines("wrapped", numbers.into_iter(), bundles.keys().copied())?;
    let draft = Draft::new(Kind::Outcome).fact(Level::Public, "plan-wrapped", bundles.len()).fact(
        Level::Public,
        "route-self-test",
        "throw-away keys wrapped on the same routes came out unchanged",
    );
    let mut facts = vec![expected("Keys wrapped", &many.to_string(), &bundles.len().to_string())];
    let each =
        left.iter().filter_map(|l| Some(noted(&l.says(), keys.get(&l.number())?.check_value.as_str())));
    facts.extend(shown(each.collect(), "bundles, each with its check value in the record"));
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// Refuses before the first key is wrapped where any set of parameters has run out.
fn fresh(lines: &[Line], now: i64) -> Result<(), Problem> {
    let old: Vec<String> = lines
        .iter()
        .filter_map(|l| Some(format!("{}: {}", l.says(), l.import.check_fresh(now).err()?)))
        .collect();
    let Some(first) = old.first() else { return Ok(()) };
    Err(Problem::new(
        "parameters-expired",
        format!("The parameters of {} have run out. {first}.", count(old.len(), "line", "lines")),
        "The keys are made and backed up. No key was wrapped just now.",
        "Fetch new parameters under the same names, and decide to read other import parameters.",
    )
    .with_detail(old.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("\n")))
}

fn wrap_one(
    engine: &mut Engine<'_>,
    step: &Planned,
    line: &Line,
    key: &key::Recorded,
    doing: &str,
) -> Result<(), Halt> {
    let now = (engine.now)();
    line.import.check_fresh(now).map_err(|e| byok_problem(&e))?;
    let (spki, target, recipe) = (line.import.wrapping_key().spki().to_vec(), line.order.target, line.recipe);
    let nonce = line.nonce.as_slice();
    let (own, wrapped, made) = engine.work(step, doing, "a few seconds", |token| {
        let own = key.in_token(token)?;
        let wrapped = Way::Inside.wrap(token, &own, &spki, recipe)?;
        let made = Made::by(token, own.handle, target, nonce)?;
        Ok((own, wrapped, made))
    })?;
    let made_at = aws::utc(now);
    let files = line
        .import
        .files(&Bundle {
            key: line.order.key,
            algorithm: line.order.row.algorithm,
            blob: &wrapped.blob,
            rung: wrapped.rung.word(),
            check_value: &own.check_value,
            public_key: own.public_key.as_deref(),
            proof: made.proof(),
            expiry: None,
            rehearsal: engine.plan.mode == protocol::Mode::Rehearsal,
            made_at: &made_at,
            ceremony: &engine.run,
            rotation: bundle::Rotation::First,
        })
        .map_err(|e| byok_problem(&e))?;
    bundle::verify(&files).map_err(|e| byok_problem(&e))?;
    let number = line.number();
    // By the entry's number: what an attempt that broke off has written stays beside it, and is in no record.
    let folder = format!("bundles/line-{number}-{}", engine.journal.head().entries);
    make_folder(&engine.folder.join(&folder))?;
    let mut note = Draft::new(Kind::Note)
        .fact(Level::Public, "note", format!("the key of line {number} was wrapped for {target}"))
        .fact(Level::Public, "plan-line", number)
        .fact(Level::Public, "plan-wrapped-check-value", own.check_value.as_str())
        .fact(Level::Public, "plan-wrapped-for", target.to_string())
        .fact(Level::Public, "plan-cloud-key", line.import.called())
        .fact(
            Level::Public,
            "plan-wrapping-key-sha256",
            crate::digest::hex(&line.import.wrapping_key().fingerprint()),
        )
        .fact(Level::Public, "plan-rung", wrapped.rung.word())
        .fact(Level::Internal, "plan-bundle-folder", folder.as_str());
    for file in &files {
        let name = format!("{folder}/{}", file.name);
        write_new(&engine.folder.join(&name), &file.bytes)?;
        note = note.file(FileDigest::of(name, &file.bytes));
    }
    engine.append(engine.placed(note, step, false))?;
    Ok(())
}
