//! `wrap-plan-keys`: the keys of a plan are wrapped, each for its own provider into a bundle of its own.

use crate::cloud::agreement;
use crate::cloud::by_line::{same_lines, wrapped};
use crate::cloud::proof::KeyProof;
use crate::cloud::route::test;
use crate::cloud::words as cloud_words;
use crate::cloud::words::byok_problem;
use crate::earlier::plan::shown;
use crate::key::master::MasterKey;
use crate::plan::lines::{PlanLine, all_made, load, orders, way_of};
use crate::plan::words;
use crate::token::route::Way;
use byok::bundle::{Bundle, BundleFile, Rotation, verify};
use engine::words::{observed, out_of_order, utc};
use engine::{Action, Cue, Departure, Done, Halt, Outcome, Recall as _, Room, Stage, WorkWith as _};
use protocol::{Mode, Problem};
use script::{Hands, Reach, Row};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};
use store::make_folder;
use tokens::Rung;
use transcript::FileDigest;

/// Wraps the plan's keys.
pub(crate) struct WrapPlanKeys;

static ROW: Row = Row {
    name: "wrap-plan-keys",
    needs: &[&super::PLAN_KEYS, &super::COMPARED_PLAN, &crate::backup::PROVEN_BACKUP],
    makes: &[&crate::cloud::BUNDLE],
    opens: &[&crate::cloud::BUNDLE_ON_MEDIUM],
    states: &[&facts::PLAN_WRAPPED, &facts::ROUTE_SELF_TEST],
    notes: &[&[
        &facts::PLAN_WRAPPED_CHECK_VALUE,
        &facts::PLAN_LINE,
        &facts::PLAN_WRAPPED_FOR,
        &facts::PLAN_CLOUD_KEY,
        &facts::PLAN_WRAPPING_KEY_SHA256,
        &facts::PLAN_RUNG,
        &facts::PLAN_BUNDLE_FOLDER,
    ]],
    hands: Hands::Two,
    reach: &[Reach::Token],
    irreversible: true,
    ..Row::PLAIN
};

impl Action for WrapPlanKeys {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let lines = load(&*stage)?;
        let keys = all_made(&*stage, &lines)?;
        let routes = stage.need(&facts::PLAN_ROUTES)?;
        let through_host = |line: &PlanLine| way_of(&routes, line.number()) == Way::ThroughHost;
        // Agreed to once for all lines that go this way, also where the step is begun again for the rest of them.
        let any = routes.contains_key(Rung::HostMemory.word());
        let way = if any { Way::ThroughHost } else { Way::Inside };
        let approved = way.approved(cue, stage)?;
        let pairs = lines.iter().any(|line| through_host(line) && line.spec.is_asymmetric());
        let done: BTreeSet<u64> = wrapped(stage.past())?.into_keys().collect();
        let (many, numbers) = (lines.len(), lines.iter().map(PlanLine::number).collect::<Vec<_>>());
        let left: Vec<PlanLine> = lines.into_iter().filter(|l| !done.contains(&l.number())).collect();
        are_fresh(&left, stage.now())?;
        let orders = orders(&left);
        for (n, (line, bits)) in orders.iter().enumerate() {
            let doing = words::testing_route(n + 1, orders.len(), &line.says());
            let (order, bits, way) = (line.order, *bits, way_of(&routes, line.number()));
            stage.work(&doing, words::A_FEW_SECONDS, |token| test(token, way, &order, bits))?;
        }
        let mut batch = Batch::default();
        for (n, line) in left.iter().enumerate() {
            let doing = words::wrapping(done.len() + n + 1, many, &line.says());
            let key = keys.get(&line.number()).ok_or_else(out_of_order)?;
            let wrapped = wrap_one(cue, stage, (line, way_of(&routes, line.number())), key, &doing);
            // What was wrapped before one that cannot be is kept and noted.
            batch.takes(stage, wrapped)?;
        }
        batch.done(stage)?;
        let bundles = wrapped(stage.past())?;
        same_lines(words::WRAPPED, numbers.into_iter(), bundles.keys().copied())?;
        let each =
            left.iter().filter_map(|l| Some(observed(l.says(), keys.get(&l.number())?.check_value.as_str())));
        Ok(Way::recorded_in(Outcome::new(), approved, pairs)
            .fact(&facts::PLAN_WRAPPED, bundles.len() as u64)
            .fact(&facts::ROUTE_SELF_TEST, words::CAME_OUT_UNCHANGED)
            .shows(words::keys_wrapped(many, bundles.len()))
            .showing(shown(each.collect(), words::OF_WRAPPED)))
    }

    fn follows(&self, done: &Done<'_>) -> Result<(), Departure> {
        agreement::was_looked_for(done)
    }
}

/// Bundles that are written and noted together: a disk that is flushed for every file of every bundle does little else. A
/// token that is slow fills none, so each is kept within [`Batch::HELD`] of its wrapping. A crash loses none that was noted;
/// the others are wrapped again.
#[derive(Default)]
struct Batch {
    files: Vec<(String, Vec<u8>)>,
    notes: Vec<Outcome>,
    since: Option<Instant>,
}

impl Batch {
    const MOST: usize = 100;
    const HELD: Duration = Duration::from_secs(2);

    /// Takes a bundle's files and note; where there is none, what was taken before is kept first.
    fn takes(&mut self, stage: &mut dyn Stage, wrapped: Result<Wrapped, Halt>) -> Result<(), Halt> {
        let (files, note) = match wrapped {
            Ok(wrapped) => wrapped,
            Err(why) => {
                self.done(stage)?;
                return Err(why);
            }
        };
        self.files.extend(files);
        self.notes.push(note);
        let since = *self.since.get_or_insert_with(Instant::now);
        if self.notes.len() < Self::MOST && since.elapsed() < Self::HELD { Ok(()) } else { self.done(stage) }
    }

    /// The files are on the disk before the record names them.
    fn done(&mut self, stage: &mut dyn Stage) -> Result<(), Halt> {
        let Self { files, notes, .. } = std::mem::take(self);
        stage.keep_all(&files)?;
        Ok(stage.note_all(notes)?)
    }
}

/// Refuses before the first key is wrapped where any set of parameters has run out.
fn are_fresh(lines: &[PlanLine], now: i64) -> Result<(), Problem> {
    let old: Vec<String> = lines
        .iter()
        .filter_map(|l| Some(format!("{}: {}", l.says(), l.import.check_fresh(now).err()?)))
        .collect();
    if old.is_empty() { Ok(()) } else { Err(words::parameters_expired(&old)) }
}

/// A bundle's files by their names in the run's folder, and what is noted of it.
type Wrapped = (Vec<(String, Vec<u8>)>, Outcome);

fn wrap_one(
    cue: Cue<'_>,
    stage: &mut dyn Stage,
    (line, way): (&PlanLine, Way),
    key: &MasterKey,
    doing: &str,
) -> Result<Wrapped, Halt> {
    let now = stage.now();
    line.import.check_fresh(now).map_err(|e| byok_problem(&e))?;
    let (spki, target, recipe) = (line.import.wrapping_key().spki().to_vec(), line.order.target, line.recipe);
    let nonce = line.nonce.as_slice();
    let (own, wrapped, proof) = stage.work(doing, words::A_FEW_SECONDS, |token| {
        let own = key.in_token(token)?;
        let wrapped = way.wrap(token, &own, &spki, recipe)?;
        let proof = KeyProof::by(token, own.handle, target, nonce)?;
        Ok((own, wrapped, proof))
    })?;
    let bundle = Bundle {
        key: line.order.key,
        algorithm: line.order.row.algorithm,
        blob: &wrapped.blob,
        rung: wrapped.rung.word(),
        check_value: &own.check_value,
        public_key: own.public_key.as_deref(),
        proof: proof.proof(),
        expiry: line.planned.expiry,
        rehearsal: cue.plan.mode == Mode::Rehearsal,
        made_at: &utc(now),
        ceremony: cue.run,
        rotation: Rotation::First,
    };
    let files = line.import.files(&bundle).map_err(|e| byok_problem(&e))?;
    verify(&files).map_err(|e| byok_problem(&e))?;
    let number = line.number();
    // By the entry's number: what an attempt that broke off has written stays beside it, and is in no record.
    let folder = format!("bundles/line-{number}-{}", stage.past().entries.len());
    make_folder(&stage.folder().join(&folder))?;
    let shown = line.import.shown().into_iter();
    let prepared: BTreeMap<String, String> = shown.map(|(name, value)| (name.to_owned(), value)).collect();
    let mut note = Outcome::new()
        .fact(&facts::NOTE, words::was_wrapped(number, &target))
        .fact(&facts::PLAN_LINE, number)
        .fact(&facts::PLAN_WRAPPED_CHECK_VALUE, own.check_value.as_str())
        .fact(&facts::PLAN_WRAPPED_FOR, target.to_string())
        .fact(&facts::PLAN_CLOUD_KEY, line.import.called())
        .fact(&facts::EXPIRY, line.planned.expiry.map_or(cloud_words::NEVER.to_owned(), utc))
        .fact(&facts::PREPARED, prepared)
        .fact(&facts::PLAN_WRAPPING_KEY_SHA256, script::hex(&line.import.wrapping_key().fingerprint()))
        .fact(&facts::PLAN_RUNG, wrapped.rung.word())
        .fact(&facts::PLAN_BUNDLE_FOLDER, folder.as_str());
    let named = |file: BundleFile| (format!("{folder}/{}", file.name), file.bytes);
    let files: Vec<_> = files.into_iter().map(named).collect();
    for (name, bytes) in &files {
        note = note.file(FileDigest::of(name.clone(), bytes));
    }
    Ok((files, note))
}
