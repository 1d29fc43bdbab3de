//! A pack that somebody brought, copied from its medium within limits before any of it is believed: what is verified and what
//! is used is the copy, so that no file is read twice from a medium, which could give something else the second time.

use crate::earlier::words;
use outside::NotOpened;
use protocol::Problem;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// How many files and folders, as many as the verifier takes: a plan of 20 000 keys leaves some ten for each.
const MOST_ITEMS: usize = 300_000;
/// How deep folders go.
const DEEPEST: usize = 8;
/// The largest file, in bytes, and the largest record: a plan of 20 000 keys leaves some 120 000 lines of less than a KiB.
const LARGEST: u64 = 64 * 1024 * 1024;
const LARGEST_RECORD: u64 = 256 * 1024 * 1024;
/// The longest line of a record, in bytes.
const LONGEST_LINE: u64 = 16 * 1024 * 1024;
/// All of them, in bytes.
const IN_ALL: u64 = 1024 * 1024 * 1024;
/// The record's name in a pack.
const RECORD: &str = "transcript.jsonl";

/// A copy, which is removed when it is no longer used.
pub(crate) struct Copied(PathBuf);

impl Copied {
    /// Copies a pack into a new folder within `room`, a run's own. A folder that is no pack is not read through, for it may
    /// be somebody's home: its copy is empty.
    pub(crate) fn of(pack: &Path, room: &Path) -> Result<Self, Problem> {
        static COPIES: AtomicU32 = AtomicU32::new(0);
        let own = format!("incoming-{}-{}", std::process::id(), COPIES.fetch_add(1, Ordering::Relaxed));
        let copy = Self(room.join(own));
        std::fs::create_dir(&copy.0).map_err(|e| store::disk(&copy.0, &e))?;
        let may_be = [RECORD, "HEAD", "SHA256SUMS"].map(|name| pack.join(name).symlink_metadata().is_ok());
        if may_be.contains(&true) {
            let mut left = Left { items: MOST_ITEMS, bytes: IN_ALL };
            left.copy(pack, &copy.0, DEEPEST).map_err(|why| words::pack_not_copied(&pack.display(), &why))?;
        }
        Ok(copy)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Copied {
    fn drop(&mut self) {
        // What a crash leaves is set aside when the run goes on.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// How much more may be copied.
struct Left {
    items: usize,
    bytes: u64,
}

impl Left {
    fn copy(&mut self, from: &Path, to: &Path, depth: usize) -> Result<(), String> {
        let cannot = |path: &Path, e: &std::io::Error| words::cannot_be_copied(&path.display(), e);
        for item in std::fs::read_dir(from).map_err(|e| cannot(from, &e))? {
            let item = item.map_err(|e| cannot(from, &e))?;
            self.items = self.items.checked_sub(1).ok_or_else(|| words::more_files_than(MOST_ITEMS))?;
            let (name, path) = (item.file_name(), item.path());
            if name.to_str().is_some_and(|name| outside::left_behind(name).is_some()) {
                continue;
            }
            let there = to.join(&name);
            if item.file_type().map_err(|e| cannot(&path, &e))?.is_dir() {
                let depth = depth.checked_sub(1).ok_or_else(|| words::deeper_than(DEEPEST))?;
                std::fs::create_dir(&there).map_err(|e| cannot(&there, &e))?;
                self.copy(&path, &there, depth)?;
            } else {
                let bytes = self.read(&path).map_err(|e| words::cannot_be_copied(&path.display(), &e))?;
                self.bytes = self.bytes.saturating_sub(bytes.len() as u64);
                std::fs::write(&there, bytes).map_err(|e| cannot(&there, &e))?;
            }
        }
        Ok(())
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, NotOpened> {
        if path.file_name().is_some_and(|name| name == RECORD) {
            outside::read_plain_lines(path, LARGEST_RECORD.min(self.bytes), LONGEST_LINE)
        } else {
            outside::read_plain(path, LARGEST.min(self.bytes))
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_pack_is_copied_within_limits_and_the_copy_goes() {
        let dir = tempfile::tempdir().unwrap();
        let (pack, room) = (dir.path().join("pack"), dir.path().join("room"));
        std::fs::create_dir_all(pack.join("bundle/deep")).unwrap();
        std::fs::create_dir(&room).unwrap();
        std::fs::write(pack.join("bundle/deep/file"), b"bytes").unwrap();
        let here = || std::fs::read_dir(&room).unwrap().count();
        // Nothing of a pack in it.
        assert_eq!(Copied::of(&pack, &room).unwrap().path().read_dir().unwrap().count(), 0);
        std::fs::write(pack.join("HEAD"), b"head").unwrap();
        std::fs::write(pack.join(".DS_Store"), b"left").unwrap();
        let copy = Copied::of(&pack, &room).unwrap();
        assert_eq!(outside::read(&copy.path().join("bundle/deep/file"), LARGEST).unwrap(), b"bytes");
        assert!(!copy.path().join(".DS_Store").exists());
        drop(copy);
        let refused = |make: &dyn Fn(&Path)| {
            let bad = pack.join("bad");
            make(&bad);
            let problem = Copied::of(&pack, &room).err().unwrap();
            let _ = std::fs::remove_file(&bad).or_else(|_| std::fs::remove_dir_all(&bad));
            assert_eq!((problem.code.as_str(), here()), ("pack-not-copied", 0));
        };
        refused(&|bad| std::fs::File::create(bad).unwrap().set_len(3 << 30).unwrap());
        refused(&|bad| std::os::unix::fs::symlink("/etc/passwd", bad).unwrap());
        refused(&|bad| std::fs::create_dir_all(bad.join("2/3/4/5/6/7/8/9/10")).unwrap());
    }
}
