//! How much of a register becomes another.

use estate::Changes;

/// How many rows become another.
pub(super) struct Counts {
    pub(super) added: u64,
    pub(super) changed: u64,
    pub(super) left: u64,
}

impl Counts {
    pub(super) fn of(found: &Changes) -> Self {
        let (added, changed) = (found.added.len() as u64, found.changed.len() as u64);
        Self { added, changed, left: found.left.len() as u64 }
    }
}
