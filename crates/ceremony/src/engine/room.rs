//! What is secret and lives in this process only. Actions put it here and read it; it is wiped by what their rows in the
//! table of actions say, so that the checker and a resumed run know of it.

use super::{Engine, Halt, Outcome};
use crate::act;
use crate::action::{Action, IN_MEMORY, Material};
use crate::plan::{Plan, Planned};
use secrets::SecretBytes;

/// What lives in this process only.
#[derive(Default)]
pub(crate) struct Secrets {
    pub(crate) backup_key: Option<SecretBytes>,
    /// The new set's, as they were dealt.
    pub(crate) shares: Vec<shares::Share>,
    /// The new set's, as they were read back.
    pub(crate) read_back: Vec<shares::Share>,
    /// An earlier set's, as custodians brought them.
    pub(crate) brought: Vec<shares::Share>,
    /// The print queue whose test page was found good.
    pub(crate) tried_printer: Option<String>,
    /// Opened shares of a managed HSM's security domain.
    pub(crate) domain_shares: Vec<byok::security_domain::Share>,
}

impl Secrets {
    fn wipe(&mut self, materials: impl Iterator<Item = Material>) {
        for material in materials {
            match material {
                Material::BackupKey => self.backup_key = None,
                Material::Shares => {
                    self.shares.clear();
                    self.tried_printer = None;
                }
                Material::ReadBack => self.read_back.clear(),
                Material::Brought => self.brought.clear(),
                Material::DomainShares => self.domain_shares.clear(),
                _ => {}
            }
        }
    }

    /// What an action uses up and does not need itself is gone before it begins.
    fn wipe_before(&mut self, action: &Action) {
        self.wipe(action.uses_up.iter().copied().filter(|m| !action.needs.contains(m)));
    }

    /// What it used up is gone once it is done, and so is what none of the steps that are left needs.
    fn wipe_after(&mut self, action: &Action, left: &[Planned]) {
        self.wipe(action.ends());
        let idle = |m: &Material| !left.iter().any(|s| s.action.needs.contains(m));
        self.wipe(IN_MEMORY.iter().copied().filter(idle));
    }
}

impl Engine<'_> {
    /// Where to go back to: before the first maker of anything lost that a later step still needs.
    pub(super) fn safe_point(&self, stands: usize) -> usize {
        safe_point(&self.plan, stands)
    }

    /// Performs a step's action, and wipes before and after it what its row says. Where it comes to nothing, what it needs
    /// stays for the next attempt.
    pub(super) fn perform(&mut self, step: &Planned) -> Result<Outcome, Halt> {
        self.room.wipe_before(step.action);
        let outcome = act::perform(self, step)?;
        let left = self.plan.steps.iter().position(|s| s.id == step.id).map_or(0, |at| at + 1);
        self.room.wipe_after(step.action, self.plan.steps.get(left..).unwrap_or_default());
        Ok(outcome)
    }
}

/// The step to go back to when the room's memory was lost before step `stands`: the first that makes anything secret
/// which a step from there on needs. What was used up in between is not made for it again.
fn safe_point(plan: &Plan, stands: usize) -> usize {
    // The first step that makes what step `at` needs, since that was last used up.
    let maker = |at: usize, need: Material| {
        let before = plan.steps.get(..at).unwrap_or_default();
        let ended = before.iter().rposition(|s| s.action.uses_up.contains(&need)).unwrap_or(0);
        before.iter().skip(ended).position(|s| s.action.makes.contains(&need)).map(|n| ended + n)
    };
    let maker = &maker;
    let mut safe = stands;
    loop {
        let needs = plan.steps.iter().enumerate().skip(safe).flat_map(|(at, s)| {
            s.action.needs.iter().filter(|m| m.is_volatile()).filter_map(move |m| maker(at, *m))
        });
        match needs.min() {
            // What is played again has needs of its own.
            Some(earlier) if earlier < safe => safe = earlier,
            _ => return safe,
        }
    }
}

#[cfg(test)]
mod tests;
