//! `compare-wrapping-key`: two people compare the wrapping key, or a certificate, with the online team's slip.

use crate::cloud::agreement;
use crate::cloud::agreement::words::WE_GO_ON;
use crate::cloud::import::to_compare;
use crate::cloud::words;
use byok::Target;
use engine::words::out_of_order;
use engine::{Action, Compared, Cue, Departure, Done, Halt, Outcome, Recall as _, Room, Stage};
use script::{Hands, Reach, Row};

/// Compares what was read last.
pub(crate) struct CompareWrappingKey;

static ROW: Row = Row {
    name: "compare-wrapping-key",
    needs: &[&super::PARAMETERS],
    makes: &[&super::COMPARED_KEY],
    states: &[&facts::COMPARED],
    hands: Hands::TwoInside,
    asks_first: true,
    says: &[words::I_COMPARED, WE_GO_ON],
    reach: &[Reach::Shelf],
    ..Row::PLAIN
};

impl Action for CompareWrappingKey {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let compared = to_compare(cue, &*stage)?;
        let Some(confirmer) = &cue.step.confirmer else { return Err(out_of_order().into()) };
        // One after the other, each on a blank list and signing for themselves: two ticks by one hand are one look.
        for person in [&cue.step.actor, confirmer] {
            let of = Compared { what: compared.what, against: words::THE_SLIP, bytes: &compared.sha256 };
            if !stage.signs_the_same(person, &of, words::I_COMPARED)? {
                let what = words::the(compared.what);
                return Err(words::wrapping_key_differs(&person.name, &what).into());
            }
        }
        let target = target(stage.newest(&facts::TARGET));
        let outcome = Outcome::new().fact(&facts::COMPARED, words::COMPARED);
        agreement::hold(cue, stage, target.into_iter(), outcome)
    }

    fn follows(&self, done: &Done<'_>) -> Result<(), Departure> {
        agreement::follows(done, target(done.before.newest(&facts::TARGET)))
    }
}

/// What the key is for, by its name in the record.
fn target(name: Option<String>) -> Option<Target> {
    name.and_then(|name| name.parse().ok())
}
