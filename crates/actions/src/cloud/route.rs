//! How the master key will leave the token for a cloud: decided by what the trials found, and tried on throw-away keys.

use crate::cloud::order::{Order, token_recipe};
use crate::cloud::proof::KeyProof;
use crate::cloud::words::{self, byok_problem};
use crate::key::spec::token_spec;
use crate::token::route::{Way, none_to};
use crate::token::words::{offered, through_host};
use byok::Disposable;
use engine::words::out_of_order;
use engine::{Asks, Cue, Outcome, TokenRefusal, Trial};
use protocol::Problem;
use tokens::{Capabilities, KeyFacts, KeySpec, Token, Wrapped};

/// The wrapping key of the trial before there is a master key, in bits: the smallest that any provider hands out.
pub(crate) const TRIAL_BITS: u16 = 2048;
/// A nonce for trials, as long as a provider's: 12 bytes.
const TRIAL_NONCE: &[u8; 12] = b"a trial only";

/// The way that the trials and the plan leave open, for the record and for people.
pub(in crate::cloud) fn asked(
    cue: Cue<'_>,
    found: &Capabilities,
    spec: KeySpec,
    recipe: tokens::Recipe,
) -> Result<(Way, Asks), Problem> {
    let (way, rung) =
        Way::of(cue, found, spec, recipe).map_err(|why| none_to(cue, words::WRAP_AS_WANTED, &why, true))?;
    let says = Outcome::new().fact(&facts::CLOUD_ROUTE, rung.word());
    let says = match way {
        Way::Inside => says.shows(offered(words::WRAPPING, rung.word())),
        Way::ThroughHost => says
            .fact(&facts::HOST_MEMORY_BECAUSE, Way::against(found, spec, Some(recipe)))
            .shows(through_host(words::WRAPPING)),
    };
    Ok((way, Asks { says, trial: None }))
}

/// What is tried before there is a master key, where this provider wants something beside the wrapped key.
pub(in crate::cloud) fn trial_of_proof(way: Way, order: Order) -> Option<Trial> {
    KeyProof::is_wanted_by(order.target).then(|| Trial {
        doing: words::TRYING_THE_PROOF.to_owned(),
        tries: Box::new(move |token| {
            test(token, way, &order, TRIAL_BITS)?;
            Ok(words::proof_offered())
        }),
        // Said as the other routes are: it is this token that cannot.
        refused: Box::new(move |p| words::no_proof(byok::of(order.target).title(), &p.happened)),
    })
}

/// Wraps a throw-away key for a disposable wrapping key on the route, opens it on this computer, and holds what the provider
/// wants beside it against this computer's own. What came out has exactly the form that a provider takes.
pub(crate) fn test(token: &mut dyn Token, way: Way, order: &Order, bits: u16) -> Result<(), TokenRefusal> {
    let spec = token_spec(order.key).ok_or_else(out_of_order)?;
    let (target, recipe) = (order.target, order.row.recipe);
    let disposable = Disposable::generate(bits).map_err(|e| byok_problem(&e))?;
    let throwaway = token.generate_throwaway(spec)?;
    let tried = wrapped(token, way, &throwaway, disposable.spki(), recipe).and_then(|wrapped| {
        let proof = KeyProof::by(token, throwaway.handle, target, TRIAL_NONCE)?;
        Ok((wrapped, proof))
    });
    let destroyed = token.destroy(throwaway.handle);
    let (wrapped, proof) = tried?;
    let opened = disposable.unwrap(recipe, &wrapped.blob).map_err(|e| byok_problem(&e))?;
    destroyed?;
    let right = tokens::check_value_of(spec, opened.expose()).is_some_and(|v| v == throwaway.check_value);
    if !right || !proof.is_right(&opened, TRIAL_NONCE) {
        return Err(words::route_lies().into());
    }
    // It opens, and to the right key, but not in the form that a provider takes.
    order.key.check_material(opened.expose()).map_err(|e| words::form_lies(&e).into())
}

fn wrapped(
    token: &mut dyn Token,
    way: Way,
    key: &KeyFacts,
    spki: &[u8],
    recipe: byok::Recipe,
) -> Result<Wrapped, TokenRefusal> {
    way.wrap(token, key, spki, token_recipe(recipe)?)
}
