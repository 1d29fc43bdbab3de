//! What the token can really do, tried on throw-away keys.

use super::words;
use engine::words::observed;
use engine::{Halt, Outcome, TokenRefusal, Tokens, WorkWith};
use protocol::Fact;
use tokens::{Capabilities, Finding};

/// Tries the token.
pub(crate) fn made(on: &mut (impl Tokens + ?Sized)) -> Result<Capabilities, Halt> {
    on.work(words::TRYING, words::HOW_LONG_TRYING, |token| token.self_test().map_err(TokenRefusal::from))
}

/// The record of them.
pub(crate) fn recorded(found: &Capabilities) -> Outcome {
    let list: Vec<(String, String)> =
        found.list.iter().map(|c| (c.name.clone(), format!("{}: {}", c.result.words(), c.detail))).collect();
    Outcome::new().fact(&facts::CAPABILITIES, list)
}

/// How many trials went which way, and each lie by itself: people have to see those.
pub(crate) fn summary(found: &Capabilities) -> Vec<Fact> {
    let many = |f: Finding| found.list.iter().filter(|c| c.result == f).count();
    let counted = words::counted(
        many(Finding::Works),
        many(Finding::RefusedRightly),
        many(Finding::Absent),
        many(Finding::Lies),
    );
    let mut facts = vec![observed(words::TRIALS, counted)];
    facts.extend(found.lies().map(words::misstates));
    facts
}
