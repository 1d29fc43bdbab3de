//! `find-yubikey`: finds the YubiKey of a turn by the number printed on it.

use super::{card, words};
use engine::words::observed;
use engine::{Action, Cue, Halt, Outcome, Room, Stage};
use script::{Reach, Row};

/// Has a YubiKey found.
pub(crate) struct FindYubiKey;

impl Action for FindYubiKey {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "find-yubikey",
                needs: &[&crate::token::SIGNING_KEY],
                makes: &[&super::YUBIKEY],
                states_of_turn: &[facts::YUBIKEY_SERIAL.stem(), facts::YUBIKEY_FIRMWARE.stem()],
                reach: &[Reach::Card],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let (past, turn) = (stage.past(), cue.step.turn);
        let taken: Vec<String> =
            (1..turn).filter_map(|n| past.newest(&facts::YUBIKEY_SERIAL.of(n))).collect();
        let device = card::choose(stage, &words::which_is_of(&cue.step.actor.name), &taken)?;
        let (serial, firmware) = (device.serial.to_string(), device.firmware.to_string());
        Ok(Outcome::new()
            .fact(&facts::YUBIKEY_SERIAL.of(turn), serial.as_str())
            .fact(&facts::YUBIKEY_FIRMWARE.of(turn), firmware.as_str())
            .shows(observed(words::SERIAL_NUMBER, serial))
            .shows(observed(words::FIRMWARE, firmware)))
    }
}
