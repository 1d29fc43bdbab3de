//! What a script that stops a key says.

use super::steps::Stop;
use crate::of;

pub(super) const HOW: &str = "\
Read it first. Then run it online with the name of one stage, as somebody who may do that there: sh stop.sh disable\n";
pub(super) const NOTHING: &str = "This script was made in a rehearsal; there is no key to stop.";
pub(super) const NO_COMMAND: &str =
    "This provider has no command for that; the notes in this script say more.";
pub(super) const NOT_PLAIN: &str = "this has a character that is in no such name, or begins with a hyphen";
pub(super) const USAGE: [&str; 7] = [
    "Say which stage is to be run:",
    "disable: switches the key off",
    "expire: takes its material away, or gives it an end",
    "delete: has the provider delete it",
    "revoke: shows who may use it, and takes that away",
    "restore: undoes delete, while the provider allows it",
    "undo: undoes disable",
];

/// What the script is for.
pub(super) fn heading(stop: &Stop) -> String {
    format!("Stops the key {} at {}, stage by stage.", stop.called, of(stop.target).title())
}
