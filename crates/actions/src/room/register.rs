//! The register over the other records on this workstation. What it says is never the truth: anybody could have put a record
//! there.

use engine::Shelf;
use protocol::Problem;
use register::{Record, Register};

/// By every other record that can be read.
pub(crate) fn register(shelf: &(impl Shelf + ?Sized)) -> Result<Register, Problem> {
    let records: Vec<Record> = shelf
        .other_runs()?
        .into_iter()
        .map(|other| Record { reading: other.reading(), run: other.run })
        .collect();
    Ok(Register::of(&records))
}
