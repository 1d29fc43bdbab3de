//! `attend`: everyone signs that they take part, and holds the workstation's clock against their watch.

use super::words;
use engine::{Action, Cue, Halt, Outcome, Room, Stage};
use script::{Hands, Row};

/// Has everyone sign in.
pub(crate) struct Attend;

impl Action for Attend {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "attend",
                needs: &[&super::PREFLIGHT],
                makes: &[&super::ATTENDANCE],
                states: &[&facts::ATTENDING, &facts::CLOCK_AGREED, &facts::PEOPLE_ATTENDING],
                hands: Hands::Everyone,
                asks_first: true,
                says: &[words::I_AM_HERE],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let people = cue.plan.everyone();
        // No program can tell whether its own clock is right, so each person holds it against their watch.
        let mut clock = String::new();
        for person in &people {
            clock = engine::media::minute(stage.now());
            stage.signed_by(person, &words::i_am_here(&clock))?;
        }
        let ids: Vec<String> = people.into_iter().map(|p| p.id).collect();
        Ok(Outcome::new()
            .fact(&facts::ATTENDING, ids.len() as u64)
            .fact(&facts::CLOCK_AGREED, clock)
            .fact(&facts::PEOPLE_ATTENDING, ids))
    }
}
