//! The people, and how each signed.

use super::record::Record;
use super::{ReportOf, words};
use crate::page::shown;
use facts::Named as _;
use paper::{Block, Column};
use protocol::visible;
use std::collections::BTreeMap;
use transcript::{Entry, Kind};

pub(super) fn section(of: &ReportOf<'_>, record: &Record<'_>, out: &mut Vec<Block<'static>>) {
    out.push(Block::Heading(2, words::PEOPLE_AND_SIGNATURES.into()));
    if record.people.is_empty() {
        out.push(Block::Text(words::NAMES_WITHHELD.into()));
        let rows = roles(record).into_iter().map(|(role, (acted, confirmed))| {
            vec![shown(&role), acted.to_string().into(), confirmed.to_string().into()]
        });
        let columns = vec![
            Column::new(words::ROLE, 40),
            Column::new(words::ACTED, 20),
            Column::new(words::CONFIRMED, 20),
        ];
        out.push(Block::Table(columns, rows.collect()));
        return;
    }
    let attending = record.newest(&facts::PEOPLE_ATTENDING).unwrap_or_default();
    let signed = signed(record);
    let acts = acts(record);
    let took_part = |id: &String| attending.contains(id) || acts.contains_key(id.as_str());
    let rows = record.people.iter().filter(|(id, _)| took_part(id)).map(|(id, (name, role))| {
        let (acted, confirmed) = acts.get(id.as_str()).copied().unwrap_or_default();
        vec![
            shown(name),
            shown(role),
            if attending.contains(id) { words::YES } else { words::NO }.into(),
            signs_with(of, id, signed.get(id).copied().unwrap_or(0)).into(),
            words::acts(acted, confirmed).into(),
        ]
    });
    let columns = vec![
        Column::new(words::NAME, 24),
        Column::new(words::ROLE, 18),
        Column::new(words::SIGNED_IN, 10),
        Column::new(words::SIGNS_WITH, 28),
        Column::new(words::STEPS, 20),
    ];
    out.push(Block::Table(columns, rows.collect()));
    let others = record.people.iter().filter(|(id, _)| !took_part(id));
    let others: Vec<String> = others.map(|(_, (name, _))| visible(name).into_owned()).collect();
    if !others.is_empty() {
        out.push(Block::Text(words::others(&others.join(", ")).into()));
    }
    out.push(Block::Text(words::HOW_PEOPLE_SIGN.into()));
    disagreements(record, out);
}

/// How many steps each role did and confirmed.
fn roles(record: &Record<'_>) -> BTreeMap<String, (u32, u32)> {
    let mut roles: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for entry in outcomes(record) {
        if let Some(actor) = &entry.actor {
            roles.entry(actor.clone()).or_default().0 += 1;
        }
        if let Some(confirmer) = &entry.confirmer {
            roles.entry(confirmer.clone()).or_default().1 += 1;
        }
    }
    roles
}

fn outcomes<'r>(record: &'r Record<'_>) -> impl Iterator<Item = &'r Entry> {
    record.entries.iter().filter(|e| matches!(e.kind, Kind::Outcome | Kind::Closed))
}

/// How many steps each person did and confirmed, where the script is at hand.
fn acts<'r>(record: &'r Record<'_>) -> BTreeMap<&'r str, (u32, u32)> {
    let mut acts: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for step in outcomes(record).filter_map(|e| record.step(e.step.as_deref()?)) {
        acts.entry(&step.actor.id).or_default().0 += 1;
        if let Some(confirmer) = &step.confirmer {
            acts.entry(&confirmer.id).or_default().1 += 1;
        }
    }
    acts
}

/// How many statements each person signed with their own YubiKey.
fn signed(record: &Record<'_>) -> BTreeMap<String, u32> {
    let mut signed = BTreeMap::new();
    for entry in record.entries.iter().filter(|e| facts::APPROVAL.within(e).is_some()) {
        if let Some(person) = facts::PERSON.within(entry) {
            *signed.entry(person).or_default() += 1;
        }
    }
    signed
}

fn signs_with(of: &ReportOf<'_>, id: &str, signed: u32) -> String {
    let person = of.plan.and_then(|p| p.roster.people.iter().find(|p| p.id == id));
    match person.map(|p| p.yubikey.as_ref()) {
        Some(Some(yubikey)) => words::with_yubikey(yubikey.serial, signed),
        _ if signed > 0 => words::with_a_yubikey(signed),
        Some(None) => words::WITH_PASSPHRASE.to_owned(),
        None => words::WITH_WHAT_IS_NOT_HERE.to_owned(),
    }
}

fn disagreements(record: &Record<'_>, out: &mut Vec<Block<'static>>) {
    let said = record.newest(&facts::DISAGREEMENTS).unwrap_or_default();
    if said.is_empty() {
        return;
    }
    out.push(Block::Heading(3, words::DISAGREEMENTS.into()));
    let each = said.iter().map(|(id, what)| words::disagrees(&record.name_of(id), &visible(what)).into());
    out.push(Block::List(each.collect()));
}
