//! A key wrapped under a fresh backup wrapping key, wherever the key comes from.

use crate::backup::{dice, fresh, void, words};
use crate::key::master::Lend;
use crate::key::spec;
use crate::token::route::{self, Way};
use crate::token::words as token_words;
use engine::{Asks, Cue, Halt, Outcome, Past, Room, Stage, Void, WorkWith as _};
use facts::AnyFact;
use protocol::Problem;
use script::Plan;
use tokens::{Capabilities, Rung};
use transcript::FileDigest;

/// What its outcome always says.
pub(crate) const STATES: &[&dyn AnyFact] =
    &[&facts::SHARE_SET, &facts::WRAPPED_BACKUP, &facts::WRAPPED_WITH, &facts::BACKUP_KEY_ORIGIN];

/// Wraps a key under a fresh backup wrapping key, which stays in the room for the step that splits it.
pub(crate) fn wrapped(
    cue: Cue<'_>,
    stage: &mut dyn Stage,
    room: &mut Room<'_>,
    key: &impl Lend,
) -> Result<Outcome, Halt> {
    void::destroy_void_sheets(cue, stage)?;
    let dice = dice::thrown(cue, stage)?;
    let way = Way::recorded(&stage.past(), &facts::BACKUP_ROUTE);
    let approved = way.approved(cue, stage)?;
    let (backup_key, blob) = stage.work(words::WRAPPING, words::A_FEW_SECONDS, |token| {
        key.lend(token, |token, key| {
            let backup_key = fresh::fresh_key(token, dice.as_ref())?;
            let blob = way.wrap_under(token, &backup_key, key)?;
            Ok((backup_key, blob))
        })
    })?;
    let set = fresh::fresh_set()?;
    let name = format!("{}-master-key-backup-{}.kwp", cue.plan.mode.word(), fresh::plain(set));
    stage.keep(&name, &blob)?;
    fresh::put_wrapping_key(room, backup_key)?;
    let how = if way == Way::Inside { words::HOW } else { words::HOW_MENDED };
    let outcome = Outcome::new()
        .fact(&facts::SHARE_SET, set.to_string())
        .fact(&facts::WRAPPED_BACKUP, name.as_str())
        .fact(&facts::WRAPPED_WITH, how)
        .fact(&facts::BACKUP_KEY_ORIGIN, fresh::origin(dice.as_ref()))
        .file(FileDigest::of(name.clone(), &blob));
    let mut outcome = Way::recorded_in(outcome, approved, key.spec().is_asymmetric());
    if way == Way::ThroughHost {
        outcome = outcome.fact(&facts::BACKUP_RUNG, Rung::HostMemory.word());
    }
    Ok(outcome.showing([words::wrapped_file(name), words::share_set(set.to_string())]))
}

/// How the token makes such a backup, by what its trials found.
pub(crate) fn asks(cue: Cue<'_>, past: &Past<'_>, found: &Capabilities) -> Result<Asks, Problem> {
    let spec = spec::spec(cue, past)?;
    let mendable = found.allows_mended_backup_of(spec).is_ok();
    let way = Way::of_backup(cue, found, spec)
        .map_err(|why| route::none_to(cue, words::MAKE_THE_BACKUP, &why, mendable))?;
    let says = match way {
        Way::Inside => Outcome::new().shows(words::backup_offered()),
        Way::ThroughHost => Outcome::new()
            .fact(&facts::BACKUP_ROUTE, Rung::HostMemory.word())
            .fact(&facts::HOST_MEMORY_BECAUSE, Way::against(found, spec, None))
            .shows(token_words::through_host(words::BACKUP)),
    };
    Ok(Asks { says, trial: None })
}

/// What becomes void where it is made anew.
pub(crate) fn voids(plan: &Plan, past: &Past<'_>) -> Void {
    let removes = past.newest(&facts::WRAPPED_BACKUP).into_iter().collect();
    void::with_its_set(plan, past, removes)
}
