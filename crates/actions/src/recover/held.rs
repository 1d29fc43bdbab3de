//! A key of an earlier ceremony, as the token has it again.

use crate::key::master::{with_public_half, written};
use crate::recover::words;
use crate::token::said::said;
use engine::{Keep, Outcome};
use protocol::{Fact, Problem};
use tokens::KeyFacts;

/// The facts that the steps of a backup go by.
pub(in crate::recover) fn recorded(
    stage: &mut (impl Keep + ?Sized),
    key: &KeyFacts,
    outcome: Outcome,
) -> Result<Outcome, Problem> {
    with_public_half(stage, written(outcome, key), key)
}

/// What people see of it.
pub(in crate::recover) fn shown(key: &KeyFacts, check_value: &str) -> [Fact; 5] {
    let says = [key.sensitive, key.extractable, key.local].map(said);
    words::key(&key.label, check_value, &key.check_value, says)
}
