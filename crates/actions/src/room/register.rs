//! The register over the other records on this workstation. What it says is never the truth: anybody could have put a record
//! there.

use super::words;
use engine::shelf::OtherRun;
use engine::{Halt, Shelf, Stage};
use facts::Named as _;
use protocol::Problem;
use register::{Record, Register};
use std::path::Path;
use transcript::side_by_side;

/// By every other record that can be read.
pub(crate) fn register(shelf: &(impl Shelf + ?Sized)) -> Result<Register, Problem> {
    let (runs, ended) = (shelf.other_runs()?, shelf.ended()?);
    let record = |other: &OtherRun| Record::held_against(&ended, other.run.clone(), other.reading());
    let records = side_by_side(&runs, Record::WORTH_IT, record);
    let own = runs.into_iter().zip(records).filter(|(other, record)| is_of_its_folder(other, record));
    Ok(Register::here(&own.map(|(_, record)| record).collect::<Vec<_>>(), &ended))
}

/// The same, for an act that a register which people keep decides. Where a ceremony closed and its record is not here as it
/// ended, two people decide whether to go on by what is left.
pub(crate) fn whole_register(stage: &mut dyn Stage) -> Result<Register, Halt> {
    let register = register(&*stage)?;
    if !register.missing.is_empty() {
        stage.raise(&words::registers_not_whole(&register.missing.join(", ")), words::EVERY_RECORD)?;
    }
    Ok(register)
}

/// Whether a record is of the mode whose folder it lies in: a rehearsal's, copied among those of production, tells nothing.
fn is_of_its_folder(other: &OtherRun, record: &Record) -> bool {
    let mode = record.reading.entries.first().and_then(|entry| facts::MODE.within(entry));
    let folder = other.folder.parent().and_then(Path::parent).and_then(Path::file_name);
    mode.is_none_or(|mode| folder.is_some_and(|folder| folder == mode.as_str()))
}
