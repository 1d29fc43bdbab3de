//! What the workstation card's page says.

/// The page's title.
pub const TITLE: &str = "Workstation card";
pub(super) const WHAT_FOR: &str = "By this page a later reader knows the key that signs what this workstation records. Whoever checks an evidence pack \
     compares the SHA-256 below with the one that coffer verify names, or gives coffer verify this card's file with --card.";
pub(super) const KEEP: &str = "Keep this page away from the workstation and from its packs, where one person alone cannot exchange it. That it came \
     another way than a pack is all that makes a comparison worth something.";
pub(super) const SAYS: &str = "What the card says";
pub(super) const KEY: &str = "The key and its signature";
pub(super) const KEY_SAYS: &str = "The rest of the card's file, as it is. The signature shows that the card is whole; it does not show whose card it is.";
