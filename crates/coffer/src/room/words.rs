//! What the room says to a window that asks what cannot be answered.

use protocol::problems;
use std::fmt::Display;

problems! {
    /// An answer to nothing.
    pub(super) fn no_question() = "no-question" {
        "No question is open."
        "Nothing was changed."
        "Start or resume a ceremony."
    }

    /// A copy there would be read as one of the workstation's own ceremonies.
    pub(super) fn not_a_copy(place: &dyn Display) = "copy-in-state-folder" {
        "{place} lies in the folder in which this workstation keeps its ceremonies."
        "Nothing was copied."
        "Name a folder on a medium."
    }

    /// One thing at a time.
    pub(super) fn busy() = "busy" {
        "A ceremony is being played."
        "Nothing was changed."
        "Stop it first; it can be resumed."
    }

    /// Somebody started it by hand.
    pub(super) fn no_pipe() = "no-pipe" {
        "The room has no pipe to a window."
        "Nothing was started."
        "The room is started by the window; in a terminal, use `coffer play`."
    }

    /// Two releases, most likely.
    pub(super) fn not_understood() = "not-understood" {
        "The room got a message that it does not know."
        "Nothing was changed."
        "Restart the window."
    }
}
