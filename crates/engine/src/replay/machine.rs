//! Whether a ceremony that goes on may do so on the machine that it finds itself on.

use super::{Replay, Signed, Why};
use facts::Named as _;
use protocol::Mode;
use transcript::Entry;

/// What became of what is to be mended.
#[derive(Debug)]
pub(super) enum Machine {
    /// Nothing was, or all that was asked for it was done.
    AsItShouldBe,
    /// Nobody was asked yet.
    NobodyDecided,
    /// It was raised; these people, by their ids, have not signed yet that they go on in spite of it.
    Unsigned(Vec<String>),
}

impl Machine {
    /// As the entry says with which the ceremony goes on.
    pub(super) fn found(resumed: &Entry) -> Self {
        let to_mend = facts::TO_MEND.within(resumed).unwrap_or_default();
        if to_mend.is_empty() { Self::AsItShouldBe } else { Self::NobodyDecided }
    }
}

impl Replay<'_> {
    /// An exception that the machine is raised for. That each exception is decided is every record's rule.
    pub(super) fn raised_on_the_machine(&mut self, exception: &Entry) {
        let code = crate::words::machine_to_mend_again("").code;
        if matches!(self.machine, Machine::AsItShouldBe) || facts::CODE.within(exception) != Some(code) {
            return;
        }
        let Some(step) = self.due() else { return };
        let who = crate::believe::two_who_look(self.plan, step);
        let with_yubikeys = who.into_iter().filter(|p| p.yubikey.is_some()).map(|p| p.id.clone());
        self.machine = Machine::Unsigned(with_yubikeys.collect());
    }

    /// Somebody signed something.
    pub(super) fn signed_in_spite(&mut self, signed: &Signed) {
        if let Machine::Unsigned(who) = &mut self.machine
            && signed.says == crate::words::I_GO_ON_IN_SPITE
        {
            who.retain(|id| *id != signed.person);
        }
    }

    /// Nothing is begun in production before it is decided and signed.
    pub(super) fn machine_may_do(&mut self) -> Result<(), Why> {
        // At its first step the preflight looks itself.
        if self.plan.mode == Mode::Rehearsal || self.standing.at == 0 {
            self.machine = Machine::AsItShouldBe;
            return Ok(());
        }
        match &self.machine {
            Machine::AsItShouldBe => Ok(()),
            Machine::NobodyDecided => Err(Why::GoneOnInSpite),
            Machine::Unsigned(who) => match who.first().and_then(|id| self.plan.roster.person(id)) {
                None => Ok(()),
                Some(person) => Err(Why::NotSigned { name: person.name.clone() }),
            },
        }
    }
}
