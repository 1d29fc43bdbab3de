//! What the window itself says, where there is no room to say it.

use std::fmt::Display;

/// The title of the witness display; its own page says the ceremony.
pub(crate) const WITNESS_DISPLAY: &str = "Cofferdam: witness display";
// What people do, on the witness display.
pub(crate) const WRITES_ALONE: &str = "writes a share down, alone";
pub(crate) const TYPES_ALONE: &str = "types a share, alone";
pub(crate) const CHOOSES_ALONE: &str = "chooses a secret, alone";
pub(crate) const READS: &str = "reads what was found";
pub(crate) const COMPARES: &str = "compares";
pub(crate) const SIGNS: &str = "signs";
pub(crate) const AGREES: &str = "says whether the record is right";
pub(crate) const PIN: &str = "types a PIN";
pub(crate) const ACTS: &str = "acts";

pub(crate) const NOT_RUNNING: &str = "The room is not running. Start it again.";
pub(crate) const NO_PIPES: &str = "The room started without its pipes.";
pub(crate) const ENDED: &str = "The room's process has ended.";
pub(crate) const NO_SANDBOX: &str = "the web engine runs without its own sandbox, because bwrap and xdg-dbus-proxy are \
     not installed or not allowed here; sockets stay refused. Install bubblewrap and xdg-dbus-proxy.";

pub(crate) fn not_opened(why: &dyn Display) -> String {
    format!("The window could not be opened: {why}. Start the program in a desktop session.")
}

pub(crate) fn not_taken(why: &dyn Display) -> String {
    format!("The room did not take the message ({why}). Start it again.")
}

pub(crate) fn finds_not_its_folder(why: &dyn Display) -> String {
    format!("This program cannot find its own folder ({why}).")
}

pub(crate) fn not_started(program: &dyn Display, why: &dyn Display) -> String {
    format!("The room's program {program} did not start ({why}).")
}

pub(crate) fn another_protocol(room: u32, window: u32) -> String {
    format!("The room speaks protocol {room} and this window {window}. Install both from one release.")
}

pub(crate) fn not_known(why: &dyn Display) -> String {
    format!("The room said something this window does not know: {why}.")
}

pub(crate) fn no_private_folder(why: &dyn Display) -> String {
    format!("No private folder for the web engine ({why}). Nothing was started. Make room in /tmp.")
}
