//! The register over the other records on this workstation. What it says is never the truth: anybody could have put a record
//! there.

use engine::Shelf;
use engine::shelf::OtherRun;
use protocol::Problem;
use register::{Record, Register};
use transcript::side_by_side;

/// By every other record that can be read.
pub(crate) fn register(shelf: &(impl Shelf + ?Sized)) -> Result<Register, Problem> {
    let record = |other: &OtherRun| Record { reading: other.reading(), run: other.run.clone() };
    Ok(Register::of(&side_by_side(&shelf.other_runs()?, Record::WORTH_IT, record)))
}
