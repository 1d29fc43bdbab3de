//! `signing-key`: names the workstation's key on the token that signs the record, and signs with it for the first time.

use super::said::{said, said_bytes};
use super::words;
use engine::words::{expected, observed};
use engine::{Action, Cue, Departure, Done, Halt, Outcome, Recall as _, Room, Stage};
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
        let strange = words::signer_is_strange(&words::signer_from(&from));
        if let (Mode::Production, Some(problem)) = (cue.plan.mode, &strange) {
            stage.raise(problem, words::THE_COMMISSIONED_KEY)?;
        }
        // The whole list and every record deleted leaves a workstation that says none ended; the token knows better.
        let none_ended = stage.newest(&facts::RUNS_ENDED_BEFORE) == Some(0);
        if cue.plan.mode == Mode::Production && none_ended && signed.other_lists > 0 {
            stage.raise(&words::lists_are_missing(signed.other_lists), words::NO_OTHER_LIST)?;
        }
        // Any key can sign a line of the list. Who puts one on it can say who was enrolled and what was commissioned; with a
        // strange key in the token, which was decided on, nobody could tell more.
        let others = if strange.is_none() { signed.lines_by_others } else { 0 };
        if cue.plan.mode == Mode::Production && others > 0 {
            stage.raise(&words::list_by_others(others), words::LINES_BY_THIS_KEY)?;
        }
        let from = words::signer_from(&from);
        let attributes: Vec<(String, String)> =
            signed.key_says.iter().map(|(name, is)| ((*name).to_owned(), said(*is).to_owned())).collect();
        let remembers = if signed.remembers { "yes" } else { "no" };
        let outcome = Outcome::new();
        let outcome = if others > 0 { outcome.fact(&facts::LIST_LINES_BY_OTHERS, others) } else { outcome };
        Ok(outcome
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
        let from = facts::SIGNER_FROM.within(done.outcome).unwrap_or_default();
        if let Some(problem) = words::signer_is_strange(&from) {
            done.decided(&problem, words::NOBODY_DECIDED_ON_THE_KEY)?;
        }
        let lines = facts::LIST_LINES_BY_OTHERS.within(done.outcome).unwrap_or_default();
        if lines > 0 {
            done.decided(&words::list_by_others(lines), words::NOBODY_DECIDED_ON_THE_LIST)?;
        }
        let others = facts::OTHER_LISTS.within(done.outcome).unwrap_or_default();
        if others > 0 && done.before.newest(&facts::RUNS_ENDED_BEFORE) == Some(0) {
            done.decided(&words::lists_are_missing(others), words::NOBODY_DECIDED_ON_THE_LISTS)?;
        }
        Ok(())
    }
}
