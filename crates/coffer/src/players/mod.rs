//! Who plays at a terminal: people, or an answers file; and the commands that begin it.

pub(crate) mod answers;
pub(crate) mod player;
pub(crate) mod terminal;
pub(crate) mod unattended;
pub(crate) mod unseen;
mod words;
