//! Who holds what where: the rules of custody over a plan, the ledger of bags that a replay of events gives, and the
//! register of every sheet that the records on a workstation tell of. These are pure functions over records. An index
//! keeps what they gave, and is made anew from the records whenever it is not beyond doubt.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail by panicking"))]

mod approvals;
mod attempts;
pub mod bags;
mod clouds;
mod copies;
pub mod custody;
mod day;
mod devices;
mod dues;
pub mod index;
mod kept;
mod keys;
mod ledger;
mod media;
mod owed;
mod people;
pub mod places;
mod sets;
mod sheets;
mod sorted;
mod told;
pub mod walk;
pub mod walk_plan;
mod words;
mod wrapped_still;

pub use approvals::Approval;
pub use attempts::{AttemptOf, Attempts};
pub use clouds::{CloudKey, Seen};
pub use copies::Copy;
pub use day::between as days_between;
pub use devices::{Device, DeviceSort, Validation};
pub use dues::{Due, approve_again_id};
pub use kept::{KeptList, KeptRow, digest as kept_digest, line as kept_line, policy_as_followed};
pub use keys::{Key, KeyState, strength};
pub use ledger::Register;
pub use media::Medium;
pub use owed::Owed;
pub use people::Person;
pub use sets::{Set, SetState};
pub use sheets::{Sheet, SheetState};
pub use told::Record;
