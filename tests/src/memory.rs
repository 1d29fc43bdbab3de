//! What a process has in its memory: for who may look, which is root alone.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

/// How often these texts stand in what a process can write to, all together; none where this user may not look.
pub fn times_in(process: u32, texts: &[&str]) -> Option<usize> {
    let mut memory = File::open(format!("/proc/{process}/mem")).ok()?;
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).ok()?;
    let mut times = 0;
    for line in maps.lines() {
        let (range, rest) = line.split_once(' ')?;
        if !rest.starts_with("rw") {
            continue;
        }
        let (from, to) = range.split_once('-')?;
        let (from, to) = (u64::from_str_radix(from, 16).ok()?, u64::from_str_radix(to, 16).ok()?);
        let mut bytes = vec![0; usize::try_from(to - from).ok()?];
        memory.seek(SeekFrom::Start(from)).ok()?;
        // Guarded pages, and those that are shown to nobody, cannot be read.
        if memory.read_exact(&mut bytes).is_ok() {
            times += texts.iter().map(|text| memchr::memmem::find_iter(&bytes, text).count()).sum::<usize>();
        }
    }
    Some(times)
}
