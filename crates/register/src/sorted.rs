//! What belongs together in lists that are sorted, found by search.

use crate::sheets::Sheet;

/// The sheets of one set among all, which are listed by set and share.
pub(crate) fn sheets_of<'s>(sheets: &'s [Sheet], set: &str) -> &'s [Sheet] {
    run_of(sheets, |sheet| sheet.set.as_str(), set)
}

/// Those of a list in order of `by` whose `by` is this.
pub(crate) fn run_of<'l, T>(list: &'l [T], by: impl Fn(&T) -> &str, this: &str) -> &'l [T] {
    let from = list.partition_point(|item| by(item) < this);
    let rest = list.get(from..).unwrap_or_default();
    rest.get(..rest.partition_point(|item| by(item) == this)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::run_of;

    #[test]
    fn all_that_belong_together_are_found_and_no_others() {
        let list = ["a", "b", "b", "b", "d", "d"];
        for (this, many) in [("a", 1), ("b", 3), ("c", 0), ("d", 2), ("e", 0), ("", 0)] {
            let found = run_of(&list, |item| item, this);
            assert_eq!((found.len(), found.iter().all(|item| *item == this)), (many, true), "{this}");
        }
        assert!(run_of(&[] as &[&str], |item| item, "a").is_empty());
    }
}
