//! What is wrong with a table, by line and column.

use std::fmt;

/// One thing wrong with a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line in the file, counted from 1; 0 where it is the file itself.
    pub line: u64,
    /// The column's name; empty where it is the whole line.
    pub column: String,
    /// What is wrong and what to do.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column.as_str()) {
            (0, _) => f.write_str(&self.what),
            (line, "") => write!(f, "line {line}: {}", self.what),
            (line, column) => write!(f, "line {line}, {column}: {}", self.what),
        }
    }
}

/// One of them.
pub fn fault(line: u64, column: &str, what: impl Into<String>) -> Fault {
    Fault { line, column: column.to_owned(), what: what.into() }
}
