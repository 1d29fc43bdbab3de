//! What the documents say of the program, held against it: the documents are read, and what they name has to be there.
//! A statement that nothing here can hold is one that somebody has to read again. And what the program's own text says.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "the repository's own names")]

mod clerk;
mod commands;
mod lists;
mod names;
mod on_the_day;
mod sayings;
mod words;
