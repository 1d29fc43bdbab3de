//! How the master key will leave the token for a cloud: decided by what the trials found, and tried on throw-away keys.

use crate::cloud::order::{Order, token_recipe};
use crate::cloud::proof::KeyProof;
use crate::cloud::words::{self, byok_problem};
use crate::key::spec::token_spec;
use crate::token::route::{Way, none_to};
use crate::token::words::{offered, through_host};
use byok::{Disposable, KeyType};
use engine::words::out_of_order;
use engine::{Asks, Cue, Outcome, TokenRefusal, Trial};
use protocol::Problem;
use secrets::SecretBytes;
use tokens::{Capabilities, Handle, KeyFacts, KeySpec, Token, Wrapped};

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
        refused: Box::new(move |p| words::no_proof(&order.target, &p.happened)),
    })
}

/// Wraps a throw-away key on the route, opens it on this computer, and holds what the provider wants beside it against
/// this computer's own.
pub(crate) fn test(token: &mut dyn Token, way: Way, order: &Order, bits: u16) -> Result<(), TokenRefusal> {
    let spec = token_spec(order.key).ok_or_else(out_of_order)?;
    let target = order.target;
    let mut proof = KeyProof::Nothing;
    let opened = test_with(token, way, (spec, order.key), order.row.recipe, bits, &mut |token, key| {
        proof = KeyProof::by(token, key, target, TRIAL_NONCE)?;
        Ok(())
    })?;
    if proof.is_right(&opened, TRIAL_NONCE) { Ok(()) } else { Err(words::route_lies().into()) }
}

/// Wraps a throw-away key for a disposable wrapping key on the same path and opens it on the host.
pub(in crate::cloud) fn test_of_key(
    token: &mut dyn Token,
    way: Way,
    kind: (KeySpec, KeyType),
    recipe: byok::Recipe,
    bits: u16,
) -> Result<(), TokenRefusal> {
    test_with(token, way, kind, recipe, bits, &mut |_, _| Ok(())).map(|_| ())
}

/// The same, and something more with the key while it is in the token; gives the key as it came out, which is of exactly
/// the form that a provider takes.
fn test_with(
    token: &mut dyn Token,
    way: Way,
    (spec, key): (KeySpec, KeyType),
    recipe: byok::Recipe,
    bits: u16,
    more: &mut dyn FnMut(&mut dyn Token, Handle) -> Result<(), TokenRefusal>,
) -> Result<SecretBytes, TokenRefusal> {
    let disposable = Disposable::generate(bits).map_err(|e| byok_problem(&e))?;
    let throwaway = token.generate_throwaway(spec)?;
    let wrapped = wrapped(token, way, &throwaway, disposable.spki(), recipe);
    let wrapped = wrapped.and_then(|wrapped| more(token, throwaway.handle).map(|()| wrapped));
    let destroyed = token.destroy(throwaway.handle);
    let opened = disposable.unwrap(recipe, &wrapped?.blob).map_err(|e| byok_problem(&e))?;
    destroyed?;
    let right = tokens::check_value_of(spec, opened.expose()).is_some_and(|v| v == throwaway.check_value);
    if !right {
        return Err(words::route_lies().into());
    }
    match key.check_material(opened.expose()) {
        Ok(()) => Ok(opened),
        // It opens, and to the right key, but not in the form that a provider takes.
        Err(e) => Err(words::form_lies(&e).into()),
    }
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
