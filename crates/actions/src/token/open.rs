//! `open-token`: opens the ceremony's token, and records which one it is.

use super::words;
use crate::room::register::register;
use engine::words::observed;
use engine::{Action, Cue, Departure, Done, Halt, Outcome, Room, Stage};
use facts::Named as _;
use protocol::Problem;
use register::DeviceSort;
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
                reach: &[Reach::Token, Reach::Shelf],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let info = stage.unlock()?;
        let software = tokens::software::is_software(&info);
        let model = format!("{} {}", info.manufacturer, info.model);
        let known = validation_of(stage, &info.serial)?;
        let outcome = known.into_iter().fold(Outcome::new(), |outcome, known| {
            outcome
                .fact(&facts::VALIDATION_KNOWN, known.as_str())
                .shows(observed(words::VALIDATION_KNOWN, known))
        });
        Ok(outcome
            .fact(&facts::TOKEN_MODEL, model.as_str())
            .fact(&facts::TOKEN_FIRMWARE, info.firmware.as_str())
            .fact(&facts::TOKEN_IS_SOFTWARE, if software { "yes" } else { "no" })
            .fact(&facts::TOKEN_LABEL, info.label)
            .fact(&facts::TOKEN_SERIAL, info.serial.as_str())
            .shows(observed(words::MODEL, model))
            .shows(observed(words::SERIAL_NUMBER, info.serial))
            .shows(observed(words::FIRMWARE, info.firmware))
            .fact(&facts::TOKEN_LOG, words::NO_LOG)
            .shows(words::own_log())
            .shows(words::what_it_is(software, cue.plan.mode)))
    }

    /// A token that calls itself by a name of software is recorded as software.
    fn follows(&self, done: &Done<'_>) -> Result<(), Departure> {
        let model = facts::TOKEN_MODEL.within(done.outcome).unwrap_or_default();
        let said = facts::TOKEN_IS_SOFTWARE.within(done.outcome);
        // A record from before says nothing of it.
        if said.as_deref() == Some("no") && tokens::software::is_name_of_software(&model) {
            return Err(done.departs("software", words::SOFTWARE_NOT_SAID));
        }
        Ok(())
    }
}

/// What an earlier ceremony on this workstation read of the validation of the token with this serial number. Like every other
/// record it is no more than what that ceremony says, so it names it.
fn validation_of(stage: &dyn Stage, serial: &str) -> Result<Option<String>, Problem> {
    let devices = register(stage)?.devices;
    let this = devices.into_iter().find(|d| d.sort == DeviceSort::Token && d.serial == serial);
    Ok(this.and_then(|token| token.validation).map(|known| words::validation_known(&known)))
}
