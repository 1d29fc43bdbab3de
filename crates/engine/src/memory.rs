//! What the token remembers of the record, so that nobody can take it back in time: the newest head of every ceremony that
//! is in progress, and how far the list of ended ceremonies goes. Whoever writes files in the state folder while the room
//! is closed can cut a record at an earlier signature and finish it another way; without the PIN they cannot make the
//! token forget. Records and token can be behind one another for one reason only: the record is written first.

use crate::core::At;
use crate::stage::{Halt, TokenRefusal};
use crate::words;
use data_encoding::HEXLOWER;
use protocol::{Mode, Problem};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tokens::{Note, Token, TokenError};
use transcript::runs::{EndedRun, Place, Runs};
use transcript::{Entry, Head, Kind};

/// The file of a mode's list of ended ceremonies, beside the folder of its runs.
const ENDED: &str = "ended.jsonl";

/// Larger than any list: a line has some 500 bytes.
const LARGEST_LIST: u64 = 64 * 1024 * 1024;

/// The folder of the mode, in which a run's folder and the list of ended ceremonies lie.
pub(crate) fn mode_of(run: &Path) -> &Path {
    run.parent().and_then(Path::parent).unwrap_or(run)
}

/// Where the list lies for a run in this folder.
fn list_of(run: &Path) -> PathBuf {
    mode_of(run).join(ENDED)
}

/// The list of ended ceremonies that a run in this folder belongs to; empty where none has ended.
pub(crate) fn ended(run: &Path) -> Result<Runs, Problem> {
    read(&list_of(run))
}

/// The list of ended ceremonies in the folder of a mode, where it holds in itself; empty where none has ended.
pub fn ended_list(mode: &Path) -> Result<Runs, Problem> {
    read(&mode.join(ENDED))
}

/// The same as it lies there, for who only wants to know whether it is another; empty where none has ended.
pub fn ended_bytes(mode: &Path) -> Result<Vec<u8>, Problem> {
    bytes(&mode.join(ENDED))
}

fn bytes(path: &Path) -> Result<Vec<u8>, Problem> {
    if path.exists() { store::read_outside(path, LARGEST_LIST) } else { Ok(Vec::new()) }
}

fn read(path: &Path) -> Result<Runs, Problem> {
    Runs::read(&bytes(path)?).map_err(|why| words::ended_list_bad(&why))
}

/// The label under which a ceremony's newest head is kept.
fn of_run(run: &str) -> String {
    format!("cofferdam-run-{run}")
}

/// How the labels begin under which the lengths of lists of a mode are kept.
fn of_lists(mode: Mode) -> String {
    format!("cofferdam-ended-{}-", mode.word())
}

/// The label of one: a list is named by its mode and its first run.
fn of_list(mode: Mode, first: &str) -> String {
    of_lists(mode) + first
}

/// A number and 32 bytes, as they are kept: a line of ASCII.
fn kept(number: u64, hex: &str) -> String {
    format!("{number} {hex}")
}

/// What [`kept`] wrote, and nothing else.
fn read_back(value: &[u8]) -> Option<(u64, [u8; 32])> {
    let (number, hex) = std::str::from_utf8(value).ok()?.split_once(' ')?;
    let (number, bytes) = (number.parse().ok()?, HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok()?);
    (kept(number, hex).as_bytes() == value).then_some((number, bytes))
}

/// The farthest of what is kept under a label: a crash can have left what was to be replaced. What is there and cannot be
/// read was written by somebody else.
fn farthest(notes: &[Note], label: &str) -> Result<Option<(u64, [u8; 32])>, Problem> {
    let own = notes.iter().filter(|note| note.label == label);
    let read: Option<Vec<_>> = own.map(|note| read_back(&note.value)).collect();
    let read = read.ok_or_else(|| words::memory_changed(label))?;
    Ok(read.into_iter().max_by_key(|(number, _)| *number))
}

/// Whether a record reaches what is remembered of it; before the first signature that is nothing at all.
fn reaches(entries: &[Entry], (number, chain): (u64, [u8; 32])) -> bool {
    match usize::try_from(number).unwrap_or(usize::MAX).checked_sub(1) {
        None => chain == [0; 32],
        Some(at) => entries.get(at).is_some_and(|entry| entry.chain == chain),
    }
}

impl At<'_, '_> {
    /// Before the first signature of a run: holds the record and the list of ended ceremonies against what the token
    /// remembers, and has it remember this run; a token without data objects does not. Gives how many other lists the token
    /// remembers, of other workstations or of this one before its list was lost.
    pub(crate) fn has_token_remember(&mut self) -> Result<u64, Halt> {
        let other_lists = self.agrees_with_memory()?;
        if !self.core.remembers {
            let (label, begun) = (of_run(&self.core.run), kept(0, &HEXLOWER.encode(&[0; 32])));
            self.core.remembers = self.tried(|token| token.keep(&label, begun.as_bytes()))?.is_ok();
        }
        Ok(other_lists)
    }

    /// Refuses a record that does not reach what the token remembers of it, and a list of ended ceremonies that does not.
    /// Notes whether the token remembers this run, and gives how many other lists it does.
    pub(crate) fn agrees_with_memory(&mut self) -> Result<u64, Halt> {
        let run = self.core.run.clone();
        let notes = self.recalled()?;
        let runs = self.agrees_on_the_list(&notes)?;
        let entries = self.core.journal.entries();
        let signed = entries.iter().any(|e| e.kind == Kind::Checkpoint);
        let said = self.core.past().newest(&facts::TOKEN_REMEMBERS);
        let head = self.core.journal.head();
        let is_listed_so = runs.of(&run).map(|ended| ended.head == head);
        let remembered = farthest(&notes, &of_run(&run))?;
        match (remembered, is_listed_so) {
            (_, Some(false)) => return Err(words::run_ended_before().into()),
            (Some(head), None) => {
                if !reaches(entries, head) {
                    return Err(words::record_goes_back(head.0, entries.len()).into());
                }
            }
            (None, None) if signed && said.as_deref() == Some("yes") => {
                return Err(words::run_not_remembered().into());
            }
            // It ended like this, and only its pack is missing; or there is nothing to remember yet.
            (_, Some(true)) | (None, None) => {}
        }
        self.core.remembers = remembered.is_some();
        Ok(self.other_lists(&notes, &runs))
    }

    fn other_lists(&self, notes: &[Note], runs: &Runs) -> u64 {
        let own = runs.ended().first().map(|first| of_list(self.plan.mode, &first.run));
        let lists = of_lists(self.plan.mode);
        let labels = notes.iter().map(|note| &note.label);
        let others = labels.filter(|label| label.starts_with(&lists) && Some(*label) != own.as_ref());
        others.collect::<BTreeSet<_>>().len() as u64
    }

    /// The list of ended ceremonies, where it reaches what the token remembers of it.
    fn agrees_on_the_list(&mut self, notes: &[Note]) -> Result<Runs, Halt> {
        let runs = ended(&self.core.folder)?;
        let lines = runs.ended().len();
        // What the run was begun after is on the list for ever.
        let past = self.core.past();
        if let Some((lines_before, digest)) =
            past.newest(&facts::RUNS_ENDED_BEFORE).zip(past.newest(&facts::ENDED_LIST_SHA256))
            && !runs.goes_through(&Place { lines: lines_before, digest })
        {
            return Err(words::ended_list_cut(lines_before, lines).into());
        }
        let Some(first) = runs.ended().first() else { return Ok(runs) };
        let label = of_list(self.plan.mode, &first.run);
        if let Some((lines_known, digest)) = farthest(notes, &label)?
            && !runs.goes_through(&Place { lines: lines_known, digest: HEXLOWER.encode(&digest) })
        {
            return Err(words::ended_list_cut(lines_known, lines).into());
        }
        Ok(runs)
    }

    /// Has the token remember the record as it stands now. What it misses, it gets with the next signature.
    pub(crate) fn remember(&mut self) {
        if !self.core.remembers {
            return;
        }
        let Head { entries, chain } = self.core.journal.head();
        let label = of_run(&self.core.run);
        if let Some(token) = self.core.token.as_mut() {
            let _ = token.keep(&label, kept(entries, &HEXLOWER.encode(&chain)).as_bytes());
        }
    }

    /// Puts the record that has ended, and is signed, on the list, and has the token remember the list in place of the
    /// record. Done again after a crash in between, without doing anything twice.
    pub(crate) fn list_as_ended(&mut self) -> Result<(), Halt> {
        let how = if self.core.past().ended_as(Kind::Closed) { Kind::Closed } else { Kind::Abandoned };
        let one = EndedRun { run: self.core.run.clone(), how, head: self.core.journal.head() };
        let path = list_of(&self.core.folder);
        let lock = store::locked(&path)?;
        let mut runs = ended(&self.core.folder)?;
        match runs.of(&one.run) {
            Some(listed) if listed.head != one.head => return Err(words::run_ended_before().into()),
            Some(_) => {}
            None => {
                let line = self.with_signer(|_, signer| runs.next(&one, signer).map_err(words::journal))?;
                store::append(&path, runs.bytes(), &line)?;
                runs = ended(&self.core.folder)?;
            }
        }
        drop(lock);
        let (Some(first), Some(place)) = (runs.ended().first(), runs.place()) else { return Ok(()) };
        let (list, run) = (of_list(self.plan.mode, &first.run), of_run(&one.run));
        if !self.core.remembers {
            return Ok(());
        }
        let value = kept(place.lines, &place.digest);
        self.tried(|token| token.keep(&list, value.as_bytes()).and_then(|()| token.forget(&run)))?
            .map_err(TokenRefusal::from)?;
        self.core.remembers = false;
        Ok(())
    }

    /// A token without data objects remembers nothing.
    fn recalled(&mut self) -> Result<Vec<Note>, Halt> {
        Ok(self.tried(|token| token.recall())?.unwrap_or_default())
    }

    /// Tries something on the token; one that is gone, or signed everybody out, is let go of.
    fn tried<T>(
        &mut self,
        work: impl FnOnce(&mut dyn Token) -> Result<T, TokenError>,
    ) -> Result<Result<T, TokenError>, Halt> {
        self.unlocks()?;
        let Some(token) = self.core.token.as_mut() else { return Err(words::out_of_order().into()) };
        match work(token.as_mut()).map_err(TokenRefusal::from) {
            Ok(done) => Ok(Ok(done)),
            Err(TokenRefusal::Refused(e)) => Ok(Err(e)),
            Err(gone) => {
                self.core.token = None;
                Err(gone.into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use transcript::{Draft, Journal, Level, Reading, SystemClock};

    /// Whoever has the PIN can write what the token remembers; but not anything that agrees with a record.
    #[test]
    fn no_byte_of_what_the_token_remembers_can_be_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record");
        let first = Draft::new(Kind::Opened).fact(Level::Public, "mode", "rehearsal");
        let mut journal = Journal::create(&path, first, Box::new(SystemClock::default())).unwrap();
        for _ in 0..11 {
            journal.append(Draft::new(Kind::Note)).unwrap();
        }
        let entries = Reading::of(&std::fs::read(&path).unwrap()).entries;
        for number in [1, 5, 10, 12] {
            let head = &entries[number - 1];
            let value = kept(head.seq, &HEXLOWER.encode(&head.chain)).into_bytes();
            let agrees = |value: &[u8]| {
                let note = Note { label: "x".to_owned(), value: value.to_vec() };
                farthest(&[note], "x").is_ok_and(|head| head.is_some_and(|head| reaches(&entries, head)))
            };
            assert!(agrees(&value));
            for at in 0..value.len() {
                for other in 0..=u8::MAX {
                    let mut changed = value.clone();
                    changed[at] = other;
                    assert!(other == value[at] || !agrees(&changed), "byte {at} as {other} of {number}");
                }
                let (before, after) = value.split_at(at);
                assert!(!agrees(before) && !agrees(&[before, &after[1..]].concat()), "without byte {at}");
                assert!(!agrees(&[before, b"0", after].concat()), "0 before byte {at}");
            }
        }
        let begun = kept(0, &HEXLOWER.encode(&[0; 32]));
        assert!(reaches(&entries, read_back(begun.as_bytes()).unwrap()));
    }
}
