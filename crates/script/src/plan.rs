//! A script with its parameters decided and its people named: the steps as they will be played.

use crate::dealing::Dealing;
use crate::declared::Declared;
use crate::roster::{Person, Roster};
use crate::row::Row;
use crate::script::{Restate, Role, Script};
use protocol::{Mode, PersonView, StepView};
use std::collections::BTreeMap;

/// A ceremony ready to be played.
pub struct Plan {
    /// The script.
    pub script: Script,
    /// The script's bytes, for the evidence pack and its hash.
    pub text: String,
    /// Rehearsal or production.
    pub mode: Mode,
    /// Every parameter's value.
    pub values: BTreeMap<String, String>,
    /// The people.
    pub roster: Roster,
    /// The roster's bytes.
    pub roster_text: String,
    /// The steps, expanded.
    pub steps: Vec<Planned>,
    /// How the shares of a backup are dealt, where the script deals any.
    pub dealing: Option<Dealing>,
    /// How something is to be dealt by the values, whether that can be or not.
    pub wanted: Option<Dealing>,
}

/// One step of one run.
#[derive(Clone)]
pub struct Planned {
    /// `step` or `step.person`.
    pub id: String,
    /// The act's id.
    pub act: String,
    /// The act's title.
    pub act_title: String,
    /// The action.
    pub action: &'static Row,
    /// Who acts.
    pub actor: Person,
    /// Who confirms.
    pub confirmer: Option<Person>,
    /// Which of its kind, from 1, where it is played for each person of a role.
    pub turn: u8,
    /// What its screen shows.
    pub view: StepView,
    /// What the button names.
    pub button: String,
    /// What the confirmer restates, with its texts filled in.
    pub restate: Option<Restate>,
    /// What it records, with its texts filled in.
    pub record: Option<Declared>,
}

impl Plan {
    /// Everyone it names: as many of each role as it needs, in the script's order.
    pub fn everyone(&self) -> Vec<Person> {
        let of = |role: &Role| {
            let people = self.roster.of_role(&role.role).into_iter();
            people.take(people_of(role, &self.values)).cloned().collect::<Vec<_>>()
        };
        self.script.roles.iter().flat_map(of).collect()
    }

    /// Who decides exceptions and failed steps.
    pub fn decider(&self) -> Option<&Person> {
        self.roster.of_role(&self.script.decides_exceptions).first().copied()
    }

    /// A parameter's value; empty where the script has none of that name.
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// A parameter that is a number from 1 to 255.
    pub fn number(&self, name: &str) -> u8 {
        self.value(name).parse().unwrap_or(0)
    }
}

/// The serial numbers of a list with commas between.
pub fn serials(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim)
}

/// The lines of a list with commas between, rising; none of them where it is `none`. Nothing where it is no such list.
pub fn lines(list: &str) -> Option<Vec<u64>> {
    if list == "none" {
        return Some(Vec::new());
    }
    let lines: Vec<u64> = list.split(',').map(|line| line.trim().parse().ok()).collect::<Option<_>>()?;
    lines.is_sorted_by(|a, b| a < b).then_some(lines)
}

/// The first second of a day written as `2027-10-01`, UTC, in Unix seconds.
pub fn day(text: &str) -> Option<i64> {
    let form = time::macros::format_description!("[year]-[month]-[day]");
    time::Date::parse(text, form).ok().map(|d| d.midnight().assume_utc().unix_timestamp())
}

/// How many people a role needs.
pub fn people_of(role: &Role, values: &BTreeMap<String, String>) -> usize {
    number_of(&role.count, values)
}

/// A number, or the value of the parameter of that name; 0 where it is neither.
pub fn number_of(text: &str, values: &BTreeMap<String, String>) -> usize {
    text.parse().ok().or_else(|| values.get(text).and_then(|v| v.parse().ok())).unwrap_or(0)
}

/// A person as players show them.
pub fn person_view(script: &Script, person: &Person) -> PersonView {
    let place = script.roles.iter().position(|r| r.role == person.role);
    PersonView {
        id: person.id.clone(),
        name: person.name.clone(),
        role: person.role.clone(),
        role_title: place.and_then(|p| script.roles.get(p)).map_or(String::new(), |r| r.title.clone()),
        mark: place.and_then(|p| u32::try_from(p).ok()).unwrap_or(0),
    }
}

/// SHA-256 of a script's bytes, as the transcript's header holds it.
pub fn script_hash(text: &str) -> [u8; 32] {
    crate::digest::sha256(text.as_bytes())
}
