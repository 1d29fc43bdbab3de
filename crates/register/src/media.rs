//! The media that carry bundles and packs, as scripts have them recorded.

use crate::told::{List, Told, declared};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use transcript::Entry;

/// A medium.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Medium {
    /// The number or name that is written on it.
    pub medium: String,
    /// What it is, as `usb-stick`.
    pub sort: Option<String>,
    /// What is on it.
    pub holds: Option<String>,
    /// What happened to it last, as `stored`.
    pub event: Option<String>,
    /// Who has it, by id.
    pub with: Option<String>,
    /// Where it is.
    pub place: Option<String>,
    /// When a record named it first, UTC.
    pub since: String,
    /// The run that named it last.
    pub run: String,
}

/// Every medium, by what is written on it.
#[derive(Default)]
pub(crate) struct Media(BTreeMap<String, Medium>);

impl List for Media {
    fn take(&mut self, of: &Told<'_>, entry: &Entry) {
        let Some(said) = declared(entry, facts::MEDIUM) else { return };
        let Some(name) = said("medium") else { return };
        let since = self.0.get(&name).map_or_else(|| entry.utc.clone(), |known| known.since.clone());
        let medium = Medium {
            medium: name.clone(),
            sort: said("sort"),
            holds: said("holds"),
            event: said("event"),
            with: said("with"),
            place: said("place"),
            since,
            run: of.run.to_owned(),
        };
        self.0.insert(name, medium);
    }
}

impl Media {
    /// Every medium, by what is written on it.
    pub(crate) fn listed(self) -> Vec<Medium> {
        self.0.into_values().collect()
    }
}
