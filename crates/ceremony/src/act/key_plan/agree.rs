//! That plan, keys, backups and bundles are as many, each line has one of each, and no key stands for two lines. Asked
//! before every outcome and again before the record is closed: a number that somebody counted wrong would otherwise give
//! one key to several clouds, and the backup of one key for all.

use super::{notes, text};
use crate::act::out_of_order;
use crate::conform;
use crate::engine::Engine;
use protocol::Problem;
use std::collections::BTreeMap;
use transcript::Entry;

/// The lines of the plan that the record is about, as it was read.
pub(super) fn lines(engine: &Engine<'_>) -> Result<Vec<u64>, Problem> {
    let lines = conform::plan_lines(engine.journal.entries()).map_err(|why| disagrees(&why))?;
    if lines.is_empty() { Err(out_of_order()) } else { Ok(lines) }
}

/// What the record says was done with each line, where it says so once of each.
pub(super) fn each_once<'e>(
    done: &str,
    said: impl Iterator<Item = (u64, &'e Entry)>,
) -> Result<BTreeMap<u64, &'e Entry>, Problem> {
    let mut each = BTreeMap::new();
    for (line, entry) in said {
        if each.insert(line, entry).is_some() {
            return Err(disagrees(&format!("the key of line {line} was {done} twice")));
        }
    }
    Ok(each)
}

/// Refuses where what was done, was done with other lines than the plan has.
pub(super) fn same_lines(
    done: &str,
    plan: impl Iterator<Item = u64>,
    found: impl Iterator<Item = u64>,
) -> Result<(), Problem> {
    let (plan, found): (Vec<u64>, Vec<u64>) = (plan.collect(), found.collect());
    if plan == found {
        return Ok(());
    }
    Err(disagrees(&format!("the plan has {} lines, and {} keys were {done}", plan.len(), found.len())))
}

/// Refuses where two lines have what only one can have: a label in the token, a public half, a wrapped file.
pub(super) fn kept_apart<T: Ord>(lines: impl Iterator<Item = (u64, T)>) -> Result<(), Problem> {
    let mut seen = BTreeMap::new();
    for (line, of_key) in lines {
        if let Some(first) = seen.insert(of_key, line) {
            return Err(one_key(first, line));
        }
    }
    Ok(())
}

/// The refusal of one key for two lines.
pub(super) fn one_key(first: u64, second: u64) -> Problem {
    disagrees(&format!("lines {first} and {second} have one and the same key"))
}

/// The wrapped files of this set, by line.
pub(super) fn backed(engine: &Engine<'_>, set: &str) -> Result<BTreeMap<u64, String>, Problem> {
    files_of(notes(engine, "plan-backup-file").filter(|(_, e)| text(e, "plan-backup-set") == set))
}

fn files_of<'e>(said: impl Iterator<Item = (u64, &'e Entry)>) -> Result<BTreeMap<u64, String>, Problem> {
    let each = each_once("backed up", said)?;
    // AES-KWP (RFC 5649) has no random part: under one wrapping key one key wraps to the same bytes, another to others.
    let digest = |entry: &Entry| {
        let name = text(entry, "plan-backup-file");
        entry.files.iter().find(|f| f.name == name).map(|f| f.sha256.clone())
    };
    kept_apart(each.iter().map(|(line, e)| (*line, digest(e))))?;
    kept_apart(each.iter().map(|(line, e)| (*line, text(e, "plan-backup-file"))))?;
    Ok(each.into_iter().map(|(line, e)| (line, text(e, "plan-backup-file").to_owned())).collect())
}

/// The folders of the bundles, by line.
pub(super) fn wrapped<'e>(engine: &'e Engine<'_>) -> Result<BTreeMap<u64, &'e str>, Problem> {
    folders_of(notes(engine, "plan-wrapped-check-value"))
}

fn folders_of<'e>(said: impl Iterator<Item = (u64, &'e Entry)>) -> Result<BTreeMap<u64, &'e str>, Problem> {
    let each = each_once("wrapped", said)?;
    let folders: BTreeMap<u64, &str> =
        each.into_iter().map(|(line, e)| (line, text(e, "plan-bundle-folder"))).collect();
    kept_apart(folders.iter().map(|(line, folder)| (*line, *folder)))?;
    Ok(folders)
}

/// Asks of the whole record, before it ends, what everybody who verifies it will ask.
pub(in crate::act) fn at_close(engine: &Engine<'_>) -> Result<(), Problem> {
    lines(engine)?;
    conform::plan_filled(engine.journal.entries(), true).map_err(|departure| disagrees(&departure.why))
}

fn disagrees(why: &str) -> Problem {
    Problem::new(
        "plan-does-not-agree",
        format!("The record and the plan do not agree: {why}."),
        "Nothing more was made, wrapped or closed. What was made is in the token.",
        "Stop, and import none of these bundles: this program is at fault, or somebody changed the run's folder. Give the \
         ceremony up, delete its keys in the token, and begin again with another copy of the program.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::act::key_plan::earlier::tests::entry;
    use serde_json::json;
    use transcript::Kind;

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
    fn one_wrapped_file_or_bundle_for_two_lines_is_refused() {
        let backed = |name: &str, bytes: &[u8]| {
            entry(Kind::Note, json!({ "plan-backup-file": name }), Some((name, bytes)))
        };
        let (two, three) = (backed("two.kwp", b"two"), backed("three.kwp", b"three"));
        let files = |second: &Entry| files_of([(2, &two), (3, second)].into_iter());
        assert_eq!(files(&three).unwrap(), [(2, "two.kwp".to_owned()), (3, "three.kwp".to_owned())].into());
        for second in [&two, &backed("three.kwp", b"two"), &backed("two.kwp", b"three")] {
            assert!(files(second).unwrap_err().happened.contains("lines 2 and 3 have one and the same key"));
        }
        let bundle = |folder: &str| entry(Kind::Note, json!({ "plan-bundle-folder": folder }), None);
        let (two, three) = (bundle("bundles/line-2-7"), bundle("bundles/line-3-8"));
        assert_eq!(folders_of([(2, &two), (3, &three)].into_iter()).unwrap().len(), 2);
        assert!(folders_of([(2, &two), (3, &two)].into_iter()).is_err());
        assert!(folders_of([(2, &two), (2, &three)].into_iter()).is_err());
    }
}
