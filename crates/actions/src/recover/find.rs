//! `find-key`: the key of an earlier ceremony is found in the token that holds it, by its recorded label and check value.

use crate::earlier::{BACKUP, BROUGHT, pack};
use crate::key::master::{self, MasterKey};
use crate::key::{MASTER_KEY, MASTER_KEY_BACKED_UP, MASTER_KEY_SETTLED};
use crate::recover::{OLD_SET, OLD_SHEETS_SETTLED, held, words};
use crate::share::dealt::OPENED_ONE_OF;
use crate::token::SIGNING_KEY;
use engine::words::out_of_order;
use engine::{Action, Cue, Ended, Halt, Made, Outcome, Past, Recall as _, Room, Stage, WorkWith as _};
use script::{Reach, Row};
use tokens::{KeySpec, TokenError};

/// Finds the key.
pub(crate) struct FindKey;

impl Action for FindKey {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "find-key",
                needs: &[&SIGNING_KEY],
                makes: &[&BACKUP, &MASTER_KEY, &OLD_SET],
                opens: &[&MASTER_KEY_BACKED_UP, &MASTER_KEY_SETTLED, &OLD_SHEETS_SETTLED],
                states: &[
                    &facts::EARLIER_CEREMONY,
                    &facts::EARLIER_PACK,
                    &facts::EARLIER_PACK_SIGNED_BY,
                    &facts::EARLIER_TOKEN_SERIAL,
                    &facts::EARLIER_WRAPPED_BACKUP,
                    &facts::DRILL_SET,
                    &facts::DRILL_SHARES,
                    &facts::DRILL_COMMITMENTS,
                    &facts::DRILL_BAGS,
                    &facts::DRILL_CHECK_VALUE,
                    &facts::DRILL_KEY_SPEC,
                    &facts::DRILLED_BACKUP,
                    &facts::DRILLED_BACKUP_SHA256,
                    &facts::KEY_LABEL,
                    &facts::KEY_SPEC,
                    &facts::CHECK_VALUE,
                    &facts::KEY_ID,
                    &facts::KEY_UNIQUE_ID,
                    &facts::SENSITIVE,
                    &facts::EXTRACTABLE,
                    &facts::LOCAL,
                    &facts::FOUND_CHECK_VALUE,
                    &facts::COPIES_KNOWN,
                ],
                states_one_of: &[OPENED_ONE_OF],
                reach: &[Reach::Token, Reach::Media, Reach::Shelf],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let (earlier, outcome) = pack::opened(cue, stage, |earlier| {
            earlier.one()?;
            // Where custodians bring it back, so many have to come as rebuild it.
            if cue.plan.steps.iter().any(|s| s.action.makes(&BROUGHT)) {
                earlier.enough_bring(cue)
            } else {
                Ok(())
            }
        })?;
        let one = earlier.one()?;
        let spec: KeySpec = one.key_spec.parse().map_err(|_| out_of_order())?;
        let (label, public) = (one.key_label.as_str(), one.public_key.as_deref());
        let found = stage.work(words::LOOKING, words::A_FEW_SECONDS, |token| {
            match token.find_as(label, spec, public) {
                Ok(Some(key)) if key.check_value == one.check_value => Ok(key),
                Ok(None) => Err(words::holds_no_key(label).into()),
                Ok(Some(_)) | Err(TokenError::NotThisKey) => Err(words::holds_another_key(label).into()),
                Err(e) => Err(e.into()),
            }
        })?;
        // The same bytes are another key where the same token says otherwise of it: somebody took it out and brought it in again.
        let same_token = stage.newest(&facts::TOKEN_SERIAL).as_ref() == Some(&one.token);
        if let Some(problem) = MasterKey::is_as_said(&one.said, &found, true).err().filter(|_| same_token) {
            stage.raise(&problem, words::AS_IT_WAS)?;
        }
        Ok(held::recorded(stage, &found, outcome)?
            .fact(&facts::FOUND_CHECK_VALUE, found.check_value.as_str())
            .showing(pack::about(&earlier))
            .showing(held::shown(&found, &one.check_value)))
    }

    fn made(&self, past: &Past<'_>) -> Vec<Made> {
        master::made(past)
    }

    fn next(&self, past: &Past<'_>, ended: &Ended) -> Vec<String> {
        master::next(past, ended)
    }
}
