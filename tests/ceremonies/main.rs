//! Ceremonies from their scripts to their evidence: each is played by the built program, and its pack is judged.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod binder;
mod booklet;
mod clouds;
mod copies;
mod custody;
mod declared;
mod destroy;
mod drill;
mod fits;
mod large;
mod ledger;
mod people;
mod pictures;
mod plan;
mod practice;
mod preflight;
mod private_forms;
mod provider;
mod recover;
mod register;
mod registers;
mod rehearsal;
mod report;
mod rewrap;
mod security_domain;
mod sheets;
mod sites;
mod story;
mod struct_tree;
mod terminal;
mod undecided;
