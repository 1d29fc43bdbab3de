//! Files that come from outside: on a medium, typed by a person, or in a pack that somebody sent.
//!
//! Every such file is opened by [`file`] or [`read`], which never wait for a pipe or wake a device; every path that a
//! person gives goes through [`meant`]; and what an operating system leaves beside files is told by [`left_behind`], so
//! that no two parts of the program see it differently. This crate knows nothing of ceremonies and depends on nothing of
//! ours.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that cannot go on has failed"))]

mod left;
mod open;
mod path;
mod words;

pub use left::{RECEIPTS, left_behind, of_a_receipt};
pub use open::{
    Kind, LARGEST_RECORD, NotOpened, file, kind, read, read_lines, read_plain, read_plain_lines, text,
};
pub use path::{meant, meant_path, percent_decoded};
