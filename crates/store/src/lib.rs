//! Where runs are kept: one folder a run, rehearsal and production apart, every file created new.

mod words;

use outside::{Kind, NotOpened};
use protocol::{Mode, Problem};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where the rosters that ceremonies enrolled lie, in the folder of a mode: one file a ceremony, named by its run.
pub const ROSTERS: &str = "rosters";

/// The folder of one mode: `<state>/rehearsal` or `<state>/production`.
#[derive(Debug, Clone)]
pub struct Store {
    /// The folder.
    pub folder: PathBuf,
    /// Which mode it holds.
    pub mode: Mode,
}

impl Store {
    /// The store of a mode below a state folder; made when it is not there.
    pub fn open(state: &Path, mode: Mode) -> Result<Self, Problem> {
        let folder = state.join(mode.word());
        make_folder(&folder.join("runs"))?;
        Ok(Self { folder, mode })
    }

    /// Makes the folder of a new run.
    pub fn new_run(&self, id: &str) -> Result<PathBuf, Problem> {
        let folder = self.folder.join("runs").join(id);
        std::fs::create_dir(&folder).map_err(|e| disk(&folder, &e))?;
        sync_folder(&self.folder.join("runs"))?;
        Ok(folder)
    }

    /// The folder of a run that was begun.
    pub fn run(&self, id: &str) -> Result<PathBuf, Problem> {
        let plain = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let folder = self.folder.join("runs").join(id);
        if plain && folder.join("transcript.jsonl").is_file() {
            return Ok(folder);
        }
        Err(words::no_such_run(self.mode.word(), id))
    }

    /// Every run's id, newest first.
    pub fn runs(&self) -> Vec<String> {
        let mut ids: Vec<String> = std::fs::read_dir(self.folder.join("runs"))
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|e| e.file_name().into_string().ok())
            .filter(|name| outside::left_behind(name).is_none())
            .collect();
        ids.sort_unstable_by(|a, b| b.cmp(a));
        ids
    }

    /// Every file that lies where ceremonies put the rosters that they enrol, the newest first.
    pub fn rosters(&self) -> Vec<PathBuf> {
        let files = std::fs::read_dir(self.folder.join(ROSTERS)).into_iter().flatten().flatten();
        let mut found: Vec<_> =
            files.map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "toml")).collect();
        // Runs are named by their time.
        found.sort_by(|a, b| b.cmp(a));
        found
    }

    /// The embedded rehearsal token's folder.
    pub fn token_folder(&self) -> PathBuf {
        self.folder.join("token")
    }
}

/// Makes a folder and its parents.
pub fn make_folder(path: &Path) -> Result<(), Problem> {
    std::fs::create_dir_all(path).map_err(|e| disk(path, &e))
}

/// Writes a file that must not be there yet, flushes it and its folder, and reads it back.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    write_with(path, bytes, std::fs::OpenOptions::new().write(true).create_new(true))
}

/// The same, for its owner's eyes alone.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    use std::os::unix::fs::OpenOptionsExt as _;
    write_with(path, bytes, std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600))
}

fn write_with(path: &Path, bytes: &[u8], how: &std::fs::OpenOptions) -> Result<(), Problem> {
    let write = || -> std::io::Result<()> {
        let mut file = how.open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    if let Err(e) = write() {
        // A half-written file is worse than none; one that was there before is not ours to remove.
        if e.kind() != std::io::ErrorKind::AlreadyExists {
            let _ = std::fs::remove_file(path);
        }
        return Err(disk(path, &e));
    }
    sync_folder(folder_of(path))?;
    read_again(path, bytes)
}

/// Writes many files that must not be there yet, in folders of one disk, flushes them all at once, and reads each back: a
/// disk that is flushed for each of ten thousand small files does little else. None is there for certain until this returns;
/// where it cannot be written, what was written of it before stays, and is in no record.
pub fn write_all_new(files: &[(PathBuf, &[u8])]) -> Result<(), Problem> {
    for (path, bytes) in files {
        let mut how = std::fs::OpenOptions::new();
        let mut file = how.write(true).create_new(true).open(path).map_err(|e| disk(path, &e))?;
        file.write_all(bytes).map_err(|e| disk(path, &e))?;
    }
    let Some((first, _)) = files.first() else { return Ok(()) };
    sync_disk(folder_of(first))?;
    files.iter().try_for_each(|(path, bytes)| read_again(path, bytes))
}

/// Sees everything that was written to the disk a folder is on, files and folders, on that disk (`syncfs(2)`; since Linux
/// 5.8 it also says where that failed).
fn sync_disk(folder: &Path) -> Result<(), Problem> {
    let flush = || rustix::fs::syncfs(std::fs::File::open(folder)?).map_err(std::io::Error::from);
    flush().map_err(|e| disk(folder, &e))
}

/// The folder that a path lies in: a bare name lies in the one that the program was started in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Holds a file, made where it is not there, against every other process that does the same, until it is dropped.
pub fn locked(path: &Path) -> Result<std::fs::File, Problem> {
    let mut options = std::fs::OpenOptions::new();
    let file = options.create(true).truncate(false).write(true).open(path).map_err(|e| disk(path, &e))?;
    file.lock().map_err(|e| disk(path, &e))?;
    Ok(file)
}

/// Adds to a file at a place, and sees it on the disk: what lies behind that place was never acknowledged and goes.
pub fn append(path: &Path, at: u64, bytes: &[u8]) -> Result<(), Problem> {
    use std::os::unix::fs::FileExt as _;
    let add = || {
        let file = std::fs::OpenOptions::new().write(true).open(path)?;
        file.set_len(at)?;
        file.write_all_at(bytes, at)?;
        file.sync_all()
    };
    add().map_err(|e| disk(path, &e))?;
    sync_folder(folder_of(path))
}

/// Has a folder filled that is not there yet, and gives it its name only when it is whole. Until then it is called `….partial`, so that a
/// medium pulled too early shows it; where it cannot be filled, it is taken away again.
pub fn whole_folder(dest: &Path, fill: impl FnOnce(&Path) -> Result<(), Problem>) -> Result<(), Problem> {
    // One that takes the name of an empty folder would replace it.
    if dest.symlink_metadata().is_ok() {
        return Err(disk(dest, &std::io::ErrorKind::AlreadyExists.into()));
    }
    let mut name = dest.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    let partial = dest.with_file_name(name);
    let gone = || match std::fs::remove_dir_all(&partial) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(disk(&partial, &e)),
        _ => Ok(()),
    };
    gone()?;
    let made = std::fs::create_dir(&partial).map_err(|e| disk(&partial, &e));
    let filled = made.and_then(|()| fill(&partial));
    filled.and_then(|()| std::fs::rename(&partial, dest).map_err(|e| disk(dest, &e))).map_err(
        |mut problem| {
            if gone().is_err() {
                let left = partial.display().to_string();
                problem.unchanged = words::left_behind(&left);
                problem.todo = words::remove_first(&problem.todo, &left);
            }
            problem
        },
    )?;
    sync_folder(folder_of(dest))
}

/// Reads a file back and compares it, after telling the system to forget its own copy in memory, so that the bytes come
/// from the medium. What the medium's own controller does is out of sight.
pub fn read_again(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    let (file, _) = outside::file(path).map_err(|e| not_opened(path, &e))?;
    // Refusal is harmless: then the comparison is only as good as the system's copy.
    let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed);
    drop(file);
    if read_outside(path, outside::LARGEST_RECORD)? == bytes {
        return Ok(());
    }
    Err(words::written_differs(&path.display().to_string()))
}

/// Sees a folder's entries on the disk.
pub fn sync_folder(path: &Path) -> Result<(), Problem> {
    std::fs::File::open(path).and_then(|f| f.sync_all()).map_err(|e| disk(path, &e))
}

/// Reads a file from outside, of at most `most` bytes: a plain file, and nothing that could hold the program up.
pub fn read_outside(path: &Path, most: u64) -> Result<Vec<u8>, Problem> {
    outside::read(path, most).map_err(|e| not_opened(path, &e))
}

/// A file from outside that was not read, named for what it is.
pub fn not_opened(path: &Path, why: &NotOpened) -> Problem {
    let (path_is, why_not) = (path.display().to_string(), why.to_string());
    match why {
        NotOpened::Io(e) => disk(path, e),
        NotOpened::Is(Kind::Folder) => words::folder_for_a_file(&path_is, &why_not),
        NotOpened::Is(_) => words::not_a_file(&path_is, &why_not),
        NotOpened::TooLarge { .. } | NotOpened::LongLine { .. } => words::file_too_large(&path_is, &why_not),
    }
}

/// Refuses what is there and is no folder.
pub fn is_folder(path: &Path) -> Result<(), Problem> {
    match outside::kind(path) {
        Ok(Kind::Folder) => Ok(()),
        Ok(kind) => Err(not_a_folder(path, kind)),
        Err(e) => Err(disk(path, &e)),
    }
}

/// What is there and is no folder, named for what it is.
pub fn not_a_folder(path: &Path, kind: Kind) -> Problem {
    words::not_a_folder(&path.display().to_string(), &kind.to_string())
}

/// A file or folder of this path that the system would not read or write.
pub fn disk(path: &Path, error: &std::io::Error) -> Problem {
    use std::io::ErrorKind as E;
    let says = match error.kind() {
        E::StorageFull => words::disk_full,
        E::ReadOnlyFilesystem | E::PermissionDenied => words::folder_read_only,
        E::AlreadyExists => words::file_exists,
        E::NotFound | E::InvalidFilename | E::InvalidInput => words::not_found,
        E::IsADirectory => words::is_a_folder,
        E::NotADirectory => words::path_through_a_file,
        _ => words::disk_failed,
    };
    says(&path.display().to_string()).with_detail(error.to_string())
}

/// Where the rosters of the mode lie in whose folder this run's is.
pub fn rosters_of_run(run: &Path) -> Option<PathBuf> {
    Some(run.parent()?.parent()?.join(ROSTERS))
}

/// Moves what lies in a folder, but for what `stays`, by name, into a folder of its own there: the first of
/// `set-aside-files-N` that is free. Nothing is made where nothing is to be moved.
pub fn set_aside(folder: &Path, stays: &dyn Fn(&str) -> bool) -> Result<(), Problem> {
    let entries = std::fs::read_dir(folder).map_err(|e| disk(folder, &e))?.flatten();
    let mut moved: Vec<_> = entries.map(|e| e.file_name()).collect();
    moved.retain(|name| !name.to_str().is_some_and(stays));
    if moved.is_empty() {
        return Ok(());
    }
    let mut n = 1_u32;
    let aside = loop {
        let aside = folder.join(format!("set-aside-files-{n}"));
        match std::fs::create_dir(&aside) {
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => n += 1,
            Err(e) => return Err(disk(&aside, &e)),
            Ok(()) => break aside,
        }
    };
    for name in moved {
        std::fs::rename(folder.join(&name), aside.join(&name)).map_err(|e| disk(&aside, &e))?;
    }
    for changed in [&aside, &folder.to_owned()] {
        std::fs::File::open(changed).and_then(|f| f.sync_all()).map_err(|e| disk(changed, &e))?;
    }
    Ok(())
}

/// Removes files of a folder, those that are still there.
pub fn remove(folder: &Path, names: &[String]) -> Result<(), Problem> {
    for path in names.iter().map(|name| folder.join(name)).filter(|path| path.exists()) {
        std::fs::remove_file(&path).map_err(|e| disk(&path, &e))?;
    }
    Ok(())
}
