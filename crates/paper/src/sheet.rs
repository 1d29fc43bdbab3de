//! What a share sheet says, and what of it stands where.

use crate::pdf::Imprint;

/// The rows of a card, or room to write them by hand.
#[derive(Clone, Copy)]
pub enum Rows<'a> {
    /// The rows as the card gives them: groups of four separated by spaces, the check characters last.
    Printed(&'a [&'a str]),
    /// Empty boxes for this many rows of twenty characters.
    ByHand(u8),
}

/// The site a share belongs to.
#[derive(Debug, Clone, Copy)]
pub struct SitePlace<'a> {
    /// The site's name.
    pub name: &'a str,
    /// Its number, from 1.
    pub number: u8,
    /// How many sites must take part; 0 where only people count.
    pub needed: u8,
    /// How many sites there are.
    pub sites: u8,
    /// The share's number at its site, from 1: the one the card bears where sites count.
    pub index: u8,
    /// How many shares the site has.
    pub count: u8,
}

/// What a share sheet says. Everything is lent for the call; only `rows` and `symbol` are secret. An empty text leaves
/// its line blank, to be filled in by hand.
#[derive(Clone, Copy)]
pub struct ShareSheet<'a> {
    /// Title, script, date, rehearsal or not. The title names the document to screen readers and in file lists.
    pub imprint: Imprint<'a>,
    /// The rows.
    pub rows: Rows<'a>,
    /// The QR symbol, one `0` or `1` a module, and its width; never printed with [`crate::Symbol::LeftOff`] or by hand.
    pub symbol: Option<(&'a str, u32)>,
    /// The share's number in its set.
    pub index: u8,
    /// How many are needed (of the site's, where sites count).
    pub threshold: u8,
    /// How many the set has.
    pub count: u8,
    /// The set identifier, 4-4-4-4.
    pub set: &'a str,
    /// The set identifier in words, for reading aloud.
    pub set_words: &'a str,
    /// What the key is for, in a sentence's words: "Backup of the master key hospital-2026".
    pub purpose: &'a str,
    /// The name of the wrapped file that the key opens.
    pub key_file: &'a str,
    /// The custodian's name and role.
    pub custodian: &'a str,
    /// The site, if the card names one.
    pub site: Option<SitePlace<'a>>,
    /// Whether the card is locked with its custodian's passphrase.
    pub locked: bool,
}

/// What stands where; the first that fits is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrangement {
    /// Everything on one page.
    OnePage,
    /// How to recover without this program is on a second page.
    RecoveryBehind,
    /// The blanks are on the second page too, and the facts beside the second symbol.
    BlanksBehind,
}
