//! Plays a plan and replays its record. Knows no action: what it plays is handed to it as a [`Repertoire`], and what an
//! action may touch is a [`Stage`] of narrow traits.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot go on has failed"))]

mod action;
mod approval;
mod ask;
mod believe;
pub mod clock;
mod core;
mod enrolled;
mod here;
mod lock;
pub mod media;
mod memory;
mod moves;
mod outcome;
mod pack;
mod past;
mod play;
pub mod printing;
mod record;
mod refused;
mod repertoire;
pub mod replay;
mod room;
mod rule;
pub mod shelf;
mod show;
mod sign;
mod signer;
mod stage;
mod surroundings;
mod way_back;
pub mod words;
mod work;

pub use action::{Action, Cue, Packing, Repertoire};
pub use approval::is_approval;
pub use believe::not_deciding;
pub use enrolled::Commissioned;
pub use memory::{ended_bytes, ended_list};
pub use moves::{Asks, Made, Moves, Trial, Tries, Void};
pub use outcome::Outcome;
pub use past::Past;
pub use play::Engine;
pub use record::{safe_point, stands};
pub use replay::{Departure, Done, Why};
pub use room::{Room, Slot};
pub use rule::{Rule, Whole};
pub use show::{departs, outlines};
pub use sign::signs_with;
pub use stage::{
    AskPeople, Cards, Compared, Halt, Keep, KeepRecord, Machine, Media, Origin, Paper, Recall, Shelf, Signed,
    Stage, TokenRefusal, Tokens, Work, WorkWith,
};
pub use surroundings::{Check, Ended, OpenToken, Player, Surroundings, Workstation};
pub use way_back::{How, WayBack};
pub use work::REHEARSAL_PIN;
