//! Opening and reading, by type and size: a plain file or a refusal, at once.

use std::fs::{File, FileType, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::path::Path;

/// Larger than any record, or other file of an evidence pack, in bytes: a plan of 20 000 keys leaves a record of some
/// hundred megabytes. What is larger is not read, so that a sparse file of terabytes on a medium ends nothing.
pub const LARGEST_RECORD: u64 = 1024 * 1024 * 1024;

/// What lies at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A plain file.
    File,
    /// A folder.
    Folder,
    /// A link, where links are not followed.
    Link,
    /// A pipe (FIFO).
    Pipe,
    /// A device: a disk, a terminal and the like.
    Device,
    /// A socket.
    Socket,
}

impl Kind {
    fn of(found: FileType) -> Self {
        if found.is_file() {
            Self::File
        } else if found.is_dir() {
            Self::Folder
        } else if found.is_symlink() {
            Self::Link
        } else if found.is_fifo() {
            Self::Pipe
        } else if found.is_socket() {
            Self::Socket
        } else {
            Self::Device
        }
    }
}

/// Why a file was not opened or read. Nothing was read from it, and nothing was waited for.
#[derive(Debug)]
pub enum NotOpened {
    /// Something else than a plain file.
    Is(Kind),
    /// Larger than such a file is.
    TooLarge {
        /// Its size, in bytes.
        size: u64,
        /// What is taken at most, in bytes.
        most: u64,
    },
    /// A line that is longer than any line of such a file; what follows it was not read.
    LongLine {
        /// What is taken at most, in bytes.
        most: u64,
    },
    /// What the system said.
    Io(io::Error),
}

impl From<io::Error> for NotOpened {
    fn from(e: io::Error) -> Self {
        Self::Io(e)
    }
}

impl std::error::Error for NotOpened {}

/// What lies at a path, links followed. It opens nothing.
pub fn kind(path: &Path) -> io::Result<Kind> {
    Ok(Kind::of(std::fs::metadata(path)?.file_type()))
}

fn plain(known: &Metadata) -> Result<u64, NotOpened> {
    match Kind::of(known.file_type()) {
        Kind::File => Ok(known.len()),
        other => Err(NotOpened::Is(other)),
    }
}

/// Opens a plain file for reading and gives its size in bytes. A link is followed: people make them.
pub fn file(path: &Path) -> Result<(File, u64), NotOpened> {
    // Looked at before it is opened: opening alone makes some devices act.
    plain(&std::fs::metadata(path)?)?;
    opened(path, 0)
}

/// The type counts that the open file has: what lay at the path may have been changed meanwhile, and then neither does
/// a pipe hold the program up nor a terminal become its own.
fn opened(path: &Path, more: libc::c_int) -> Result<(File, u64), NotOpened> {
    let flags = libc::O_NONBLOCK | libc::O_NOCTTY | more;
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    let size = plain(&file.metadata()?)?;
    Ok((file, size))
}

/// Reads a plain file of at most `most` bytes.
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>, NotOpened> {
    whole(file(path)?, most)
}

/// The same for what was carried in as a file: a link, which may lead anywhere, is refused.
pub fn read_plain(path: &Path, most: u64) -> Result<Vec<u8>, NotOpened> {
    plain(&std::fs::symlink_metadata(path)?)?;
    whole(opened(path, libc::O_NOFOLLOW)?, most)
}

/// The same as [`read`] for a file of lines: one with a line of more than `line` bytes is refused as soon as that is seen.
pub fn read_lines(path: &Path, most: u64, line: u64) -> Result<Vec<u8>, NotOpened> {
    lines(file(path)?, most, line)
}

/// The same as [`read_plain`] for a file of lines.
pub fn read_plain_lines(path: &Path, most: u64, line: u64) -> Result<Vec<u8>, NotOpened> {
    plain(&std::fs::symlink_metadata(path)?)?;
    lines(opened(path, libc::O_NOFOLLOW)?, most, line)
}

fn lines((mut file, size): (File, u64), most: u64, line: u64) -> Result<Vec<u8>, NotOpened> {
    if size > most {
        return Err(NotOpened::TooLarge { size, most });
    }
    // Grown as it is read: what a file of holes says of its size is no reason to have so much memory ready.
    let (mut bytes, mut piece, mut since) = (Vec::new(), vec![0; 1024 * 1024], 0_u64);
    loop {
        let n = match file.read(&mut piece) {
            Ok(0) => return Ok(bytes),
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e.into()),
        };
        let read = piece.get(..n).unwrap_or_default();
        // A piece is shorter than any limit on a line, so that only the line it begins in and the one it ends in count.
        let first = read.iter().position(|b| *b == b'\n').unwrap_or(n) as u64;
        if since + first > line {
            return Err(NotOpened::LongLine { most: line });
        }
        since = match read.iter().rposition(|b| *b == b'\n') {
            Some(at) => (n - at - 1) as u64,
            None => since + n as u64,
        };
        bytes.extend_from_slice(read);
        if bytes.len() as u64 > most {
            return Err(NotOpened::TooLarge { size: bytes.len() as u64, most });
        }
    }
}

/// The same as [`read`], as UTF-8 text.
pub fn text(path: &Path, most: u64) -> Result<String, NotOpened> {
    String::from_utf8(read(path, most)?)
        .map_err(|e| NotOpened::Io(io::Error::new(io::ErrorKind::InvalidData, e.utf8_error())))
}

fn whole((file, size): (File, u64), most: u64) -> Result<Vec<u8>, NotOpened> {
    if size > most {
        return Err(NotOpened::TooLarge { size, most });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    // It may grow while it is read.
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    match bytes.len() as u64 {
        size if size > most => Err(NotOpened::TooLarge { size, most }),
        _ => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixListener;
    use std::sync::mpsc;
    use std::time::Duration;

    /// Fails where it is not done at once: the thread then hangs, and with it nothing else.
    fn at_once<T: Send + 'static>(what: impl FnOnce() -> T + Send + 'static) -> T {
        let (send, done) = mpsc::channel();
        std::thread::spawn(move || send.send(what()));
        done.recv_timeout(Duration::from_secs(10)).unwrap()
    }

    fn refused(path: &Path, by: fn(&Path, u64) -> Result<Vec<u8>, NotOpened>) -> String {
        let path = path.to_owned();
        at_once(move || by(&path, 100)).unwrap_err().to_string()
    }

    #[test]
    fn a_line_without_an_end_is_refused_before_it_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lines");
        let long = |n: usize| [vec![b'a'; n], b"\nb\n".to_vec()].concat();
        for (n, good) in [(10, true), (3_000_000, true), (3_000_001, false), (9_000_000, false)] {
            std::fs::write(&path, long(n)).unwrap();
            let read = read_lines(&path, 100_000_000, 3_000_000);
            assert_eq!(read.is_ok(), good, "{n}");
            assert!(read.is_ok_and(|bytes| bytes == long(n)) || !good);
        }
        // Three gigabytes of nothing.
        File::create(&path).unwrap().set_len(3 << 30).unwrap();
        assert!(matches!(read_lines(&path, 1 << 30, 1000), Err(NotOpened::TooLarge { .. })));
        assert!(matches!(read_plain_lines(&path, 1 << 40, 1000), Err(NotOpened::LongLine { most: 1000 })));
    }

    #[test]
    fn a_pipe_a_device_a_socket_and_a_folder_are_refused_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let (pipe, socket) = (dir.path().join("pipe"), dir.path().join("socket"));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let _listening = UnixListener::bind(&socket).unwrap();
        for by in [read as fn(&Path, u64) -> _, read_plain] {
            assert_eq!(refused(&pipe, by), "is a pipe, and a file belongs here");
            assert_eq!(refused(&socket, by), "is a socket, and a file belongs here");
            assert_eq!(refused(dir.path(), by), "is a folder, and a file belongs here");
            assert_eq!(refused(Path::new("/dev/zero"), by), "is a device, and a file belongs here");
        }
        // What takes a file's place between the look and the opening.
        let path = pipe.clone();
        assert!(matches!(at_once(move || opened(&path, 0)), Err(NotOpened::Is(Kind::Pipe))));
    }

    #[test]
    fn a_file_is_read_up_to_its_limit_and_a_link_only_where_people_make_them() {
        let dir = tempfile::tempdir().unwrap();
        let (path, link) = (dir.path().join("file"), dir.path().join("link"));
        std::fs::write(&path, "four").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert_eq!(read(&link, 4).unwrap(), b"four");
        assert_eq!(read_plain(&path, 4).unwrap(), b"four");
        assert!(matches!(read_plain(&link, 4), Err(NotOpened::Is(Kind::Link))));
        assert!(matches!(read(&path, 3), Err(NotOpened::TooLarge { size: 4, most: 3 })));
        let gone = read(&dir.path().join("gone"), 4).unwrap_err();
        assert!(matches!(gone, NotOpened::Io(e) if e.kind() == io::ErrorKind::NotFound));
    }
}
