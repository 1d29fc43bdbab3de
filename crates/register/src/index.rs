//! The index on disk: the register as it was last made from the records, in a sled database. It is never the source of
//! truth. One digest stands over every key and value, and beside it stand the records it was made from. What is missing,
//! damaged or behind is set aside and made anew; the records are only read.
//!
//! sled 0.34.7 loses data it acknowledged at a power cut and after a flipped bit, mostly without a word. So after each
//! write its file is flushed here, at the first one its settings and folders too, and nothing read back is believed
//! before the digest agrees. It may also panic or hang on a damaged file: it runs in a thread of its own, is waited for
//! so long, and its panics end there.

use crate::ledger::Register;
use crate::words;
use aws_lc_rs::digest::{Context, SHA256, digest};
use data_encoding::HEXLOWER;
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::sync::mpsc::channel;
use std::time::Duration;
use transcript::side_by_side;

/// How long the database may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// The largest folder that is opened, in bytes: sled takes about a megabyte for an empty one, and some eighty for the hundred
/// thousand copies of a large hospital's keys.
const LARGEST: u64 = 1024 * 1024 * 1024;
/// How many damaged indexes are kept to look at.
const KEPT: usize = 3;
/// The last number that a damaged index is given.
const LAST: usize = 9999;
/// The layout of the keys and values below.
const LAYOUT: &str = "6";
/// The name of the thread in which sled runs.
const THREAD: &str = "register-index";

/// What each record was when the index was made: SHA-256 of its bytes, by run; and under [`ENDED_LIST`] that of the list of
/// ended ceremonies.
pub type Heads = BTreeMap<String, String>;

/// Where the list of ended ceremonies stands among the heads: no run is called so.
pub const ENDED_LIST: &str = "ended list";

/// SHA-256 of a record's bytes, as in [`Heads`].
pub fn head(record: &[u8]) -> String {
    HEXLOWER.encode(digest(&SHA256, record).as_ref())
}

/// Why an index is not used.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// There is none.
    #[error("there was none")]
    Missing,
    /// The records go on, or are others.
    #[error("it was behind the records")]
    Behind,
    /// It is not whole.
    #[error("it was damaged: {0}")]
    Damaged(String),
    /// Another program has it open.
    #[error("another program has it open")]
    InUse,
}

/// Where the register came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The index, which agrees with the records.
    Index,
    /// The records; the index was made anew.
    Rebuilt(Doubt),
    /// The records; the index could not be written.
    Records(Doubt, String),
}

/// The register from the index in `folder` if that is beyond doubt, else from the records, and then the index is made anew.
/// What was damaged is kept beside it, under another name.
pub fn register(folder: &Path, heads: &Heads, records: impl FnOnce() -> Register) -> (Register, Source) {
    let doubt = match read(folder, heads) {
        Ok(register) => return (register, Source::Index),
        Err(doubt) => doubt,
    };
    let made = records();
    if doubt == Doubt::InUse {
        return (made, Source::Records(doubt.clone(), doubt.to_string()));
    }
    let aside = if matches!(doubt, Doubt::Damaged(_)) { set_aside(folder) } else { Ok(()) };
    let written = aside.map_err(|e| e.to_string()).and_then(|()| {
        write(folder, heads, &made)
            .or_else(|why| match why {
                Doubt::Damaged(_) => {
                    set_aside(folder).map_err(|e| Doubt::Damaged(e.to_string()))?;
                    write(folder, heads, &made)
                }
                other => Err(other),
            })
            .map_err(|e| e.to_string())
    });
    match written {
        Ok(()) => (made, Source::Rebuilt(doubt)),
        Err(why) => (made, Source::Records(doubt, why)),
    }
}

/// Reads the index; refuses it at the slightest doubt.
pub fn read(folder: &Path, heads: &Heads) -> Result<Register, Doubt> {
    if !folder.join("db").exists() {
        return Err(if folder.exists() {
            Doubt::Damaged(words::FILE_GONE.to_owned())
        } else {
            Doubt::Missing
        });
    }
    let size = size_of(folder).map_err(|e| Doubt::Damaged(e.to_string()))?;
    if size > LARGEST {
        return Err(Doubt::Damaged(words::folder_too_large(size)));
    }
    let path = folder.to_owned();
    let all = apart(move || {
        let db = open(&path)?;
        let mut all = BTreeMap::new();
        for pair in db.iter() {
            let (key, value) = pair.map_err(|e| broken(&e))?;
            all.insert(key.to_vec(), value.to_vec());
        }
        Ok(all)
    })?;
    let whole =
        all.get(b"whole".as_slice()).ok_or_else(|| Doubt::Damaged(words::LAST_WORD_MISSING.to_owned()))?;
    if *whole != seal(&all) {
        return Err(Doubt::Damaged(words::NOT_THE_VALUES.to_owned()));
    }
    if one::<Heads>(&all, "heads")? != *heads {
        return Err(Doubt::Behind);
    }
    Ok(Register {
        keys: many(&all, "key/")?,
        copies: many(&all, "copy/")?,
        clouds: many(&all, "cloud/")?,
        approvals: many(&all, "approval/")?,
        sets: many(&all, "set/")?,
        sheets: many(&all, "sheet/")?,
        people: many(&all, "person/")?,
        devices: many(&all, "device/")?,
        media: many(&all, "medium/")?,
        kept: many(&all, "kept/")?,
        kept_rows: many(&all, "kept-row/")?,
        kept_former: many(&all, "kept-former/")?,
        refused: many(&all, "refused/")?,
        dues: many(&all, "due/")?,
        owed: many(&all, "owed/")?,
        missing: many(&all, "missing/")?,
        contradictions: many(&all, "contradiction/")?,
    })
}

/// Writes the whole register in one batch, and flushes what sled leaves unflushed.
pub fn write(folder: &Path, heads: &Heads, register: &Register) -> Result<(), Doubt> {
    let mut all = BTreeMap::new();
    put(&mut all, "heads".to_owned(), heads)?;
    // With every list by its name: one that is added to the register does not compile before it is here.
    let Register {
        keys,
        copies,
        clouds,
        approvals,
        sets,
        sheets,
        people,
        devices,
        media,
        kept,
        kept_rows,
        kept_former,
        refused,
        dues,
        owed,
        missing,
        contradictions,
    } = register;
    list(&mut all, "key/", keys)?;
    list(&mut all, "copy/", copies)?;
    list(&mut all, "cloud/", clouds)?;
    list(&mut all, "approval/", approvals)?;
    list(&mut all, "set/", sets)?;
    list(&mut all, "sheet/", sheets)?;
    list(&mut all, "person/", people)?;
    list(&mut all, "device/", devices)?;
    list(&mut all, "medium/", media)?;
    list(&mut all, "kept/", kept)?;
    list(&mut all, "kept-row/", kept_rows)?;
    list(&mut all, "kept-former/", kept_former)?;
    list(&mut all, "refused/", refused)?;
    list(&mut all, "due/", dues)?;
    list(&mut all, "owed/", owed)?;
    list(&mut all, "missing/", missing)?;
    list(&mut all, "contradiction/", contradictions)?;
    let seal = seal(&all);
    all.insert(b"whole".to_vec(), seal);
    let path = folder.to_owned();
    let io = |e: std::io::Error| Doubt::Damaged(e.to_string());
    std::fs::create_dir_all(folder).map_err(io)?;
    apart(move || {
        let db = open(&path)?;
        let mut batch = sled::Batch::default();
        for key in db.iter().keys() {
            let key = key.map_err(|e| broken(&e))?;
            if !all.contains_key(key.as_ref()) {
                batch.remove(key);
            }
        }
        for (key, value) in all {
            batch.insert(key, value);
        }
        db.apply_batch(batch).map_err(|e| broken(&e))?;
        db.flush().map_err(|e| broken(&e))?;
        // sled's own flush stops short of the disk.
        for name in ["db", "conf"] {
            File::open(path.join(name)).and_then(|f| f.sync_all()).map_err(io)?;
        }
        for folder in [Some(path.as_path()), path.parent()].into_iter().flatten() {
            File::open(folder).and_then(|f| f.sync_all()).map_err(io)?;
        }
        Ok(())
    })
}

/// Opens the database, unless another program has it. One that this process has just closed lets go of its lock a moment
/// later, and between the look and the opening somebody may take it.
fn open(folder: &Path) -> Result<sled::Db, Doubt> {
    let config = sled::Config::new().path(folder).flush_every_ms(None).cache_capacity(8 * 1024 * 1024);
    for _ in 0..10 {
        if !is_in_use(folder) {
            match config.open() {
                Err(sled::Error::Io(_)) => {}
                other => return other.map_err(|e| broken(&e)),
            }
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    if is_in_use(folder) { Err(Doubt::InUse) } else { config.open().map_err(|e| broken(&e)) }
}

/// Whether another program holds the lock that sled puts on its file (`flock`).
fn is_in_use(folder: &Path) -> bool {
    let file = outside::file(&folder.join("db"));
    file.is_ok_and(|(file, _)| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

fn broken(e: &sled::Error) -> Doubt {
    Doubt::Damaged(e.to_string())
}

/// Runs sled in a thread of its own: a panic there is damage, and so is silence.
fn apart<T: Send + 'static>(job: impl FnOnce() -> Result<T, Doubt> + Send + 'static) -> Result<T, Doubt> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            // What sled says of a damaged file is told to people in other words.
            if std::thread::current().name() != Some(THREAD) {
                before(info);
            }
        }));
    });
    let (send, receive) = channel();
    let job = move || {
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
        let _ = send.send(done.unwrap_or_else(|_| Err(Doubt::Damaged(words::BROKE_OFF.to_owned()))));
    };
    let started = std::thread::Builder::new().name(THREAD.to_owned()).spawn(job);
    started.map_err(|e| Doubt::Damaged(e.to_string()))?;
    receive.recv_timeout(PATIENCE).unwrap_or_else(|_| Err(Doubt::Damaged(words::NO_ANSWER.to_owned())))
}

fn put<T: Serialize>(all: &mut BTreeMap<Vec<u8>, Vec<u8>>, key: String, value: &T) -> Result<(), Doubt> {
    let json = serde_json::to_vec(value).map_err(|e| Doubt::Damaged(e.to_string()))?;
    all.insert(key.into_bytes(), json);
    Ok(())
}

fn taken<T: DeserializeOwned>(stored: &[u8]) -> Result<T, Doubt> {
    serde_json::from_slice(stored).map_err(|_| Doubt::Damaged(words::NOT_THE_VALUE.to_owned()))
}

fn one<T: DeserializeOwned>(all: &BTreeMap<Vec<u8>, Vec<u8>>, key: &str) -> Result<T, Doubt> {
    let stored = all.get(key.as_bytes());
    taken(stored.ok_or_else(|| Doubt::Damaged(words::key_missing(key)))?)
}

/// A list in pieces of so many: sled takes long for many small values.
const PIECE: usize = 500;

fn list<T: Serialize>(all: &mut BTreeMap<Vec<u8>, Vec<u8>>, under: &str, list: &[T]) -> Result<(), Doubt> {
    list.chunks(PIECE).enumerate().try_for_each(|(n, piece)| put(all, format!("{under}{n:06}"), &piece))
}

/// Fewer pieces than this are read by one processor.
const WORTH_IT: usize = 4;

fn many<T: DeserializeOwned + Send>(all: &BTreeMap<Vec<u8>, Vec<u8>>, under: &str) -> Result<Vec<T>, Doubt> {
    let under = under.as_bytes();
    let pieces = all.range(under.to_vec()..).take_while(|(key, _)| key.starts_with(under));
    let pieces: Vec<&Vec<u8>> = pieces.map(|(_, value)| value).collect();
    let read = side_by_side(&pieces, WORTH_IT, |piece| taken::<Vec<T>>(piece));
    let mut many = Vec::with_capacity(pieces.len() * PIECE);
    for piece in read {
        many.extend(piece?);
    }
    Ok(many)
}

/// The digest over every key and value but itself, with the layout.
fn seal(all: &BTreeMap<Vec<u8>, Vec<u8>>) -> Vec<u8> {
    let mut text = Context::new(&SHA256);
    text.update(LAYOUT.as_bytes());
    for (key, value) in all.iter().filter(|(key, _)| key.as_slice() != b"whole") {
        for part in [key, value] {
            text.update(&(part.len() as u64).to_be_bytes());
            text.update(part);
        }
    }
    text.finish().as_ref().to_vec()
}

fn size_of(folder: &Path) -> std::io::Result<u64> {
    let mut size = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let meta = entry.metadata()?;
        size += if meta.is_dir() { size_of(&entry.path())? } else { meta.len() };
    }
    Ok(size)
}

/// Keeps a damaged index under the next free name, to look at; of older ones the newest few.
fn set_aside(folder: &Path) -> std::io::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    let name = |n: usize| {
        let mut name = folder.as_os_str().to_owned();
        name.push(format!(".damaged-{n:04}"));
        PathBuf::from(name)
    };
    let taken = (1..=LAST).rev().find(|n| name(*n).exists()).unwrap_or(0);
    let free = taken + 1;
    std::fs::rename(folder, name(free))?;
    // An index holds nothing that the records do not.
    match free.checked_sub(KEPT).map(name).filter(|old| old.exists()) {
        Some(old) => std::fs::remove_dir_all(old),
        None => Ok(()),
    }
}
