//! `keep-register`: a register that people keep is changed, by a table that they carry in or row by row; two people sign what
//! becomes another. The columns are those that the step of the script declares.

use super::counts::Counts;
use super::table::{columns, known, listed};
use super::typed::typed_rows;
use super::words;
use crate::record::offers::Offers;
use crate::room::register::whole_register;
use crate::room::sign::both_sign;
use crate::token::SIGNING_KEY;
use engine::words::{not_an_answer, out_of_order};
use engine::{Action, Cue, Departure, Done, Halt, Outcome, Room, Stage, media};
use estate::{Changes, Column, Row as TableRow, changes, changes_text, check};
use facts::{NONE, Named as _};
use incoming::table::Fault;
use protocol::{Answer, Ask, Problem};
use register::{KeptRow, kept_digest};
use script::{Hands, Plan, Reach, Row, Step, sha256_hex};
use std::collections::BTreeMap;
use transcript::{Entry, Kind};

/// How many rows one note of the record holds.
const AT_ONCE: usize = 250;

/// Changes a register.
pub(crate) struct KeepRegister;

impl Action for KeepRegister {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "keep-register",
                needs: &[&SIGNING_KEY],
                makes: &[&crate::record::RECORDED],
                states: &[
                    &facts::KEPT_REGISTER,
                    &facts::KEPT_ADDED,
                    &facts::KEPT_CHANGED,
                    &facts::KEPT_LEFT_OUT,
                    &facts::KEPT_LISTED,
                    &facts::KEPT_CHANGES_SHA256,
                    &facts::KEPT_BEFORE_SHA256,
                    &facts::KEPT_AFTER_SHA256,
                    &facts::KEPT_ACCEPTED,
                    &facts::RECORDED_ON,
                ],
                notes: &[&[&facts::KEPT_COLUMNS, &facts::KEPT_ROWS, &facts::KEPT_LEFT]],
                hands: Hands::TwoInside,
                says: &[words::I_LOOKED, words::I_KNOW, words::I_ACCEPT],
                reach: &[Reach::Media, Reach::Shelf],
                asks_first: true,
                records: true,
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let declared = cue.step.record.as_ref().ok_or_else(out_of_order)?;
        let register = whole_register(stage)?;
        let known = known(&register, &declared.kind, stage.workstation().scripts.iter().map(AsRef::as_ref));
        let columns = columns(declared);
        let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
        let (kept_columns, kept) = register.kept_of(&declared.kind);
        let offers = Offers::of(cue, declared, &*stage)?;
        let mut problem = None;
        let (found, table) = loop {
            let ways = words::ways(listed(kept).count());
            let ask = Ask::Choose { question: words::HOW.to_owned(), choices: ways };
            let Answer::Chosen { id: way } = stage.ask(ask, problem.take())? else {
                return Err(not_an_answer().into());
            };
            let (rows, table) = if way == words::BY_HAND {
                (typed_rows(stage, declared, &columns, &offers, (kept_columns, kept))?, None)
            } else {
                match carried_in(stage, &columns)? {
                    Ok((rows, sha256)) => (rows, Some(sha256)),
                    Err(p) => {
                        problem = Some(p);
                        continue;
                    }
                }
            };
            let found = changes(kept_columns, kept, &names, rows, table.is_some());
            // Rows that stay as they were are two people's already.
            let faults = check(&declared.kind, &names, found.rows(), &known);
            if !faults.is_empty() {
                problem = Some(refuse(stage, &faults)?);
            } else if found.are_none() {
                problem = Some(words::nothing_changes());
            } else {
                break (found, table);
            }
        };
        let facts = words::differences(&declared.kind, &found, &names);
        stage.ask(Ask::Observe { facts, button: words::LOOKED.to_owned(), done: false }, None)?;
        let sha256 = sha256_hex(found.text(&names).as_bytes());
        both_sign(cue, stage, &words::i_looked(&declared.kind, &Counts::of(&found), &sha256))?;
        let listed = listed(kept).count() as u64;
        if !found.left.is_empty() {
            both_sign(cue, stage, &words::i_know(&found.left, listed))?;
        }
        let with_data = with_data(&declared.kind, &names, found.rows().map(|row| row.values.as_slice()));
        if !with_data.is_empty() {
            both_sign(cue, stage, &words::i_accept(&with_data))?;
        }
        note(stage, &names, &found)?;
        let (before, after) = digests((kept_columns, kept), &names, &found);
        let counts = Counts::of(&found);
        let day = media::day(stage.now());
        let outcome = Outcome::new()
            .fact(&facts::KEPT_REGISTER, declared.kind.as_str())
            .fact(&facts::KEPT_ADDED, counts.added)
            .fact(&facts::KEPT_CHANGED, counts.changed)
            .fact(&facts::KEPT_LEFT_OUT, counts.left)
            .fact(&facts::KEPT_LISTED, listed)
            .fact(&facts::KEPT_CHANGES_SHA256, sha256)
            .fact(&facts::KEPT_BEFORE_SHA256, before)
            .fact(&facts::KEPT_AFTER_SHA256, after)
            .fact(&facts::KEPT_ACCEPTED, with_data)
            .fact(&facts::RECORDED_ON, day);
        Ok(match table {
            Some(sha256) => outcome.fact(&facts::KEPT_FROM_SHA256, sha256),
            None => outcome,
        })
    }

    /// A kind that the register reads has the columns that it reads.
    fn against(&self, _: &Plan, step: &Step) -> Vec<Problem> {
        crate::record::lacks_of_its_kind(step)
    }

    /// What two people signed is what the notes have, in the forms that the script declares.
    fn follows(&self, done: &Done<'_>) -> Result<(), Departure> {
        let departs = |says: &str| done.departs("register", says);
        let declared = done.step.record.as_ref().ok_or_else(|| departs(words::NOTHING_DECLARED))?;
        if facts::KEPT_REGISTER.within(done.outcome).as_deref() != Some(declared.kind.as_str()) {
            return Err(departs(words::OTHER_REGISTER));
        }
        let columns = columns(declared);
        let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
        let (rows, left) = noted(done.since_intent, &names).ok_or_else(|| departs(words::OTHER_COLUMNS))?;
        let has_form = |row: &Vec<String>| {
            row.len() == columns.len()
                && columns.iter().zip(row).all(|(column, value)| column.read(value).as_ref() == Ok(value))
        };
        if !rows.iter().all(has_form) {
            return Err(departs(words::NOT_OF_THEIR_FORM));
        }
        let count = |fact: &facts::Fact<facts::Number>| fact.within(done.outcome).unwrap_or_default();
        let counts = Counts {
            added: count(&facts::KEPT_ADDED),
            changed: count(&facts::KEPT_CHANGED),
            left: count(&facts::KEPT_LEFT_OUT),
        };
        if counts.added + counts.changed != rows.len() as u64 || counts.left != left.len() as u64 {
            return Err(departs(words::OTHER_COUNTS));
        }
        let with_data = with_data(&declared.kind, &names, rows.iter().map(Vec::as_slice));
        if facts::KEPT_ACCEPTED.within(done.outcome).unwrap_or_default() != with_data {
            return Err(departs(words::NOT_ACCEPTED));
        }
        let added = usize::try_from(counts.added).unwrap_or(usize::MAX);
        let signs =
            rows.iter().enumerate().map(|(n, row)| (if n < added { '+' } else { '~' }, row.as_slice()));
        let sha256 = sha256_hex(changes_text(&names, signs, left.iter().map(String::as_str)).as_bytes());
        if facts::KEPT_CHANGES_SHA256.within(done.outcome).as_ref() != Some(&sha256) {
            return Err(departs(words::OTHER_CHANGES));
        }
        done.signed_by(done.both(), &words::i_looked(&declared.kind, &counts, &sha256))?;
        if !left.is_empty() {
            done.signed_by(done.both(), &words::i_know(&left, count(&facts::KEPT_LISTED)))?;
        }
        if with_data.is_empty() {
            return Ok(());
        }
        done.signed_by(done.both(), &words::i_accept(&with_data))
    }
}

/// The rows of a table that somebody carries in, and its digest; or why it is not taken.
fn carried_in(
    stage: &mut dyn Stage,
    columns: &[Column],
) -> Result<Result<(Vec<TableRow>, String), Problem>, Halt> {
    let path = stage.file_of_medium(words::WHICH_TABLE, &["csv", "txt"], None)?;
    let bytes = match outside::read(&path, estate::LARGEST) {
        Ok(bytes) => bytes,
        Err(e) => return Ok(Err(store::not_opened(&path, &e).can_try_again())),
    };
    match estate::read(&bytes, columns) {
        Ok(rows) => Ok(Ok((rows, sha256_hex(&bytes)))),
        Err(faults) => Ok(Err(refuse(stage, &faults)?)),
    }
}

/// Shows what is wrong, line by line.
fn refuse(stage: &mut dyn Stage, faults: &[Fault]) -> Result<Problem, Halt> {
    let facts = words::faults(faults);
    stage.ask(Ask::Observe { facts, button: words::SEEN.to_owned(), done: false }, None)?;
    Ok(words::table_faulty(faults))
}

/// Ids of the rows whose key lies where the data is.
fn with_data<'r>(kind: &str, names: &[String], rows: impl Iterator<Item = &'r [String]>) -> Vec<String> {
    let at = |name: &str| names.iter().position(|column| column == name);
    let (Some(data), Some(key), true) = (at("where-data"), at("where-key"), kind == facts::SYSTEM) else {
        return Vec::new();
    };
    let cell = |row: &[String], at: usize| row.get(at).map_or(NONE, String::as_str).to_owned();
    let lies = |row: &&[String]| estate::lies_with_its_data(&cell(row, data), &cell(row, key));
    rows.filter(lies).filter_map(|row| row.first().cloned()).collect()
}

/// Notes every change, so many rows at a time.
fn note(stage: &mut dyn Stage, names: &[String], found: &Changes) -> Result<(), Problem> {
    let mut rows = found.rows();
    let mut left = found.left.chunks(AT_ONCE);
    let many = found.rows().count().max(found.left.len()).div_ceil(AT_ONCE);
    for _ in 0..many {
        let some: Vec<Vec<String>> = rows.by_ref().take(AT_ONCE).map(|row| row.values.clone()).collect();
        let note = Outcome::new()
            .fact(&facts::NOTE, words::SOME_ROWS)
            .fact(&facts::KEPT_COLUMNS, names.to_vec())
            .fact(&facts::KEPT_ROWS, some)
            .fact(&facts::KEPT_LEFT, left.next().unwrap_or_default().to_vec());
        stage.note(note)?;
    }
    Ok(())
}

/// What the notes since the step was begun have: rows and ids that are listed no longer. None where one has other columns.
fn noted(since: &[Entry], names: &[String]) -> Option<(Vec<Vec<String>>, Vec<String>)> {
    let (mut rows, mut left) = (Vec::new(), Vec::new());
    for entry in since.iter().filter(|entry| entry.kind == Kind::Note) {
        let Some(columns) = facts::KEPT_COLUMNS.within(entry) else { continue };
        if columns != names {
            return None;
        }
        rows.extend(facts::KEPT_ROWS.within(entry).unwrap_or_default());
        left.extend(facts::KEPT_LEFT.within(entry).unwrap_or_default());
    }
    Some((rows, left))
}

/// What the register comes to before and after.
fn digests(
    (kept_columns, kept): (&[String], &[KeptRow]),
    names: &[String],
    found: &Changes,
) -> (String, String) {
    let mut rows: BTreeMap<&str, (&[String], &[String])> =
        listed(kept).map(|row| (row.id.as_str(), (kept_columns, row.values.as_slice()))).collect();
    let before = kept_digest(rows.values().copied());
    rows.extend(found.rows().map(|row| (row.id(), (names, row.values.as_slice()))));
    for id in &found.left {
        rows.remove(id.as_str());
    }
    (before, kept_digest(rows.values().copied()))
}
