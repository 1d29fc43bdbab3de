//! What the room says to a window that asks what cannot be answered.

use protocol::problems;

problems! {
    /// An answer to nothing.
    pub(super) fn no_question() = "no-question" {
        "No question is open."
        "Nothing was changed."
        "Start or resume a ceremony."
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
