//! `read-parameters`: what AWS KMS gave for one import is carried in.

use crate::cloud::import::read_file;
use crate::cloud::order::{AwsOrder, to_fetch_of_aws};
use crate::cloud::words::{self, byok_problem, utc};
use byok::provider::Import as _;
use byok::{ByokError, aws};
use engine::words::not_an_answer;
use engine::{Action, AskPeople, Cue, Halt, Machine, Outcome, Room, Stage};
use protocol::{Answer, Ask, Problem};
use script::{Plan, Reach, Row};
use transcript::FileDigest;

/// Reads AWS's import parameters.
pub(crate) struct ReadParameters;

static ROW: Row = Row {
    name: super::READ_PARAMETERS,
    needs: &[&crate::token::SIGNING_KEY],
    makes: &[&super::PARAMETERS, &super::AWS_PARAMETERS],
    states: &[
        &facts::KEY_ARN,
        &facts::WRAPPING_KEY_SHA256,
        &facts::WRAPPING_KEY_BITS,
        &facts::VALID_TO_UTC,
        &facts::RECIPE,
        &facts::PARAMETERS_FILE,
        &facts::PARAMETERS_NAME,
        &facts::STATED_BY_THE_OPERATOR,
    ],
    reach: &[Reach::Media],
    ..Row::PLAIN
};

/// What the operator said where the console's archive does not: the key's ARN, and until when the set is valid.
#[derive(Default)]
struct Stated {
    key_arn: Option<String>,
    valid_to: Option<i64>,
}

/// What was read.
struct Read {
    parameters: aws::Parameters,
    recipe: byok::Recipe,
    stated: Stated,
}

impl Action for ReadParameters {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let order = AwsOrder::of(cue)?;
        let mut problem = None;
        let (Read { parameters, recipe, stated }, bytes, name) = loop {
            let path = stage.file_of_medium(words::WHICH_AWS_FILE, &["json", "zip"], problem.take())?;
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
            let bytes = match read_file(&path) {
                Ok(bytes) => bytes,
                Err(p) => {
                    problem = Some(p.can_try_again());
                    continue;
                }
            };
            match read(stage, order, &bytes, &name)? {
                Ok(read) => break (read, bytes, name),
                Err(e) => problem = Some(byok_problem(&e).can_try_again()),
            }
        };
        let ending = if name.to_ascii_lowercase().ends_with(".zip") { "zip" } else { "json" };
        // Each reading has its own file, so that a set that was replaced stays in the record.
        let kept = format!("import-parameters-{}.{ending}", stage.past().entries.len());
        stage.keep(&kept, &bytes)?;
        let stated: Vec<&str> =
            [stated.key_arn.map(|_| words::KEY_ARN), stated.valid_to.map(|_| words::VALID_UNTIL)]
                .into_iter()
                .flatten()
                .collect();
        let (until, bits) = (utc(parameters.valid_to), parameters.wrapping_key.bits());
        Ok(Outcome::new()
            .file(FileDigest::of(kept.as_str(), &bytes))
            .fact(&facts::KEY_ARN, parameters.key_arn.as_str())
            .fact(&facts::WRAPPING_KEY_SHA256, script::hex(&parameters.wrapping_key.fingerprint()))
            .fact(&facts::WRAPPING_KEY_BITS, bits)
            .fact(&facts::VALID_TO_UTC, until.as_str())
            .fact(&facts::RECIPE, recipe.to_string())
            .fact(&facts::PARAMETERS_FILE, kept)
            .fact(&facts::PARAMETERS_NAME, name)
            .fact(&facts::STATED_BY_THE_OPERATOR, serde_json::json!(stated))
            .shows(words::for_the_key(&parameters.key_arn))
            .shows(words::wrapping_key(bits))
            .shows(words::valid_until(&until))
            .shows(words::compare_algorithm_and_kind(&order.algorithm, &order.spec))
            .shows(words::aws_not_provable()))
    }

    fn brings(&self, _: &Plan) -> Option<String> {
        Some(to_fetch_of_aws().to_owned())
    }
}

/// Reads the file with what people state where it does not say it.
fn read(
    stage: &mut (impl AskPeople + Machine + ?Sized),
    order: AwsOrder,
    bytes: &[u8],
    name: &str,
) -> Result<Result<Read, ByokError>, Halt> {
    let mut stated = Stated::default();
    let read = loop {
        let read = aws::Parameters::read_with(bytes, name, stated.key_arn.as_deref(), stated.valid_to);
        match read {
            Err(ByokError::KeyArnNeeded) if stated.key_arn.is_none() => {
                stated.key_arn = Some(key_arn(stage)?);
            }
            Err(ByokError::ValidToNeeded) if stated.valid_to.is_none() => {
                stated.valid_to = Some(valid_to(stage)?);
            }
            other => break other,
        }
    };
    Ok(read.and_then(|parameters| {
        parameters.check_times(stage.now())?;
        let recipe = parameters.recipe(order.spec.key_type(), order.algorithm)?;
        Ok(Read { parameters, recipe, stated })
    }))
}

/// Asks for what the console's archive does not say. AWS's own rules are checked when the archive is read with it.
fn key_arn(stage: &mut (impl AskPeople + ?Sized)) -> Result<String, Halt> {
    asked(stage, words::WHICH_ARN, words::AN_ARN, |text| aws::key_arn(text).map_err(|e| byok_problem(&e)))
}

fn valid_to(stage: &mut (impl AskPeople + Machine + ?Sized)) -> Result<i64, Halt> {
    let now = stage.now();
    asked(stage, words::VALID_UNTIL_WHEN, words::A_TIME, |text| match byok::utc(text) {
        // AWS gives a set 24 hours: a later time was not read from its page, or the clock here is behind.
        Some(until) if until <= now + 24 * 3600 + 600 => Ok(until),
        Some(_) => Err(words::valid_to_too_late(&utc(now))),
        None => Err(byok_problem(&ByokError::TimeMalformed(words::THE_ANSWER))),
    })
}

/// Asks until the answer is believed.
fn asked<T>(
    stage: &mut (impl AskPeople + ?Sized),
    question: &str,
    example: &str,
    believed: impl Fn(&str) -> Result<T, Problem>,
) -> Result<T, Halt> {
    let mut problem = None;
    loop {
        let ask = Ask::Text { question: question.to_owned(), example: example.to_owned(), suggested: None };
        let Answer::Text { text } = stage.ask(ask, problem.take())? else {
            problem = Some(not_an_answer());
            continue;
        };
        match believed(&text) {
            Ok(value) => return Ok(value),
            Err(p) => problem = Some(p.can_try_again()),
        }
    }
}
