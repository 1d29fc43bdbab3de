//! What people choose from, by the other records on this workstation. An offer is never the truth: anybody could have put a
//! record there.

use super::words;
use engine::{Cue, Shelf};
use protocol::{Choice, Problem};
use register::{Record, Register};

/// What the register offers.
pub(super) struct Offers {
    pub(super) keys: Vec<Choice>,
    pub(super) dues: Vec<Choice>,
    pub(super) people: Vec<Choice>,
}

impl Offers {
    /// By every other record that can be read.
    pub(super) fn of(cue: Cue<'_>, shelf: &(impl Shelf + ?Sized)) -> Result<Self, Problem> {
        let records: Vec<Record> = shelf
            .other_runs()?
            .into_iter()
            .map(|other| Record { reading: other.reading(), run: other.run })
            .collect();
        let register = Register::of(&records);
        let open = register.dues.iter().filter(|due| due.settles_by_word());
        Ok(Self {
            keys: register.keys.iter().map(words::key).chain([words::no_key()]).collect(),
            dues: open.map(words::due).chain([words::nothing_due()]).collect(),
            people: cue.plan.roster.people.iter().map(words::person).collect(),
        })
    }
}
