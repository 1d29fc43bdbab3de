//! The YubiKeys of those who signed for a step: pulled in the middle of it, they say that somebody went away.

use piv::What;

/// The YubiKeys that are watched at one question.
pub(super) struct Watch {
    serials: Vec<u32>,
    /// Those that were plugged in at the last look.
    there: Vec<u32>,
}

impl Watch {
    /// Over these; nothing is looked at yet.
    pub(super) fn over(serials: &[u32]) -> Self {
        Self { serials: serials.to_vec(), there: Vec::new() }
    }

    /// Looks again: whether one that was there at the last look is not any more. A service that does not answer says nothing.
    pub(super) fn sees_one_gone(&mut self) -> bool {
        if self.serials.is_empty() {
            return false;
        }
        let Ok(found) = piv::list() else { return false };
        // A card that another program holds for a moment is there, and does not say which it is.
        if found.iter().any(|reader| matches!(reader.what, What::InUse { .. })) {
            return false;
        }
        let now: Vec<u32> = found
            .iter()
            .filter_map(|reader| match &reader.what {
                What::YubiKey(device) => Some(device.serial),
                _ => None,
            })
            .filter(|serial| self.serials.contains(serial))
            .collect();
        let gone = self.there.iter().any(|serial| !now.contains(serial));
        self.there = now;
        gone
    }
}
