//! `wrap-again-for-cloud`: an earlier ceremony's key is brought back from its backup by the custodians who hold it, and
//! wrapped for the cloud that the parameters name. Its own token keeps it sealed meanwhile.

use crate::cloud::order::{Order, against};
use crate::cloud::words;
use crate::cloud::wrapped::{STATES, asks, follows, made, wrapped};
use crate::drill::DRILLED;
use crate::earlier::{BROUGHT, DRILL_DECIDED};
use crate::key::spec::token_spec;
use crate::recover::brought_back::BroughtBack;
use crate::token::CAPABILITIES;
use engine::{Action, Asks, Cue, Departure, Done, Halt, Made, Outcome, Past, Room, Stage};
use protocol::Problem;
use script::{Closes, Hands, Plan, Reach, Row, Step};
use tokens::Capabilities;

/// Wraps the key once more for a cloud.
pub(crate) struct WrapAgainForCloud;

static ROW: Row = Row {
    name: "wrap-again-for-cloud",
    needs: &[&CAPABILITIES, &BROUGHT, &super::CLOUD_PARAMETERS, &super::COMPARED_KEY],
    makes: &[&super::BUNDLE, &DRILLED],
    empties_room: true,
    opens: &[&super::BUNDLE_ON_MEDIUM],
    closes: &[Closes::Own(&DRILL_DECIDED)],
    states: STATES,
    states_one_of: &[&[&[&facts::BROUGHT_BACK_CHECK_VALUE]]],
    hands: Hands::Two,
    reach: &[Reach::Token],
    irreversible: true,
    ..Row::PLAIN
};

impl Action for WrapAgainForCloud {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, room: &mut Room<'_>) -> Result<Outcome, Halt> {
        let key = BroughtBack::of(stage, room)?;
        let outcome = wrapped(cue, stage, &key, &key.check_value)?;
        Ok(outcome.fact(&facts::BROUGHT_BACK_CHECK_VALUE, key.check_value))
    }

    fn follows(&self, done: &Done<'_>) -> Result<(), Departure> {
        follows(done)
    }

    fn against(&self, plan: &Plan, _: &Step) -> Vec<Problem> {
        against(&plan.values)
    }

    /// The custodians' shares are not brought for a key of another kind than the one that is ordered.
    fn asks_of_token(
        &self,
        cue: Cue<'_>,
        past: &Past<'_>,
        found: &Capabilities,
        now: i64,
    ) -> Result<Option<Asks>, Problem> {
        let order = Order::of(&cue.plan.values)?;
        if let Some(backed_up) = past.newest(&facts::DRILL_KEY_SPEC)
            && backed_up.parse().ok() != token_spec(order.key)
        {
            return Err(words::another_kind(&order.key, &backed_up));
        }
        asks(cue, found, now).map(Some)
    }

    fn made(&self, past: &Past<'_>) -> Vec<Made> {
        made(past)
    }
}
