//! What people read where a message does not pass.

pub(crate) const CUT_OFF: &str = "a message was cut off or longer than 4 MiB";

pub(crate) fn unknown_message(column: usize) -> String {
    format!("not a known message, at column {column}")
}
