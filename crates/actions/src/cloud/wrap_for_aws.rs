//! `wrap-for-aws`: the master key is wrapped for AWS KMS into a bundle.

use crate::cloud::bundles::keep;
use crate::cloud::import::of_aws;
use crate::cloud::order::{AwsOrder, token_recipe};
use crate::cloud::route::{asked, test_of_key};
use crate::cloud::words::{self, byok_problem, utc};
use crate::key::words::another_key;
use crate::token::route::Way;
use byok::bundle::{Bundle, Rotation, verify};
use byok::provider::Import as _;
use engine::words::out_of_order;
use engine::{Action, Asks, Cue, Halt, Made, Outcome, Past, Recall as _, Room, Stage, WorkWith as _};
use protocol::{Mode, Problem};
use script::{Hands, Reach, Row};
use tokens::Capabilities;

/// Wraps for AWS KMS.
pub(crate) struct WrapForAws;

static ROW: Row = Row {
    name: "wrap-for-aws",
    needs: &[
        &crate::key::MASTER_KEY,
        &super::AWS_PARAMETERS,
        &super::COMPARED_KEY,
        &crate::backup::PROVEN_BACKUP,
    ],
    makes: &[&super::BUNDLE],
    opens: &[&super::BUNDLE_ON_MEDIUM],
    states: &[
        &facts::RUNG,
        &facts::WRAPPED_CHECK_VALUE,
        &facts::EXPIRY,
        &facts::ROUTE_SELF_TEST,
        &facts::BUNDLE_FOLDER,
    ],
    hands: Hands::Two,
    reach: &[Reach::Token],
    irreversible: true,
    ..Row::PLAIN
};

impl Action for WrapForAws {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let order = AwsOrder::of(cue)?;
        let spec = order.token_spec();
        let parameters = of_aws(&*stage)?;
        let now = stage.now();
        parameters.check_fresh(now).map_err(|e| byok_problem(&e))?;
        let expiry = AwsOrder::expiry(cue, now)?;
        let bits = parameters.wrapping_key.bits();
        let recipe = order.recipe(bits)?;
        let label = stage.need(&facts::KEY_LABEL)?;
        let recorded = stage.newest(&facts::CHECK_VALUE).unwrap_or_default();
        let way = Way::recorded(&stage.past(), &facts::CLOUD_ROUTE);
        let approved = way.approved(cue, stage)?;
        let (master, wrapped) = stage.work(words::TESTING_AND_WRAPPING, words::HALF_A_MINUTE, |token| {
            test_of_key(token, way, (spec, order.spec.key_type()), recipe, bits)?;
            let master = token.find(&label)?.ok_or_else(out_of_order)?;
            if master.check_value != recorded {
                return Err(another_key().into());
            }
            let wrapped = way.wrap(token, &master, parameters.wrapping_key.spki(), token_recipe(recipe)?)?;
            Ok((master, wrapped))
        })?;
        let bundle = Bundle {
            key: order.spec.key_type(),
            algorithm: order.algorithm,
            blob: &wrapped.blob,
            rung: wrapped.rung.word(),
            check_value: &master.check_value,
            public_key: master.public_key.as_deref(),
            proof: None,
            expiry,
            rehearsal: cue.plan.mode == Mode::Rehearsal,
            made_at: &utc(now),
            ceremony: cue.run,
            rotation: Rotation::First,
        };
        let files = parameters.files(&bundle).map_err(|e| byok_problem(&e))?;
        verify(&files).map_err(|e| byok_problem(&e))?;
        let outcome = Outcome::new()
            .fact(&facts::RUNG, wrapped.rung.word())
            .fact(&facts::WRAPPED_CHECK_VALUE, master.check_value.as_str())
            .fact(&facts::EXPIRY, cue.plan.value("expiry"))
            .fact(&facts::ROUTE_SELF_TEST, words::CAME_OUT_UNCHANGED)
            .showing(words::wrapped(&recorded, &master.check_value, wrapped.rung.word(), files.len()));
        Ok(keep(stage, Way::recorded_in(outcome, approved, spec), &files)?)
    }

    fn asks_of_token(
        &self,
        cue: Cue<'_>,
        _: &Past<'_>,
        found: &Capabilities,
        now: i64,
    ) -> Result<Option<Asks>, Problem> {
        // Found now, while there is no key yet.
        AwsOrder::expiry(cue, now)?;
        let order = AwsOrder::of(cue)?;
        let (_, asks) = asked(cue, found, order.token_spec(), order.planned_recipe()?)?;
        Ok(Some(asks))
    }

    fn made(&self, past: &Past<'_>) -> Vec<Made> {
        let made = [
            Made::agreed(words::MADE_FOR, past.newest(&facts::KEY_ARN)),
            Made::shown(words::MADE_BY_ROUTE, past.newest(&facts::RUNG)),
        ];
        made.into_iter().flatten().collect()
    }
}
