//! How people and their spreadsheets write what a table holds: words that are taken as meant, and values that are not what
//! anybody meant; and what is said of faults.

use crate::NotText;

pub(super) const SAME_NAME: &str = "two columns have this name; keep one";
pub(super) const NO_NAME: &str = "a column between others has no name; name it or take it out";
pub(super) const MISSING: &str = "this column is missing";
pub(super) const SPACE_BEFORE_MARK: &str =
    "a value has a space before its quotation mark; take the space out";
pub(super) const TOO_MANY_VALUES: &str =
    "it has more values than a spreadsheet has columns (16384), and nothing behind it was read";
pub(super) const NEVER_CLOSED: &str = "a quotation mark that opens here is never closed";

pub(super) fn other_text(why: &NotText) -> String {
    format!("it is {why}; save the table as CSV in UTF-8")
}

pub(super) fn one_column(name: &str) -> String {
    format!("no column is called \"{name}\"; separate values by commas, semicolons or tabs")
}

pub(super) fn no_such_column(name: &str) -> String {
    format!("no column is called \"{name}\"; take it out")
}

pub(super) fn other_count(found: usize, wanted: usize) -> String {
    format!("{found} values where the heading has {wanted}")
}

pub(super) fn no_separator(line: &str) -> String {
    format!("\"{line}\" names no separator; commas, semicolons and tabs are taken")
}

pub(super) fn behind_mark(text: &str, line: u64) -> String {
    format!(
        "\"{text}\" stands behind a closing quotation mark (line {line}); double the quotation marks inside a value, or \
        close the one that is open"
    )
}

pub(super) fn separators(names: &str) -> String {
    format!("the heading has {names}; separate all values by one of them")
}

/// A word without what changes when somebody else writes it: case, spaces of every kind, hyphens and underscores.
pub fn folded(text: &str) -> String {
    let kept = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '_' | '\u{2010}' | '\u{2011}');
    text.chars().filter(kept).map(|c| c.to_ascii_lowercase()).collect()
}

/// The one of these words that is meant.
pub fn meant<'w, T: Copy>(text: &str, words: impl IntoIterator<Item = (&'w str, T)>) -> Option<T> {
    let wanted = folded(text);
    words.into_iter().find(|(word, _)| folded(word) == wanted).map(|(_, value)| value)
}

/// What Excel writes where it could not work a value out.
const ERRORS: [&str; 8] = ["#NAME?", "#REF!", "#VALUE!", "#N/A", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!"];

/// Why a value is the spreadsheet's and nobody's: a formula, an error, or a mark that means "this is text". Names of
/// people and systems may begin with an apostrophe ('t Hooft).
pub fn not_a_value(text: &str, is_name: bool) -> Option<&'static str> {
    if text.starts_with(['=', '+', '@']) {
        return Some("a spreadsheet takes this for a formula; write the value itself");
    }
    if text.starts_with('\'') && !is_name {
        return Some("the apostrophe in front is a spreadsheet's mark for text; take it out");
    }
    ERRORS.contains(&text).then_some("the spreadsheet could not work this value out; write the value itself")
}
