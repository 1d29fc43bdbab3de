//! Passphrases that were refused of late, in whichever ceremony of a mode: who guesses does not begin anew with a new ceremony,
//! or with one that is resumed before anything is signed. A file beside the runs, a line each: when, in Unix seconds, and whose
//! it was not. It only slows down; what the record says of refusals is in the record.

use std::fs::OpenOptions;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// The file, in the folder of a mode.
const FILE: &str = "refused-sign-ins.txt";
/// For how long one counts, in seconds.
const COUNTS: i64 = 60 * 60;
/// The end of the file that is read, in bytes: a line has some 20.
const READ: u64 = 64 * 1024;

/// Notes one of a person's. What cannot be noted slows nobody down, and the record has it all the same.
pub(crate) fn note(mode: &Path, now: i64, person: &str) {
    let file = OpenOptions::new().append(true).create(true).mode(0o600).open(mode.join(FILE));
    let _ = file.and_then(|mut file| file.write_all(format!("{now} {person}\n").as_bytes()));
}

/// How many of a person's were refused of late. One that is later than now counts: a clock can be set.
pub(crate) fn lately(mode: &Path, now: i64, person: &str) -> u32 {
    let path = mode.join(FILE);
    let Ok((file, size)) = outside::file(&path) else { return 0 };
    let mut text = Vec::new();
    let skipped = size.saturating_sub(READ);
    let mut file = std::io::BufReader::new(file);
    if std::io::Seek::seek(&mut file, std::io::SeekFrom::Start(skipped)).is_err()
        || file.take(READ).read_to_end(&mut text).is_err()
    {
        return 0;
    }
    let theirs = |line: &&str| {
        let at =
            line.split_once(' ').filter(|(_, id)| *id == person).and_then(|(at, _)| at.parse::<i64>().ok());
        at.is_some_and(|at| now.saturating_sub(at) < COUNTS)
    };
    u32::try_from(String::from_utf8_lossy(&text).lines().filter(theirs).count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_counts_for_an_hour_and_for_its_person() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(lately(dir.path(), 10_000, "a"), 0);
        for (at, person) in [(1_000, "a"), (9_000, "a"), (9_500, "b"), (9_900, "a"), (20_000, "a")] {
            note(dir.path(), at, person);
        }
        assert_eq!(lately(dir.path(), 10_000, "a"), 3);
        assert_eq!(lately(dir.path(), 10_000, "b"), 1);
        assert_eq!(lately(dir.path(), 10_000, "c"), 0);
        assert_eq!(lately(dir.path(), 13_500, "a"), 1);
        for _ in 0..10_000 {
            note(dir.path(), 9_999, "c");
        }
        assert!(lately(dir.path(), 10_000, "c") > 1_000);
    }
}
