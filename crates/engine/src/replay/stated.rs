//! What an entry has to state: by its kind, and by the row of its step's action. What is not in the record did not happen.

use super::Why;
use crate::words::{PASSPHRASE_REFUSED, SIGN_OF_LIFE};
use facts::{AnyFact, Named as _};
use script::Planned;
use transcript::{Entry, Kind};

/// The facts that every entry of a kind has.
fn of_kind(kind: Kind) -> &'static [&'static dyn AnyFact] {
    match kind {
        Kind::Opened => &[
            &facts::MODE,
            &facts::RUN,
            &facts::SCRIPT,
            &facts::SCRIPT_VERSION,
            &facts::SCRIPT_SHA256,
            &facts::PARAMETERS,
            &facts::PROGRAM,
            &facts::PEOPLE,
            &facts::ROSTER_SHA256,
            &facts::PUBLIC_ROSTER_SHA256,
            &facts::RUNS_ENDED_BEFORE,
            &facts::MODULE_SHA256,
        ],
        Kind::Checkpoint => &[&facts::SIGNED, &facts::SIGNATURE, &facts::SIGNER],
        Kind::Exception => &[&facts::EXPECTED, &facts::HAPPENED],
        Kind::Failed => &[&facts::CODE, &facts::HAPPENED],
        Kind::Resumed => &[&facts::RECORD_ENDS_BY, &facts::STOOD_AT, &facts::MODULE_SHA256],
        Kind::TakenBack => &[&facts::TO, &facts::BECAUSE],
        Kind::Intent | Kind::Outcome | Kind::Note | Kind::Closed | Kind::Abandoned => &[],
    }
}

/// By these the register changes what people decided. Only the action that states them has its people sign for them.
const OF_THEIR_ACTION: [&dyn AnyFact; 5] =
    [&facts::RECORDED, &facts::KEPT_REGISTER, &facts::KEPT_COLUMNS, &facts::KEPT_ROWS, &facts::KEPT_LEFT];

/// Whether it states all that its kind and its step's action want.
pub(super) fn all(entry: &Entry, step: Option<&Planned>) -> Result<(), Why> {
    needs(entry, of_kind(entry.kind))?;
    none_of_another(entry, step)?;
    if facts::RUNS_ENDED_BEFORE.within(entry).is_some_and(|many| many > 0) {
        needs(entry, &[&facts::ENDED_LIST_SHA256])?;
    }
    match (entry.kind, step) {
        (Kind::Note, step) => note(entry, step),
        (Kind::Outcome | Kind::Closed, Some(step)) => outcome(entry, step),
        _ => Ok(()),
    }
}

fn none_of_another(entry: &Entry, step: Option<&Planned>) -> Result<(), Why> {
    let row = step.map(|step| step.action);
    let own = |fact: &dyn AnyFact| {
        let mut all =
            row.into_iter().flat_map(|row| row.states.iter().chain(row.notes.iter().copied().flatten()));
        all.any(|one| one.called() == fact.called())
    };
    let foreign = OF_THEIR_ACTION.into_iter().find(|fact| states(entry, *fact) && !own(*fact));
    foreign.map_or(Ok(()), |fact| Err(Why::FactOfAnother { fact: fact.called().to_owned() }))
}

/// A note says what it is about, or is a decision with its reason.
fn note(entry: &Entry, step: Option<&Planned>) -> Result<(), Why> {
    let decides: [&dyn AnyFact; 3] = [&facts::DECISION, &facts::DECIDED_BY, &facts::REASON];
    if decides.iter().any(|fact| states(entry, *fact)) {
        return needs(entry, &decides);
    }
    needs(entry, &[&facts::NOTE])?;
    match facts::NOTE.within(entry).as_deref() {
        Some(PASSPHRASE_REFUSED) => needs(entry, &[&facts::PERSON])?,
        Some(SIGN_OF_LIFE) => needs(entry, &[&facts::SECONDS])?,
        _ => {}
    }
    let together = step.map_or(&[][..], |step| step.action.notes).iter();
    let mut begun = together.filter(|list| list.first().is_some_and(|fact| states(entry, *fact)));
    begun.try_for_each(|list| needs(entry, list))
}

fn outcome(entry: &Entry, step: &Planned) -> Result<(), Why> {
    let row = step.action;
    let of_turn = row.states_of_turn.iter().map(|stem| format!("{stem}-{}", step.turn));
    let of_actor = row.states_of_actor.iter().map(|stem| format!("{stem}-{}", step.actor.id));
    let always = row.states.iter().map(|fact| fact.called().to_owned());
    if let Some(fact) = of_turn.chain(of_actor).chain(always).find(|name| entry.value(name).is_none()) {
        return Err(Why::FactMissing { fact });
    }
    for choice in row.states_one_of {
        let lacks: Vec<Option<&str>> = choice.iter().map(|list| first_missing(entry, list)).collect();
        if !lacks.contains(&None) {
            // The list that was begun is the one that was meant.
            let begun = |list: &&[&dyn AnyFact]| list.iter().any(|fact| states(entry, *fact));
            let meant = choice.iter().position(begun).unwrap_or(0);
            let fact = lacks.get(meant).copied().flatten().unwrap_or_default().to_owned();
            return Err(Why::FactMissing { fact });
        }
    }
    Ok(())
}

fn states(entry: &Entry, fact: &dyn AnyFact) -> bool {
    entry.value(fact.called()).is_some()
}

/// The first of these facts that an entry does not state.
fn first_missing(entry: &Entry, list: &[&dyn AnyFact]) -> Option<&'static str> {
    list.iter().find(|fact| !states(entry, **fact)).map(|fact| fact.called())
}

fn needs(entry: &Entry, list: &[&dyn AnyFact]) -> Result<(), Why> {
    first_missing(entry, list).map_or(Ok(()), |fact| Err(Why::FactMissing { fact: fact.to_owned() }))
}
