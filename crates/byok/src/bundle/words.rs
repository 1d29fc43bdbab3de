//! What is said of a manifest and of files that are not what they should be.

use crate::says::says;

pub(super) const TOO_LARGE: &str = "too large";
pub(super) const ANOTHER_FORMAT: &str = "another format or version";

/// The lengths that a blob may have, in bytes.
pub(super) fn length(from: usize, to: usize, step: usize) -> String {
    if from == to { from.to_string() } else { format!("{from} to {to} (a multiple of {step})") }
}

says! {
    no_member(name: &str) "no {name}"
    no_file(name: &str) "no {name}"
    other_files(listed: usize, present: usize) "{listed} listed, {present} present, or other names"
}

pub(crate) const A_TEXT: &str = "a text of the manifest";
