//! `compare-plan-keys`: two people compare every wrapping key of the plan with the online team's slip.

use crate::cloud::agreement;
use crate::cloud::agreement::words::WE_GO_ON;
use crate::cloud::words::{THE_SLIP, wrapping_key_differs};
use crate::plan::lines::{fingerprints, load};
use crate::plan::words;
use engine::words::out_of_order;
use engine::{Action, Compared, Cue, Departure, Done, Halt, Outcome, Room, Stage};
use script::{Hands, Reach, Row};

/// Compares the plan's wrapping keys.
pub(crate) struct ComparePlanKeys;

static ROW: Row = Row {
    name: "compare-plan-keys",
    needs: &[&super::KEY_PLAN],
    makes: &[&crate::cloud::COMPARED_KEY, &super::COMPARED_PLAN],
    states: &[&facts::COMPARED, &facts::PLAN_COMPARED_SHA256],
    hands: Hands::TwoInside,
    asks_first: true,
    says: &[words::I_COMPARED, WE_GO_ON],
    reach: &[Reach::Shelf],
    ..Row::PLAIN
};

impl Action for ComparePlanKeys {
    fn row(&self) -> &'static Row {
        &ROW
    }

    /// All of one person's keys come before the other begins: two ticks by one hand are one look. Who found the last of them
    /// the same signs there that they compared all.
    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let lines = load(&*stage)?;
        let Some(confirmer) = &cue.step.confirmer else { return Err(out_of_order().into()) };
        let keys = fingerprints(&lines);
        for person in [&cue.step.actor, confirmer] {
            for (n, (fingerprint, line)) in keys.iter().enumerate() {
                let (n, says) = (n + 1, line.says());
                let what = words::sha256_of_wrapping_key(n, keys.len(), &says);
                let of = Compared { what: &what, against: THE_SLIP, bytes: fingerprint };
                let same = if n == keys.len() {
                    stage.signs_the_same(person, &of, words::I_COMPARED)?
                } else {
                    stage.finds_the_same(person, &of)?
                };
                if !same {
                    return Err(wrapping_key_differs(&person.name, &words::wrapping_key(n, &says)).into());
                }
            }
        }
        let list: Vec<String> = keys.iter().map(|(f, _)| script::hex(f)).collect();
        let outcome =
            Outcome::new().fact(&facts::COMPARED, words::COMPARED).fact(&facts::PLAN_COMPARED_SHA256, list);
        agreement::hold(cue, stage, lines.iter().map(|line| line.planned.target), outcome)
    }

    fn follows(&self, done: &Done<'_>) -> Result<(), Departure> {
        // Which providers a plan's lines are for, their bundles say: that step is held to what is said here.
        agreement::follows(done, None)
    }
}
