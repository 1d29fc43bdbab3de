//! `sign-with-yubikey`: the record so far, approved with the key that was made: shows that the key works, and who held it.

use super::{card, request, words};
use engine::words::observed;
use engine::{Action, Cue, Halt, Outcome, Room, Stage};
use piv::Overwrite;
use script::{Closes, Reach, Row};

/// Has the key sign.
pub(crate) struct SignWithYubiKey;

impl Action for SignWithYubiKey {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "sign-with-yubikey",
                needs: &[&super::YUBIKEY_KEY],
                makes: &[&super::YUBIKEY_APPROVAL],
                closes: &[Closes::Own(&super::YUBIKEY_SIGNED)],
                states_of_turn: &[facts::YUBIKEY_APPROVAL.stem()],
                reach: &[Reach::Card],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let serial = request::serial(cue, &stage.past())?;
        let pin = card::pin(cue, stage, serial)?;
        let slot = request::key(cue, Overwrite::Nothing)?.slot;
        let message = card::head(&stage.past())?;
        let signed = message.clone();
        // The signature is verified under the key on the card before it comes back.
        let signature = card::with(stage, serial, words::SIGNING, words::SECONDS, move |card| {
            card.sign(slot, Some(&pin), signed.as_bytes())
        })?;
        let outcome = Outcome::new().fact(&facts::YUBIKEY_APPROVAL.of(cue.step.turn), message.as_str());
        let outcome = card::kept(cue, stage, outcome, "approval.txt", message.as_bytes())?;
        let outcome = card::kept(cue, stage, outcome, "approval.sig", &signature)?;
        Ok(outcome.shows(observed(words::SIGNED, words::THE_HEAD_WITH_THE_KEY)))
    }
}
