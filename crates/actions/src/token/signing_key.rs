//! `signing-key`: names the workstation's key on the token that signs the record, and signs with it for the first time.

use super::words;
use engine::words::observed;
use engine::{Action, Cue, Halt, Outcome, Room, Stage};
use script::{Reach, Row};

/// Names the key that signs the record.
pub(crate) struct SigningKey;

impl Action for SigningKey {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "signing-key",
                needs: &[&super::TOKEN],
                makes: &[&super::SIGNING_KEY],
                states: &[&facts::SIGNING_KEY_SHA256],
                reach: &[Reach::Token],
                names_signer: true,
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, _: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let sha256 = stage.sign_record()?;
        Ok(Outcome::new()
            .fact(&facts::SIGNING_KEY_SHA256, sha256.as_str())
            .shows(observed(words::SIGNING_KEY_SHA256, sha256)))
    }
}
