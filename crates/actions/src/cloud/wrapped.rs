//! A key wrapped into a bundle for the cloud that the parameters name, wherever the key comes from.

use crate::cloud::bundles::keep;
use crate::cloud::import::compared;
use crate::cloud::order::Order;
use crate::cloud::proof::KeyProof;
use crate::cloud::route::{asked, test, trial_of_proof};
use crate::cloud::words::{self, byok_problem};
use crate::key::master::Lend;
use crate::key::spec::token_spec;
use crate::token::route::Way;
use byok::bundle::{Bundle, verify};
use engine::words::{out_of_order, utc};
use engine::{Asks, Cue, Departure, Done, Halt, Made, Outcome, Past, Stage, WorkWith as _};
use facts::{AnyFact, Named as _};
use protocol::{Mode, Problem};
use tokens::Capabilities;

/// What its outcome always says.
pub(in crate::cloud) const STATES: &[&dyn AnyFact] = &[
    &facts::RUNG,
    &facts::WRAPPED_CHECK_VALUE,
    &facts::WRAPPED_FOR,
    &facts::EXPIRY,
    &facts::ROUTE_SELF_TEST,
    &facts::BUNDLE_FOLDER,
];

/// Wraps a key, whose recorded check value is `recorded`, into a bundle for the cloud that the parameters name.
pub(in crate::cloud) fn wrapped(
    cue: Cue<'_>,
    stage: &mut dyn Stage,
    key: &impl Lend,
    recorded: &str,
) -> Result<Outcome, Halt> {
    let order = Order::of(&cue.plan.values)?;
    let import = compared(cue, &*stage)?;
    let now = stage.now();
    import.check_fresh(now).map_err(|e| byok_problem(&e))?;
    let expiry = order.expiry(&cue.plan.values, now)?;
    let row =
        import.check_before(order.key, order.row.algorithm, expiry, now).map_err(|e| byok_problem(&e))?;
    let nonce = import.nonce().unwrap_or_default().to_vec();
    let recipe = order.token_recipe()?;
    let (bits, spki) = (import.wrapping_key().bits(), import.wrapping_key().spki().to_vec());
    let way = Way::recorded(&stage.past(), &facts::CLOUD_ROUTE);
    let approved = way.approved(cue, stage)?;
    let (master, wrapped, proof) =
        stage.work(words::TESTING_AND_WRAPPING, words::HALF_A_MINUTE, |token| {
            test(token, way, &order, bits)?;
            key.lend(token, |token, master| {
                let wrapped = way.wrap(token, master, &spki, recipe)?;
                let proof = KeyProof::by(token, master.handle, order.target, &nonce)?;
                Ok((master.clone(), wrapped, proof))
            })
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
        rotation: order.rotation(&cue.plan.values, cue.run),
    };
    let files = import.files(&bundle).map_err(|e| byok_problem(&e))?;
    verify(&files).map_err(|e| byok_problem(&e))?;
    let outcome = Outcome::new()
        .fact(&facts::IMPORTED_AS, Order::import_as(bundle.rotation))
        .fact(&facts::RUNG, wrapped.rung.word())
        .fact(&facts::WRAPPED_CHECK_VALUE, master.check_value.as_str())
        .fact(&facts::WRAPPED_FOR, order.target.to_string())
        .fact(&facts::EXPIRY, expiry.map_or(words::NEVER.to_owned(), utc))
        .fact(&facts::ROUTE_SELF_TEST, words::CAME_OUT_UNCHANGED)
        .showing(words::wrapped(recorded, &master.check_value, wrapped.rung.word(), files.len()));
    Ok(keep(stage, Way::recorded_in(outcome, approved, master.spec.is_asymmetric()), &files)?)
}

/// What was imported as what is what the parameters order.
pub(in crate::cloud) fn follows(done: &Done<'_>) -> Result<(), Departure> {
    if Order::is_recorded(&done.plan.values, facts::IMPORTED_AS.within(done.outcome)) {
        return Ok(());
    }
    Err(done.departs("another-import", words::OTHER_IMPORT))
}

/// How the token wraps for that cloud, by what its trials found.
pub(in crate::cloud) fn asks(cue: Cue<'_>, found: &Capabilities, now: i64) -> Result<Asks, Problem> {
    // Found now, while there is no key yet.
    let order = Order::of(&cue.plan.values)?;
    order.expiry(&cue.plan.values, now)?;
    let spec = token_spec(order.key).ok_or_else(out_of_order)?;
    let (way, asks) = asked(cue, found, spec, order.token_recipe()?)?;
    Ok(Asks { trial: trial_of_proof(way, order), ..asks })
}

/// What the end page shows of a bundle.
pub(in crate::cloud) fn made(past: &Past<'_>) -> Vec<Made> {
    let made = [
        Made::agreed(words::MADE_FOR, past.newest(&facts::CLOUD_KEY)),
        Made::shown(words::MADE_BY_ROUTE, past.newest(&facts::RUNG)),
    ];
    made.into_iter().flatten().collect()
}
