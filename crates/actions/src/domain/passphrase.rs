//! A custodian's passphrase, which alone protects a lost medium.

use crate::domain::words;
use engine::words::{memory, not_an_answer};
use engine::{AskPeople, Cue, Halt};
use protocol::{Answer, Ask, Mode, Problem};
use script::passphrase::weakness;
use secrets::SecretText;

/// A new one, typed twice.
pub(in crate::domain) fn new(
    cue: Cue<'_>,
    stage: &mut (impl AskPeople + ?Sized),
) -> Result<SecretText, Halt> {
    let mut problem = None;
    loop {
        let first = typed(cue, stage, words::YOUR_PASSPHRASE, problem.take())?;
        let again = typed(cue, stage, words::ONCE_MORE, None)?;
        problem = Some(if first.expose() != again.expose() {
            words::not_the_same()
        } else if let Some(why) = weakness(&first, &[&cue.step.actor.id, &cue.step.actor.name]) {
            words::passphrase_weak(&why)
        } else {
            return Ok(first);
        });
    }
}

/// One as one person types it.
pub(in crate::domain) fn typed(
    cue: Cue<'_>,
    stage: &mut (impl AskPeople + ?Sized),
    what: &str,
    mut problem: Option<Problem>,
) -> Result<SecretText, Halt> {
    let hint = (cue.plan.mode == Mode::Rehearsal).then(|| words::PRACTICE_PASSPHRASE.to_owned());
    loop {
        let ask = Ask::NewSecret {
            name: cue.step.actor.name.clone(),
            what: what.to_owned(),
            rule: words::PASSPHRASE_RULE.to_owned(),
            hint: hint.clone(),
        };
        match stage.ask(ask, problem.take())? {
            Answer::Secret { text } => return Ok(SecretText::new(text.into_text()).map_err(memory)?),
            _ => problem = Some(not_an_answer()),
        }
    }
}
