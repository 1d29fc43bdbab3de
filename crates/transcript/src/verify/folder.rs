//! What lies in a folder, before any of it is believed.
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use outside::LARGEST_RECORD;

use super::words;
use crate::names::{HEAD, SUMS, TRANSCRIPT};

/// What lies below a folder.
#[derive(Default)]
pub(crate) struct Within {
    /// Every file, by relative name.
    pub(crate) files: BTreeSet<String>,
    /// What an operating system left behind: the relative name, a folder's with `/` at its end, and what left it. None
    /// of it was read or entered.
    pub(crate) left: BTreeMap<String, &'static str>,
    /// How many files and folders were seen.
    items: usize,
}

/// How many files and folders a pack has at most: a plan of 20 000 keys leaves a folder of some ten files for each.
const MOST_ITEMS: usize = 300_000;
/// How deep its folders go at most.
const DEEPEST: usize = 8;
/// The largest file beside the record, in bytes.
const LARGEST_FILE: u64 = 64 * 1024 * 1024;
/// The longest line of a record, in bytes.
pub(super) const LONGEST_LINE: u64 = 16 * 1024 * 1024;

/// What lies below a folder. Anything but plain files and folders is an error, and so is more than any pack has.
pub(crate) fn names_in(folder: &Path) -> Result<Within, String> {
    fn walk(folder: &Path, prefix: &str, into: &mut Within) -> Result<(), String> {
        if prefix.matches('/').count() > DEEPEST {
            return Err(words::too_deep(prefix, DEEPEST));
        }
        let cannot = |error: std::io::Error| words::cannot_be_read(folder.display(), error);
        for item in std::fs::read_dir(folder).map_err(cannot)? {
            let item = item.map_err(cannot)?;
            into.items += 1;
            if into.items > MOST_ITEMS {
                return Err(words::too_many(MOST_ITEMS));
            }
            let kind = item.file_type().map_err(cannot)?;
            let shown = item.file_name();
            let plain = shown.to_str().ok_or_else(|| words::not_utf8(prefix, shown.display()))?;
            let name = format!("{prefix}{plain}");
            let left = outside::left_behind(plain).filter(|_| kind.is_dir() || kind.is_file());
            if let Some(by) = left {
                into.left.insert(if kind.is_dir() { format!("{name}/") } else { name }, by);
            } else if kind.is_dir() {
                walk(&item.path(), &format!("{name}/"), into)?;
            } else if kind.is_file() {
                into.files.insert(name);
            } else {
                return Err(words::neither_file_nor_folder(name));
            }
        }
        Ok(())
    }
    let mut into = Within::default();
    walk(folder, "", &mut into)?;
    Ok(into)
}

/// Every file of a pack with its bytes; a medium may claim to hold more than any pack has.
pub(super) fn bytes_of(dir: &Path, names: &BTreeSet<String>) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let mut left = 2 * LARGEST_RECORD;
    let mut files = BTreeMap::new();
    for name in names {
        let path = dir.join(name);
        let bytes = if name == TRANSCRIPT {
            outside::read_plain_lines(&path, LARGEST_RECORD.min(left), LONGEST_LINE)
        } else {
            outside::read_plain(&path, LARGEST_FILE.min(left))
        };
        let bytes = bytes.map_err(|error| words::file_is(name, error))?;
        left = left.saturating_sub(bytes.len() as u64);
        files.insert(name.clone(), bytes);
    }
    Ok(files)
}

/// Whether a folder can be a pack at all: what has none of these is not read through, for it may be somebody's home.
pub(super) fn may_be_pack(dir: &Path) -> bool {
    [TRANSCRIPT, HEAD, SUMS].iter().any(|name| dir.join(name).symlink_metadata().is_ok())
}
