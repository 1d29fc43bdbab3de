//! What scripts have recorded, and what is due after it.

use crate::declare::facts;
use crate::{Day, List, Text, Triple};

facts! {
    RECORDED: Fact = public "recorded", Text, "the kind of thing that a script had recorded; each of its facts is called by the kind, a dot and the field";
    RECORDED_ON: Fact = public "recorded-on", Day, "the day on which it was recorded, by the workstation's clock";
    DUE_OPENED: Fact = public "due-opened", List<Triple<Text, Text, Day>>, "what is due after it in another ceremony: what it is called, what has to be done, and the day by which";
    DUE_SETTLED: Fact = public "due-settled", List<Text>, "what was due and is settled by it";
}

/// The kind of a record that says in which state a key is, and its fields.
pub const KEY_STATE: &str = "key-state";
/// See [`KEY_STATE`].
pub const KEY_STATE_KEY: &str = "key-state.key";
/// See [`KEY_STATE`].
pub const KEY_STATE_STATE: &str = "key-state.state";
/// What is recorded where no key, or nothing that is due, is meant.
pub const NONE: &str = "none";
