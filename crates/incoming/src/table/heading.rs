//! What each column of a table is, by its heading, and the values of a row under it.

use super::fault::{Fault, fault};
use super::rows::Row;
use super::{shown, words};

/// What each column is, in the file's order. `known` gives the name that somebody meant by what they wrote. Empty columns
/// behind the last are a spreadsheet's.
pub fn columns<'c>(
    heading: &Row,
    known: impl Fn(&str) -> Option<&'c str>,
    needed: &[&'c str],
) -> Result<Vec<&'c str>, Vec<Fault>> {
    let line = heading.line;
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    let many = heading.cells.iter().rposition(|name| !name.trim().is_empty()).map_or(0, |last| last + 1);
    for name in heading.cells.iter().take(many) {
        match known(name) {
            Some(column) if found.contains(&column) => faults.push(fault(line, column, words::SAME_NAME)),
            Some(column) => found.push(column),
            None if name.trim().is_empty() => faults.push(fault(line, "", words::NO_NAME)),
            None if many == 1 => faults.push(fault(line, "", words::one_column(&shown(name)))),
            None => faults.push(fault(line, "", words::no_such_column(&shown(name)))),
        }
    }
    let missing = needed.iter().filter(|column| !found.contains(column));
    faults.extend(missing.map(|column| fault(line, column, words::MISSING)));
    if faults.is_empty() { Ok(found) } else { Err(faults) }
}

/// The values of a row under so many columns. Empty values behind the last column are a spreadsheet's; too few may be a line that
/// was cut off.
pub fn cells(row: &Row, columns: usize) -> Result<&[String], Fault> {
    let more = row.cells.iter().skip(columns).any(|cell| !cell.trim().is_empty());
    match row.cells.get(..columns) {
        Some(cells) if !more => Ok(cells),
        _ => Err(fault(row.line, "", words::other_count(row.cells.len(), columns))),
    }
}
