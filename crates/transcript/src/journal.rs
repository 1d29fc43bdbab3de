//! The record on disk: appended to, flushed before anyone is told, never rewritten.
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use data_encoding::BASE64;

use crate::digest::sha256_hex;
use crate::error::JournalError;
use crate::line;
use crate::replay::Replay;
use crate::sign;
use crate::types::{Clock, Draft, Entry, Head, Kind, Level, Obligation, Signer};
use crate::words;

/// The record of one ceremony, open for appending under an exclusive lock (`flock`).
pub struct Journal {
    path: PathBuf,
    file: File,
    /// Length in bytes up to the last entry that was written whole.
    good: u64,
    /// The same up to the last entry known to be on the disk: as much, but while many are written at once.
    flushed: u64,
    /// How many entries those are.
    acknowledged: usize,
    torn: Option<u64>,
    /// Why no more is written, once that is so.
    stopped: Option<String>,
    replay: Replay,
    clock: Box<dyn Clock>,
}

/// What was cut off a record, and where it lies now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The file beside the record.
    pub file: String,
    /// The file's SHA-256, in hex.
    pub sha256: String,
    /// How many entries there were.
    pub entries: u64,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal")
            .field("path", &self.path)
            .field("head", &self.head())
            .finish_non_exhaustive()
    }
}

impl Journal {
    /// Makes a new record whose first entry is `first`, of kind [`Kind::Opened`]. The file must not exist.
    pub fn create(path: &Path, first: Draft, clock: Box<dyn Clock>) -> Result<Journal, JournalError> {
        // The first line is made, and held to the rules, before a file exists.
        let mut replay = Replay::new();
        let bytes = line::make(first, 1, &replay.chain, clock.utc(), clock.monotonic_ms())
            .map_err(JournalError::Refused)?;
        replay.take([&bytes[..bytes.len() - 1]]).map_err(JournalError::Refused)?;
        let mut options = OpenOptions::new();
        let file =
            options.read(true).write(true).create_new(true).mode(0o600).open(path).map_err(|source| {
                if source.kind() == io::ErrorKind::AlreadyExists {
                    JournalError::Exists(path.to_owned())
                } else {
                    JournalError::Io { path: path.to_owned(), source }
                }
            })?;
        lock(&file, path)?;
        let mut journal = Journal {
            path: path.to_owned(),
            file,
            good: 0,
            flushed: 0,
            acknowledged: 0,
            torn: None,
            stopped: None,
            replay: Replay::new(),
            clock,
        };
        let made = journal.write(&bytes).and_then(|()| journal.flush()).and_then(|()| {
            sync_parent(path).map_err(|source| JournalError::Io { path: path.to_owned(), source })
        });
        if let Err(error) = made {
            // Nothing was recorded, so the name is free again.
            let _ = std::fs::remove_file(path);
            return Err(error);
        }
        (journal.acknowledged, journal.replay) = (replay.entries.len(), replay);
        Ok(journal)
    }

    /// Opens a record and verifies all of it. A last line without its newline was never acknowledged: it is
    /// moved to `<name>.torn-N` beside the record and cut off; [`Journal::torn_bytes`] tells.
    pub fn open(path: &Path, clock: Box<dyn Clock>) -> Result<Journal, JournalError> {
        let io = |source| JournalError::Io { path: path.to_owned(), source };
        let mut file = OpenOptions::new().read(true).write(true).open(path).map_err(io)?;
        lock(&file, path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(io)?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        if whole == 0 {
            return Err(JournalError::Empty(path.to_owned()));
        }
        let (kept, tail) = bytes.split_at(whole);
        let mut replay = Replay::of_all();
        let taken = replay.take(kept[..whole - 1].split(|byte| *byte == b'\n'));
        taken.map_err(|why| JournalError::Bad { path: path.to_owned(), seq: replay.next(), why })?;
        if !tail.is_empty() {
            let name = |n: u32| {
                let mut name = path.as_os_str().to_owned();
                name.push(format!(".torn-{n}"));
                PathBuf::from(name)
            };
            set_aside(name, tail).map_err(io)?;
            file.set_len(whole as u64).and_then(|()| file.sync_all()).map_err(io)?;
        }
        let torn = (!tail.is_empty()).then_some(tail.len() as u64);
        let (path, good, acknowledged) = (path.to_owned(), whole as u64, replay.entries.len());
        Ok(Journal { path, file, good, flushed: good, acknowledged, torn, stopped: None, replay, clock })
    }

    /// Cuts everything after the first `keep` entries off the record, and keeps it as it is beside it, under the first
    /// free `set-aside-N.jsonl`; that file is on the disk before the record is cut. None where there is nothing to cut.
    /// The first entry always stays.
    pub fn cut(&mut self, keep: u64) -> Result<Option<Cut>, JournalError> {
        let io = |source| JournalError::Io { path: self.path.clone(), source };
        let bytes = self.bytes().map_err(io)?;
        let keep = usize::try_from(keep.max(1)).unwrap_or(usize::MAX);
        let Some(end) = bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').nth(keep - 1) else {
            return Ok(None);
        };
        let (kept, tail) = bytes.split_at(end.0 + 1);
        if tail.is_empty() {
            return Ok(None);
        }
        let mut replay = Replay::new();
        replay.take(kept[..kept.len() - 1].split(|byte| *byte == b'\n')).map_err(JournalError::Refused)?;
        let name = |n: u32| self.path.with_file_name(format!("set-aside-{n}.jsonl"));
        let file = set_aside(name, tail).map_err(io)?;
        let end = kept.len() as u64;
        self.file.set_len(end).and_then(|()| self.file.sync_all()).map_err(io)?;
        let entries = (self.replay.entries.len() - replay.entries.len()) as u64;
        (self.good, self.flushed, self.acknowledged) = (end, end, replay.entries.len());
        self.replay = replay;
        let file = file.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned();
        Ok(Some(Cut { file, sha256: sha256_hex(tail), entries }))
    }

    /// How many bytes of an unfinished last line were set aside when the record was opened.
    pub fn torn_bytes(&self) -> Option<u64> {
        self.torn
    }

    /// Writes an entry. When this returns, it is on the disk.
    pub fn append(&mut self, draft: Draft) -> Result<&Entry, JournalError> {
        is_no_checkpoint(&draft)?;
        self.add(draft)
    }

    /// Writes many entries. When this returns, they are on the disk; until then none of them is acknowledged. Where one
    /// cannot be written, those before it are on the disk all the same.
    pub fn append_all(&mut self, drafts: Vec<Draft>) -> Result<(), JournalError> {
        let mut written = Ok(());
        for draft in drafts {
            written = is_no_checkpoint(&draft).and_then(|()| self.unflushed(draft));
            if written.is_err() {
                break;
            }
        }
        self.flush()?;
        written
    }

    /// Signs the head as it stands and writes the signature as the next entry.
    pub fn checkpoint(&mut self, signer: &mut dyn Signer) -> Result<&Entry, JournalError> {
        let text = self.head().text();
        let signature = sign::signed(signer, text.as_bytes()).map_err(JournalError::Signing)?;
        let draft = Draft::new(Kind::Checkpoint)
            .fact(Level::Public, "signed", text)
            .fact(Level::Public, "signature", BASE64.encode(&signature))
            .fact(Level::Public, "signer", BASE64.encode(signer.public_key()));
        self.add(draft)
    }

    /// Every entry, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.replay.entries
    }

    /// How far the record goes.
    pub fn head(&self) -> Head {
        self.replay.head()
    }

    /// Obligations opened and not yet closed, oldest first.
    pub fn open_obligations(&self) -> Vec<Obligation> {
        self.replay.open.clone()
    }

    /// Where the record is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The record's bytes, from the locked file itself rather than whatever now bears its name.
    pub fn bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(self.good).map_err(io::Error::other)?];
        self.file.read_exact_at(&mut bytes, 0)?;
        Ok(bytes)
    }

    fn add(&mut self, draft: Draft) -> Result<&Entry, JournalError> {
        self.unflushed(draft)?;
        self.flush()?;
        self.replay.entries.last().ok_or_else(|| JournalError::Empty(self.path.clone()))
    }

    /// Writes an entry that the next one follows before either is flushed.
    fn unflushed(&mut self, draft: Draft) -> Result<(), JournalError> {
        if let Some(why) = &self.stopped {
            return Err(JournalError::Stopped(why.clone()));
        }
        let bytes = line::make(
            draft,
            self.replay.next(),
            &self.replay.chain,
            self.clock.utc(),
            self.clock.monotonic_ms(),
        )
        .map_err(JournalError::Refused)?;
        let step = self.replay.check(&bytes[..bytes.len() - 1]).map_err(JournalError::Refused)?;
        self.write(&bytes)?;
        self.replay.admit(step);
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), JournalError> {
        let wrote = self.file.seek(SeekFrom::Start(self.good)).and_then(|_| self.file.write_all(bytes));
        if let Err(error) = wrote {
            // Half a line may be there: cut it off, or write nothing ever again.
            if let Err(second) = self.file.set_len(self.good).and_then(|()| self.file.sync_all()) {
                let why = words::undoing_failed(error, second);
                self.stopped = Some(why.clone());
                return Err(JournalError::Stopped(why));
            }
            return Err(JournalError::Write(error));
        }
        self.good += bytes.len() as u64;
        Ok(())
    }

    fn flush(&mut self) -> Result<(), JournalError> {
        if self.flushed == self.good {
            return Ok(());
        }
        if let Err(error) = self.file.sync_data() {
            // After a failed flush the kernel may call lost pages clean, so a second try proves nothing.
            self.good = self.flushed;
            self.replay.back_to(self.acknowledged);
            let _ = self.file.set_len(self.good);
            self.stopped = Some(error.to_string());
            return Err(JournalError::Stopped(error.to_string()));
        }
        (self.flushed, self.acknowledged) = (self.good, self.replay.entries.len());
        Ok(())
    }
}

/// Checkpoints are made by signing alone.
fn is_no_checkpoint(draft: &Draft) -> Result<(), JournalError> {
    if draft.kind == Kind::Checkpoint {
        return Err(JournalError::Refused(words::CHECKPOINT_BY_SIGNING.into()));
    }
    Ok(())
}

fn lock(file: &File, path: &Path) -> Result<(), JournalError> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => JournalError::Locked(path.to_owned()),
        TryLockError::Error(source) => JournalError::Io { path: path.to_owned(), source },
    })
}

/// Flushes the folder, so that the file's name survives a power cut as its content does.
pub(crate) fn sync_parent(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent)?.sync_all()
}

/// Keeps what is cut off beside the record, under the first name that is free, and gives it.
fn set_aside(name: impl Fn(u32) -> PathBuf, tail: &[u8]) -> io::Result<PathBuf> {
    for n in 1_u32.. {
        let path = name(n);
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(mut file) => {
                file.write_all(tail)?;
                file.sync_all()?;
                sync_parent(&path)?;
                return Ok(path);
            }
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::SystemClock;

    /// `/dev/full` refuses the write and the undoing of it, so nothing more may be written, even to a good file.
    #[test]
    fn a_write_that_cannot_be_undone_stops_the_record() {
        let dir = tempfile::tempdir().unwrap();
        let first = Draft::new(Kind::Opened).fact(Level::Public, "mode", "rehearsal");
        let mut journal =
            Journal::create(&dir.path().join("t.jsonl"), first, Box::new(SystemClock::default())).unwrap();
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let real = std::mem::replace(&mut journal.file, full);
        assert!(matches!(journal.append(Draft::new(Kind::Note)), Err(JournalError::Stopped(_))));
        journal.file = real;
        assert!(matches!(journal.append(Draft::new(Kind::Note)), Err(JournalError::Stopped(_))));
        assert_eq!(journal.entries().len(), 1);
    }

    /// `/dev/null` takes what is written and cannot be flushed: of many entries none is acknowledged then, and none stays.
    #[test]
    fn many_entries_that_cannot_be_flushed_stop_the_record() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("t.jsonl");
        let first = Draft::new(Kind::Opened).fact(Level::Public, "mode", "rehearsal");
        let mut journal = Journal::create(&path, first, Box::new(SystemClock::default())).unwrap();
        let note = |n: u32| Draft::new(Kind::Note).fact(Level::Public, "note", n);
        journal.append_all((0..3).map(note).collect()).unwrap();
        let (bytes, good) = (std::fs::read(&path).unwrap(), journal.good);
        assert_eq!((journal.entries().len(), bytes.len() as u64), (4, good));
        // A checkpoint is made by signing alone; what was written before it is there.
        let drafts = vec![note(3), Draft::new(Kind::Checkpoint), note(4)];
        assert!(matches!(journal.append_all(drafts), Err(JournalError::Refused(_))));
        assert_eq!((journal.entries().len(), journal.flushed), (5, journal.good));
        drop(journal);
        let mut journal = Journal::open(&path, Box::new(SystemClock::default())).unwrap();
        let good = journal.good;
        let flushes_nothing = OpenOptions::new().read(true).write(true).open("/dev/null").unwrap();
        let real = std::mem::replace(&mut journal.file, flushes_nothing);
        assert!(matches!(journal.append_all((0..3).map(note).collect()), Err(JournalError::Stopped(_))));
        assert_eq!((journal.good, journal.entries().len(), journal.bytes().is_ok()), (good, 5, false));
        journal.file = real;
        assert!(matches!(journal.append(Draft::new(Kind::Note)), Err(JournalError::Stopped(_))));
        assert_eq!(std::fs::read(&path).unwrap().len() as u64, good);
    }
}
