//! What is said of a manifest and of files that are not what they should be.

use crate::ByokError;

pub(super) fn too_large() -> ByokError {
    ByokError::ManifestMalformed("too large".to_owned())
}

pub(super) fn another_format() -> ByokError {
    ByokError::ManifestMalformed("another format or version".to_owned())
}

pub(super) fn no_member(name: &str) -> ByokError {
    ByokError::ManifestMalformed(format!("no {name}"))
}

pub(super) fn no_file(name: &str) -> ByokError {
    ByokError::BundleFiles(format!("no {name}"))
}

pub(super) fn other_files(listed: usize, present: usize) -> ByokError {
    ByokError::BundleFiles(format!("{listed} listed, {present} present, or other names"))
}

/// The lengths that a blob may have, in bytes.
pub(super) fn length(from: usize, to: usize, step: usize) -> String {
    if from == to { from.to_string() } else { format!("{from} to {to} (a multiple of {step})") }
}
