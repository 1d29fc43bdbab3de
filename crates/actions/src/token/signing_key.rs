//! `signing-key`: names the workstation's key on the token that signs the record, and signs with it for the first time.

use super::said::{said, said_bytes};
use super::words;
use engine::words::{expected, observed};
use engine::{Action, Cue, Departure, Done, Halt, Origin, Outcome, Recall as _, Room, Stage};
use facts::Named as _;
use protocol::Mode;
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
                states: &[
                    &facts::SIGNING_KEY_SHA256,
                    &facts::SIGNING_KEY_ID,
                    &facts::SIGNING_KEY_ATTRIBUTES,
                    &facts::SIGNER_FROM,
                    &facts::TOKEN_REMEMBERS,
                    &facts::OTHER_LISTS,
                ],
                reach: &[Reach::Token, Reach::Shelf],
                names_signer: true,
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let signed = stage.sign_record()?;
        let from = stage.signer_from(&signed.key_sha256)?;
        // Whoever has the PIN can make a key of this label in the token, or bring a token of their own.
        if cue.plan.mode == Mode::Production && from == Origin::Elsewhere {
            stage.raise(&words::signer_not_commissioned(), words::THE_COMMISSIONED_KEY)?;
        }
        // The whole list and every record deleted leaves a workstation that says none ended; the token knows better.
        let none_ended = stage.newest(&facts::RUNS_ENDED_BEFORE) == Some(0);
        if cue.plan.mode == Mode::Production && none_ended && signed.other_lists > 0 {
            stage.raise(&words::lists_are_missing(signed.other_lists), words::NO_OTHER_LIST)?;
        }
        let from = words::signer_from(&from);
        let attributes: Vec<(String, String)> =
            signed.key_says.iter().map(|(name, is)| ((*name).to_owned(), said(*is).to_owned())).collect();
        let remembers = if signed.remembers { "yes" } else { "no" };
        Ok(Outcome::new()
            .fact(&facts::SIGNING_KEY_SHA256, signed.key_sha256.as_str())
            .fact(&facts::SIGNING_KEY_ID, said_bytes(signed.key_id.as_deref()))
            .fact(&facts::SIGNING_KEY_ATTRIBUTES, attributes)
            .fact(&facts::SIGNER_FROM, from.as_str())
            .fact(&facts::TOKEN_REMEMBERS, remembers)
            .fact(&facts::OTHER_LISTS, signed.other_lists)
            .shows(observed(words::SIGNING_KEY_SHA256, signed.key_sha256))
            .shows(observed(words::SIGNER_FROM, from))
            .shows(expected(words::TOKEN_REMEMBERS, "yes", remembers))
            .showing(
                (signed.other_lists > 0)
                    .then(|| observed(words::OTHER_LISTS, signed.other_lists.to_string())),
            ))
    }

    /// In production a key that nobody commissioned, and lists that are missing, were decided on.
    fn follows(&self, done: &Done<'_>) -> Result<(), Departure> {
        if done.plan.mode != Mode::Production {
            return Ok(());
        }
        if facts::SIGNER_FROM.within(done.outcome) == Some(words::signer_from(&Origin::Elsewhere)) {
            done.decided(&words::signer_not_commissioned(), words::NOBODY_DECIDED_ON_THE_KEY)?;
        }
        let others = facts::OTHER_LISTS.within(done.outcome).unwrap_or_default();
        if others > 0 && done.before.newest(&facts::RUNS_ENDED_BEFORE) == Some(0) {
            done.decided(&words::lists_are_missing(others), words::NOBODY_DECIDED_ON_THE_LISTS)?;
        }
        Ok(())
    }
}
