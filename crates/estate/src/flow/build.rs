//! The flow from the register: keys with where they were made and brought to, and systems. Backups are in a file of their own.

use super::made::{LEFT_OUT, Made, key_id, still};
use super::{Flow, Mark, NodeKind, backups, words};
use crate::estate::{Custody, Estate};
use register::places::{Sort, token_id};
use register::{CloudKey, Copy, DeviceSort, Key, KeyState};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn build(estate: &Estate<'_>) -> Flow {
    let keys: Vec<&Key> =
        estate.register.keys.iter().filter(|key| key.state != KeyState::Destroyed).collect();
    let mut made = Made::default();
    places(&mut made, estate, &keys);
    backups::backups(&mut made, estate, &keys);
    for key in &keys {
        one_key(&mut made, estate, key);
    }
    providers(&mut made, estate, &keys);
    systems(&mut made, estate);
    left_out(&mut made, estate, &keys);
    let Made { mut nodes, mut edges } = made;
    // Both stand in the order of their lists within a kind: sorting keeps it.
    nodes.sort_by_key(|node| node.kind);
    let at: BTreeMap<&str, usize> =
        nodes.iter().enumerate().map(|(at, node)| (node.id.as_str(), at)).collect();
    edges.sort_by_key(|edge| at.get(edge.from.as_str()).copied());
    Flow { nodes, edges }
}

fn one_key(made: &mut Made, estate: &Estate<'_>, key: &Key) {
    let tail = words::tail(&key.check_value);
    let name = key.label.as_ref().or(key.system.as_ref());
    let label = name.cloned().unwrap_or_else(|| words::key_without_label(&tail));
    let for_system = key.system.as_deref().filter(|system| *system != label);
    let unread = still(estate, key, Sort::Record).count();
    let note = words::of_key(
        key,
        name.is_some(),
        for_system,
        unread,
        estate.register.is_wrapped_still(&key.check_value),
    );
    let alarm = matches!(key.state, KeyState::Compromised | KeyState::Suspended);
    made.node(NodeKind::Key, key_id(&key.check_value), &label, note, alarm);
}

/// Tokens that have or had keys, in the order of the register of devices.
fn places(made: &mut Made, estate: &Estate<'_>, keys: &[&Key]) {
    let mut by_serial: BTreeMap<&str, Vec<(String, String, Mark)>> = BTreeMap::new();
    let mut elsewhere = Vec::new();
    for key in keys {
        let id = key_id(&key.check_value);
        let mut known = false;
        for copy in estate.register.copies_of(&key.check_value) {
            let Some(serial) = copy.place.id.strip_prefix(&token_id("")) else { continue };
            let made_here = was_made_in(key, copy);
            known |= made_here;
            let (says, mark) = match (made_here, copy.may_be_there()) {
                (true, true) => (words::made(&key.made), Mark::Firm),
                (true, false) => (words::made_and_gone(&key.made), Mark::Gone),
                (false, true) if copy.place.parent.is_some() => {
                    (words::HOLDS_RESTORED.to_owned(), Mark::Open)
                }
                (false, true) => (words::HOLDS.to_owned(), Mark::Open),
                (false, false) => continue,
            };
            by_serial.entry(serial).or_default().push((id.clone(), but(&says, copy), mark));
        }
        if !known {
            elsewhere.push((id, words::made(&key.made), Mark::Open));
        }
    }
    let place = |serial: &str| estate.register.devices.iter().position(|device| device.serial == serial);
    let mut tokens: Vec<_> = by_serial.into_iter().collect();
    // One that the register of devices does not have stands last.
    tokens.sort_by_key(|(serial, _)| place(serial).unwrap_or(usize::MAX));
    for (serial, edges) in tokens {
        let device = estate.register.devices.iter().find(|device| device.serial == serial);
        let model = device.and_then(|device| device.model.as_deref());
        let sort = match device.map(|device| device.sort) {
            Some(DeviceSort::Yubikey) => words::YUBIKEY,
            Some(DeviceSort::Token) | None => words::TOKEN,
        };
        let label = device.and_then(|device| device.label.as_deref()).or(model).unwrap_or(sort);
        let note = words::token(model.filter(|model| *model != label), serial);
        token(made, &format!("hsm:{serial}"), label, note, edges);
    }
    if !elsewhere.is_empty() {
        let note = words::NO_RECORD_HERE.to_owned();
        token(made, "hsm", words::ELSEWHERE, note, elsewhere);
    }
}

fn token(made: &mut Made, id: &str, label: &str, note: String, edges: Vec<(String, String, Mark)>) {
    made.node(NodeKind::Hsm, id.to_owned(), label, note, false);
    for (key, says, mark) in edges {
        made.edge(id, says, &key, mark);
    }
}

/// Whether this copy is where the key was made: it came from nowhere else, and the run that made the key names it.
fn was_made_in(key: &Key, copy: &Copy) -> bool {
    key.label.is_some() && copy.place.parent.is_none() && copy.place.run == key.run
}

/// What is said of a copy, with what else is known of it.
fn but(says: &str, copy: &Copy) -> String {
    let became = copy.place.became.as_ref().filter(|_| copy.may_be_there());
    match became {
        Some((became, _)) => words::holds_but(says, became),
        None if copy.place.perhaps => words::holds_but(says, words::PERHAPS),
        None => says.to_owned(),
    }
}

/// What is said of imports of a key to one provider, and whether the provider took any of them in.
#[derive(Default)]
struct Brought {
    times: Vec<String>,
    taken_in: bool,
}

fn providers(made: &mut Made, estate: &Estate<'_>, keys: &[&Key]) {
    let mut imports: BTreeMap<&str, Vec<&CloudKey>> = BTreeMap::new();
    for cloud in &estate.register.clouds {
        imports.entry(&cloud.key).or_default().push(cloud);
    }
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for key in keys {
        let copies = estate.register.copies_of(&key.check_value);
        let mut of: BTreeMap<&str, Brought> = BTreeMap::new();
        let mut listed = BTreeSet::new();
        for cloud in imports.get(key.check_value.as_str()).into_iter().flatten() {
            let id = cloud_id(cloud);
            let gone = copies.iter().any(|copy| copy.place.id == id && !copy.may_be_there());
            listed.insert(id);
            if !gone {
                let to = of.entry(&cloud.target).or_default();
                to.taken_in |= cloud.received.is_some();
                to.times.push(import(cloud));
            }
        }
        for copy in still(estate, key, Sort::Cloud).filter(|copy| !listed.contains(&copy.place.id)) {
            if let Some((target, name)) = of_cloud_id(&copy.place.id) {
                of.entry(target).or_default().times.push(words::carried_on(name));
            }
        }
        for (target, brought) in of {
            *counted.entry(target).or_default() += 1;
            let (says, mark) = if brought.taken_in {
                (words::was_brought(&brought.times), Mark::Firm)
            } else {
                (words::was_wrapped(&brought.times), Mark::Open)
            };
            made.edge(&key_id(&key.check_value), says, &format!("provider:{target}"), mark);
        }
    }
    for (target, keys) in counted {
        let id = format!("provider:{target}");
        made.node(NodeKind::Provider, id, words::provider(target), words::keys(keys), false);
    }
}

fn import(cloud: &CloudKey) -> String {
    let received = cloud.received.as_ref().map(|(on, _)| on.as_str());
    let seen = cloud.seen.as_ref().map(|seen| (seen.condition.as_str(), seen.on.as_str()));
    words::brought(&cloud.name, received, seen, cloud.expires.as_deref())
}

/// The word that records have for a key in a cloud: `cloud <run> <target>: <name>`.
fn cloud_id(cloud: &CloudKey) -> String {
    format!("cloud {} {}: {}", cloud.run, cloud.target, cloud.name)
}

fn of_cloud_id(id: &str) -> Option<(&str, &str)> {
    let (_, rest) = id.strip_prefix("cloud ")?.split_once(' ')?;
    rest.split_once(": ")
}

/// Systems beside their keys, and those without one by custody model.
fn systems(made: &mut Made, estate: &Estate<'_>) {
    let mut without: BTreeMap<Custody, usize> = BTreeMap::new();
    let mut of_destroyed = 0;
    let mut used = Vec::new();
    for system in &estate.systems {
        let id = format!("system:{}", system.id());
        let label = system.said("name").unwrap_or(system.id());
        let note = words::of_system(system.said("vendor"), system.encryption());
        made.node(NodeKind::System, id.clone(), label, note, false);
        match system.key().map(|key| (key, estate.key(key))) {
            Some((_, Some(key))) if key.state == KeyState::Destroyed => {
                of_destroyed += 1;
                made.edge(&id, words::ITS_KEY_IS, OF_DESTROYED, Mark::Firm);
            }
            Some((check_value, Some(_))) => used.push((key_id(check_value), id)),
            named => {
                let says = if named.is_some() { words::KEY_UNKNOWN } else { words::NO_KEY_KNOWN };
                *without.entry(system.custody()).or_default() += 1;
                made.edge(&id, says, &group_id(system.custody()), Mark::Firm);
            }
        }
    }
    for (key, system) in used {
        made.edge(&key, words::USED_BY, &system, Mark::Firm);
    }
    if of_destroyed > 0 {
        let note = words::systems(of_destroyed);
        made.node(NodeKind::Group, OF_DESTROYED.to_owned(), words::KEY_DESTROYED, note, true);
    }
    for (custody, many) in without {
        let note = words::systems(many);
        made.node(NodeKind::Group, group_id(custody), words::custody(custody), note, false);
    }
}

/// The id of the group of systems whose key is destroyed.
const OF_DESTROYED: &str = "group:destroyed";

fn group_id(custody: Custody) -> String {
    let word = match custody {
        Custody::CustomerManaged => "customer-managed",
        Custody::ProviderManaged => "provider-managed",
        Custody::Byok => "byok",
        Custody::External => "external",
        Custody::Undecided => "undecided",
    };
    format!("group:{word}")
}

fn left_out(made: &mut Made, estate: &Estate<'_>, keys: &[&Key]) {
    let destroyed = estate.register.keys.len() - keys.len();
    // A sheet of a plan's backup is a copy of each of its keys, and one place.
    let copies = keys.iter().flat_map(|key| estate.register.copies_of(&key.check_value));
    let gone: BTreeSet<&str> =
        copies.filter(|copy| !copy.may_be_there()).map(|copy| copy.place.id.as_str()).collect();
    if destroyed > 0 || !gone.is_empty() {
        let note = words::left_out(destroyed, gone.len());
        made.node(NodeKind::Group, LEFT_OUT.to_owned(), words::LEFT_OUT, note, false);
    }
}
