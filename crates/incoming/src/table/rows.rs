//! The rows of a table, as spreadsheets write them (RFC 4180, and what programs do beside it), each with the number of
//! its first line as an editor shows it.
//!
//! In a key plan that number is what a key, its backup and its bundle are called by, so it is counted here and nowhere else: every CR,
//! LF and CR LF ends a line, one inside quotation marks too, and empty lines count. Numbers of rows therefore rise.

use super::fault::{Fault, fault};
use super::{shown, words};

/// What may stand between two values.
const SEPARATORS: [(u8, &str); 3] = [(b',', "commas"), (b';', "semicolons"), (b'\t', "tabs")];
const QUOTE: u8 = b'"';
/// What Excel writes in front of a heading to name the separator.
const SEPARATOR_LINE: &str = "sep=";

/// As many values as a spreadsheet's line can have (Excel's last column is XFD). A line with more is no table's, and reading
/// stops there.
const MOST_VALUES: usize = 16_384;

/// One row that is not empty.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    /// The line that it begins on, counted from 1.
    pub line: u64,
    /// Its values, with quotation marks taken off and everything else as it is.
    pub cells: Vec<String>,
}

/// The rows of a text, without those in which no value is anything but white space.
pub struct Rows<'t> {
    text: &'t str,
    at: usize,
    line: u64,
    separator: u8,
}

/// Finds what separates the values: what a first line `sep=;` says, or else what the heading has.
pub fn rows(text: &str) -> Result<Rows<'_>, Fault> {
    let mut rows = Rows { text, at: 0, line: 1, separator: b',' };
    if let Some(named) = rows.separator_line()? {
        rows.separator = named;
        return Ok(rows);
    }
    // No column's name has one of them, so that the one that splits the heading is meant.
    let splits = |(separator, name): (u8, &'static str)| {
        let heading = Rows { separator, ..rows }.next()?.ok()?;
        (heading.cells.len() > 1).then_some((heading.line, separator, name))
    };
    let found: Vec<_> = SEPARATORS.into_iter().filter_map(splits).collect();
    match found[..] {
        [] => {}
        [(_, separator, _)] => rows.separator = separator,
        [(line, ..), ..] => {
            let names: Vec<&str> = found.iter().map(|(.., name)| *name).collect();
            return Err(fault(line, "", words::separators(&names.join(" and "))));
        }
    }
    Ok(rows)
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.at < self.text.len() {
            let line = self.line;
            match self.row() {
                Ok(cells) if cells.iter().all(|cell| cell.trim().is_empty()) => {}
                Ok(cells) => return Some(Ok(Row { line, cells })),
                Err(wrong) => return Some(Err(wrong)),
            }
        }
        None
    }
}

impl Rows<'_> {
    fn rest(&self) -> &[u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Steps over one line end of any of the three kinds.
    fn line_end(&mut self) -> bool {
        let long = match self.rest() {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => return false,
        };
        self.at += long;
        self.line += 1;
        true
    }

    /// Steps up to the first of these bytes, all ASCII, or the end, and gives what lies before it.
    fn up_to(&mut self, stops: &[u8]) -> &str {
        let from = self.at;
        let long = self.rest().iter().position(|b| stops.contains(b)).unwrap_or(self.rest().len());
        self.at += long;
        self.text.get(from..self.at).unwrap_or_default()
    }

    /// The separator that the first line names, where it is such a line.
    fn separator_line(&mut self) -> Result<Option<u8>, Fault> {
        let (from, line) = (self.at, self.up_to(b"\r\n").trim_matches('"').to_owned());
        let says = line.get(..SEPARATOR_LINE.len()).is_some_and(|s| s.eq_ignore_ascii_case(SEPARATOR_LINE));
        if !says {
            self.at = from;
            return Ok(None);
        }
        self.line_end();
        let named = line.get(SEPARATOR_LINE.len()..).unwrap_or_default();
        // Saved again, the line has the empty values of its row behind it.
        let known = SEPARATORS.iter().find(|(s, _)| {
            named.as_bytes().first() == Some(s) && named.bytes().all(|b| b == *s || b == b' ' || b == b'"')
        });
        known.map(|(s, _)| Some(*s)).ok_or_else(|| fault(1, "", words::no_separator(&shown(&line))))
    }

    /// One row and the line end behind it.
    fn row(&mut self) -> Result<Vec<String>, Fault> {
        let mut cells = Vec::new();
        let mut wrong = None;
        let line = self.line;
        loop {
            if cells.len() == MOST_VALUES {
                self.at = self.text.len();
                return Err(fault(line, "", words::TOO_MANY_VALUES));
            }
            match self.cell() {
                Ok(cell) => cells.push(cell),
                Err(fault) => wrong = wrong.or(Some(fault)),
            }
            if self.rest().first() == Some(&self.separator) {
                self.at += 1;
                continue;
            }
            // Nothing else ends a value but a line end and the end.
            self.line_end();
            return wrong.map_or(Ok(cells), Err);
        }
    }

    /// One value, up to the separator, line end or end behind it.
    fn cell(&mut self) -> Result<String, Fault> {
        let line = self.line;
        let stops = [self.separator, b'\r', b'\n'];
        if self.rest().first() != Some(&QUOTE) {
            let cell = self.up_to(&stops).to_owned();
            if cell.trim_start().starts_with('"') {
                return Err(fault(line, "", words::SPACE_BEFORE_MARK));
            }
            return Ok(cell);
        }
        self.at += 1;
        let mut cell = String::new();
        loop {
            cell.push_str(self.up_to(b"\"\r\n"));
            let from = self.at;
            match self.rest() {
                [QUOTE, QUOTE, ..] => {
                    cell.push('"');
                    self.at += 2;
                }
                [QUOTE, ..] => {
                    self.at += 1;
                    break;
                }
                [] => return Err(fault(line, "", words::NEVER_CLOSED)),
                _ => {
                    self.line_end();
                    cell.push_str(self.text.get(from..self.at).unwrap_or_default());
                }
            }
        }
        let ended = self.line;
        let after = self.up_to(&stops);
        if after.trim().is_empty() {
            return Ok(cell);
        }
        Err(fault(line, "", words::behind_mark(&shown(after), ended)))
    }
}
