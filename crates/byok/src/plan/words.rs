//! What is said of a plan's faults.

use crate::arrived::Wanted;
use crate::says::says;

pub(super) const WANTED: Wanted = Wanted {
    what: "the key plan as CSV in UTF-8",
    how: "In the spreadsheet, choose Save as and the type CSV UTF-8, and carry that file in.",
};
pub(super) const EMPTY: &str = "it is empty";
pub(super) const NO_KEY: &str = "it names no key";
pub(super) const SAME_LINE: &str = "two rows have this line; this is a fault of this program";
pub(super) const NOT_PLAIN: &str = "it holds control characters or is longer than 256";
pub(super) const NO_FOLDER: &str = "it must be a file's name without a folder";

says! {
    too_many_bytes(bytes: usize) "{bytes} bytes are too many"
    too_many_keys(most: usize) "a plan holds at most {most} keys; split it"
    because(value: &str, why: &str) "\"{value}\": {why}"
    not_one_of(value: &str, all: &str) "{value:?} is not one of {all}"
    unanswered(question: &str, example: &str) "it is empty; {question} ({example})"
    same_file(first: u64) "line {first} uses the same file, which is for one key only; fetch another set"
    same_place(first: u64) "line {first} makes the same key at the same place"
    parameters_for(algorithm: &str) "the parameters are for {algorithm}; write that, or fetch others"
}

/// The word for no end.
pub(super) const NEVER: &str = "never";

pub(super) fn no_day(found: &str) -> String {
    format!("{found} is neither never nor a day, as 2027-10-01")
}
