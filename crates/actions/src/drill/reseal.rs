//! `reseal`: a custodian seals the sheet that they brought in a new bag, or takes their YubiKey back.

use crate::drill::{DRILLED, words};
use crate::earlier::BAG_RESEALED;
use crate::share::bag;
use engine::{Action, Cue, Departure, Done, Halt, Outcome, Recall as _, Room, Stage};
use facts::Named as _;
use script::{Closes, Hands, Row};

/// Seals a sheet again.
pub(crate) struct Reseal;

impl Action for Reseal {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "reseal",
                needs: &[&DRILLED],
                closes: &[Closes::Own(&BAG_RESEALED)],
                states: &[&facts::CUSTODIAN],
                states_one_of: &[&[&[&facts::BAG_RESEALED], &[&facts::YUBIKEY_TAKEN_BACK]]],
                hands: Hands::OneInside,
                asks_first: true,
                says: &[words::I_HAVE_MY_YUBIKEY, words::I_SEALED],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let custodian = &cue.step.actor;
        let outcome = Outcome::new().fact(&facts::CUSTODIAN, custodian.id.as_str());
        // Where this turn's share was opened by a YubiKey there is no bag to seal.
        if stage.newest(&facts::BROUGHT_BY_YUBIKEY.of(cue.step.turn)) == Some(true) {
            stage.signed_by(custodian, words::I_HAVE_MY_YUBIKEY)?;
            return Ok(outcome.fact(&facts::YUBIKEY_TAKEN_BACK, true));
        }
        let bag = bag::number(cue, stage, words::NEW_BAG)?;
        stage.signed_by(custodian, &words::i_sealed(&bag))?;
        Ok(bag::at_site(outcome.fact(&facts::BAG_RESEALED, bag), custodian))
    }

    /// The bag that is recorded is the one that they signed for.
    fn follows(&self, done: &Done<'_>) -> Result<(), Departure> {
        let says = match facts::BAG_RESEALED.within(done.outcome) {
            Some(bag) => words::i_sealed(&bag),
            None => words::I_HAVE_MY_YUBIKEY.to_owned(),
        };
        done.signed_by([&done.step.actor], &says)
    }
}
