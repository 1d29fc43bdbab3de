//! `self-test`: tries the token, and refuses it here, before a key is made, where the trials stand against what the plan
//! will ask of it. What that is, each action of the plan says itself.

use super::{trials, words};
use engine::{Action, Asks, Cue, Halt, Outcome, Room, Stage, TokenRefusal, Tokens, Trial, WorkWith};
use protocol::{Fact, Problem};
use script::{Planned, Reach, Row};
use tokens::Capabilities;

/// Tries the token for the plan.
pub(crate) struct SelfTest;

impl Action for SelfTest {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "self-test",
                needs: &[&super::TOKEN],
                makes: &[&super::CAPABILITIES],
                states: &[&facts::CAPABILITIES],
                reach: &[Reach::Token],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let found = trials::made(stage)?;
        let mut outcome = trials::recorded(&found).showing(trials::summary(&found));
        let mut says = Vec::new();
        let mut more = Vec::new();
        for asks in asked(cue, stage, &found)? {
            says.push(asks.says);
            more.extend(asks.trial);
        }
        // People see what was tried before the ways that were chosen.
        for trial in more {
            outcome = outcome.shows(tried(stage, trial)?);
        }
        Ok(says.into_iter().fold(outcome, Outcome::and))
    }
}

/// What the plan's actions will ask of the token, in the order of its steps, each action once; the first refusal where one
/// cannot be served.
fn asked(cue: Cue<'_>, stage: &dyn Stage, found: &Capabilities) -> Result<Vec<Asks>, Problem> {
    let (past, now) = (stage.past(), stage.now());
    let mut steps: Vec<&Planned> = Vec::new();
    for step in &cue.plan.steps {
        if !steps.iter().any(|s| s.action.name == step.action.name) {
            steps.push(step);
        }
    }
    let mut all = Vec::new();
    for step in steps {
        if let Some(action) = cue.repertoire.find(step.action.name) {
            all.extend(action.asks_of_token(Cue { step, ..cue }, &past, found, now)?);
        }
    }
    Ok(all)
}

/// One more trial on throw-away keys. What the token itself refuses is said as the other ways are: it is this token that
/// cannot.
fn tried(on: &mut (impl Tokens + ?Sized), trial: Trial) -> Result<Fact, Halt> {
    let Trial { doing, tries, refused } = trial;
    let tried = on.work(&doing, words::A_FEW_SECONDS, move |token| match tries(token) {
        Ok(shown) => Ok(Ok(shown)),
        Err(refusal @ TokenRefusal::Refused(_)) => Ok(Err(Problem::from(refusal))),
        Err(other) => Err(other),
    })?;
    tried.map_err(|problem| refused(problem).into())
}
