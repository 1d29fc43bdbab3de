//! An earlier ceremony's key, opened from its backup into the token that is open, to stay there. Which tokens may receive
//! one, the plan says.

use crate::earlier::{brought, kept};
use crate::key::{master, spec};
use crate::recover::{held, words};
use engine::{Cue, Halt, Outcome, Recall as _, Room, Stage, TokenRefusal, WorkWith as _};
use facts::AnyFact;
use protocol::{Mode, Problem};
use script::{Form, Plan, serials};
use tokens::{Handle, KeyFacts, KeySpec, Token, TokenError, TokenInfo, rehearsal};

/// The parameter that names the tokens which may receive a key.
const RECEIVING: &str = "receiving-tokens";
/// Its value that means the practice token.
const PRACTICE: &str = "practice";

/// What an outcome always says of it.
pub(in crate::recover) const STATES: &[&dyn AnyFact] = &[
    &facts::KEY_LABEL,
    &facts::KEY_SPEC,
    &facts::CHECK_VALUE,
    &facts::KEY_ID,
    &facts::KEY_UNIQUE_ID,
    &facts::SENSITIVE,
    &facts::EXTRACTABLE,
    &facts::LOCAL,
    &facts::RESTORED_CHECK_VALUE,
    &facts::RESTORED_FROM_SET,
    &facts::RESTORED_INTO,
];

/// What stands against a plan that restores a key: it has to name the tokens which may receive it.
pub(in crate::recover) fn against(plan: &Plan) -> Vec<Problem> {
    let named = |p: &script::Parameter| p.name == RECEIVING && p.form == Some(Form::Tokens);
    let mut found = Vec::new();
    if !plan.script.parameters.iter().any(named) {
        found.push(words::no_allow_list(RECEIVING));
    }
    if plan.mode == Mode::Production && plan.value(RECEIVING) == PRACTICE {
        found.push(words::no_receiving_token(RECEIVING));
    }
    found
}

/// Only a token that the plan names may receive the key.
pub(in crate::recover) fn may_use(plan: &Plan, info: &TokenInfo) -> Result<(), Problem> {
    let list = plan.value(RECEIVING);
    let named = if list == PRACTICE {
        plan.mode == Mode::Rehearsal && rehearsal::is_rehearsal(info)
    } else {
        !info.serial.is_empty() && serials(list).any(|s| s == info.serial)
    };
    if named { Ok(()) } else { Err(words::not_on_the_list(&info.serial, list)) }
}

/// Opens the backup with the shares on the table, and the key into the token.
pub(in crate::recover) fn restored(
    cue: Cue<'_>,
    stage: &mut dyn Stage,
    room: &mut Room<'_>,
) -> Result<Outcome, Halt> {
    let (blob, public) = kept::of_one_key(stage)?;
    let wanted = Wanted {
        label: master::label(cue),
        blob,
        spec: spec::spec(cue, &stage.past())?,
        public,
        check_value: stage.need(&facts::DRILL_CHECK_VALUE)?,
        attempts: stage.attempts(),
    };
    let rebuilt = brought::rebuilt(stage, room)?;
    let (restored, taken_over) = stage.work(words::OPENING, words::A_FEW_SECONDS, |token| {
        let wrapping = token.import_backup_key(&rebuilt)?;
        let restored = into(token, wrapping, &wanted);
        let forgotten = token.destroy(wrapping);
        let restored = restored?;
        forgotten?;
        Ok(restored)
    })?;
    let set = stage.newest(&facts::DRILL_SET).unwrap_or_default();
    let serial = stage.newest(&facts::TOKEN_SERIAL).unwrap_or_default();
    let outcome = held::recorded(stage, &restored, Outcome::new())?
        .fact(&facts::RESTORED_CHECK_VALUE, restored.check_value.as_str())
        .fact(&facts::RESTORED_FROM_SET, set)
        .fact(&facts::RESTORED_INTO, serial)
        .showing(held::shown(&restored, &wanted.check_value));
    if !taken_over {
        return Ok(outcome);
    }
    Ok(outcome
        .fact(&facts::FINISHED_BY_INTERRUPTED_ATTEMPT, restored.label)
        .shows(words::restored_by_an_interrupted_attempt()))
}

/// What has to come out of the backup.
struct Wanted {
    label: String,
    blob: Vec<u8>,
    spec: KeySpec,
    public: Option<Vec<u8>>,
    check_value: String,
    /// How often the step was begun, this time included.
    attempts: usize,
}

/// The key in the token, to stay, and whether an interrupted attempt had put it there.
fn into(token: &mut dyn Token, wrapping: Handle, wanted: &Wanted) -> Result<(KeyFacts, bool), TokenRefusal> {
    let public = wanted.public.as_deref();
    match token.find_as(&wanted.label, wanted.spec, public) {
        Ok(None) => {}
        Ok(Some(found)) => {
            return if wanted.attempts > 1 && is_the_key(token, wrapping, &found, wanted)? {
                Ok((found, true))
            } else {
                Err(words::planted(&wanted.label).into())
            };
        }
        Err(TokenError::NotThisKey | TokenError::LabelAmbiguous(_)) => {
            return Err(words::planted(&wanted.label).into());
        }
        Err(e) => return Err(e.into()),
    }
    // For the session first: a backup of another key never comes to stay.
    let tried = token.unwrap_kwp(wrapping, &wanted.blob, wanted.spec, public)?;
    token.destroy(tried.handle)?;
    if tried.check_value != wanted.check_value {
        return Err(words::backup_does_not_match(&tried.check_value).into());
    }
    let stays = token.restore_kwp(wrapping, &wanted.blob, &wanted.label, wanted.spec, public)?;
    let as_asked = stays.check_value == wanted.check_value
        && stays.sensitive == Some(true)
        && stays.extractable == Some(true)
        && is_the_key(token, wrapping, &stays, wanted)?;
    if as_asked {
        return Ok((stays, false));
    }
    token.destroy_pair(stays.handle)?;
    Err(words::key_not_as_asked().into())
}

/// Whether a key in the token is the backed-up one. AES-KWP (RFC 5649) is deterministic, so a secret key is compared
/// whole: wrapped again it gives the same file. Three bytes of a check value would not be enough against somebody who
/// makes keys until one fits. A pair is known by its public half, for which it signed a fresh challenge.
fn is_the_key(
    token: &mut dyn Token,
    wrapping: Handle,
    found: &KeyFacts,
    wanted: &Wanted,
) -> Result<bool, TokenRefusal> {
    if found.check_value != wanted.check_value {
        return Ok(false);
    }
    if wanted.spec.is_asymmetric() {
        return Ok(found.public_key.is_some());
    }
    match token.wrap_kwp(wrapping, found.handle).map_err(TokenRefusal::from) {
        Ok(again) => Ok(again == wanted.blob),
        Err(TokenRefusal::Refused(_)) => Ok(false),
        Err(gone) => Err(gone),
    }
}
