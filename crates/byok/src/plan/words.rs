//! How people and their spreadsheets write what a plan holds: words that are taken as meant, and values that are not what
//! anybody meant; and what is said of faults.

use crate::arrived::Wanted;
use crate::says::says;
use incoming::NotText;

pub(super) const WANTED: Wanted = Wanted {
    what: "the key plan as CSV in UTF-8",
    how: "In the spreadsheet, choose Save as and the type CSV UTF-8, and carry that file in.",
};
pub(super) const EMPTY: &str = "it is empty";
pub(super) const NO_KEY: &str = "it names no key";
pub(super) const SAME_LINE: &str = "two rows have this line; this is a fault of this program";
pub(super) const SAME_NAME: &str = "two columns have this name; keep one";
pub(super) const NO_NAME: &str = "a column between others has no name; name it or take it out";
pub(super) const MISSING: &str = "this column is missing";
pub(super) const NOT_PLAIN: &str = "it holds control characters or is longer than 256";
pub(super) const SPACE_BEFORE_MARK: &str =
    "a value has a space before its quotation mark; take the space out";
pub(super) const NEVER_CLOSED: &str = "a quotation mark that opens here is never closed";
pub(super) const NO_FOLDER: &str = "it must be a file's name without a folder";

says! {
    too_many_bytes(bytes: usize) "{bytes} bytes are too many"
    too_many_keys(most: usize) "a plan holds at most {most} keys; split it"
    other_text(why: &NotText) "it is {why}; save the plan as CSV in UTF-8"
    one_column(name: &str) "no column is called \"{name}\"; separate values by commas, semicolons or tabs"
    no_such_column(name: &str) "no column is called \"{name}\"; take it out"
    other_count(found: usize, wanted: usize) "{found} values where the heading has {wanted}"
    because(value: &str, why: &str) "\"{value}\": {why}"
    not_one_of(value: &str, all: &str) "{value:?} is not one of {all}"
    unanswered(question: &str, example: &str) "it is empty; {question} ({example})"
    same_file(first: u64) "line {first} uses the same file, which is for one key only; fetch another set"
    same_place(first: u64) "line {first} makes the same key at the same place"
    parameters_for(algorithm: &str) "the parameters are for {algorithm}; write that, or fetch others"
    no_separator(line: &str) "\"{line}\" names no separator; commas, semicolons and tabs are taken"
    behind_mark(text: &str, line: u64) "\"{text}\" stands behind a closing quotation mark (line {line}); double the \
        quotation marks inside a value, or close the one that is open"
    separators(names: &str) "the heading has {names}; separate all values by one of them"
}

/// A word without what changes when somebody else writes it: case, spaces of every kind, hyphens and underscores.
pub(super) fn folded(text: &str) -> String {
    let kept = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '_' | '\u{2010}' | '\u{2011}');
    text.chars().filter(kept).map(|c| c.to_ascii_lowercase()).collect()
}

/// The one of these words that is meant. No two of a set fold to one (a test holds that).
pub(super) fn meant<T: Copy>(text: &str, words: impl IntoIterator<Item = (&'static str, T)>) -> Option<T> {
    let wanted = folded(text);
    words.into_iter().find(|(word, _)| folded(word) == wanted).map(|(_, value)| value)
}

/// What Excel writes where it could not work a value out.
const ERRORS: [&str; 8] = ["#NAME?", "#REF!", "#VALUE!", "#N/A", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!"];

/// Why a value is the spreadsheet's and nobody's: a formula, an error, or a mark that means "this is text". Names of
/// people and systems may begin with an apostrophe ('t Hooft).
pub(super) fn not_a_value(text: &str, is_name: bool) -> Option<&'static str> {
    if text.starts_with(['=', '+', '@']) {
        return Some("a spreadsheet takes this for a formula; write the value itself");
    }
    if text.starts_with('\'') && !is_name {
        return Some("the apostrophe in front is a spreadsheet's mark for text; take it out");
    }
    ERRORS.contains(&text).then_some("the spreadsheet could not work this value out; write the value itself")
}

/// The word for no end.
pub(super) const NEVER: &str = "never";

pub(super) fn no_day(found: &str) -> String {
    format!("{found} is neither never nor a day, as 2027-10-01")
}
