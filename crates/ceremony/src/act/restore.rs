//! An earlier ceremony's key, in a token again: restored from its backup into a replacement, or found where it is. Either
//! way a new backup follows, and the older set of shares is to be destroyed.

use super::key::{self, said};
use super::{earlier, expected, noted, out_of_order, token_problem};
use crate::engine::{Engine, Halt, Outcome};
use crate::plan::{PRACTICE, Plan, Planned, RECEIVING, serials};
use protocol::{Fact, Mode, Problem};
use tokens::{KeyFacts, KeySpec, Token, TokenError, TokenInfo, rehearsal};
use transcript::{Draft, Kind, Level};

/// Refuses a token that the plan does not name as one which may receive the key. Asked before its PIN.
pub(crate) fn may_receive(plan: &Plan, info: &TokenInfo) -> Result<(), Problem> {
    let list = plan.value(RECEIVING);
    let named = if list == PRACTICE {
        plan.mode == Mode::Rehearsal && rehearsal::is_rehearsal(info)
    } else {
        !info.serial.is_empty() && serials(list).any(|s| s == info.serial)
    };
    if named {
        return Ok(());
    }
    Err(Problem::new(
        "token-not-on-the-list",
        format!(
            "The token with the serial number {} is not one that may receive the key: the plan names {list}.",
            info.serial
        ),
        "Nothing was done on it, and no PIN was asked for.",
        "Put in a token that the plan names, or begin again with this one's serial number in the parameter \
         receiving-tokens.",
    )
    .can_try_again())
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

pub(super) fn restore(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let (blob, public) = earlier::kept(engine)?;
    let wanted = Wanted {
        label: key::label(engine),
        blob,
        spec: key::spec(engine)?,
        public,
        check_value: engine.fact("drill-check-value").ok_or_else(out_of_order)?,
        attempts: engine.attempts(step),
    };
    let rebuilt = earlier::rebuilt(engine)?;
    let doing = "Opening the backup into the token, to stay";
    let (restored, taken_over) = engine.work(step, doing, "a few seconds", |token| {
        let wrapping = token.import_backup_key(&rebuilt).map_err(|e| token_problem(&e))?;
        let restored = into(token, wrapping, &wanted);
        let forgotten = token.destroy(wrapping);
        let restored = restored?;
        forgotten.map_err(|e| token_problem(&e))?;
        Ok(restored)
    })?;
    let set = engine.fact("drill-set").unwrap_or_default();
    let mut draft = recorded(engine, &restored, Draft::new(Kind::Outcome))?
        .fact(Level::Public, "restored-check-value", restored.check_value.as_str())
        .fact(Level::Public, "restored-from-set", set)
        .fact(Level::Auditor, "restored-into", engine.fact("token-serial").unwrap_or_default());
    let mut facts = shown(&restored, &wanted.check_value);
    if taken_over {
        draft = draft.fact(Level::Public, "finished-by-interrupted-attempt", restored.label.as_str());
        let how = "an interrupted attempt of this step had brought it in; it was compared with the backup";
        facts.push(noted("Restored by", how));
    }
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}

/// The key in the token, to stay, and whether an interrupted attempt had put it there.
fn into(
    token: &mut dyn Token,
    wrapping: tokens::Handle,
    wanted: &Wanted,
) -> Result<(KeyFacts, bool), Problem> {
    let public = wanted.public.as_deref();
    let refused = |e: TokenError| token_problem(&e);
    match token.find_as(&wanted.label, wanted.spec, public) {
        Ok(None) => {}
        Ok(Some(found)) => {
            return if wanted.attempts > 1 && is_the_key(token, wrapping, &found, wanted)? {
                Ok((found, true))
            } else {
                Err(planted(&wanted.label))
            };
        }
        Err(TokenError::NotThisKey | TokenError::LabelAmbiguous(_)) => return Err(planted(&wanted.label)),
        Err(e) => return Err(refused(e)),
    }
    // For the session first: a backup of another key never comes to stay.
    let tried = token.unwrap_kwp(wrapping, &wanted.blob, wanted.spec, public).map_err(refused)?;
    token.destroy(tried.handle).map_err(refused)?;
    if tried.check_value != wanted.check_value {
        return Err(Problem::new(
            "backup-does-not-match",
            format!(
                "The backup opens, but to a key with the check value {}, and not to the one it was made of.",
                tried.check_value
            ),
            "No key was put into the token to stay.",
            "Stop. Look for another copy of the wrapped file and its record.",
        ));
    }
    let stays =
        token.restore_kwp(wrapping, &wanted.blob, &wanted.label, wanted.spec, public).map_err(refused)?;
    let as_asked = stays.check_value == wanted.check_value
        && stays.sensitive == Some(true)
        && stays.extractable == Some(true)
        && is_the_key(token, wrapping, &stays, wanted)?;
    if as_asked {
        return Ok((stays, false));
    }
    token.destroy_pair(stays.handle).map_err(refused)?;
    Err(Problem::new(
        "key-not-as-asked",
        "The token took the key in, but does not say of it that it is the recorded one, sensitive, and fit to be backed \
         up again.",
        "It was destroyed again; the backup is as it was.",
        "Use another token.",
    ))
}

/// Whether a key in the token is the backed-up one. AES-KWP (RFC 5649) is deterministic, so a secret key is compared
/// whole: wrapped again it gives the same file. Three bytes of a check value would not be enough against somebody who
/// makes keys until one fits. A pair is known by its public half, for which it signed a fresh challenge.
fn is_the_key(
    token: &mut dyn Token,
    wrapping: tokens::Handle,
    found: &KeyFacts,
    wanted: &Wanted,
) -> Result<bool, Problem> {
    if found.check_value != wanted.check_value {
        return Ok(false);
    }
    if wanted.spec.is_asymmetric() {
        return Ok(found.public_key.is_some());
    }
    match token.wrap_kwp(wrapping, found.handle) {
        Ok(again) => Ok(again == wanted.blob),
        Err(e @ (TokenError::TokenRemoved | TokenError::NotSignedIn)) => Err(token_problem(&e)),
        Err(_) => Ok(false),
    }
}

fn planted(label: &str) -> Problem {
    Problem::new(
        "key-planted",
        format!("The token holds a key called {label}, and it is not one that this step brought in."),
        "No key was restored, and that one is not used.",
        "Find out who put it there. Give the ceremony up, or delete the key with the token's own tool, two people \
         present, and begin this step again.",
    )
}

/// The facts that the steps of a backup go by.
fn recorded(engine: &Engine<'_>, key: &KeyFacts, draft: Draft) -> Result<Draft, Problem> {
    let draft = draft
        .fact(Level::Public, "key-label", key.label.as_str())
        .fact(Level::Public, "key-spec", key.spec.to_string())
        .fact(Level::Public, "check-value", key.check_value.as_str())
        .fact(Level::Public, "sensitive", said(key.sensitive))
        .fact(Level::Public, "extractable", said(key.extractable))
        .fact(Level::Public, "local", said(key.local));
    key::with_public_half(engine, draft, key)
}

fn shown(key: &KeyFacts, check_value: &str) -> Vec<Fact> {
    vec![
        noted("Label", key.label.as_str()),
        expected("Check value", check_value, &key.check_value),
        expected("Sensitive (never leaves in the clear)", "yes", said(key.sensitive)),
        expected("Extractable (can be wrapped)", "yes", said(key.extractable)),
        noted("Made in this token, as it says", said(key.local)),
    ]
}

/// Finds the key of an earlier ceremony in the token that holds it, by its recorded label and check value.
pub(super) fn find(engine: &mut Engine<'_>, step: &Planned) -> Result<Outcome, Halt> {
    let (earlier, draft) = earlier::opened(engine, step, |earlier| earlier.one().map(|_| ()))?;
    let one = earlier.one()?;
    let spec: KeySpec = one.key_spec.parse().map_err(|e| token_problem(&e))?;
    let public = one.public_key.as_deref();
    let found = engine.work(step, "Looking for the key in the token", "a few seconds", |token| {
        let not_there = |what: &str| {
            Problem::new(
                "key-not-found",
                format!("This token {what} called {}, which the record names.", one.key_label),
                "Nothing was changed.",
                "Begin with the token that holds the key, or choose the pack of its newest backup.",
            )
            .can_try_again()
        };
        match token.find_as(&one.key_label, spec, public) {
            Ok(Some(key)) if key.check_value == one.check_value => Ok(key),
            Ok(None) => Err(not_there("holds no key")),
            Ok(Some(_)) | Err(TokenError::NotThisKey) => Err(not_there("holds another key")),
            Err(e) => Err(token_problem(&e)),
        }
    })?;
    let draft =
        recorded(engine, &found, draft)?.fact(Level::Public, "found-check-value", found.check_value.as_str());
    let mut facts = earlier::about(&earlier);
    facts.extend(shown(&found, &one.check_value));
    Ok(Outcome { draft: Some(draft), facts, ..Outcome::default() })
}
