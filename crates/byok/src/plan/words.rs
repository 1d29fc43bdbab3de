//! How people and their spreadsheets write what a plan holds: words that are taken as meant, and values that are not what
//! anybody meant.

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
