//! Words that stand in what is hashed: parts of the card's format (`docs/formats/share.md`), which nobody reads and which
//! never change.

pub(crate) const CARD_DOMAIN: &[u8] = b"cofferdam share card v1\0";
pub(crate) const COMMITMENT_DOMAIN: &[u8] = b"cofferdam share commitment v1\0";
pub(crate) const KEY_DOMAIN: &[u8] = b"cofferdam shared key v1\0";
pub(crate) const SEAL_DOMAIN: &[u8] = b"cofferdam share seal v1\0";
