//! A record read as it lies, without opening it for writing: where it stands, and every entry up to the first bad one.
use crate::replay::Replay;
use crate::types::{Entry, Head, Kind, Obligation};

/// What a record says.
#[derive(Debug)]
pub struct Reading {
    /// The entries that hold, in order.
    pub entries: Vec<Entry>,
    /// How far they go.
    pub head: Head,
    /// Obligations opened and not closed, oldest first.
    pub open: Vec<Obligation>,
    /// `Closed` or `Abandoned`, once it is.
    pub ended: Option<Kind>,
    /// The first line that does not hold: its number, from 1, and what is wrong with it.
    pub bad: Option<(u64, String)>,
}

impl Reading {
    /// Reads a transcript's bytes. A last line without its newline was never acknowledged and is passed over.
    pub fn of(bytes: &[u8]) -> Self {
        let whole = bytes.iter().rposition(|b| *b == b'\n').unwrap_or(0);
        let mut replay = Replay::new();
        let lines = bytes.get(..whole).unwrap_or_default().split(|b| *b == b'\n');
        let bad = replay.take(lines).err().map(|why| (replay.next(), why));
        let head = replay.head();
        Self { entries: replay.entries, head, open: replay.open, ended: replay.ended, bad }
    }
}
