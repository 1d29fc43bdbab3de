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

/// The first entry of a record, read from the first of its lines alone; none where that does not hold.
pub fn first(transcript: &[u8]) -> Option<Entry> {
    let end = transcript.iter().position(|b| *b == b'\n').map_or(0, |at| at + 1);
    Reading::of(transcript.get(..end).unwrap_or_default()).entries.into_iter().next()
}

/// When a record begins, UTC; nothing where its first line does not hold.
pub fn begun(transcript: &[u8]) -> String {
    first(transcript).map(|entry| entry.utc).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Draft, Level, SystemClock};

    #[test]
    fn an_unfinished_line_is_passed_over_and_a_bad_one_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record");
        let first = Draft::new(Kind::Opened).fact(Level::Public, "mode", "rehearsal");
        let mut journal = crate::Journal::create(&path, first, Box::new(SystemClock::default())).unwrap();
        for _ in 0..3 {
            journal.append(Draft::new(Kind::Note).opens("x", "Do x").closes("x")).err();
        }
        journal.append(Draft::new(Kind::Note).opens("x", "Do x")).unwrap();
        journal.append(Draft::new(Kind::Abandoned)).unwrap();
        let good = std::fs::read(&path).unwrap();
        let ends: Vec<usize> =
            good.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at).collect();
        for at in 0..good.len() {
            let reading = Reading::of(&good[..at]);
            let whole = ends.iter().filter(|end| **end < at).count();
            assert_eq!(reading.entries.len(), whole, "{at}");
            assert_eq!(reading.bad.is_none(), whole > 0, "{at}");
        }
        let all = Reading::of(&good);
        assert_eq!((all.entries.len(), all.ended, all.open.len()), (ends.len(), Some(Kind::Abandoned), 1));
        assert_eq!(all.head, journal.head());
        let mut bad = good.clone();
        bad[ends[1] - 3] ^= 1;
        let reading = Reading::of(&bad);
        assert_eq!((reading.entries.len(), reading.bad.map(|(at, _)| at)), (1, Some(2)));
    }
}
