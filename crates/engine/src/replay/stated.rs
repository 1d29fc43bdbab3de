//! What an entry has to state: by its kind, and by the row of its step's action. What is not in the record did not happen.

use super::Why;
use crate::words::SIGN_OF_LIFE;
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

/// Whether it states all that its kind and its step's action want, and names every file that it states.
pub(super) fn all(entry: &Entry, step: Option<&Planned>) -> Result<(), Why> {
    let has = |fact: &&dyn AnyFact| entry.value(fact.called()).is_some();
    let missing = |fact: &dyn AnyFact| Err(Why::FactMissing { fact: fact.called().to_owned() });
    if let Some(fact) = of_kind(entry.kind).iter().find(|fact| !has(fact)) {
        return missing(*fact);
    }
    let some_ended = facts::RUNS_ENDED_BEFORE.within(entry).is_some_and(|many| many > 0);
    if entry.kind == Kind::Opened && some_ended && facts::ENDED_LIST_SHA256.within(entry).is_none() {
        return missing(&facts::ENDED_LIST_SHA256);
    }
    match (entry.kind, step) {
        (Kind::Note, step) => note(entry, step)?,
        (Kind::Outcome | Kind::Closed, Some(step)) => outcome(entry, step)?,
        _ => {}
    }
    files(entry)
}

/// A note says what it is about, or is a decision with its reason.
fn note(entry: &Entry, step: Option<&Planned>) -> Result<(), Why> {
    let missing = |fact: &dyn AnyFact| Err(Why::FactMissing { fact: fact.called().to_owned() });
    let has = |fact: &dyn AnyFact| entry.value(fact.called()).is_some();
    let decides = [&facts::DECISION, &facts::DECIDED_BY, &facts::REASON];
    if decides.iter().any(|fact| has(*fact)) {
        return decides.iter().find(|fact| !has(**fact)).map_or(Ok(()), |fact| missing(*fact));
    }
    if !has(&facts::NOTE) {
        return missing(&facts::NOTE);
    }
    if facts::NOTE.within(entry).as_deref() == Some(crate::words::PASSPHRASE_REFUSED) && !has(&facts::PERSON)
    {
        return missing(&facts::PERSON);
    }
    if facts::NOTE.within(entry).as_deref() == Some(SIGN_OF_LIFE) && !has(&facts::SECONDS) {
        return missing(&facts::SECONDS);
    }
    for together in step.map_or(&[][..], |step| step.action.notes) {
        let [first, ..] = together else { continue };
        if has(*first)
            && let Some(fact) = together.iter().find(|fact| !has(**fact))
        {
            return missing(*fact);
        }
    }
    Ok(())
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
            let begun = |list: &&[&dyn AnyFact]| list.iter().any(|f| entry.value(f.called()).is_some());
            let meant = choice.iter().position(begun).unwrap_or(0);
            let fact = lacks.get(meant).copied().flatten().unwrap_or_default().to_owned();
            return Err(Why::FactMissing { fact });
        }
    }
    Ok(())
}

/// The first of these facts that an entry does not state.
fn first_missing(entry: &Entry, list: &[&dyn AnyFact]) -> Option<&'static str> {
    list.iter().map(|fact| fact.called()).find(|name| entry.value(name).is_none())
}

/// A file that a fact names stands there with its digest.
fn files(entry: &Entry) -> Result<(), Why> {
    for (name, value) in entry.facts.values().flatten() {
        let (Some(about), Some(value)) = (facts::about(name), value.as_str()) else { continue };
        let named = |is: &dyn Fn(&str) -> bool| entry.files.iter().any(|file| is(&file.name));
        let file = !about.is_of_a_file() || named(&|file| file == value);
        let folder = !about.is_of_a_folder()
            || named(&|file| file.strip_prefix(value).is_some_and(|rest| rest.starts_with('/')));
        if !file || !folder {
            return Err(Why::FileNotNamed { fact: name.clone() });
        }
    }
    // The files of a bundle are called by one name, whatever its folder is.
    let bundle = facts::BUNDLE_FOLDER.within(entry).is_some();
    if bundle && !entry.files.iter().any(|file| file.name.starts_with("bundle/")) {
        return Err(Why::FileNotNamed { fact: facts::BUNDLE_FOLDER.name().to_owned() });
    }
    Ok(())
}
