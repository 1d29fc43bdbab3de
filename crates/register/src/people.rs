//! The people, by id. An id is one person's for ever.

use crate::sheets::{Sheet, SheetState};
use crate::told::{List, Told, declared};
use crate::words;
use facts::Named as _;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use transcript::Entry;

/// A person whom a roster named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The id.
    pub id: String,
    /// The name, as the newest record has it.
    pub name: String,
    /// The role in the newest ceremony that named them.
    pub role: String,
    /// Since when records name them, UTC.
    pub since: String,
    /// The newest run whose roster has them.
    pub run: String,
    /// The day on which they left, or took other duties, and the run that says so.
    #[serde(default)]
    pub left: Option<(String, String)>,
    /// The shares that they took and have not given back: set and number.
    pub holds: Vec<(String, u8)>,
}

/// Everybody, by id.
#[derive(Default)]
pub(crate) struct People {
    all: BTreeMap<String, Person>,
    contradictions: Vec<String>,
}

impl List for People {
    fn take(&mut self, of: &Told<'_>, entry: &Entry) {
        for (id, (name, role)) in facts::PEOPLE.within(entry).into_iter().flatten() {
            let person = self.all.entry(id.clone()).or_insert_with(|| Person {
                id: id.clone(),
                name: name.clone(),
                role: String::new(),
                since: entry.utc.clone(),
                run: String::new(),
                left: None,
                holds: Vec::new(),
            });
            if person.name != name {
                let says = words::id_of_two(&id, &person.name, &name);
                self.contradictions.push(words::contradiction(of.run, entry.seq, &says));
            }
            (person.name, person.role, person.run) = (name, role, of.run.to_owned());
        }
        let Some(said) = declared(entry, facts::LEAVER) else { return };
        let person = said("person").and_then(|id| self.all.get_mut(&id));
        if let (Some(person), Some(day)) = (person, said("last-day")) {
            person.left = Some((day, of.run.to_owned()));
        }
    }
}

impl People {
    /// Everybody with what they hold by these sheets, and what cannot have happened.
    pub(crate) fn listed(mut self, sheets: &[Sheet]) -> (Vec<Person>, Vec<String>) {
        let by_name: BTreeMap<String, String> =
            self.all.values().map(|p| (p.name.clone(), p.id.clone())).collect();
        for sheet in sheets.iter().filter(|s| !matches!(s.state, SheetState::Destroyed)) {
            let holder = sheet.holder.as_ref().and_then(|name| self.all.get_mut(by_name.get(name)?));
            if let Some(person) = holder {
                person.holds.push((sheet.set.clone(), sheet.share));
            }
        }
        (self.all.into_values().collect(), self.contradictions)
    }
}
