//! AWS KMS: reading the parameters, and comparing the wrapping key with the online team's slip.

use super::{byok_problem, cloud, domain, key, noted, out_of_order};
use crate::engine::{Engine, Halt, Outcome, not_an_answer};
use crate::plan::Planned;
use crate::store::write_new;
use byok::provider::Import as _;
use byok::{Target, aws, table};
use outside::NotOpened;
use protocol::{Answer, Ask, Fact, Problem, Verdict};
use std::path::Path;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use transcript::{Draft, FileDigest, Kind, Level};

/// Larger than any reply or zip AWS sends.
const LARGEST: u64 = 256 * 1024;

/// Unix seconds as ISO 8601 in UTC.
pub(super) fn utc(unix: i64) -> String {
    OffsetDateTime::from_unix_timestamp(unix).ok().and_then(|t| t.format(&Rfc3339).ok()).unwrap_or_default()
}

pub(super) fn algorithm(engine: &Engine<'_>) -> Result<&'static str, Problem> {
    let names = table::rows(Target::AwsKms).map(|row| row.algorithm);
    byok::choice(engine.plan.value("wrapping-algorithm"), names).ok_or_else(|| {
        Problem::new(
            "algorithm-unknown",
            format!("{:?} is no wrapping algorithm of AWS KMS.", engine.plan.value("wrapping-algorithm")),
            "Nothing was read.",
            "Choose one of the script's values for wrapping-algorithm.",
        )
    })
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    outside::read(path, LARGEST).map_err(|e| match e {
        NotOpened::TooLarge { size, .. } => Problem::new(
            "parameters-too-large",
            format!("{} has {size} bytes; import parameters have a few thousand.", path.display()),
            "Nothing was read.",
            "Choose the file that the provider's own tool or console wrote.",
        ),
        other => crate::store::not_opened(path, &other),
    })
}

/// What the operator said where the console's archive does not: the key's ARN, and until when the set is valid.
#[derive(Default)]
struct Stated {
    key_arn: Option<String>,
    valid_to: Option<i64>,
}

pub(super) fn read_parameters(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let spec = key::aws_spec(engine)?;
    let algorithm = algorithm(engine)?;
    let mut problem = None;
    let (parameters, bytes, recipe, file_name, stated) = loop {
        let path = engine.file_of_medium(
            step,
            "Which file holds the import parameters from AWS KMS?",
            &["json", "zip"],
            problem.take(),
        )?;
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
        let bytes = match read(&path) {
            Ok(bytes) => bytes,
            Err(p) => {
                problem = Some(p.can_try_again());
                continue;
            }
        };
        let mut stated = Stated::default();
        let read = loop {
            let read = aws::Parameters::read_with(&bytes, &name, stated.key_arn.as_deref(), stated.valid_to);
            match read {
                Err(byok::ByokError::KeyArnNeeded) if stated.key_arn.is_none() => {
                    stated.key_arn = Some(key_arn(engine, step)?);
                }
                Err(byok::ByokError::ValidToNeeded) if stated.valid_to.is_none() => {
                    stated.valid_to = Some(valid_to(engine, step)?);
                }
                other => break other,
            }
        };
        let tried = read.and_then(|p| {
            p.check_times((engine.now)())?;
            let recipe = p.recipe(spec.key_type(), algorithm)?;
            Ok((p, recipe))
        });
        match tried {
            Ok((p, recipe)) => break (p, bytes, recipe, name, stated),
            Err(e) => problem = Some(byok_problem(&e).can_try_again()),
        }
    };
    let zip = if file_name.to_ascii_lowercase().ends_with(".zip") { "zip" } else { "json" };
    // Each reading has its own file, so that a set that was replaced stays in the record.
    let kept = format!("import-parameters-{}.{zip}", engine.journal.head().entries);
    write_new(&engine.folder.join(&kept), &bytes)?;
    let fingerprint = crate::digest::hex(&parameters.wrapping_key.fingerprint());
    let draft = Draft::new(Kind::Outcome)
        .fact(Level::Public, "key-arn", parameters.key_arn.as_str())
        .fact(Level::Public, "wrapping-key-sha256", fingerprint.as_str())
        .fact(Level::Public, "wrapping-key-bits", parameters.wrapping_key.bits())
        .fact(Level::Public, "valid-to-utc", utc(parameters.valid_to))
        .fact(Level::Public, "recipe", recipe.to_string())
        .fact(Level::Internal, "parameters-file", kept.as_str())
        .fact(Level::Internal, "parameters-name", file_name)
        .fact(
            Level::Public,
            "stated-by-the-operator",
            serde_json::json!(
                [stated.key_arn.map(|_| "key ARN"), stated.valid_to.map(|_| "valid until")]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
            ),
        )
        .file(FileDigest::of(kept, &bytes));
    let facts = vec![
        noted("For the key", parameters.key_arn.clone()),
        noted("Wrapping key", format!("RSA, {} bits", parameters.wrapping_key.bits())),
        noted("Valid until", utc(parameters.valid_to)),
        Fact {
            name: "Wrapping algorithm and kind of key, which the reply does not say".to_owned(),
            expected: Some(format!("{algorithm}, {spec}")),
            observed: "compare with the online team's slip".to_owned(),
            verdict: Verdict::NotProvable,
        },
        Fact {
            name: "That AWS made this wrapping key".to_owned(),
            expected: None,
            observed: "cannot be proven offline; the next step compares it with the online team's slip"
                .to_owned(),
            verdict: Verdict::NotProvable,
        },
    ];
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// Asks for what the console's archive does not say. AWS's own rules are checked when the archive is read with it.
fn key_arn(engine: &mut Engine<'_>, step: &Planned) -> Result<String, Halt> {
    let mut problem = None;
    loop {
        let ask = Ask::Text {
            question: "The archive does not name its key. What is the key's full ARN?".to_owned(),
            example: "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
                .to_owned(),
            suggested: None,
        };
        match engine.ask(step, ask, problem.take())? {
            Answer::Text { text } => match aws::key_arn(&text) {
                Ok(arn) => return Ok(arn),
                Err(e) => problem = Some(byok_problem(&e).can_try_again()),
            },
            _ => problem = Some(not_an_answer()),
        }
    }
}

fn valid_to(engine: &mut Engine<'_>, step: &Planned) -> Result<i64, Halt> {
    let mut problem = None;
    loop {
        let ask = Ask::Text {
            question: "The archive does not say until when it is valid. When was it downloaded, plus 24 hours, in UTC?"
                .to_owned(),
            example: "2026-11-25T09:30:00Z".to_owned(),
            suggested: None,
        };
        let Answer::Text { text } = engine.ask(step, ask, problem.take())? else {
            problem = Some(not_an_answer());
            continue;
        };
        match byok::utc(&text) {
            // AWS gives a set 24 hours: a later time was not read from its page, or the clock here is behind.
            Some(until) if until <= (engine.now)() + 24 * 3600 + 600 => return Ok(until),
            Some(_) => {
                problem = Some(
                    Problem::new(
                        "valid-to-too-late",
                        format!(
                            "That is more than 24 hours from now, and AWS gives a set 24 hours. This computer's clock says {}.",
                            utc((engine.now)())
                        ),
                        "Nothing was read.",
                        "Look at the time of the download again, and add 24 hours to it. If that is right, the clock here is \
                         behind: set it right.",
                    )
                    .can_try_again(),
                );
            }
            None => {
                problem = Some(byok_problem(&byok::ByokError::TimeMalformed("the answer")).can_try_again());
            }
        }
    }
}

/// The parameters that were read and compared, from the run's own copy.
pub(super) fn parameters(engine: &Engine<'_>) -> Result<aws::Parameters, Problem> {
    let kept = engine.fact("parameters-file").ok_or_else(out_of_order)?;
    let name = engine.fact("parameters-name").unwrap_or_default();
    let bytes = engine.kept(&kept)?;
    let key_arn = engine.fact("key-arn");
    let valid_to = engine
        .fact("valid-to-utc")
        .and_then(|t| OffsetDateTime::parse(&t, &Rfc3339).ok())
        .map(OffsetDateTime::unix_timestamp);
    let parameters = aws::Parameters::read_with(&bytes, &name, key_arn.as_deref(), valid_to)
        .map_err(|e| byok_problem(&e))?;
    // The copy has to be what two people compared.
    if Some(crate::digest::hex(&parameters.wrapping_key.fingerprint())) != engine.fact("wrapping-key-sha256")
    {
        return Err(Problem::new(
            "parameters-changed",
            "The stored import parameters are not the ones that were read.",
            "Nothing was wrapped.",
            "Stop: somebody changed the run's folder. Begin a new ceremony.",
        ));
    }
    Ok(parameters)
}

pub(super) fn compare(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let (what, fingerprint) = if domain::exchanges(engine) {
        ("SHA-256 of the exchange certificate", domain::exchange(engine)?.1)
    } else if cloud::is_meant(engine) {
        ("SHA-256 of the wrapping key", cloud::import(engine)?.0.wrapping_key().fingerprint())
    } else {
        ("SHA-256 of the wrapping key", parameters(engine)?.wrapping_key.fingerprint())
    };
    let Some(confirmer) = step.confirmer.clone() else { return Err(out_of_order().into()) };
    // One after the other, each on a blank list and signing for themselves: two ticks by one hand are one look.
    for person in [step.actor.clone(), confirmer] {
        if !engine.finds_the_same(step, &person, what, "the slip of the online team", &fingerprint)? {
            return Err(Problem::new(
                "wrapping-key-differs",
                format!("{} did not find every row of the {what} on the slip.", person.name),
                "Nothing was wrapped.",
                "Ask the online team for a fresh set and slip. If the slip is right, somebody changed the file.",
            )
            .into());
        }
        engine.signed_by(step, &person, "I compared every row with the slip, and each is the same.", None)?;
    }
    let draft =
        Draft::new(Kind::Outcome).fact(Level::Public, "compared", "every row, by two people, with the slip");
    Ok(Outcome { draft: Some(draft), ..Outcome::default() })
}
