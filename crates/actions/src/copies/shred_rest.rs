//! `shred-rest`: what is left on the table is destroyed: the other sheets, and the media with the wrapped file.

use crate::copies::copy::{BROUGHT, NOTES, all, became, states};
use crate::copies::destroyed::{destroyed, how_of_a_share};
use crate::copies::{KEY_GONE, REST_DESTROYED, REST_GONE, words};
use crate::room::sign::both_sign;
use engine::{Action, Cue, Halt, Outcome, Room, Stage};
use script::{Closes, Hands, Row};

/// Destroys the rest.
pub(crate) struct ShredRest;

impl Action for ShredRest {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "shred-rest",
                needs: &[&KEY_GONE],
                makes: &[&REST_GONE],
                closes: &[Closes::Own(&REST_DESTROYED)],
                notes: NOTES,
                states: &[&facts::COPIES_AT_THE_END],
                hands: Hands::TwoInside,
                says: &[words::I_SAW_EVERY_COPY],
                irreversible: true,
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        for copy in all(stage)? {
            if became(stage, &copy).as_deref() == Some(BROUGHT) {
                destroyed(stage, &copy, how_of_a_share(&copy).unwrap_or(words::DESTROY_MEDIA))?;
            }
        }
        both_sign(cue, stage, words::I_SAW_EVERY_COPY)?;
        let copies = all(stage)?;
        let list = states(stage, &copies);
        let shown =
            copies.iter().zip(&list).map(|(c, (_, state))| words::state(&c.to_string(), state.clone()));
        let shown: Vec<_> = shown.collect();
        Ok(Outcome::new().fact(&facts::COPIES_AT_THE_END, list).showing(shown))
    }
}
