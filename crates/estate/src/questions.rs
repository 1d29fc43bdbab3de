//! What a hospital asks a vendor about keys: answered from the registers where they know, by people where they do not.

use crate::estate::{Encryption, Estate, Kept, System};
use crate::words;
use register::{Key, KeyState, Set, Validation};
use std::sync::OnceLock;

/// One question, as `data/questions.csv` has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its name.
    pub id: String,
    /// What it is about, as `rotation`.
    pub topic: String,
    /// The question.
    pub asks: String,
    /// Which register knows, as `agreements.rotates`; or `people`.
    pub answered_from: String,
}

/// All of them.
pub fn questions() -> &'static [Question] {
    static ALL: OnceLock<Vec<Question>> = OnceLock::new();
    ALL.get_or_init(|| {
        let rows = shipped(include_str!("../data/questions.csv"));
        rows.map(|[id, topic, asks, answered_from]| Question { id, topic, asks, answered_from }).collect()
    })
}

/// The rows of a table that ships, without its heading.
pub(crate) fn shipped(text: &'static str) -> impl Iterator<Item = [String; 4]> {
    let rows = incoming::table::rows(text).into_iter().flatten().skip(1);
    rows.filter_map(|row| row.ok()?.cells.try_into().ok())
}

/// A question with its answer for one vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The question.
    pub question: &'static Question,
    /// The answer; none where nobody gave one and no register knows.
    pub answer: Option<String>,
    /// By whom and when, or from which register.
    pub by: String,
}

/// The questionnaire for a vendor. What people answered stands before what a register says, and both say where they are from.
pub fn questionnaire(estate: &Estate<'_>, vendor: &str) -> Vec<Answered> {
    let systems: Vec<&System<'_>> = estate.systems.iter().filter(|s| s.text("vendor") == vendor).collect();
    let answered = |question: &'static Question| {
        let of_people = |row: &&Kept<'_>| row.text("vendor") == vendor && row.text("question") == question.id;
        if let Some(row) = estate.answers.iter().find(of_people) {
            let by = words::answered_by(row.text("by"), row.text("on"), &row.row.run);
            return Answered { question, answer: row.said("answer").map(str::to_owned), by };
        }
        let answer = known(estate, &systems, vendor, &question.answered_from);
        let by = if answer.is_some() {
            words::from_register(&question.answered_from)
        } else {
            words::NOBODY.to_owned()
        };
        Answered { question, answer, by }
    };
    questions().iter().map(answered).collect()
}

/// The same as a table: vendor, topic, question, answer, by whom.
pub fn questionnaire_table(estate: &Estate<'_>, vendor: &str) -> Vec<u8> {
    let names = ["vendor", "day", "topic", "question", "answer", "answered-by"].map(str::to_owned);
    let rows: Vec<Vec<String>> = questionnaire(estate, vendor)
        .into_iter()
        .map(|one| {
            let answer = one.answer.unwrap_or_else(|| words::NOT_ANSWERED.to_owned());
            let cells = [vendor, &estate.today, &one.question.topic, &one.question.asks, &answer, &one.by];
            cells.map(crate::exports::one_line).to_vec()
        })
        .collect();
    crate::write(&names, rows.iter().map(Vec::as_slice))
}

/// What the registers know of a vendor's systems.
fn known(estate: &Estate<'_>, systems: &[&System<'_>], vendor: &str, from: &str) -> Option<String> {
    let counted = |column: &str| {
        let mut values: Vec<&str> = systems.iter().filter_map(|s| s.said(column)).collect();
        values.sort_unstable();
        let counts: Vec<String> = values
            .chunk_by(|a, b| a == b)
            .filter_map(|same| Some(words::so_many(same.len(), same.first()?)))
            .collect();
        (!counts.is_empty()).then(|| counts.join("; "))
    };
    if let Some(column) = from.strip_prefix("agreements.") {
        let with: Vec<String> = estate
            .agreements
            .iter()
            .filter(|a| a.text("party") == vendor && a.is_current(&estate.today))
            .filter_map(|a| Some(words::of_agreement(a.id(), a.said(column)?)))
            .collect();
        return (!with.is_empty()).then(|| with.join("; "));
    }
    let keys = || systems.iter().filter_map(|s| estate.key(s.key()?));
    match from {
        "systems.encryption" => {
            let verified = systems.iter().filter(|s| s.encryption() == Encryption::Verified).count();
            (!systems.is_empty()).then(|| words::verified(verified, systems.len()))
        }
        "systems.custody" => counted("custody"),
        "systems.where-key" => counted("where-key"),
        "keys.size" => {
            let mut specs: Vec<&str> = keys().filter_map(|key| key.spec.as_deref()).collect();
            specs.sort_unstable();
            let all: Vec<String> = specs
                .chunk_by(|a, b| a == b)
                .filter_map(|s| Some(words::so_many(s.len(), s.first()?)))
                .collect();
            (!all.is_empty()).then(|| all.join("; "))
        }
        "keys.cryptoperiod" => {
            let ends: Vec<String> = keys()
                .filter_map(|key| {
                    Some(words::protects_until(&key.check_value, key.protects_until.as_deref()?))
                })
                .collect();
            (!ends.is_empty()).then(|| ends.join("; "))
        }
        "devices.validation" => listed(&validations(estate, keys()), |of| words::certificate(of)),
        "devices.looked-up" => listed(&validations(estate, keys()), |of| of.looked_up.clone()),
        "sets.threshold" => {
            listed(&sets(estate, keys()), |(key, set)| words::to_restore(&key.check_value, set))
        }
        "sets.next-drill" => listed(&sets(estate, keys()), |(key, set)| {
            words::drilled(&key.check_value, set.next_drill.as_deref())
        }),
        "keys.destroyed" => {
            let ended = keys().filter_map(|key| {
                let (_, since, run) = key.states.iter().rfind(|(state, ..)| *state == KeyState::Destroyed)?;
                Some(words::destroyed(&key.check_value, since, run))
            });
            listed(&ended.collect::<Vec<_>>(), String::clone)
        }
        _ => None,
    }
}

/// What is said of each, once; nothing of nothing.
fn listed<T>(all: &[T], says: impl Fn(&T) -> String) -> Option<String> {
    let mut said: Vec<String> = all.iter().map(says).collect();
    said.sort_unstable();
    said.dedup();
    (!said.is_empty()).then(|| said.join("; "))
}

/// The newest set of shares that each key's backup opens with.
fn sets<'r>(estate: &Estate<'r>, keys: impl Iterator<Item = &'r Key>) -> Vec<(&'r Key, &'r Set)> {
    let of = |key: &'r Key| {
        let set = estate.register.sets.iter().find(|set| Some(&set.set) == key.set.as_ref())?;
        Some((key, set))
    };
    keys.filter_map(of).collect()
}

/// What was looked up of the tokens that hold these keys.
fn validations<'r>(estate: &Estate<'r>, keys: impl Iterator<Item = &'r Key>) -> Vec<&'r Validation> {
    let mut found = Vec::new();
    for key in keys {
        let copies = estate.register.copies_of(&key.check_value).iter().filter(|copy| copy.may_be_there());
        let serials = copies.filter_map(|copy| copy.place.id.strip_prefix("other-token "));
        for serial in serials {
            let device = estate.register.devices.iter().find(|device| device.serial == serial);
            found.extend(device.and_then(|device| device.validation.as_ref()));
        }
    }
    found
}
