//! What can go wrong with a record or a pack, and what to do about it.
use std::io;
use std::path::PathBuf;

/// Trouble with the record.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file is already there.
    #[error("{0} is already there. A record is never written over: choose another name, or open that one.")]
    Exists(PathBuf),
    /// Another program holds it.
    #[error("{0} is open in another program. Close it there, then try again.")]
    Locked(PathBuf),
    /// The file could not be opened, read or made.
    #[error("{path} could not be opened or read: {source}. Check the drive and try again.")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A write failed and was undone.
    #[error(
        "An entry could not be written ({0}) and was undone; the record is as it was before. Free some space or check the drive, then try again."
    )]
    Write(io::Error),
    /// A write failed and could not be undone, or the disk did not confirm it.
    #[error(
        "An entry could not be made safe on the disk ({0}), so no more will be written. Close the record, check the drive, and open it again."
    )]
    Stopped(String),
    /// The file has no whole first line.
    #[error(
        "{0} has no whole first entry: the machine stopped before anything was recorded. Begin a new record."
    )]
    Empty(PathBuf),
    /// A line does not verify.
    #[error(
        "Entry {seq} of {path} does not verify: {why}. The file was changed or damaged: keep it as it is and work from a copy that verifies."
    )]
    Bad {
        /// Which file.
        path: PathBuf,
        /// The first bad entry, from 1.
        seq: u64,
        /// What is wrong.
        why: String,
    },
    /// The draft breaks a rule of the record.
    #[error("The entry was not written: {0}.")]
    Refused(String),
    /// The signer failed.
    #[error("The record was not signed: {0}. Check the signing token and try again.")]
    Signing(String),
}

/// Trouble with an evidence pack.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The folder is already there.
    #[error("{0} is already there. A pack is never written over: choose another name.")]
    Exists(PathBuf),
    /// A file's name cannot go into a pack.
    #[error("The name {name:?} cannot go into a pack: {why}. Rename the file.")]
    Name {
        /// The name as given.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A file could not be read or written.
    #[error(
        "{path} could not be read or written: {source}. Nothing was left half made; check the drive and try again."
    )]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The signer failed.
    #[error("The pack was not signed: {0}. Check the signing token and try again.")]
    Signing(String),
    /// What goes in does not verify.
    #[error("The record does not verify, so nothing was written: {0}. Run the verifier on it first.")]
    DoesNotHold(String),
}
