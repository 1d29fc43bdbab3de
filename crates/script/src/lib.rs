//! A ceremony before it is played: the script, its people, the plan made of both, how shares are dealt, the rules of
//! custody, and whether it could end half-done. Reads nothing and knows no action: what actions are comes as a
//! [`Catalogue`].
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot go on has failed"))]

mod catalogue;
mod check;
pub mod custody;
mod dealing;
pub mod declared;
mod digest;
mod make;
pub mod passphrase;
mod plan;
pub mod roster;
mod row;
mod script;
mod words;

pub use catalogue::Catalogue;
pub use dealing::{AtSite, Dealing, Group, SITES_NEEDED};
pub use digest::{hex, sha256, sha256_hex};
pub use plan::{Plan, Planned, day, lines, number_of, people_of, person_view, script_hash, serials};
pub use roster::{OwnYubiKey, P256Key, Person, Roster};
pub use row::{Closes, Each, Hands, HandsOut, Life, Material, Owed, Reach, Row};
pub use script::{Act, Form, Parameter, Restate, Role, Script, Step};
