//! What people read of stand-ins, and in place of a report.

use protocol::problems;

problems! {
    /// A file or a folder of it; the reason is its detail.
    pub(crate) fn stand_in_failed() = "stand-in-failed" {
        "The stand-in could not be made."
        "Nothing was started."
        "Choose another folder."
    }
}

/// In place of a report.
pub(crate) fn report_not_made(why: &str) -> String {
    format!(
        "The report could not be made: {why}.\nThe record and every file of this folder are whole without it. Make the report \
         again from this\nfolder with a newer version of the program: coffer report FOLDER\n"
    )
}
