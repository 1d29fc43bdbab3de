//! A master key that may not leave its token any more, once it is backed up and wrapped for whom it was made: from then on
//! what takes several people to restore takes several people to copy.

use super::master::MasterKey;
use super::words;
use crate::token::said::said;
use engine::{Departure, Done, Halt, Outcome, Stage, TokenRefusal, WorkWith as _};
use facts::{AnyFact, Named as _};
use script::Plan;
use tokens::{Handle, KeyFacts, Locked, OtherKey, Token};

/// The parameter that says what becomes of the key; sealed where a script has none.
pub(crate) const PARAMETER: &str = "after-the-close";
/// It may never leave the token again.
pub(crate) const SEALED: &str = "sealed";
/// It stays as it was made.
pub(crate) const AS_IT_IS: &str = "as-it-is";
/// It was to be sealed, and the token does not do that.
const CANNOT: &str = "the-token-cannot";

/// What became of trying to wrap it.
const REFUSED: &str = "refused";
const WRAPPED: &str = "wrapped";
const NOT_TRIED: &str = "not tried";

/// What every outcome of sealing says.
pub(crate) const STATES: &[&dyn AnyFact] =
    &[&facts::AFTER_THE_CLOSE, &facts::EXTRACTABLE_AFTER, &facts::WRAP_TRIED, &facts::OTHER_KEYS_THAT_LEAVE];

/// What became of some keys.
struct After {
    /// The first that is not locked in, or else the last.
    locked: Locked,
    keys: Vec<KeyFacts>,
}

/// Seals these keys, as the plan wants it, and says what became of them. Keys that could be copies of one and can leave are
/// an exception: what is sealed would be open beside it.
pub(crate) fn seal(plan: &Plan, stage: &mut dyn Stage, keys: &[MasterKey]) -> Result<Outcome, Halt> {
    if plan.value(PARAMETER) == AS_IT_IS {
        let found = stage.work(words::LOOKING, words::A_FEW_SECONDS, |token| {
            keys.iter().map(|key| key.in_token(token)).collect::<Result<Vec<_>, _>>()
        })?;
        let says = at_worst(&found);
        return Ok(told(AS_IT_IS, says, NOT_TRIED, Vec::new()).shows(words::leaves_by_one_pin(says)));
    }
    let others = stage.work(words::LOOKING, words::A_FEW_SECONDS, |token| others_that_leave(token, keys))?;
    if !others.is_empty() {
        stage.raise(
            &words::copies_may_leave(&words::labels(others.iter().map(|o| o.label.as_str()))),
            words::NO_OTHER_COPY,
        )?;
    }
    let After { locked, keys } =
        stage.work(words::SEALING, words::A_FEW_SECONDS, |token| lock(token, keys))?;
    if matches!(locked, Locked::LeavesAllTheSame | Locked::LeavesAsCopy) {
        stage.raise(&words::wrapped_all_the_same(), words::REFUSES_TO_WRAP)?;
    }
    let says = at_worst(&keys);
    let (became, tried, why) = match locked {
        Locked::In => (SEALED, REFUSED, None),
        Locked::LeavesAllTheSame => (CANNOT, WRAPPED, None),
        Locked::LeavesAsCopy => (CANNOT, words::A_COPY_LEAVES, None),
        Locked::NotChanged(why) => (CANNOT, NOT_TRIED, Some(why)),
    };
    let outcome = told(became, says, tried, others.into_iter().map(|o| o.label).collect());
    Ok(outcome.showing(words::sealed(says, tried, why, became == SEALED)))
}

/// Whether one of these keys can leave, as the token says.
fn at_worst(keys: &[KeyFacts]) -> &'static str {
    let says = |says: Option<bool>| keys.iter().any(|key| key.extractable == says);
    said(if says(Some(true)) { Some(true) } else { Some(false).filter(|_| !says(None)) })
}

fn told(became: &str, says: &str, tried: &str, others: Vec<String>) -> Outcome {
    Outcome::new()
        .fact(&facts::AFTER_THE_CLOSE, became)
        .fact(&facts::EXTRACTABLE_AFTER, says)
        .fact(&facts::WRAP_TRIED, tried)
        .fact(&facts::OTHER_KEYS_THAT_LEAVE, others)
}

/// Keys that are none of these, may leave the token, and are one of these or cannot be told from it.
fn others_that_leave(token: &mut dyn Token, keys: &[MasterKey]) -> Result<Vec<OtherKey>, TokenRefusal> {
    let found = keys.iter().map(|key| key.to_seal(token)).collect::<Result<Vec<_>, _>>()?;
    let known: Vec<Handle> = found.iter().map(|key| key.handle).collect();
    let mut others: Vec<OtherKey> = Vec::new();
    for key in found {
        let more = token.other_keys(&known, &key.check_value, key.spec, key.public_key.as_deref())?;
        let leaves = |o: &OtherKey| o.same != Some(false) && o.extractable != Some(false);
        others.extend(more.into_iter().filter(leaves));
    }
    others.dedup();
    Ok(others)
}

/// Each by itself, and read again afterwards: what a token says when it is asked to change a key is not believed.
fn lock(token: &mut dyn Token, keys: &[MasterKey]) -> Result<After, TokenRefusal> {
    let mut after = After { locked: Locked::In, keys: Vec::new() };
    for key in keys {
        let found = key.to_seal(token)?;
        let locked = token.lock_in(found.handle)?;
        after.keys.push(key.to_seal(token)?);
        if after.locked == Locked::In {
            after.locked = locked;
        }
    }
    Ok(after)
}

/// Whether an outcome of sealing is one that this plan can have had.
pub(crate) fn follows(done: &Done<'_>) -> Result<(), Departure> {
    let is =
        |fact: &facts::Fact<facts::Text>, value: &str| fact.within(done.outcome).as_deref() == Some(value);
    let as_it_is = done.plan.value(PARAMETER) == AS_IT_IS;
    if is(&facts::AFTER_THE_CLOSE, AS_IT_IS) != as_it_is {
        return Err(done.departs("not-as-planned", words::NOT_AS_PLANNED));
    }
    let sealed = is(&facts::EXTRACTABLE_AFTER, "no") && is(&facts::WRAP_TRIED, REFUSED);
    if is(&facts::AFTER_THE_CLOSE, SEALED) != sealed {
        return Err(done.departs("sealed-not-shown", words::SEALED_NOT_SHOWN));
    }
    Ok(())
}
