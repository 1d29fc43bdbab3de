//! `generate-key`: makes the master key in the token and reads back what it is.

use super::master;
use super::{spec, strength, words};
use crate::token::said::said;
use engine::words::{expected, observed};
use engine::{Action, Cue, Ended, Halt, Made, Outcome, Past, Room, Stage, TokenRefusal, WorkWith};
use protocol::Problem;
use script::{Hands, Plan, Reach, Row, Step};
use tokens::{KeyFacts, KeySpec, Token};

/// Makes the master key.
pub(crate) struct GenerateKey;

impl Action for GenerateKey {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "generate-key",
                needs: &[&crate::token::CAPABILITIES, &crate::token::SIGNING_KEY],
                makes: &[&super::MASTER_KEY],
                opens: &[&super::MASTER_KEY_BACKED_UP, &super::MASTER_KEY_SETTLED],
                states: &[
                    &facts::KEY_LABEL,
                    &facts::KEY_SPEC,
                    &facts::CHECK_VALUE,
                    &facts::LEFT_BEHIND_BY_INTERRUPTIONS,
                    &facts::KEY_ID,
                    &facts::KEY_UNIQUE_ID,
                    &facts::SENSITIVE,
                    &facts::EXTRACTABLE,
                    &facts::ALWAYS_SENSITIVE,
                    &facts::LOCAL,
                    &facts::WRAP_WITH_TRUSTED,
                ],
                hands: Hands::Two,
                reach: &[Reach::Token],
                irreversible: true,
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let spec = spec::spec(cue, &stage.past())?;
        let (first, attempts) = (master::label(cue), stage.attempts());
        let (key, left_behind) = stage.work(words::MAKING, words::HOW_LONG_MAKING, |token| {
            made_beside(token, spec, &first, attempts)
        })?;
        let outcome = master::written(Outcome::new(), &key)
            .fact(&facts::LEFT_BEHIND_BY_INTERRUPTIONS, left_behind.clone())
            .fact(&facts::ALWAYS_SENSITIVE, said(key.always_sensitive))
            .fact(&facts::WRAP_WITH_TRUSTED, said(key.wrap_with_trusted));
        let outcome = master::with_public_half(stage, outcome, &key)?;
        if !master::is_as_asked(&key, spec) {
            return Err(words::key_not_as_asked().into());
        }
        Ok(outcome
            .shows(observed(words::LABEL, key.label))
            .shows(observed(words::CHECK_VALUE, key.check_value))
            .shows(expected(words::IS_SENSITIVE, "yes", said(key.sensitive)))
            .shows(expected(words::IS_EXTRACTABLE, "yes", said(key.extractable)))
            .shows(expected(words::MADE_IN_THE_TOKEN, "yes", said(key.local)))
            .showing(left_behind.into_iter().map(words::left_behind)))
    }

    fn against(&self, plan: &Plan, _: &Step) -> Vec<Problem> {
        let spec = spec::of_values(&plan.values);
        spec.and_then(|spec| strength::check(strength::minimum(plan), &spec).err()).into_iter().collect()
    }

    fn made(&self, past: &Past<'_>) -> Vec<Made> {
        master::made(past)
    }

    fn next(&self, past: &Past<'_>, ended: &Ended) -> Vec<String> {
        master::next(past, ended)
    }
}

/// A new key, beside what earlier attempts left behind; gives the labels of those too. An earlier attempt may have made a
/// key before it could be recorded. That key is not taken over: nobody can tell whether it is what the attempt made, or
/// what somebody put there since.
fn made_beside(
    token: &mut dyn Token,
    spec: KeySpec,
    first: &str,
    attempts: usize,
) -> Result<(KeyFacts, Vec<String>), TokenRefusal> {
    let mut left_behind = Vec::new();
    let mut label = first.to_owned();
    while token.find(&label)?.is_some() {
        if left_behind.len() + 1 >= attempts {
            return Err(words::key_planted(&label).into());
        }
        left_behind.push(label);
        label = format!("{first}-{}", left_behind.len() + 1);
    }
    Ok((token.generate(&label, spec, true)?, left_behind))
}
