//! What people read of stand-ins.

use protocol::problems;

problems! {
    /// A file or a folder of it; the reason is its detail.
    pub(crate) fn stand_in_failed() = "stand-in-failed" {
        "The stand-in could not be made."
        "Nothing was started."
        "Choose another folder."
    }
}
