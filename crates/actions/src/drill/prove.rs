//! `prove-backup`: the backup wrapping key is rebuilt from the shares that were brought, the wrapped backup opened with it
//! inside the token, matched, and destroyed. Of a plan, every wrapped file.

use crate::drill::look::{look, minutes};
use crate::drill::{DRILLED, plan, words};
use crate::earlier::{BROUGHT, DRILL_DECIDED, brought, kept};
use engine::words::out_of_order;
use engine::{Action, Cue, Halt, Outcome, Recall as _, Room, Stage, WorkWith as _};
use script::{Closes, Hands, Reach, Row};
use tokens::KeySpec;

/// Proves the backup.
pub(crate) struct ProveBackup;

impl Action for ProveBackup {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "prove-backup",
                needs: &[&BROUGHT],
                makes: &[&DRILLED],
                empties_room: true,
                closes: &[Closes::Own(&DRILL_DECIDED)],
                states: &[
                    &facts::DRILL_RESULT,
                    &facts::DRILLED_CHECK_VALUE,
                    &facts::DRILLED_WHERE,
                    &facts::DRILL_MINUTES,
                ],
                hands: Hands::Two,
                reach: &[Reach::Token],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, _: Cue<'_>, stage: &mut dyn Stage, room: &mut Room<'_>) -> Result<Outcome, Halt> {
        match crate::earlier::plan::kept(stage)? {
            Some(kept) => plan::prove(stage, room, &kept),
            None => one_key(stage, room),
        }
    }
}

fn one_key(stage: &mut dyn Stage, room: &Room<'_>) -> Result<Outcome, Halt> {
    let (blob, public) = kept::of_one_key(stage)?;
    let spec: KeySpec = stage.need(&facts::DRILL_KEY_SPEC)?.parse().map_err(|_| out_of_order())?;
    let wanted = stage.need(&facts::DRILL_CHECK_VALUE)?;
    let rebuilt = brought::rebuilt(stage, room)?;
    let opened = stage.work(words::OPENING, words::A_FEW_SECONDS, |token| {
        look(token, &rebuilt, &blob, spec, public.as_deref())
    })?;
    if opened.check_value != wanted {
        return Err(words::backup_does_not_match().into());
    }
    let extractable = opened.extractable != Some(false);
    Ok(Outcome::new()
        .fact(&facts::DRILL_RESULT, words::OPENS)
        .fact(&facts::DRILLED_CHECK_VALUE, opened.check_value.as_str())
        .fact(&facts::DRILLED_WHERE, words::WHERE)
        .fact(&facts::DRILL_MINUTES, minutes(stage))
        .showing(words::proven(&wanted, &opened.check_value, extractable)))
}
