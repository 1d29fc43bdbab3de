//! The places where a key went, as records tell of them: tokens, wrapped files, sheets, clouds, bundles on media and the
//! printers that saw a sheet. A ceremony that opens an earlier one's pack carries them all on in its own record, so that
//! the newest record knows what every one before it did.

use crate::earlier::{kept, words};
use engine::{KeepRecord, Recall as _};
use facts::Named as _;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use transcript::Entry;

/// What is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Sort {
    /// The key in a token.
    Token,
    /// A wrapped file.
    File,
    /// A share on a sheet.
    Sheet,
    /// A share that is encrypted to a YubiKey.
    Boxed,
    /// The key in a cloud.
    Cloud,
    /// A bundle for a cloud, which only that cloud opens.
    Bundle,
    /// What a printer may remember.
    Printer,
    /// Whatever a record names that could not be read.
    Record,
}

/// One place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The word for it in records, the same in each of them.
    pub(crate) id: String,
    pub(crate) sort: Sort,
    /// What it is, to stand in a sentence.
    pub(crate) says: String,
    /// The ceremony whose record names it.
    pub(crate) run: String,
    /// What a later record says became of it, and that ceremony.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) became: Option<(String, String)>,
    /// Whether its record is only known to be of a key with the same check value.
    #[serde(default)]
    pub(crate) perhaps: bool,
}

impl Place {
    pub(in crate::earlier) fn new(sort: Sort, id: String, says: String, run: &str) -> Self {
        Self { id, sort, says, run: run.to_owned(), became: None, perhaps: false }
    }

    /// The ceremony in which two people saw it destroyed, where there was one.
    pub(crate) fn gone_in(&self) -> Option<&str> {
        let (became, run) = self.became.as_ref()?;
        matches!(became.as_str(), "destroyed" | "destroyed-before").then_some(run.as_str())
    }

    /// What a record names that is not at hand, or cannot be read.
    pub(crate) fn unread(run: &str, why: &str) -> Self {
        Self::new(Sort::Record, unread_id(run), words::unread(run, why), run)
    }
}

fn unread_id(run: &str) -> String {
    format!("record {run}")
}

/// The word for a token's copy.
pub(crate) fn token_id(serial: &str) -> String {
    format!("other-token {serial}")
}

/// The words for what belongs to a set.
pub(crate) fn sheet_id(share: usize, set: &str) -> String {
    format!("older-sheet-{share} {set}")
}

pub(crate) fn file_id(set: &str) -> String {
    format!("older-file {set}")
}

/// Adds those that are not known yet. What was known first stands, since it may know what became of it.
pub(crate) fn add(to: &mut Vec<Place>, more: impl IntoIterator<Item = Place>) {
    for place in more {
        if !to.iter().any(|p| p.id == place.id) {
            to.push(place);
        }
    }
}

/// The places that an entry carries on, where it does.
pub(in crate::earlier) fn carried_on(entry: &Entry) -> Option<Vec<Place>> {
    facts::COPIES_KNOWN.within(entry)?.into_iter().map(|place| serde_json::from_value(place).ok()).collect()
}

/// What a destruction has to ask about beside the set, the file and the token that it is held with: every other place
/// that the entry which opened the pack names, and those of them that an earlier ceremony saw destroyed.
pub(crate) fn others(opening: &Entry, here: &str) -> Vec<Place> {
    let set = facts::DRILL_SET.within(opening).unwrap_or_default();
    let in_token = facts::COPIES_IN_TOKEN.within(opening).is_some_and(|labels| !labels.is_empty());
    let own: BTreeSet<String> = (1..=usize::from(u8::MAX))
        .map(|share| sheet_id(share, &set))
        .chain([file_id(&set)])
        .chain(in_token.then(|| token_id(here)))
        .collect();
    let earlier = facts::EARLIER_CEREMONY.within(opening).unwrap_or_default();
    // An opening that an older version of this program recorded says nothing of them.
    let places = carried_on(opening).unwrap_or_else(|| vec![Place::unread(&earlier, words::OLDER_PROGRAM)]);
    places.into_iter().filter(|p| !own.contains(&p.id)).collect()
}

/// The same in this run.
pub(crate) fn others_here(record: &(impl KeepRecord + ?Sized)) -> Vec<Place> {
    let here = record.newest(&facts::TOKEN_SERIAL).unwrap_or_default();
    kept::opening(&record.past()).map(|opening| others(opening, &here)).unwrap_or_default()
}
