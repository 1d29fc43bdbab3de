//! That plan and backups are as many, each line has one of each, and no key stands for two lines: asked before every
//! outcome. What holds when the record ends is in `rules.rs`.

use crate::cloud::by_line::{each_once, kept_apart, notes};
use crate::plan::words;
use engine::Past;
use facts::Named as _;
use protocol::Problem;
use std::collections::BTreeMap;
use transcript::Entry;

/// The wrapped files of this set, by line.
pub(in crate::plan) fn backed(past: Past<'_>, set: &str) -> Result<BTreeMap<u64, String>, Problem> {
    let of_set = |e: &Entry| facts::PLAN_BACKUP_SET.within(e).as_deref() == Some(set);
    files_of(notes(past, &facts::PLAN_BACKUP_FILE).filter(|(_, e)| of_set(e)))
}

fn files_of<'r>(said: impl Iterator<Item = (u64, &'r Entry)>) -> Result<BTreeMap<u64, String>, Problem> {
    let each = each_once(words::BACKED_UP, said)?;
    let name = |e: &Entry| facts::PLAN_BACKUP_FILE.within(e).unwrap_or_default();
    let files: BTreeMap<u64, String> = each.iter().map(|(line, e)| (*line, name(e))).collect();
    // AES-KWP (RFC 5649) has no random part: under one wrapping key one key wraps to the same bytes, another to others.
    let digest = |e: &Entry| {
        let name = name(e);
        e.files.iter().find(|f| f.name == name).map(|f| f.sha256.clone())
    };
    kept_apart(each.iter().map(|(line, e)| (*line, digest(e))))?;
    kept_apart(files.iter().map(|(line, name)| (*line, name)))?;
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::earlier::plan::tests::entry;
    use serde_json::json;
    use transcript::Kind;

    #[test]
    fn one_wrapped_file_for_two_lines_is_refused() {
        let backed = |name: &str, bytes: &[u8]| {
            entry(Kind::Note, json!({ "plan-backup-file": name }), Some((name, bytes)))
        };
        let (two, three) = (backed("two.kwp", b"two"), backed("three.kwp", b"three"));
        let files = |second: &Entry| files_of([(2, &two), (3, second)].into_iter());
        assert_eq!(files(&three).unwrap(), [(2, "two.kwp".to_owned()), (3, "three.kwp".to_owned())].into());
        for second in [&two, &backed("three.kwp", b"two"), &backed("two.kwp", b"three")] {
            assert!(files(second).unwrap_err().happened.contains("lines 2 and 3 have one and the same key"));
        }
    }
}
