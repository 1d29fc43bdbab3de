//! A register that people keep, as the table in which they can carry it in again.

use super::cell::inert;
use crate::Estate;

/// The rows of a register that are listed, as CSV ([`crate::write`]): declared columns in their order, then those that a script
/// of the hospital's own added. None where nothing of that kind was ever kept.
///
/// [`crate::read`] gives the same rows again. One value it does not: what begins with `-` and a space, which an older program
/// took into a register, gets an apostrophe before it, since a spreadsheet may run it.
pub fn table(estate: &Estate<'_>, kind: &str) -> Option<Vec<u8>> {
    if estate.register.kept_of(kind).0.is_empty() {
        return None;
    }
    let (names, cells) = listed(estate, kind);
    Some(crate::write(&names, cells.iter().map(Vec::as_slice)))
}

/// The register as a table to fill in: what is listed, and a row for each safeguard of which nothing is decided yet. Of a
/// register that nobody kept yet the heading alone.
pub fn to_fill(estate: &Estate<'_>, kind: &str) -> Vec<u8> {
    let (names, mut cells) = listed(estate, kind);
    if kind == facts::SAFEGUARD {
        let open = crate::worksheet(estate).into_iter().filter(|one| one.row.is_none());
        cells.extend(open.filter(|one| one.of.sort != "standard").map(|one| {
            let mut row = vec![String::new(); names.len()];
            if let Some(citation) = row.first_mut() {
                one.of.citation.clone_into(citation);
            }
            row
        }));
    }
    crate::write(&names, cells.iter().map(Vec::as_slice))
}

/// The names of the columns, and the cells of the rows that are listed.
fn listed(estate: &Estate<'_>, kind: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let (columns, rows) = estate.register.kept_of(kind);
    let declared = declared(kind);
    let further = columns.iter().filter(|column| !declared.contains(&column.as_str())).cloned();
    let names: Vec<String> = declared.iter().map(|&name| name.to_owned()).chain(further).collect();
    let listed = rows.iter().filter(|row| row.left.is_none());
    let cells = listed.map(|row| names.iter().map(|name| inert(row.text(columns, name))).collect()).collect();
    (names, cells)
}

/// The columns that every register of that kind has; none for a kind of a script's own.
fn declared(kind: &str) -> &'static [&'static str] {
    match kind {
        facts::SYSTEM => facts::SYSTEM_COLUMNS,
        facts::AGREEMENT => facts::AGREEMENT_COLUMNS,
        facts::POLICY => facts::POLICY_COLUMNS,
        facts::SAFEGUARD => facts::SAFEGUARD_COLUMNS,
        facts::ANSWER => facts::ANSWER_COLUMNS,
        facts::INCIDENT => facts::INCIDENT_FIELDS,
        _ => &[],
    }
}

#[cfg(test)]
mod tests;
