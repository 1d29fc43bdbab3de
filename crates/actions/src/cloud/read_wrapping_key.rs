//! `read-wrapping-key`: the wrapping key that a provider made is carried in.

use crate::cloud::answers::Answers;
use crate::cloud::import::read_file;
use crate::cloud::order::{Order, against, to_fetch_of};
use crate::cloud::words::{self, byok_problem};
use byok::provider::Import;
use byok::{Target, of, table};
use engine::words::utc;
use engine::{Action, Cue, Halt, Media, Outcome, Room, Stage};
use protocol::Problem;
use script::{Plan, Reach, Row, Step};
use std::collections::BTreeMap;
use transcript::FileDigest;

/// Reads a provider's wrapping key.
pub(crate) struct ReadWrappingKey;

static ROW: Row = Row {
    name: super::READ_WRAPPING_KEY,
    needs: &[&crate::token::SIGNING_KEY],
    makes: &[&super::PARAMETERS, &super::CLOUD_PARAMETERS],
    states: &[
        &facts::TARGET,
        &facts::CLOUD_KEY,
        &facts::WRAPPING_KEY_SHA256,
        &facts::WRAPPING_KEY_BITS,
        &facts::VALID_TO_UTC,
        &facts::WRAPPING_ALGORITHM,
        &facts::RECIPE,
        &facts::PREPARED,
        &facts::STATED_BY_THE_OPERATOR,
        &facts::PARAMETERS_FILE,
        &facts::PARAMETERS_NAME,
    ],
    reach: &[Reach::Media],
    ..Row::PLAIN
};

impl Action for ReadWrappingKey {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let order = Order::of(&cue.plan.values)?;
        let mut answers = Answers::to(order.target);
        let mut problem = None;
        let (name, bytes, import) = loop {
            let (name, bytes) = file(stage, order.target, problem.take())?;
            let tried = answers.read_with_people(stage, (&name, &bytes))?;
            let now = stage.now();
            let expiry = order.expiry(&cue.plan.values, now)?;
            let believed = tried.and_then(|import| {
                import.check_times(now)?;
                import.check_before(order.key, order.row.algorithm, expiry, now)?;
                Ok(import)
            });
            match believed {
                Ok(import) => break (name, bytes, import),
                Err(e) => problem = Some(byok_problem(&e).can_try_again()),
            }
        };
        let endings = of(order.target).extensions();
        let ending = endings.iter().find(|e| name.to_ascii_lowercase().ends_with(*e));
        // Each reading has its own file, so that a key that was replaced stays in the record.
        let entries = stage.past().entries.len();
        let kept = format!("wrapping-key-{entries}.{}", ending.unwrap_or(&"dat"));
        stage.keep(&kept, &bytes)?;
        let stated = of(order.target).normal(&answers.for_library()).map_err(|e| byok_problem(&e))?;
        let stated: BTreeMap<String, String> =
            stated.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Ok(read(order, &*import)
            .file(FileDigest::of(kept.as_str(), &bytes))
            .fact(&facts::STATED_BY_THE_OPERATOR, stated)
            .fact(&facts::PARAMETERS_FILE, kept)
            .fact(&facts::PARAMETERS_NAME, name))
    }

    fn against(&self, plan: &Plan, _: &Step) -> Vec<Problem> {
        against(&plan.values)
    }

    fn words(&self, parameter: &str) -> Vec<&'static str> {
        let all = table::ROWS.iter().map(|row| row.algorithm);
        all.filter(|_| parameter == "wrapping-algorithm").collect()
    }

    fn brings(&self, plan: &Plan) -> Option<String> {
        to_fetch_of(&plan.values).map(str::to_owned)
    }
}

fn file(
    stage: &mut (impl Media + ?Sized),
    target: Target,
    mut problem: Option<Problem>,
) -> Result<(String, Vec<u8>), Halt> {
    loop {
        let path = stage.file_of_medium(
            &words::which_file(of(target).title()),
            of(target).extensions(),
            problem.take(),
        )?;
        // What the file is comes before any question about what is in it.
        let right = |bytes: Vec<u8>| of(target).fits(&bytes).map(|()| bytes).map_err(|e| byok_problem(&e));
        match read_file(&path).and_then(right) {
            Ok(bytes) => {
                let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
                return Ok((name, bytes));
            }
            Err(p) => problem = Some(p.can_try_again()),
        }
    }
}

/// What the file says, for the record and for people.
fn read(order: Order, import: &dyn Import) -> Outcome {
    let until = import.valid_to().map_or(words::NO_END.to_owned(), utc);
    let shown = import.shown();
    let prepared: BTreeMap<String, String> =
        shown.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let algorithm = match (import.fixed_algorithm(), import.made_for()) {
        (Some(_), _) => words::algorithm(order.row.algorithm),
        (None, Some(_)) => words::compare_algorithm(order.row.algorithm),
        (None, None) => {
            words::compare_algorithm_and_kind(order.row.algorithm, of(order.target).key_name(order.key))
        }
    };
    Outcome::new()
        .fact(&facts::TARGET, order.target.to_string())
        .fact(&facts::CLOUD_KEY, import.called())
        .fact(&facts::WRAPPING_KEY_SHA256, script::hex(&import.wrapping_key().fingerprint()))
        .fact(&facts::WRAPPING_KEY_BITS, import.wrapping_key().bits())
        .fact(&facts::VALID_TO_UTC, until.as_str())
        .fact(&facts::WRAPPING_ALGORITHM, order.row.algorithm)
        .fact(&facts::RECIPE, order.row.recipe.to_string())
        .fact(&facts::PREPARED, prepared)
        .showing(shown.into_iter().map(|(name, value)| engine::words::observed(name, value)))
        .shows(words::wrapping_key(import.wrapping_key().bits()))
        .shows(words::valid_until(&until))
        .shows(algorithm)
        .shows(words::origin_not_provable(of(order.target).title(), import.origin()))
}
