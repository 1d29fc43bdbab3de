//! What locking a share costs, and how long what is locked is.

use crate::{ShareError, Y_LEN};

/// Bytes of a cost on a card.
pub(crate) const COST_LEN: usize = 2;
/// Bytes of a locked y: AES key wrap adds eight.
pub(crate) const SEALED_LEN: usize = Y_LEN + 8;

/// What opening costs: Argon2id's memory (2^`memory` KiB), passes and lanes. Written on the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    pub(crate) memory: u8,
    pub(crate) passes: u8,
    pub(crate) lanes: u8,
}

impl Cost {
    /// 256 MiB, 3 passes, 4 lanes.
    pub const USUAL: Self = Self { memory: 18, passes: 3, lanes: 4 };
    /// 64 MiB, 3 passes, 4 lanes, RFC 9106's second choice: the least that is made or accepted.
    pub const LEAST: Self = Self { memory: 16, passes: 3, lanes: 4 };
    /// 2 GiB: a card asking for more could not be opened on the machines people have.
    const MOST_MEMORY: u8 = 21;

    pub(crate) fn bytes(self) -> [u8; COST_LEN] {
        [self.memory, self.passes << 4 | self.lanes]
    }

    pub(crate) fn from_bytes([memory, rest]: [u8; COST_LEN]) -> Result<Self, ShareError> {
        let cost = Self { memory, passes: rest >> 4, lanes: rest & 15 };
        let known = (Self::LEAST.memory..=Self::MOST_MEMORY).contains(&memory)
            && cost.passes >= Self::LEAST.passes
            && cost.lanes > 0;
        if known { Ok(cost) } else { Err(ShareError::UnknownSetting) }
    }
}
