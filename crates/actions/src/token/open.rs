//! `open-token`: opens the ceremony's token, and records which one it is.

use super::words;
use engine::words::observed;
use engine::{Action, Cue, Halt, Outcome, Room, Stage};
use script::{Reach, Row};

/// Opens the token.
pub(crate) struct OpenToken;

impl Action for OpenToken {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "open-token",
                needs: &[&crate::room::ATTENDANCE],
                makes: &[&super::TOKEN],
                states: &[
                    &facts::TOKEN_MODEL,
                    &facts::TOKEN_FIRMWARE,
                    &facts::TOKEN_LABEL,
                    &facts::TOKEN_SERIAL,
                ],
                reach: &[Reach::Token],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, _: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let info = stage.unlock()?;
        let model = format!("{} {}", info.manufacturer, info.model);
        Ok(Outcome::new()
            .fact(&facts::TOKEN_MODEL, model.as_str())
            .fact(&facts::TOKEN_FIRMWARE, info.firmware.as_str())
            .fact(&facts::TOKEN_LABEL, info.label)
            .fact(&facts::TOKEN_SERIAL, info.serial.as_str())
            .shows(observed(words::MODEL, model))
            .shows(observed(words::SERIAL_NUMBER, info.serial))
            .shows(observed(words::FIRMWARE, info.firmware)))
    }
}
