//! `close`: everyone has agreed, nothing is owed, and the record ends. The engine counts, signs and packs.

use engine::{Action, Cue, Halt, Outcome, Room, Stage};
use script::{Hands, Reach, Row};

/// Ends the record.
pub(crate) struct Close;

impl Action for Close {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "close",
                needs: &[&super::AGREEMENT, &super::SIGNING_KEY],
                hands: Hands::Two,
                reach: &[Reach::Token],
                irreversible: true,
                ends: true,
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, _: Cue<'_>, _: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        Ok(Outcome::new())
    }
}
