//! A register as a table (RFC 4180): in, from whatever program people have, and out.

use crate::changes::Row;
use crate::column::Column;
use crate::words;
use incoming::table::{Fault, cells, columns, fault, meant, rows, shown, text_of};
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization as _;
use unicode_security::skeleton;

/// The largest table, in bytes: a hundred thousand systems take about thirty million.
pub const LARGEST: u64 = 64 * 1024 * 1024;
/// The most things that are named before reading stops: nobody reads more.
pub const MOST_FAULTS: usize = 200;

/// Reads a table under these columns, the first of which tells rows apart. Every line is looked at, and either all of them are
/// good or all that is wrong is named (the first 200 things). The rows come by id.
pub fn read(bytes: &[u8], of: &[Column]) -> Result<Vec<Row>, Vec<Fault>> {
    let text = text_of(bytes, words::not_a_table).map_err(|wrong| vec![wrong])?;
    let mut lines = rows(&text).map_err(|wrong| vec![wrong])?;
    let heading = match lines.next() {
        Some(heading) => heading.map_err(|wrong| vec![wrong])?,
        None => return Err(vec![fault(0, "", words::NO_HEADING)]),
    };
    let names: Vec<&str> = of.iter().map(|column| column.name.as_str()).collect();
    let found = columns(&heading, |name| meant(name, names.iter().map(|name| (*name, *name))), &names)?;
    // Where each declared column stands in the file.
    let at: Vec<usize> = names.iter().filter_map(|name| found.iter().position(|one| one == name)).collect();
    let (mut read, mut faults) = (Vec::<Row>::new(), Vec::new());
    let mut lines_of: HashMap<String, u64> = HashMap::new();
    for line in lines {
        if faults.len() >= MOST_FAULTS {
            break;
        }
        let line = match line {
            Ok(line) => line,
            Err(wrong) => {
                faults.push(wrong);
                continue;
            }
        };
        let cells = match cells(&line, found.len()) {
            Ok(cells) => cells,
            Err(wrong) => {
                faults.push(wrong);
                continue;
            }
        };
        let mut values = Vec::with_capacity(of.len());
        for (column, at) in of.iter().zip(&at) {
            match column.read(cells.get(*at).map_or("", String::as_str)) {
                Ok(value) => values.push(value),
                Err(what) => faults.push(fault(line.line, &column.name, what)),
            }
        }
        if values.len() != of.len() {
            continue;
        }
        let Some(id) = values.first() else { continue };
        // Nobody keeps two systems apart by a capital letter.
        if let Some(first) = lines_of.insert(alike(id), line.line) {
            let column = of.first().map_or("", |column| column.name.as_str());
            faults.push(fault(line.line, column, words::same_id(&shown(id), first)));
            continue;
        }
        read.push(Row { line: line.line, values });
    }
    if read.is_empty() && faults.is_empty() {
        return Err(vec![fault(0, "", words::NO_ROW)]);
    }
    faults.truncate(MOST_FAULTS);
    if !faults.is_empty() {
        return Err(faults);
    }
    read.sort_by(|a, b| a.values.first().cmp(&b.values.first()));
    Ok(read)
}

/// What two ids have in common that nobody keeps apart: capitals, how wide a space is, and letters that look the same in whatever
/// script (the skeleton of UTS #39).
pub fn alike(id: &str) -> String {
    let plain: String = id.nfkc().collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    skeleton(&plain).collect()
}

/// The same table written: comma, quotation marks where they are needed, CR LF (RFC 4180), UTF-8 without a byte-order mark.
pub fn write<'r>(names: &[String], rows: impl Iterator<Item = &'r [String]>) -> Vec<u8> {
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // A vector takes every byte.
    let _written = out.write_record(names);
    for row in rows {
        let padded = names.iter().enumerate().map(|(at, _)| row.get(at).map_or(facts::NONE, String::as_str));
        let _written = out.write_record(padded);
    }
    out.into_inner().unwrap_or_default()
}
