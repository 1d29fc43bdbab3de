//! `wrap-for-cloud`: the master key is wrapped for the cloud that the parameters name, into a bundle.

use crate::cloud::order::against;
use crate::cloud::wrapped::{STATES, asks, follows, made, wrapped};
use crate::key::master::MasterKey;
use engine::{Action, Asks, Cue, Departure, Done, Halt, Made, Outcome, Past, Room, Stage};
use protocol::Problem;
use script::{Hands, Plan, Reach, Row, Step};
use tokens::Capabilities;

/// Wraps for a cloud.
pub(crate) struct WrapForCloud;

static ROW: Row = Row {
    name: "wrap-for-cloud",
    needs: &[
        &crate::key::MASTER_KEY,
        &super::CLOUD_PARAMETERS,
        &super::COMPARED_KEY,
        &crate::backup::PROVEN_BACKUP,
    ],
    makes: &[&super::BUNDLE],
    opens: &[&super::BUNDLE_ON_MEDIUM],
    states: STATES,
    hands: Hands::Two,
    reach: &[Reach::Token],
    irreversible: true,
    ..Row::PLAIN
};

impl Action for WrapForCloud {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let key = MasterKey::of(cue, stage)?;
        wrapped(cue, stage, &key, &key.check_value)
    }

    fn follows(&self, done: &Done<'_>) -> Result<(), Departure> {
        follows(done)
    }

    fn against(&self, plan: &Plan, _: &Step) -> Vec<Problem> {
        against(&plan.values)
    }

    fn asks_of_token(
        &self,
        cue: Cue<'_>,
        _: &Past<'_>,
        found: &Capabilities,
        now: i64,
    ) -> Result<Option<Asks>, Problem> {
        asks(cue, found, now).map(Some)
    }

    fn made(&self, past: &Past<'_>) -> Vec<Made> {
        made(past)
    }
}
