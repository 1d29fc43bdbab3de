//! `open-copies`: the pack of the newest backup of a key that is to be destroyed is opened, and every copy listed that the
//! record knows of.

use crate::copies::{COPIES, COPIES_ACCOUNTED, KEY_DESTROYED, REST_DESTROYED, words};
use crate::earlier::{BACKUP, pack};
use crate::room::register::register;
use crate::share::dealt::OPENED_ONE_OF;
use crate::token::SIGNING_KEY;
use engine::words::out_of_order;
use engine::{Action, Cue, Halt, Outcome, Room, Stage, WorkWith as _};
use register::SetState;
use script::{Reach, Row};
use tokens::KeySpec;

/// Lists the copies.
pub(crate) struct OpenCopies;

impl Action for OpenCopies {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "open-copies",
                needs: &[&SIGNING_KEY],
                makes: &[&BACKUP, &COPIES],
                opens: &[&COPIES_ACCOUNTED, &KEY_DESTROYED, &REST_DESTROYED],
                states: &[
                    &facts::EARLIER_CEREMONY,
                    &facts::EARLIER_PACK,
                    &facts::EARLIER_PACK_SIGNED_BY,
                    &facts::EARLIER_TOKEN_SERIAL,
                    &facts::EARLIER_WRAPPED_BACKUP,
                    &facts::EARLIER_KEY_LABEL,
                    &facts::DRILL_SET,
                    &facts::DRILL_SHARES,
                    &facts::DRILL_COMMITMENTS,
                    &facts::DRILL_BAGS,
                    &facts::DRILL_CHECK_VALUE,
                    &facts::DRILL_KEY_SPEC,
                    &facts::DRILLED_BACKUP,
                    &facts::DRILLED_BACKUP_SHA256,
                    &facts::COPIES_IN_TOKEN,
                    &facts::COPIES_KNOWN,
                ],
                states_one_of: &[OPENED_ONE_OF],
                reach: &[Reach::Token, Reach::Media, Reach::Shelf],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let (earlier, outcome) = pack::opened(cue, stage, |earlier| earlier.one().map(|_| ()))?;
        let one = earlier.one()?;
        let sets = register(&*stage)?.sets;
        if sets.iter().any(|set| set.set == earlier.set && set.state == SetState::Replaced) {
            stage
                .raise(&words::guards::opened_an_older_set(&earlier.set), words::guards::THE_NEWEST_BACKUP)?;
        }
        let spec: KeySpec = one.key_spec.parse().map_err(|_| out_of_order())?;
        let in_token = stage.work(words::LOOKING, words::A_FEW_SECONDS, |token| {
            Ok(token.keys_like(&one.check_value, spec, one.public_key.as_deref())?)
        })?;
        let labels: Vec<String> = in_token.into_iter().map(|k| k.label).collect();
        Ok(outcome
            .showing(pack::about(&earlier))
            .shows(words::in_this_token(&labels))
            .shows(words::places(&one.places))
            .fact(&facts::COPIES_IN_TOKEN, labels)
            .fact(&facts::EARLIER_KEY_LABEL, one.key_label.as_str()))
    }
}
