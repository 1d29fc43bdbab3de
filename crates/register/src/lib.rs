//! Who holds what where: the rules of custody over a plan, the ledger of bags that a replay of events gives, and the
//! register of every sheet that the records on a workstation tell of. These are pure functions over records. An index
//! keeps what they gave, and is made anew from the records whenever it is not beyond doubt.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail by panicking"))]

pub mod bags;
pub mod index;
mod ledger;
mod owed;
mod sets;
mod sheets;
mod told;
mod words;

pub use ledger::Register;
pub use owed::Owed;
pub use sets::{Set, SetState};
pub use sheets::{Sheet, SheetState};
pub use told::Record;
