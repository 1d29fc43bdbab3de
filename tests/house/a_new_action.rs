//! An action that only this test has: one file, one line in a list, and nothing else anywhere.

use engine::{Action, Cue, Halt, Outcome, Room, Stage};
use protocol::{Answer, Ask};
use script::{Hands, Material, Row};

pub(crate) static COUNTED: Material = Material::recorded("counted-chairs", "chairs that were counted");

/// Counts the chairs.
pub(crate) struct CountChairs;

impl Action for CountChairs {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "count-chairs",
                needs: &[&actions::room::ATTENDANCE],
                makes: &[&COUNTED],
                states: &[&facts::ATTENDING],
                hands: Hands::One,
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, _: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let ask =
            Ask::Text { question: "How many chairs?".to_owned(), example: "7".to_owned(), suggested: None };
        let Answer::Text { text } = stage.ask(ask, None)? else {
            return Err(engine::words::not_an_answer().into());
        };
        Ok(Outcome::new().fact(&facts::ATTENDING, text.parse::<u64>().unwrap_or(0)))
    }
}
