//! What goes wrong with nobody's ill will: power, disks, tokens, files as other programs leave them, and what people type.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod disk;
mod encodings;
mod in_a_call;
mod interrupted;
mod kills;
mod outside;
mod pulled;
mod refusals;
mod written;
