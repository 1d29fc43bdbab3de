//! What holds over a whole record: a key went through the computer's memory only because people agreed.

use super::{route, words};
use engine::{Departure, Rule, Whole};
use facts::Named as _;
use tokens::Rung;
use transcript::{Entry, Kind};

/// A key that went through the computer's memory did so because the plan allowed it and somebody agreed.
pub(crate) struct HostMemoryWasAgreed;

impl Rule for HostMemoryWasAgreed {
    fn holds(&self, whole: &Whole<'_>) -> Result<(), Departure> {
        // The lines of a plan that went this way are agreed to in the outcome of the step that wrapped them.
        let (mut because, mut lines) = (false, false);
        for entry in whole.past.entries {
            lines |= facts::PLAN_RUNG.within(entry).as_deref() == Some(Rung::HostMemory.word());
            if entry.kind != Kind::Outcome {
                continue;
            }
            because |= facts::HOST_MEMORY_BECAUSE.within(entry).is_some();
            let of_plan = facts::PLAN_WRAPPED.within(entry).is_some() && std::mem::take(&mut lines);
            if !went_through_host(entry) && !of_plan {
                continue;
            }
            let second = whole.step_of(entry).and_then(|step| step.confirmer.as_ref());
            let role = facts::HOST_MEMORY_APPROVED_BY.within(entry);
            let agreed = second.is_some_and(|second| role.as_ref() == Some(&second.role));
            if !route::is_allowed(whole.plan) || !agreed {
                return Err(Departure::of(
                    Some(entry),
                    "token",
                    "host-memory-not-agreed",
                    words::NOBODY_AGREED_TO_HOST_MEMORY,
                ));
            }
            whole.signed_for(entry, second, words::I_AGREE_TO_HOST_MEMORY)?;
            // Whoever agreed was shown why no other way was left.
            if !because {
                let says = words::NOBODY_SAID_WHY_HOST_MEMORY;
                return Err(Departure::of(Some(entry), "token", "host-memory-without-why", says));
            }
        }
        Ok(())
    }
}

/// A key was wrapped for a cloud on a way that the trials had found before.
pub(crate) struct WayWasFound;

impl Rule for WayWasFound {
    fn holds(&self, whole: &Whole<'_>) -> Result<(), Departure> {
        let mut found = false;
        for entry in whole.past.entries {
            found |= facts::CLOUD_ROUTE.within(entry).is_some() || facts::PLAN_ROUTES.within(entry).is_some();
            if !found && facts::RUNG.within(entry).is_some() {
                return Err(Departure::of(
                    Some(entry),
                    "token",
                    "way-not-found",
                    words::NO_TRIAL_FOUND_A_WAY,
                ));
            }
        }
        Ok(())
    }
}

fn went_through_host(entry: &Entry) -> bool {
    let host = Some(Rung::HostMemory.word());
    facts::RUNG.within(entry).as_deref() == host || facts::BACKUP_RUNG.within(entry).as_deref() == host
}
