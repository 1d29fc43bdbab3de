//! The places where a key went, as records tell of them: tokens, wrapped files, sheets, clouds, bundles on media and the
//! printers that saw a sheet. A ceremony that opens an earlier one's pack carries them all on in its own record, so that
//! the newest record knows what every one before it did.

use crate::words;
use facts::Named as _;
use serde::{Deserialize, Serialize};
use transcript::Entry;

/// What is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
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
pub struct Place {
    /// The word for it in records, the same in each of them.
    pub id: String,
    /// What is there.
    pub sort: Sort,
    /// What it is, to stand in a sentence.
    pub says: String,
    /// The ceremony whose record names it.
    pub run: String,
    /// The word for the place that it was made from; absent for a key that was made where it is, and where no record says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// How it came out of there, in the words of the record: `one-mechanism`, `composed-in-token`, `oaep-in-token`, or `host-memory`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// What a later record says became of it, and that ceremony.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub became: Option<(String, String)>,
    /// Whether its record is only known to be of a key with the same check value.
    #[serde(default)]
    pub perhaps: bool,
}

impl Place {
    /// A place that a record of this run names.
    pub(crate) fn new(sort: Sort, id: String, says: String, run: &str) -> Self {
        Self { id, sort, says, run: run.to_owned(), parent: None, path: None, became: None, perhaps: false }
    }

    /// The same, made from what is in another place, in this way.
    pub(crate) fn from(self, parent: Option<String>, path: Option<String>) -> Self {
        Self { parent, path, ..self }
    }

    /// The ceremony in which two people saw it destroyed, where there was one.
    pub fn gone_in(&self) -> Option<&str> {
        let (became, run) = self.became.as_ref()?;
        matches!(became.as_str(), "destroyed" | "destroyed-before").then_some(run.as_str())
    }

    /// What a record names that is not at hand, or cannot be read.
    pub fn unread(run: &str, why: &str) -> Self {
        Self::new(Sort::Record, unread_id(run), words::unread(run, why), run)
    }
}

fn unread_id(run: &str) -> String {
    format!("record {run}")
}

/// The word for a token's copy.
pub fn token_id(serial: &str) -> String {
    format!("other-token {serial}")
}

/// The word for a sheet of a set.
pub fn sheet_id(share: usize, set: &str) -> String {
    format!("older-sheet-{share} {set}")
}

/// The same for its wrapped file.
pub fn file_id(set: &str) -> String {
    format!("older-file {set}")
}

/// The word for a key in a cloud, by the ceremony that wrapped it: two vaults may have a key of one name.
pub(crate) fn cloud_id(wrapped_in: &str, target: &str, name: &str) -> String {
    format!("cloud {wrapped_in} {target}: {name}")
}

/// The word for the bundle that it went in.
pub(crate) fn bundle_id(run: &str, target: &str, name: &str) -> String {
    format!("bundle {run} {target}: {name}")
}

/// The word that a place has in every record, by the word that a destruction of this set has for the copy.
pub(crate) fn id_of_copy(copy: &str, set: &str) -> String {
    match copy.strip_prefix("sheet-").map(str::parse) {
        Some(Ok(share)) => sheet_id(share, set),
        _ if copy == "wrapped-file" => file_id(set),
        _ => copy.to_owned(),
    }
}

/// Whether a copy of this word may be kept when one key of a plan is destroyed: a sheet or a wrapped file, of the set that the
/// destruction opens or of another one.
pub fn guards_others(copy: &str) -> bool {
    copy == "wrapped-file"
        || ["sheet-", "older-sheet-", "older-file "].iter().any(|kind| copy.starts_with(kind))
}

/// The set of a wrapped file, by the word for it in a destruction of this set; none for any other copy.
pub(crate) fn set_of_file<'c>(copy: &'c str, set: &'c str) -> Option<&'c str> {
    if copy == "wrapped-file" { Some(set) } else { copy.strip_prefix("older-file ") }
}

/// The set that this place of a backup belongs to: a sheet or a wrapped file; none for any other.
pub fn set_of(place: &Place) -> Option<&str> {
    match place.sort {
        Sort::Sheet | Sort::Boxed | Sort::File => place.id.rsplit_once(' ').map(|(_, set)| set),
        Sort::Token | Sort::Cloud | Sort::Bundle | Sort::Printer | Sort::Record => None,
    }
}

/// Adds those that are not known yet. What was known first stands, since it may know what became of it.
pub fn add(to: &mut Vec<Place>, more: impl IntoIterator<Item = Place>) {
    for place in more {
        if !to.iter().any(|p| p.id == place.id) {
            to.push(place);
        }
    }
}

/// The places that an entry carries on, where it does.
pub fn carried_on(entry: &Entry) -> Option<Vec<Place>> {
    facts::COPIES_KNOWN.within(entry)?.into_iter().map(|place| serde_json::from_value(place).ok()).collect()
}
