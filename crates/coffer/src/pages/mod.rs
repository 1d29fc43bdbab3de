//! What pages show, in the window and in the terminal: home and review, devices, the register, a check.

pub(crate) mod binder;
pub(crate) mod booklet;
pub(crate) mod check;
pub(crate) mod devices;
pub(crate) mod dues;
mod ended;
pub(crate) mod estate;
pub(crate) mod estate_cli;
pub(crate) mod foreign;
pub(crate) mod home;
mod ledger;
pub(crate) mod places;
pub(crate) mod record;
pub(crate) mod register;
pub(crate) mod report;
pub(crate) mod story;
mod tasks;
pub(crate) mod timestamp;
mod words;
