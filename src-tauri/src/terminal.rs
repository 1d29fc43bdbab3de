//! The terminal that the window was started from.

use std::io::Write as _;

/// Says on it why there is no window, or what the window lacks.
pub(crate) fn complain(sentence: &str) {
    // Where nobody listens there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "cofferdam: {}", protocol::visible(sentence));
}
