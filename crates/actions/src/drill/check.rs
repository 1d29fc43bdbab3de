//! `check-shares`: the shares were each held against their commitments as they came in; here only what that means is
//! recorded.

use crate::drill::{DRILLED, look, words};
use crate::earlier::{BROUGHT, DRILL_DECIDED, brought, kept};
use engine::{Action, Cue, Halt, Outcome, Room, Stage};
use script::{Closes, Row};

/// Counts the shares.
pub(crate) struct CheckShares;

impl Action for CheckShares {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "check-shares",
                needs: &[&BROUGHT],
                makes: &[&DRILLED],
                empties_room: true,
                closes: &[Closes::Own(&DRILL_DECIDED)],
                states: &[&facts::DRILL_RESULT, &facts::SHARES_SEEN, &facts::DRILL_MINUTES],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, _: Cue<'_>, stage: &mut dyn Stage, room: &mut Room<'_>) -> Result<Outcome, Halt> {
        let dealing = kept::dealing(stage)?;
        let numbers = brought::numbers(room, &dealing)?;
        let enough = dealing.is_enough(&numbers);
        let seen = words::seen(numbers.len(), dealing.count());
        Ok(Outcome::new()
            .fact(&facts::DRILL_RESULT, words::nothing_rebuilt(&seen))
            .fact(&facts::SHARES_SEEN, numbers.into_iter().map(u64::from).collect::<Vec<_>>())
            .fact(&facts::DRILL_MINUTES, look::minutes(stage))
            .showing(words::checked(seen, enough)))
    }
}
