//! The copies of each key: where it went by any record, and what became of it there.

use crate::places::{Place, Sort, id_of_copy, token_id};
use crate::told::{Record, Told};
use crate::{walk, walk_plan};
use facts::Named as _;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use transcript::{Entry, Kind};

/// A copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copy {
    /// The check value of the key that it is of.
    pub key: String,
    /// What it is, where it is, and what became of it.
    #[serde(flatten)]
    pub place: Place,
    /// The set of shares that opens it, where it is a wrapped file, or that it belongs to.
    pub set: Option<String>,
}

impl Copy {
    /// Whether no record says that it is gone: it may still open the key.
    pub fn may_be_there(&self) -> bool {
        !self.place.became.as_ref().is_some_and(|(what, _)| is_gone(what))
    }
}

/// Every copy, by key and place.
#[derive(Default)]
pub(crate) struct Copies(BTreeMap<(String, String), Copy>);

/// Whether what became of a copy leaves nothing of it.
pub(crate) fn is_gone(became: &str) -> bool {
    matches!(became, "destroyed" | "destroyed-before" | "of-another-key")
}

impl Copies {
    /// A record that was read to its end. What it says became of a copy counts where it is closed and holds.
    pub(crate) fn ended(&mut self, of: &Told<'_>, record: &Record) {
        let entries = &record.reading.entries;
        let believed = record.reading.bad.is_none() && record.reading.ended == Some(Kind::Closed);
        for (key, places) in walk_plan::of_record(entries, believed) {
            self.add(&key, places);
        }
        if believed && of.opened.is_none() {
            self.of_plans_sheets(of, entries);
        }
        if let Some(key) = of.of_key() {
            self.add(key, walk::of_record(entries, believed));
            if believed {
                self.at_the_end(key, of, entries);
            }
        }
    }

    fn add(&mut self, key: &str, places: Vec<Place>) {
        for place in places {
            let at = (key.to_owned(), place.id.clone());
            // Of what became of it the newest record knows most; what it is, the first one said.
            if let Some(known) = self.0.get_mut(&at) {
                known.place.became = place.became.or(known.place.became.take());
                if place.says.len() > known.place.says.len() {
                    known.place.says = place.says;
                }
            } else {
                let set = set_of(&place);
                self.0.insert(at, Copy { key: key.to_owned(), place, set });
            }
        }
    }

    /// What became of the sheets of an older plan's backup, which are copies of each of its keys.
    fn of_plans_sheets(&mut self, of: &Told<'_>, entries: &[Entry]) {
        let said = walk_plan::became_of_older(entries, of.run);
        if said.is_empty() {
            return;
        }
        for copy in self.0.values_mut() {
            if let Some(became) = said.get(&copy.place.id) {
                copy.place.became = Some(became.clone());
            }
        }
    }

    /// What became of every copy at the end of a destruction.
    fn at_the_end(&mut self, key: &str, of: &Told<'_>, entries: &[Entry]) {
        let set = of.earlier.clone().unwrap_or_default();
        let here = token_id(of.serial.as_deref().unwrap_or_default());
        for (copy, became) in entries.iter().filter_map(|e| facts::COPIES_AT_THE_END.within(e)).flatten() {
            let id = if copy.starts_with("token-key ") { here.clone() } else { id_of_copy(&copy, &set) };
            if let Some(copy) = self.0.get_mut(&(key.to_owned(), id)) {
                copy.place.became = Some((became, of.run.to_owned()));
            }
        }
    }

    /// Every copy, by key and place.
    pub(crate) fn listed(self) -> Vec<Copy> {
        self.0.into_values().collect()
    }
}

/// The set that a file or a sheet names in its word.
fn set_of(place: &Place) -> Option<String> {
    matches!(place.sort, Sort::File | Sort::Sheet | Sort::Boxed | Sort::Printer)
        .then(|| place.id.rsplit(' ').next().map(str::to_owned))
        .flatten()
}
