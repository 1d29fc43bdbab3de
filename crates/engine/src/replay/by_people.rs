//! What an entry says that people did or decided: by whose roles, where a record ended, that it was given up, what may go.

use super::{Replay, Why};
use crate::approval::is_approval;
use crate::ask::ABANDON;
use crate::past::Past;
use crate::words::{PASSPHRASE_REFUSED, SIGN_OF_LIFE};
use facts::Named as _;
use script::Planned;
use transcript::{Entry, Kind};

impl Replay<'_> {
    /// Where a token remembers nothing, two people signed where the record ended when the ceremony went on: under the entries
    /// that their own signatures added since.
    pub(super) fn where_it_ended(&self, at: usize, entry: &Entry) -> Result<(), Why> {
        if facts::RECORD_ENDS_BY.within(entry).as_deref() != Some(crate::words::ENDS_BY_TWO_PEOPLE) {
            return Ok(());
        }
        let Some(step) = self.due() else { return Ok(()) };
        // What asking them added: signatures and slips, each under a signature of the token.
        let asked = |e: &&Entry| e.kind == Kind::Checkpoint || is_of_asking(e);
        let before = self.before(at);
        let added = before.iter().rev().take_while(asked).count();
        let ends: Vec<String> = before
            .iter()
            .rev()
            .take(added + 1)
            .map(|e| crate::words::the_record_ends(e.seq, &script::hex(&e.chain)))
            .collect();
        let both = crate::believe::two_of(self.plan, step);
        self.signed_by(both.into_iter(), &|s| ends.contains(&s.says))
    }

    /// To give a ceremony up is a decision.
    pub(super) fn given_up(&self, at: usize) -> Result<(), Why> {
        let last = self.before(at).iter().rfind(|e| e.kind != Kind::Checkpoint);
        let decided = last.and_then(|e| facts::DECISION.within(e)).as_deref() == Some(ABANDON);
        if decided { Ok(()) } else { Err(Why::NobodyGaveUp) }
    }

    /// What became void goes by going back; an action may drop, in a note of its own attempt, what that would have dropped.
    pub(super) fn removes(&self, at: usize, entry: &Entry) -> Result<(), Why> {
        let Some(names) = facts::REMOVED_FILES.within(entry).filter(|_| entry.kind != Kind::TakenBack) else {
            return Ok(());
        };
        let begun =
            self.due().filter(|step| entry.kind == Kind::Note && entry.step.as_ref() == Some(&step.id));
        let action =
            begun.filter(|_| self.begun.is_some()).and_then(|step| self.repertoire.find(step.action.name));
        let past = Past { entries: self.before(at) };
        let may = action.map(|action| action.voids(self.plan, &past).removes).unwrap_or_default();
        if names.iter().all(|name| may.contains(name)) { Ok(()) } else { Err(Why::OtherFilesRemoved) }
    }
}

/// By the roles that the script says.
pub(super) fn by_its_people(entry: &Entry, step: &Planned) -> Result<(), Why> {
    let confirmer = step.confirmer.as_ref().map(|c| &c.role);
    if entry.actor.as_ref() == Some(&step.actor.role) && entry.confirmer.as_ref() == confirmer {
        return Ok(());
    }
    Err(Why::OtherRoles { step: step.id.clone() })
}

/// A note that people were asked for a signature: they gave it, or a passphrase or PIN was refused, or the room waited.
fn is_of_asking(entry: &Entry) -> bool {
    let note = facts::NOTE.within(entry).filter(|_| entry.kind == Kind::Note);
    let slip = note.is_some_and(|note| [PASSPHRASE_REFUSED, SIGN_OF_LIFE].contains(&note.as_str()));
    slip || is_approval(entry)
}
