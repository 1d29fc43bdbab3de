//! A backup that became void: its wrapped files are removed, and where a custodian may have written a row, the sheets of
//! its set have to be destroyed by two people before another backup is made.

use crate::backup::{READ_BACK, words};
use crate::room::sign::both_sign;
use engine::{AskPeople, Cue, Halt, KeepRecord, Outcome, Past, Void};
use facts::Named as _;
use protocol::Ask;
use script::Plan;
use transcript::Kind;

/// What becomes void with the newest set and these files.
pub(crate) fn with_its_set(plan: &Plan, past: &Past<'_>, removes: Vec<String>) -> Void {
    let made = past.entries.iter().rposition(|e| facts::SHARE_SET.within(e).is_some());
    let since = made.map_or(&[][..], |at| past.entries.get(at..).unwrap_or_default());
    // A custodian may have written a row as soon as the step that gives shares was begun.
    let given = |e: &transcript::Entry| {
        let step = e.step.as_ref().and_then(|id| plan.steps.iter().find(|s| s.id == *id));
        e.kind == Kind::Intent && step.is_some_and(|s| s.action.makes(&READ_BACK))
    };
    let set = past.newest(&facts::SHARE_SET).filter(|_| since.iter().any(given));
    let owes = set.map(|set| words::owed_for_a_void_set(facts::void_sheets(&set), &set));
    Void { owes: owes.into_iter().collect(), removes }
}

/// Sheets of a backup that became void are destroyed before another one is made: two people say so for each set.
pub(crate) fn destroy_void_sheets(
    cue: Cue<'_>,
    stage: &mut (impl AskPeople + KeepRecord + ?Sized),
) -> Result<(), Halt> {
    let owed: Vec<String> = stage.past().owed().into_iter().map(|o| o.id.clone()).collect();
    for id in owed {
        let Some(set) = facts::void_set_of(&id) else { continue };
        let facts = vec![words::destroy_the_set(set)];
        stage.ask(Ask::Observe { facts, button: words::SET_IS_DESTROYED.to_owned(), done: false }, None)?;
        both_sign(cue, stage, &words::i_saw_the_set_destroyed(set))?;
        let note = Outcome::new().fact(&facts::NOTE, words::void_sheets_destroyed(set)).closes(&id);
        stage.note(note)?;
    }
    Ok(())
}
