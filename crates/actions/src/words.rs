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

/// Why a document is not there.
pub(crate) const BROKE_OFF: &str = "the program broke off in it, which is an error of the program";

pub(crate) fn document_not_made(name: &str, why: &str) -> String {
    format!("{name}: {why}.")
}

/// In place of documents.
pub(crate) fn report_not_made(failed: &[String]) -> String {
    format!(
        "These documents could not be made:\n\n{}\n\nThe record and every other file of this folder are whole without them. \
         Make them again\nfrom this folder with a newer version of the program: coffer report FOLDER\n",
        failed.join("\n")
    )
}
