//! `wrap-for-cloud`: the master key is wrapped for the cloud that the parameters name, into a bundle.

use crate::cloud::bundles::keep;
use crate::cloud::import::compared;
use crate::cloud::order::{Order, against};
use crate::cloud::proof::KeyProof;
use crate::cloud::route::{asked, test, trial_of_proof};
use crate::cloud::words::{self, byok_problem};
use crate::key::spec::token_spec;
use crate::key::words::another_key;
use crate::token::route::Way;
use byok::bundle::{Bundle, Rotation, verify};
use engine::words::{out_of_order, utc};
use engine::{Action, Asks, Cue, Halt, Made, Outcome, Past, Recall as _, Room, Stage, WorkWith as _};
use protocol::{Mode, Problem};
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
    states: &[
        &facts::RUNG,
        &facts::WRAPPED_CHECK_VALUE,
        &facts::WRAPPED_FOR,
        &facts::EXPIRY,
        &facts::ROUTE_SELF_TEST,
        &facts::BUNDLE_FOLDER,
    ],
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
        let order = Order::of(&cue.plan.values)?;
        let import = compared(cue, &*stage)?;
        let now = stage.now();
        import.check_fresh(now).map_err(|e| byok_problem(&e))?;
        let expiry = order.expiry(&cue.plan.values, now)?;
        let row =
            import.check_before(order.key, order.row.algorithm, expiry, now).map_err(|e| byok_problem(&e))?;
        let nonce = import.nonce().unwrap_or_default().to_vec();
        let label = stage.need(&facts::KEY_LABEL)?;
        let recorded = stage.newest(&facts::CHECK_VALUE).unwrap_or_default();
        let recipe = order.token_recipe()?;
        let (bits, spki) = (import.wrapping_key().bits(), import.wrapping_key().spki().to_vec());
        let way = Way::recorded(&stage.past(), &facts::CLOUD_ROUTE);
        let approved = way.approved(cue, stage)?;
        let (master, wrapped, proof) =
            stage.work(words::TESTING_AND_WRAPPING, words::HALF_A_MINUTE, |token| {
                test(token, way, &order, bits)?;
                let master = token.find(&label)?.ok_or_else(out_of_order)?;
                if master.check_value != recorded {
                    return Err(another_key().into());
                }
                let wrapped = way.wrap(token, &master, &spki, recipe)?;
                let proof = KeyProof::by(token, master.handle, order.target, &nonce)?;
                Ok((master, wrapped, proof))
            })?;
        let bundle = Bundle {
            key: order.key,
            algorithm: row.algorithm,
            blob: &wrapped.blob,
            rung: wrapped.rung.word(),
            check_value: &master.check_value,
            public_key: master.public_key.as_deref(),
            proof: proof.proof(),
            expiry,
            rehearsal: cue.plan.mode == Mode::Rehearsal,
            made_at: &utc(now),
            ceremony: cue.run,
            rotation: Rotation::First,
        };
        let files = import.files(&bundle).map_err(|e| byok_problem(&e))?;
        verify(&files).map_err(|e| byok_problem(&e))?;
        let outcome = Outcome::new()
            .fact(&facts::RUNG, wrapped.rung.word())
            .fact(&facts::WRAPPED_CHECK_VALUE, master.check_value.as_str())
            .fact(&facts::WRAPPED_FOR, order.target.to_string())
            .fact(&facts::EXPIRY, expiry.map_or(words::NEVER.to_owned(), utc))
            .fact(&facts::ROUTE_SELF_TEST, words::CAME_OUT_UNCHANGED)
            .showing(words::wrapped(&recorded, &master.check_value, wrapped.rung.word(), files.len()));
        Ok(keep(stage, Way::recorded_in(outcome, approved, master.spec), &files)?)
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
        // Found now, while there is no key yet.
        let order = Order::of(&cue.plan.values)?;
        order.expiry(&cue.plan.values, now)?;
        let spec = token_spec(order.key).ok_or_else(out_of_order)?;
        let (way, asks) = asked(cue, found, spec, order.token_recipe()?)?;
        Ok(Some(Asks { trial: trial_of_proof(way, order), ..asks }))
    }

    fn made(&self, past: &Past<'_>) -> Vec<Made> {
        let made = [
            Made::agreed(words::MADE_FOR, past.newest(&facts::CLOUD_KEY)),
            Made::shown(words::MADE_BY_ROUTE, past.newest(&facts::RUNG)),
        ];
        made.into_iter().flatten().collect()
    }
}
