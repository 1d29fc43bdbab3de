//! A locked screen: what it showed is gone, two people unlock it, and the same question is there again.

use crate::ask::again;
use crate::core::At;
use crate::stage::Halt;
use crate::words;
use protocol::{Answer, Ask, LockView, LockedBy, Problem, ProofView};
use script::Person;

impl At<'_, '_> {
    /// Asks; where the screen is locked instead, it is unlocked first, and the same question comes again. A row of a share is
    /// not kept here: whoever shows it hears of the lock, and shows it again.
    pub(crate) fn ask_behind_a_lock(
        &mut self,
        mut ask: Ask,
        problem: Option<&Problem>,
        signs: Option<&ProofView>,
    ) -> Result<Answer, Halt> {
        loop {
            let (same, begins) = (again(&ask), self.core.begins);
            let answer = self.ask_once(ask, problem.cloned(), signs)?;
            let Answer::Lock { why } = answer else { return Ok(answer) };
            // It is locked already: whoever is asked to unlock it is asked again.
            if self.core.locked.is_none() {
                self.locks(why)?;
            }
            self.core.begins = begins;
            match same {
                Some(same) => ask = same,
                None => return Ok(Answer::Lock { why }),
            }
        }
    }

    /// Locks the screen until two people have signed that they are back, and records both.
    fn locks(&mut self, why: LockedBy) -> Result<(), Halt> {
        let decider = self.plan.decider().cloned();
        let other =
            self.plan.everyone().into_iter().find(|one| decider.as_ref().is_none_or(|d| d.id != one.id));
        let two: Vec<Person> = other.into_iter().chain(decider).collect();
        self.note_that(words::locked(why))?;
        self.core.locked = Some(LockView {
            why,
            since: crate::media::minute((self.core.now)()),
            unlock: two.iter().map(|one| one.name.clone()).collect(),
        });
        let unlocked = two.iter().try_for_each(|one| self.signs(one, words::I_UNLOCK, None, None));
        self.core.locked = None;
        unlocked?;
        Ok(self.note_that(words::UNLOCKED)?)
    }
}
