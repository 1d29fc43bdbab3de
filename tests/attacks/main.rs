//! What somebody could do who means harm: with a medium, a name, a record, a key of their own. It is noticed, or does nothing.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "tests")]

mod after_the_close;
mod commissioned;
mod desk;
mod forged;
mod forger;
mod incoming;
mod memory;
mod module;
mod night_visitor;
mod page;
mod pin_holder;
mod screen;
mod stick;
mod timestamps;
