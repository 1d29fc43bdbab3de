//! Two people sign, inside a step, what both of them saw or said.

use engine::words::out_of_order;
use engine::{AskPeople, Cue, Halt};

/// The actor and the confirmer of the step sign this sentence, one after the other.
pub(crate) fn both_sign(
    cue: Cue<'_>,
    people: &mut (impl AskPeople + ?Sized),
    says: &str,
) -> Result<(), Halt> {
    let confirmer = cue.step.confirmer.as_ref().ok_or_else(out_of_order)?;
    for person in [&cue.step.actor, confirmer] {
        people.signed_by(person, says)?;
    }
    Ok(())
}
