//! The agreement with the provider that a key goes to (45 CFR 164.308(b)): by the register of agreements one counts today, or
//! two people say why they go on without.

pub(crate) mod words;

use crate::room::register::whole_register;
use crate::room::sign::both_sign;
use byok::Target;
use engine::words::not_an_answer;
use engine::{Cue, Departure, Done, Halt, Outcome, Stage, media};
use estate::Estate;
use facts::{NONE, Named as _};
use protocol::{Answer, Ask, Mode};
use std::collections::BTreeSet;

/// The word that the register has for the provider of a target.
pub fn provider(target: Target) -> &'static str {
    match target {
        Target::AwsKms => "aws",
        Target::AzureKeyVault | Target::AzureManagedHsm => "azure",
        Target::GoogleKms => "google",
        Target::Transit => "transit",
        _ => "other",
    }
}

/// Looks for an agreement with each of these providers. In a rehearsal only where agreements are kept: nobody has one with the
/// provider of a rehearsal.
pub(crate) fn hold(
    cue: Cue<'_>,
    stage: &mut dyn Stage,
    targets: impl Iterator<Item = Target>,
    outcome: Outcome,
) -> Result<Outcome, Halt> {
    let register = whole_register(stage)?;
    let estate = Estate::of(&register, &media::day(stage.now()));
    if cue.plan.mode == Mode::Rehearsal && estate.agreements.is_empty() {
        return Ok(outcome);
    }
    // What is compared may be for no provider, such as the certificate of a managed HSM of the house's own.
    let providers: BTreeSet<&str> = targets.map(provider).collect();
    let found: Vec<(String, String)> = providers
        .into_iter()
        .map(|provider| {
            let ids: Vec<&str> = estate.current_with(provider).map(|agreement| agreement.id()).collect();
            let ids = if ids.is_empty() { NONE.to_owned() } else { ids.join(", ") };
            (provider.to_owned(), ids)
        })
        .collect();
    let without = without(&found);
    let shown = words::agreements(&found);
    let outcome = outcome.fact(&facts::AGREEMENTS, found).showing(shown);
    if without.is_empty() {
        return Ok(outcome);
    }
    let reason = why(cue.plan.mode, stage, &without)?;
    both_sign(cue, stage, &words::without_agreement(&without, &reason))?;
    Ok(outcome.fact(&facts::WITHOUT_AGREEMENT, reason))
}

/// Providers with which no agreement counts.
fn without(found: &[(String, String)]) -> Vec<String> {
    found.iter().filter(|(_, ids)| ids == NONE).map(|(provider, _)| provider.clone()).collect()
}

/// Asks why they go on.
fn why(mode: Mode, stage: &mut dyn Stage, without: &[String]) -> Result<String, Halt> {
    let mut problem = None;
    loop {
        let ask = Ask::Text {
            question: words::why_without(without),
            example: words::WITHOUT_EXAMPLE.to_owned(),
            suggested: (mode == Mode::Rehearsal).then(|| words::WITHOUT_EXAMPLE.to_owned()),
        };
        let Answer::Text { text } = stage.ask(ask, problem.take())? else {
            return Err(not_an_answer().into());
        };
        let text = text.trim();
        let clean = estate::says_something(text) && text.chars().count() <= 400;
        if clean && !estate::names_a_patient(text) {
            return Ok(text.to_owned());
        }
        problem = Some(words::no_reason());
    }
}

/// Each bundle of a plan is for a provider of which the record says whether an agreement counts: the step that looked for them
/// read the providers from the plan, and what was wrapped says them by itself.
pub(crate) fn was_looked_for(done: &Done<'_>) -> Result<(), Departure> {
    let Some(said) = done.before.newest(&facts::AGREEMENTS) else { return Ok(()) };
    let looked_for = |target: &Target| said.iter().any(|(one, _)| one == provider(*target));
    let wrapped = done.before.entries.iter().filter_map(|entry| facts::PLAN_WRAPPED_FOR.within(entry));
    // A target that no longer reads as one was none of a plan.
    if wrapped.map(|target| target.parse::<Target>()).all(|target| target.as_ref().is_ok_and(looked_for)) {
        return Ok(());
    }
    Err(done.departs("agreement", words::NOT_LOOKED_FOR))
}

/// From this day on a record of production says of every provider whether an agreement counts; earlier ones did not look.
const SAID_SINCE: &str = "2026-12-01";

/// In production it says so of the provider of this target, where one is known; and where a provider has no agreement that counts,
/// two people signed why.
pub(crate) fn follows(done: &Done<'_>, target: Option<Target>) -> Result<(), Departure> {
    let said = facts::AGREEMENTS.within(done.outcome);
    let is_said = match (&said, target.map(provider)) {
        (None, _) => done.plan.mode == Mode::Rehearsal || *done.outcome.utc < *SAID_SINCE,
        (Some(said), Some(provider)) => said.iter().any(|(one, _)| one == provider),
        (Some(_), None) => true,
    };
    if !is_said {
        return Err(done.departs("agreement", words::NOT_SAID));
    }
    let without = without(&said.unwrap_or_default());
    if without.is_empty() {
        return Ok(());
    }
    let Some(reason) = facts::WITHOUT_AGREEMENT.within(done.outcome) else {
        return Err(done.departs("agreement", words::WITHOUT_A_REASON));
    };
    done.signed_by(done.both(), &words::without_agreement(&without, &reason))
}
