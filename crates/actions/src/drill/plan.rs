//! The drill of a plan's backups: the rebuilt key opens every wrapped file inside the token, and each has to be the key
//! of its line. One that is not is noted, and the others are tried all the same: people have to know how many are left.

use crate::drill::look::{look, minutes};
use crate::drill::words;
use crate::earlier::brought;
use crate::earlier::plan::{Backed, Kept, SHOWN, check_value_of, check_value_of_all, shown};
use engine::{Halt, Outcome, Recall as _, Room, Stage, TokenRefusal, Tokens, WorkWith as _};
use protocol::Problem;
use secrets::SecretBytes;
use tokens::KeyFacts;

pub(in crate::drill) fn prove(stage: &mut dyn Stage, room: &Room<'_>, plan: &Kept) -> Result<Outcome, Halt> {
    let set = stage.need(&facts::DRILL_SET)?;
    let rebuilt = brought::rebuilt(stage, room)?;
    let many = plan.lines.len();
    let (mut opened, mut wrong) = (Vec::new(), Vec::new());
    for (n, backed) in plan.lines.iter().enumerate() {
        let doing = words::opening_one(n + 1, many, backed.line);
        let note = Outcome::new().fact(&facts::DRILLED_LINE_OF, set.as_str());
        let note = match one(stage, &doing, &rebuilt, (plan, backed))? {
            Ok(key) => {
                let note = note
                    .fact(&facts::NOTE, words::line_opened(backed.line))
                    .fact(&facts::DRILLED_LINE, backed.line)
                    .fact(&facts::DRILLED_LINE_CHECK_VALUE, key.check_value.as_str());
                opened.push((backed.line, key));
                note
            }
            Err(why) => {
                wrong.push(words::line_and_why(backed.line, &why));
                note.fact(&facts::NOTE, words::line_did_not_open(backed.line, &why))
                    .fact(&facts::DRILL_FAILED_LINE, backed.line)
            }
        };
        stage.note(note)?;
    }
    if !wrong.is_empty() {
        return Err(words::not_all(&wrong, many, SHOWN).into());
    }
    let found = check_value_of_all(opened.iter().map(|(line, key)| (*line, key.check_value.as_str())));
    let leaves = opened.iter().filter(|(_, key)| key.extractable != Some(false)).count();
    let each = opened.iter().map(|(line, key)| words::line(*line, &key.check_value)).collect();
    let wanted = check_value_of(&plan.lines);
    Ok(Outcome::new()
        .fact(&facts::DRILL_RESULT, words::all_open(opened.len(), many))
        .fact(&facts::DRILLED_LINES, opened.len() as u64)
        .fact(&facts::DRILLED_CHECK_VALUE, found.as_str())
        .fact(&facts::DRILLED_WHERE, words::WHERE)
        .fact(&facts::DRILL_MINUTES, minutes(stage))
        .showing(words::proven_all(many, opened.len(), &wanted, &found, leaves))
        .showing(shown(each, words::MORE_KEYS)))
}

/// Opens one line's file, or says why it is not that line's key. What is wrong with the token ends the step.
fn one(
    stage: &mut (impl Tokens + ?Sized),
    doing: &str,
    rebuilt: &SecretBytes,
    (plan, backed): (&Kept, &Backed),
) -> Result<Result<KeyFacts, String>, Halt> {
    let wrapped = match plan.wrapped(backed) {
        Ok(wrapped) => wrapped,
        Err(why) => return Ok(Err(why)),
    };
    let opened = stage.work(doing, words::A_FEW_SECONDS, |token| {
        match look(token, rebuilt, &wrapped.blob, wrapped.spec, wrapped.public_key.as_deref()) {
            Ok(key) => Ok(Ok(key)),
            // The token is there and refuses this file.
            Err(refusal @ TokenRefusal::Refused(_)) => Ok(Err(Problem::from(refusal))),
            Err(other) => Err(other),
        }
    })?;
    Ok(match opened {
        Ok(key) if key.check_value == backed.check_value => Ok(key),
        Ok(key) => Err(words::opens_to_another(&key.check_value)),
        Err(refusal) => Err(refusal.happened.trim_end_matches('.').to_owned()),
    })
}
