//! What people read where a register is kept, and where registers are written for other tools.

use super::counts::Counts;
use crate::earlier::plan::SHOWN;
use engine::words::observed;
use estate::{Changes, MOST_FAULTS};
use facts::NONE;
use incoming::table::Fault;
use protocol::{Choice, Fact, Problem, Verdict, problems};
use transcript::count;

problems! {
    /// A table with faults.
    fn faulty(many: &str, first: &str) = "register-table" again {
        "The table has {many}. The first: {first}."
        "Nothing of it was taken; the register is as it was."
        "Mend the table and read it again."
    }

    /// A table or rows that leave all as it was.
    pub(super) fn nothing_changes() = "register-unchanged" again {
        "It says what the register says already."
        "The register is as it was."
        "Choose another table or another row; or stop here if that is all."
    }

    /// A value that a column does not take; `why` is the end of a sentence.
    pub(super) fn not_taken(why: &str) = "register-value" again {
        "That is not taken: {why}."
        "Nothing was recorded."
        "Write it again."
    }
}

pub(super) const HOW: &str = "How do the changes come?";
pub(super) const BY_TABLE: &str = "table";
pub(super) const BY_HAND: &str = "typed";

pub(super) fn ways(kept: usize) -> Vec<Choice> {
    let whole = format!(
        "The table is the whole register: a row that it does not have is listed no longer. {} listed now",
        if kept == 1 { "One row is".to_owned() } else { format!("{kept} rows are") }
    );
    vec![
        offered(BY_TABLE, "From a table on a medium (CSV)", Some(whole)),
        offered(
            BY_HAND,
            "Typed here, row by row",
            Some("Rows that nobody names stay as they are".to_owned()),
        ),
    ]
}

fn offered(id: &str, title: impl Into<String>, note: Option<String>) -> Choice {
    Choice { id: id.to_owned(), title: title.into(), note, refused: None }
}

pub(super) const WHICH_TABLE: &str = "Which file is the table?";
pub(super) const SEEN: &str = "Seen";
pub(super) const LOOKED: &str = "Looked through";
pub(super) const SOME_ROWS: &str = "rows of the register that are another by now";
pub(super) const WHICH_COLUMN: &str = "What of it is another?";
pub(super) const ANOTHER: &str = "Is there another row?";
pub(super) const NO_MORE: &str = "no";

pub(super) fn another() -> Vec<Choice> {
    vec![offered(NO_MORE, "No, that is all", None), offered("yes", "Yes, another row", None)]
}

/// A column with what it says now.
pub(super) fn column(name: &str, value: &str) -> Choice {
    offered(name, name, Some(value.to_owned()))
}

pub(super) fn that_is_all() -> Choice {
    offered("that-is-all", "Nothing more of this row", None)
}

/// A choice, marked where it is what the row says now.
pub(super) fn one_of(choice: &str, before: Option<&str>) -> Choice {
    offered(choice, choice, (before == Some(choice)).then(|| "as it is now".to_owned()))
}

pub(super) fn asked(ask: &str, optional: bool) -> String {
    if optional { format!("{ask} (or none)") } else { ask.to_owned() }
}

/// What is wrong with a table, the first of it in the sentence.
pub(super) fn table_faulty(faults: &[Fault]) -> Problem {
    let lines: Vec<String> = faults.iter().take(SHOWN).map(ToString::to_string).collect();
    let first = lines.first().cloned().unwrap_or_default();
    let many = count(faults.len(), "fault", "faults");
    // Reading stops there.
    let many = if faults.len() < MOST_FAULTS { many } else { format!("at least {many}") };
    faulty(&many, &first).with_detail(lines.join("\n"))
}

pub(super) fn faults(faults: &[Fault]) -> Vec<Fact> {
    let fact = |f: &Fault| Fact {
        name: match (f.line, f.column.as_str()) {
            (0, "") => "The table".to_owned(),
            (0, column) => column.to_owned(),
            (line, "") => format!("Line {line}"),
            (line, column) => format!("Line {line}, {column}"),
        },
        expected: None,
        observed: f.what.clone(),
        verdict: Verdict::Differs,
    };
    at_most(faults.iter().map(fact), faults.len(), "faults; mend these first, then read the table again")
}

/// How many differences are shown: the record has them all.
const DIFFERENCES: usize = 500;
/// So many rows that are listed no longer are named in what people sign.
const NAMED: usize = 40;
/// How many characters of a row are shown.
const LONGEST: usize = 600;

fn at_most(facts: impl Iterator<Item = Fact>, all: usize, what: &str) -> Vec<Fact> {
    let mut facts: Vec<Fact> = facts.take(DIFFERENCES).collect();
    let more = all.saturating_sub(facts.len());
    if more > 0 {
        facts.push(observed("And", format!("{more} more {what}")));
    }
    facts
}

/// What becomes another, row by row: changed rows and those that are listed no longer before those that are new.
pub(super) fn differences(kind: &str, found: &Changes, names: &[String]) -> Vec<Fact> {
    let counts = [
        observed("Register", kind),
        observed("New", found.added.len().to_string()),
        observed("Changed", found.changed.len().to_string()),
        observed("Listed no longer", found.left.len().to_string()),
    ];
    let changed = found.changed.iter().flat_map(|(row, differs)| {
        let id = row.id().to_owned();
        differs.iter().map(move |(column, before, after)| {
            observed(format!("{id}, {column}"), format!("{} → {}", clipped(before), clipped(after)))
        })
    });
    let left = found.left.iter().map(|id| observed(id.as_str(), "is listed no longer"));
    let added = found.added.iter().map(|row| {
        let said = names.iter().zip(&row.values).skip(1).filter(|(_, value)| *value != NONE);
        let said: Vec<String> = said.map(|(name, value)| format!("{name}: {value}")).collect();
        observed(format!("{} is new", row.id()), clipped(&said.join("; ")))
    });
    let cells: usize = found.changed.iter().map(|(_, differs)| differs.len()).sum();
    // What is listed no longer is never left off: nobody looks for what is not there.
    let rows =
        at_most(changed.chain(added), cells + found.added.len(), "differences, which the record will have");
    counts.into_iter().chain(left).chain(rows).collect()
}

fn clipped(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

pub(super) const I_LOOKED: &str = "I looked through what changes in the register of kind ";
pub(super) const I_KNOW: &str = "I know that these are listed no longer: ";
pub(super) const I_ACCEPT: &str =
    "I accept that the key lies where the data is, for the reasons in their rows, of ";

pub(super) fn i_looked(kind: &str, counts: &Counts, sha256: &str) -> String {
    format!(
        "{I_LOOKED}{kind}: {} new, {} changed, {} listed no longer. SHA-256 of the changes {sha256}",
        counts.added, counts.changed, counts.left
    )
}

/// Which rows leave, of how many; of very many the first, since the digest that was signed before has all.
pub(super) fn i_know(left: &[String], before: u64) -> String {
    let named: Vec<&str> = left.iter().take(NAMED).map(String::as_str).collect();
    let more = if left.len() > NAMED { ", and more" } else { "" };
    format!("{I_KNOW}{} of {before}: {}{more}", left.len(), named.join(", "))
}

pub(super) fn i_accept(ids: &[String]) -> String {
    format!("{I_ACCEPT}{}: {}", count(ids.len(), "system", "systems"), ids.join(", "))
}

// Departures.
pub(super) const NOTHING_DECLARED: &str = "its step declares no columns";
pub(super) const OTHER_REGISTER: &str = "it is of another register than its step declares";
pub(super) const OTHER_COLUMNS: &str = "its rows have other columns than its step declares";
pub(super) const NOT_OF_THEIR_FORM: &str = "a row has a value that its column does not take";
pub(super) const OTHER_COUNTS: &str = "it says other numbers of rows than its notes have";
pub(super) const OTHER_CHANGES: &str = "its rows are others than those whose digest it says was signed";
pub(super) const NOT_ACCEPTED: &str =
    "the systems whose key lies with their data are others than it says were accepted";

// Exports.
pub(super) const WHERE_EXPORTED: &str = "Into which folder of the medium are the exports written?";
pub(super) const SUMS: &str = "SHA256SUMS";
pub(super) const MADE_EXPORTS: &str = "Exports on the medium";

pub(super) fn files_read_back(files: usize) -> String {
    format!("{}, each read back", count(files, "file", "files"))
}

pub(super) fn written(files: &[(String, String)], dest: &str) -> Vec<Fact> {
    let each = files.iter().map(|(name, sha256)| observed(name.as_str(), sha256.as_str()));
    std::iter::once(observed("Folder", dest)).chain(each).collect()
}

/// What a pack is, in a sentence.
pub(super) fn closed(script: &str, entries: usize) -> String {
    format!("The ceremony {script} was closed; its record has {}.", count(entries, "entry", "entries"))
}
