//! What a record says of the lines of a key plan: that each line has one of everything, and no key stands for two lines. A
//! number that somebody counted wrong would otherwise give one key to several clouds, and the backup of one key for all.

use crate::cloud::words;
use crate::earlier::plan::plan_lines;
use engine::Past;
use engine::words::out_of_order;
use facts::{AnyFact, Named as _};
use protocol::Problem;
use std::collections::BTreeMap;
use transcript::{Entry, Kind};

/// The lines of the plan that the record is about, as it was read.
pub(crate) fn lines(past: Past<'_>) -> Result<Vec<u64>, Problem> {
    let lines = plan_lines(past.entries).map_err(|why| words::plan_disagrees(&why))?;
    if lines.is_empty() { Err(out_of_order()) } else { Ok(lines) }
}

/// The notes of one line that have this fact.
pub(crate) fn notes<'r>(
    past: Past<'r>,
    fact: &'static dyn AnyFact,
) -> impl DoubleEndedIterator<Item = (u64, &'r Entry)> {
    past.entries.iter().filter_map(move |e| {
        let line = facts::PLAN_LINE.within(e)?;
        (e.kind == Kind::Note && e.value(fact.called()).is_some()).then_some((line, e))
    })
}

/// What the record says was done with each line, where it says so once of each.
pub(crate) fn each_once<'r>(
    done: &str,
    said: impl Iterator<Item = (u64, &'r Entry)>,
) -> Result<BTreeMap<u64, &'r Entry>, Problem> {
    let mut each = BTreeMap::new();
    for (line, entry) in said {
        if each.insert(line, entry).is_some() {
            return Err(words::plan_disagrees(&words::done_twice(line, done)));
        }
    }
    Ok(each)
}

/// Refuses where what was done, was done with other lines than the plan has.
pub(crate) fn same_lines(
    done: &str,
    plan: impl Iterator<Item = u64>,
    found: impl Iterator<Item = u64>,
) -> Result<(), Problem> {
    let (plan, found): (Vec<u64>, Vec<u64>) = (plan.collect(), found.collect());
    if plan == found {
        return Ok(());
    }
    Err(words::plan_disagrees(&words::another_number(plan.len(), done, found.len())))
}

/// Refuses where two lines have what only one can have: a label in the token, a public half, a wrapped file.
pub(crate) fn kept_apart<T: Ord>(lines: impl Iterator<Item = (u64, T)>) -> Result<(), Problem> {
    let mut seen = BTreeMap::new();
    for (line, of_key) in lines {
        if let Some(first) = seen.insert(of_key, line) {
            return Err(one_key(first, line));
        }
    }
    Ok(())
}

/// The refusal of one key for two lines.
pub(crate) fn one_key(first: u64, second: u64) -> Problem {
    words::plan_disagrees(&words::one_key_for(first, second))
}

/// The folders of the bundles, by line.
pub(crate) fn wrapped(past: Past<'_>) -> Result<BTreeMap<u64, String>, Problem> {
    folders_of(notes(past, &facts::PLAN_WRAPPED_CHECK_VALUE))
}

fn folders_of<'r>(said: impl Iterator<Item = (u64, &'r Entry)>) -> Result<BTreeMap<u64, String>, Problem> {
    let each = each_once(words::WRAPPED, said)?;
    let folder = |e: &Entry| facts::PLAN_BUNDLE_FOLDER.within(e).unwrap_or_default();
    let folders: BTreeMap<u64, String> = each.into_iter().map(|(line, e)| (line, folder(e))).collect();
    kept_apart(folders.iter().map(|(line, folder)| (*line, folder)))?;
    Ok(folders)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::earlier::plan::tests::entry;
    use serde_json::json;

    #[test]
    fn no_two_lines_become_one_and_none_is_missing() {
        let note = entry(Kind::Note, json!({}), None);
        let said = |lines: &[u64]| {
            let each: Vec<_> = lines.iter().map(|line| (*line, &note)).collect();
            each_once("made", each.into_iter()).map(|all| all.len()).map_err(|p| p.happened)
        };
        assert_eq!(said(&[2, 3]), Ok(2));
        assert!(said(&[2, 3, 2]).unwrap_err().contains("the key of line 2 was made twice"));
        let same = |found: &[u64]| same_lines("wrapped", [2, 3].into_iter(), found.iter().copied());
        assert!(same(&[2, 3]).is_ok());
        for other in [&[2][..], &[2, 4], &[2, 3, 4], &[3, 2], &[]] {
            assert!(same(other).unwrap_err().happened.contains("the plan has 2 lines"), "{other:?}");
        }
        assert!(kept_apart([(2, "a"), (3, "b")].into_iter()).is_ok());
        let why = kept_apart([(2, "a"), (3, "b"), (4, "a")].into_iter()).unwrap_err().happened;
        assert!(why.contains("lines 2 and 4 have one and the same key"), "{why}");
    }

    #[test]
    fn one_bundle_for_two_lines_is_refused() {
        let bundle = |folder: &str| entry(Kind::Note, json!({ "plan-bundle-folder": folder }), None);
        let (two, three) = (bundle("bundles/line-2-7"), bundle("bundles/line-3-8"));
        assert_eq!(folders_of([(2, &two), (3, &three)].into_iter()).unwrap().len(), 2);
        assert!(folders_of([(2, &two), (3, &two)].into_iter()).is_err());
        assert!(folders_of([(2, &two), (2, &three)].into_iter()).is_err());
    }
}
