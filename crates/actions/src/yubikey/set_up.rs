//! `set-up-yubikey`: replaces the PIN, the PUK and the management key that everybody knows.

use super::{card, request, words};
use engine::words::observed;
use engine::{Action, Cue, Halt, Outcome, Room, Stage};
use script::{Reach, Row};

/// Replaces the factory's secrets.
pub(crate) struct SetUpYubiKey;

impl Action for SetUpYubiKey {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "set-up-yubikey",
                needs: &[&super::YUBIKEY],
                makes: &[&super::YUBIKEY_SET_UP],
                states: &[&facts::MANAGEMENT_KEY],
                states_of_turn: &[facts::YUBIKEY_FACTORY_SECRETS_REPLACED.stem()],
                reach: &[Reach::Card],
                private: true,
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let (pin, puk) = card::new_secrets(cue, stage)?;
        let serial = request::serial(cue, &stage.past())?;
        let replaced = card::with(stage, serial, words::REPLACING, words::A_FEW_SECONDS, move |card| {
            card::replace_factory_secrets(card, &pin, &puk)
        })?;
        let names: Vec<String> = replaced.iter().map(ToString::to_string).collect();
        let said = if names.is_empty() { words::NONE_WAS_LEFT.to_owned() } else { names.join(", ") };
        Ok(Outcome::new()
            .fact(&facts::YUBIKEY_FACTORY_SECRETS_REPLACED.of(cue.step.turn), said.as_str())
            .fact(&facts::MANAGEMENT_KEY, words::RANDOM_UNDER_THE_PIN)
            .shows(observed(words::REPLACED, said)))
    }
}
