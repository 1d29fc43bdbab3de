//! Scripts, the checker, the engine, and one small file an action.
//!
//! A script ([`script::Script`]) is data. [`plan::Plan`] is the script with its parameters decided and its people
//! named, refused by [`check`] where it could end half-done. [`engine::Engine`] plays a plan: it writes an intent,
//! acts, writes the outcome, and only then asks the next question of its [`engine::Player`].
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot go on has failed"))]

pub mod action;
pub mod check;
pub mod clock;
pub mod cloud;
pub mod conform;
pub mod custody;
mod dealing;
pub mod engine;
pub mod media;
pub mod plan;
pub mod printing;
pub mod roster;
pub mod script;
pub mod store;
pub mod unattended;

mod act;
mod approval;
mod dice;
mod digest;
mod report;

pub use act::bundle_in;
pub use act::enter::scan_problem;
pub use act::sentence;
pub use digest::sha256;

pub use engine::{Ended, Engine, Player, Surroundings, Workstation};
pub use plan::Plan;
pub use script::Script;
