//! What people choose from, by the other records on this workstation. An offer is never the truth: anybody could have put a
//! record there.

use super::words;
use crate::room::register::register;
use engine::{Cue, Machine, Shelf};
use protocol::{Choice, Problem};
use register::{DeviceSort, KeyState, Register};
use script::Script;
use script::declared::{Declared, FieldForm};

/// What the register offers.
pub(super) struct Offers {
    pub(super) keys: Vec<Choice>,
    pub(super) dues: Vec<Choice>,
    pub(super) people: Vec<Choice>,
    pub(super) bags: Vec<Choice>,
    pub(super) tokens: Vec<Choice>,
    pub(super) sets: Vec<Choice>,
    pub(super) scripts: Vec<Choice>,
    pub(super) policies: Vec<Choice>,
    /// The state of each key, by check value.
    states: Vec<(String, KeyState)>,
}

impl Offers {
    /// By every other record that can be read.
    pub(super) fn of(
        cue: Cue<'_>,
        declared: &Declared,
        shelf: &(impl Shelf + Machine + ?Sized),
    ) -> Result<Self, Problem> {
        let register = register(shelf)?;
        let open = register.dues.iter().filter(|due| due.settles_by_word());
        let none = words::none_of_these;
        // To read them all takes a moment: only where one is asked for.
        let asked = declared.fields.iter().any(|field| field.form == FieldForm::Script);
        let scripts = if asked { shelf.workstation().scripts.as_slice() } else { &[] };
        let in_bags = register.sheets.iter().filter(|sheet| sheet.bag.is_some());
        let tokens = register.devices.iter().filter(|device| device.sort == DeviceSort::Token);
        Ok(Self {
            policies: policies(&register).map(|text| words::policy(&text)).chain([none()]).collect(),
            bags: in_bags.map(words::bag).chain([none()]).collect(),
            tokens: tokens.map(words::token).chain([none()]).collect(),
            states: register.keys.iter().map(|key| (key.check_value.clone(), key.state)).collect(),
            scripts: scripts.iter().filter_map(|text| known(text)).collect(),
            sets: register.sets.iter().map(words::set).chain([none()]).collect(),
            keys: register.keys.iter().map(words::key).chain([words::no_key()]).collect(),
            dues: open.map(words::due).chain([words::nothing_due()]).collect(),
            people: cue.plan.roster.people.iter().map(words::person).collect(),
        })
    }

    /// What speaks against a key's coming to a state from the one in which the register has it.
    pub(super) fn refuses(&self, key: &str, next: &str) -> Option<String> {
        let (_, state) = self.states.iter().find(|(of, _)| of == key)?;
        let next = KeyState::ALL.into_iter().find(|one| one.to_string() == next)?;
        (!state.may_become(next)).then(|| words::not_from_there(&state.to_string(), &next.to_string()))
    }
}

/// The policies that are in effect, as an approval follows them.
fn policies(register: &Register) -> impl Iterator<Item = String> + '_ {
    let (columns, rows) = register.kept_of(facts::POLICY);
    rows.iter().filter_map(|row| register::policy_as_followed(columns, row))
}

/// A script that can be played, where it can be read.
fn known(text: &str) -> Option<Choice> {
    let script = Script::parse(text).ok()?;
    Some(words::script(&script.name, script.version, &script::sha256_hex(text.as_bytes())))
}
