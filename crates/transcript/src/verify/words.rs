//! What the verifier says.

use crate::{Obligation, count};
use std::fmt::{Debug, Display};

// What a transcript says of itself.
pub(crate) const NOT_SIGNED_AT_THE_END: &str = "Whether entries are missing from the end, or all were written anew: the last entry is not a signature. \
             Compare the number of entries and the last chain value with a signed HEAD.";
pub(crate) const NOT_FINISHED: &str = "the line was not finished";
pub(crate) const REHEARSAL: &str = "This is a REHEARSAL: nothing in it is a production key.";
pub(crate) const PRODUCTION: &str = "This is a production ceremony.";
pub(crate) const MODE_UNREADABLE: &str = "Whether this is a rehearsal or production cannot be read.";
pub(crate) const FIRST_ENTRY: &str = "entry 1";
pub(crate) fn entry(seq: impl Display) -> String {
    format!("entry {seq}")
}

pub(crate) fn entry_bad(seq: impl Display, why: impl Display) -> String {
    format!("Entry {seq} does not verify: {why}.")
}

pub(crate) const WITHHELD_SAY: &str = "What the withheld parts say.";
pub(crate) const ABANDONED: &str = "The ceremony was abandoned; the record says so and is ended.";
pub(crate) const CLOSED: &str = "The ceremony was closed.";
pub(crate) const NOT_ENDED: &str = "The record is not ended: the ceremony is under way, or was left.";
pub(crate) const NOTHING_OPEN: &str = "No obligation is open.";
pub(crate) fn whose_checkpoints(sha256: impl Display) -> String {
    format!("Whose key signed the checkpoints. Compare its SHA-256 with one you got elsewhere: {sha256}")
}

// What lies in a folder.
pub(crate) fn cannot_be_read(folder: impl Display, error: impl Display) -> String {
    format!("{folder} cannot be read ({error})")
}

pub(crate) fn not_utf8(prefix: impl Display, shown: impl Display) -> String {
    format!("{prefix}{shown} is not UTF-8")
}

pub(crate) fn neither_file_nor_folder(name: impl Display) -> String {
    format!("{name} is neither a plain file nor a folder")
}

pub(crate) fn file_is(name: impl Display, error: impl Display) -> String {
    format!("{name} {error}")
}

pub(crate) fn path_is(path: impl Display, error: impl Display) -> String {
    format!("{path} {error}.")
}

// What a pack holds.
pub(crate) const NO_PACK: &str = "transcript.jsonl is missing: this folder is no evidence pack.";
pub(crate) fn not_checked(why: impl Display) -> String {
    format!("The folder cannot be checked: {why}.")
}

pub(crate) const NO_TRANSCRIPT: &str = "transcript.jsonl is missing.";
pub(crate) const ENDED_BEFORE_PACKED: &str = "The record was ended before it was packed.";
pub(crate) const PACKED_BEFORE_ENDED: &str = "The record was packed before it was ended.";
pub(crate) const HEAD_IS_OWN: &str = "HEAD is the transcript's own.";
pub(crate) const HEAD_IS_ANOTHER: &str = "HEAD is missing or not the transcript's own.";
pub(crate) const HEAD_SIGNED: &str = "HEAD is signed with the key in signer.pem.";
pub(crate) const HEAD_NOT_SIGNED: &str = "The signature over HEAD is missing or not good under signer.pem.";
pub(crate) fn not_in_a_copy(extra: impl Display) -> String {
    format!("{extra} does not belong in a shortened copy; nothing vouches for it.")
}

pub(crate) const SUMS_OF_A_COPY: &str = "SHA256SUMS is not signed: this is a shortened copy. The transcript verifies against the signed head; \
             DISCLOSED.txt is only a notice.";
pub(crate) const SUMS_SIGNED: &str = "SHA256SUMS is signed with the key in signer.pem.";
pub(crate) const SUMS_NOT_SIGNED: &str =
    "The signature over SHA256SUMS is missing or not good under signer.pem.";

pub(crate) const ONE_SIGNER: &str =
    "Every signature in the record, and the key that the record names, is that of signer.pem.";
pub(crate) const ANOTHER_SIGNER: &str =
    "signer.pem is not the key that signed the record, or not the one that the record names.";
pub(crate) const NO_SUMS: &str = "SHA256SUMS is missing, empty or cut short.";
pub(crate) fn sums_line(line: impl Debug) -> String {
    format!("SHA256SUMS has a line that names no file of this folder: {line:?}.")
}

pub(crate) fn listed_twice(name: impl Display) -> String {
    format!("{name} is listed more than once.")
}

pub(crate) fn listed_and_gone(name: impl Display) -> String {
    format!("{name} is listed and not there.")
}

pub(crate) fn changed(name: impl Display) -> String {
    format!("{name} was changed.")
}

pub(crate) fn receipt_left(name: impl Display) -> String {
    format!(
        "What {name} says: an import script left it in the bundle, and it is no part of this pack. The \
                     ceremony byok-receipt holds it against the bundle."
    )
}

pub(crate) fn not_listed(name: impl Display) -> String {
    format!("{name} is there and not listed.")
}

pub(crate) fn all_listed(count: impl Display) -> String {
    format!("All {count} files are listed once in SHA256SUMS and are unchanged.")
}

pub(crate) fn recorded_and_gone(name: impl Display) -> String {
    format!("{name} was recorded and is not here.")
}

pub(crate) fn not_the_recorded(name: impl Display) -> String {
    format!("{name} is not the file the transcript recorded.")
}

pub(crate) fn unchanged(entries: usize) -> String {
    match entries {
        1 => "The 1 entry is unchanged.".to_owned(),
        n => format!("All {n} entries follow one another unchanged."),
    }
}

pub(crate) fn checkpoints(count: usize) -> String {
    match count {
        0 => "No entry is a signed checkpoint.".to_owned(),
        1 => "The 1 signed checkpoint verifies.".to_owned(),
        n => format!("All {n} signed checkpoints verify."),
    }
}

pub(crate) fn withheld(auditor: u64, internal: u64) -> String {
    let auditor = count(auditor, "entry", "entries");
    format!(
        "Withheld: the auditor part of {auditor}, the internal part of {internal}. Their commitments verify."
    )
}

pub(crate) fn to_be_done(open: &[Obligation]) -> String {
    let list: Vec<_> = open.iter().map(|one| format!("{} ({})", one.id, one.says)).collect();
    format!("Still to be done: {}.", list.join("; "))
}

/// Of what one maker left: the names that are shown, and how many more there are.
pub(crate) fn left_beside(by: &str, shown: &[&str], more: usize) -> String {
    let shown = shown.join(", ");
    let more = match more {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "What {by} left beside the files: {shown}{more}. It is no part of the pack, and nothing vouches for it."
    )
}

pub(crate) fn not_in_this_copy(files: usize) -> String {
    format!("{} that the transcript recorded: not in this copy.", count(files, "file", "files"))
}

pub(crate) fn the_recorded(matching: usize) -> String {
    let files = count(matching, "file is one", "files are the ones");
    format!("{files} the transcript recorded.")
}

// More than any pack has.
pub(crate) fn too_deep(prefix: &str, most: usize) -> String {
    format!("{prefix} lies deeper than the {most} folders that a pack has at most")
}

pub(crate) fn too_many(most: usize) -> String {
    format!("there are more than the {most} files and folders that a pack has at most")
}
