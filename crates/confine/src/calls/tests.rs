//! The list, tried from inside: each attempt is made by a process of its own, first as any process and then as a reader.

mod kernels;

use super::*;
use crate::{no_core_dumps, no_network};
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::PermissionsExt;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::Command;

const BOTH: [Reads; 2] = [Reads::WhatIsOpen, Reads::Files];

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// It did what it tried.
    Worked,
    /// It was refused, for this reason.
    Refused(c_int),
    /// By this signal.
    By(c_int),
}
use Ended::{By, Refused, Worked};

/// Tries something in a process of its own, after it did this to itself.
fn after(held: impl Fn(), attempt: impl Fn() -> io::Result<()>) -> Ended {
    // SAFETY: the tests below run as the only one of their process, so that no other thread holds a lock.
    match unsafe { libc::fork() } {
        -1 => panic!("no process: {}", io::Error::last_os_error()),
        0 => {
            let tried = catch_unwind(std::panic::AssertUnwindSafe(|| {
                held();
                attempt()
            }));
            let said = match tried {
                Ok(Ok(())) => 0,
                Ok(Err(e)) => e.raw_os_error().unwrap_or(254),
                Err(_) => 255,
            };
            // SAFETY: ends this process, which is a copy of the test, before it goes on as the test.
            unsafe { libc::_exit(said) }
        }
        child => {
            let mut status = 0;
            // SAFETY: the status is a live local.
            assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
            match (libc::WIFSIGNALED(status), libc::WEXITSTATUS(status)) {
                (true, _) => By(libc::WTERMSIG(status)),
                (false, 0) => Worked,
                (false, errno) => Refused(errno),
            }
        }
    }
}

fn as_any(attempt: impl Fn() -> io::Result<()>) -> Ended {
    after(|| (), attempt)
}

fn as_reader(reads: Reads, attempt: impl Fn() -> io::Result<()>) -> Ended {
    after(|| only_calls(reads).unwrap(), attempt)
}

/// Makes a call as it is.
fn call(number: c_long, arguments: [c_long; 5]) -> io::Result<()> {
    let at = |n: usize| arguments[n];
    // SAFETY: what is called with a pointer here is called with one that is none, or with one of a live value.
    said(unsafe { libc::syscall(number, at(0), at(1), at(2), at(3), at(4)) })
}

/// A new page of memory that may be used so.
fn page(how: c_int) -> io::Result<*mut libc::c_void> {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
    // SAFETY: new memory, of which nothing else knows.
    let page = unsafe { libc::mmap(std::ptr::null_mut(), 4096, how, flags, -1, 0) };
    if page == libc::MAP_FAILED { Err(io::Error::last_os_error()) } else { Ok(page) }
}

fn said(answer: impl Into<i64>) -> io::Result<()> {
    if answer.into() == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Runs one of the tests below alone in a process of its own, as they change themselves for good.
fn in_child(name: &str) {
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("calls::tests::{name}"), "--ignored", "--test-threads=1"])
        .status()
        .unwrap();
    assert!(status.success(), "{name} failed in the child");
}

/// What every process of this program does first, and a folder to work in.
fn begun() -> PathBuf {
    no_core_dumps().unwrap();
    no_network().unwrap();
    let folder = std::env::temp_dir().join(format!("confine-calls-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("empty")).unwrap();
    std::fs::write(folder.join("file"), "text").unwrap();
    folder
}

type Attempt<'a> = (&'static str, Box<dyn Fn() -> io::Result<()> + 'a>);

fn attempts<'a>(folder: &'a Path) -> Vec<Attempt<'a>> {
    let attempt = |name, does: Box<dyn Fn() -> io::Result<()> + 'a>| (name, does);
    let file = folder.join("file");
    let (to_write, to_add, to_remove, to_mode) = (file.clone(), file.clone(), file.clone(), file.clone());
    let other = move || folder.join(std::process::id().to_string());
    // SAFETY: it always works.
    let parent = || c_long::from(unsafe { libc::getppid() });
    vec![
        attempt(
            "fork",
            Box::new(|| {
                // SAFETY: the new process ends at once.
                match unsafe { libc::fork() } {
                    // SAFETY: as above.
                    0 => unsafe { libc::_exit(0) },
                    child => said(child),
                }
            }),
        ),
        attempt("start a program", Box::new(|| Command::new("/bin/true").status().map(|_| ()))),
        attempt("signal another process", Box::new(move || call(libc::SYS_kill, [parent(), 0, 0, 0, 0]))),
        attempt(
            "signal a thread of another process",
            Box::new(move || call(libc::SYS_tgkill, [parent(), parent(), 0, 0, 0])),
        ),
        attempt("hold another process", Box::new(move || call(libc::SYS_pidfd_open, [parent(), 0, 0, 0, 0]))),
        attempt("be traced", Box::new(|| call(libc::SYS_ptrace, [0; 5]))),
        attempt("make a local socket", Box::new(|| crate::try_socket(libc::AF_UNIX))),
        attempt("make two", Box::new(|| std::os::unix::net::UnixStream::pair().map(|_| ()))),
        attempt("write a file", Box::new(move || std::fs::write(&to_write, "other"))),
        attempt("add to a file", Box::new(move || File::options().append(true).open(&to_add).map(|_| ()))),
        attempt("make a file", Box::new(move || File::create_new(other()).map(|_| ()))),
        attempt("remove a file", Box::new(move || std::fs::remove_file(&to_remove))),
        attempt("rename a file", Box::new(move || std::fs::rename(folder.join("empty"), other()))),
        attempt("make a folder", Box::new(move || std::fs::create_dir(other()))),
        attempt("remove a folder", Box::new(move || std::fs::remove_dir(folder.join("empty")))),
        attempt("make a link", Box::new(move || std::os::unix::fs::symlink("/", other()))),
        attempt("link a file", Box::new(move || std::fs::hard_link(folder.join("file"), other()))),
        attempt(
            "change who may read a file",
            Box::new(move || std::fs::set_permissions(&to_mode, PermissionsExt::from_mode(0o600))),
        ),
        attempt(
            "make a file in memory",
            Box::new(|| call(libc::SYS_memfd_create, [c"name".as_ptr() as c_long, 0, 0, 0, 0])),
        ),
        attempt(
            "leave a namespace",
            Box::new(|| call(libc::SYS_unshare, [c_long::from(libc::CLONE_FS), 0, 0, 0, 0])),
        ),
        attempt("map memory that runs", Box::new(|| page(libc::PROT_READ | libc::PROT_EXEC).map(|_| ()))),
        attempt(
            "make memory run",
            Box::new(|| {
                let page = page(libc::PROT_READ)?;
                // SAFETY: the page is this one's alone.
                said(unsafe { libc::mprotect(page, 4096, libc::PROT_READ | libc::PROT_EXEC) })
            }),
        ),
    ]
}

#[test]
fn what_no_reader_does_ends_it() {
    in_child("child_hostile");
}

#[test]
#[ignore = "runs in a child process"]
fn child_hostile() {
    let folder = begun();
    let restored = || {
        let _ = std::fs::remove_dir_all(&folder);
        begun();
    };
    for (name, attempt) in attempts(&folder) {
        restored();
        assert_eq!(as_any(&attempt), Worked, "{name} does not work to begin with");
        restored();
        for reads in BOTH {
            assert_eq!(as_reader(reads, &attempt), By(libc::SIGSYS), "{name}, {reads:?}");
        }
    }
    assert_eq!(std::fs::read(folder.join("file")).unwrap(), b"text");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2);
    // Whatever the arguments are.
    for number in HOSTILE.iter().chain(&OLDER_HOSTILE) {
        for reads in BOTH {
            assert_eq!(as_reader(reads, || call(*number, [-1; 5])), By(libc::SIGSYS), "{number}, {reads:?}");
        }
    }
    // Calls by another machine's numbers.
    assert_eq!(
        as_reader(Reads::Files, || call(c_long::from(X32) | libc::SYS_getpid, [0; 5])),
        By(libc::SIGSYS)
    );
    // A file opened for anything but reading, whichever flag says so.
    let path = c"/dev/null".as_ptr() as c_long;
    for flag in [libc::O_WRONLY, libc::O_RDWR, libc::O_CREAT, libc::O_TRUNC, libc::O_APPEND, libc::O_TMPFILE]
    {
        let opens = || call(libc::SYS_openat, [libc::AT_FDCWD.into(), path, flag.into(), 0, 0]);
        assert_eq!(as_reader(Reads::Files, opens), By(libc::SIGSYS), "{flag:o}");
    }
    // A process in place of a thread, a thread of another kind.
    for flags in [0, libc::SIGCHLD, libc::CLONE_VFORK | libc::CLONE_VM, THREAD | libc::CLONE_NEWNS] {
        let clone = || call(libc::SYS_clone, [flags.into(), 0, 0, 0, 0]);
        assert_eq!(as_reader(Reads::Files, clone), By(libc::SIGSYS), "{flags:x}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

/// `uretprobe` and `uprobe`, which newer kernels let past every filter: they are for the kernel's own probes, and end whoever
/// calls them from elsewhere (`SIGILL`).
#[cfg(target_arch = "x86_64")]
const PROBES: [c_long; 2] = [335, 336];
#[cfg(not(target_arch = "x86_64"))]
const PROBES: [c_long; 0] = [];

#[test]
fn what_is_not_on_the_list_is_not_there() {
    in_child("child_unknown");
}

#[test]
#[ignore = "runs in a child process"]
fn child_unknown() {
    let folder = begun();
    let looked: Vec<c_long> = looked_at(Reads::Files).iter().map(|row| row.call).collect();
    for reads in BOTH {
        let mut spoken_of: HashSet<c_long> =
            NEEDED.iter().chain(&HOSTILE).chain(&OLDER_HOSTILE).chain(&looked).copied().collect();
        if reads == Reads::Files {
            spoken_of.extend(FILES);
        }
        let others = || {
            for number in (0..1000).filter(|number| !spoken_of.contains(number) && !PROBES.contains(number)) {
                let errno = call(number, [-1; 5]).map_err(|e| e.raw_os_error());
                assert_eq!(errno, Err(Some(libc::ENOSYS)), "{number}, {reads:?}");
            }
            Ok(())
        };
        assert_eq!(as_reader(reads, others), Worked);
    }
    // What would open it to others, take its limits away, or speak to a terminal or for a descriptor to others.
    let limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    let (pipe, _says) = io::pipe().unwrap();
    // SAFETY: each is given live values, and changes this process alone.
    let owned: [(&str, &dyn Fn() -> io::Result<()>); 4] = [
        ("dumpable", &|| said(unsafe { libc::prctl(libc::PR_SET_DUMPABLE, 0, 0, 0, 0) })),
        // SAFETY: as above.
        ("limits", &|| said(unsafe { libc::setrlimit(libc::RLIMIT_CORE, &raw const limit) })),
        // SAFETY: as above.
        ("owner", &|| said(unsafe { libc::fcntl(1, libc::F_SETOWN, libc::getpid()) })),
        ("device", &|| {
            let mut bytes: c_int = 0;
            // SAFETY: the number is a live local.
            said(unsafe { libc::ioctl(pipe.as_raw_fd(), libc::FIONREAD, &raw mut bytes) })
        }),
    ];
    for (name, attempt) in owned {
        assert_eq!(as_any(attempt), Worked, "{name}");
        for reads in BOTH {
            assert_eq!(as_reader(reads, attempt), Refused(libc::ENOSYS), "{name}, {reads:?}");
        }
    }
    let opens = || std::fs::read("/dev/null").map(|_| ());
    assert_eq!(as_reader(Reads::Files, opens), Worked);
    assert_eq!(as_reader(Reads::WhatIsOpen, opens), Refused(libc::ENOSYS));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_reader_does_its_work() {
    in_child("child_at_work");
}

/// What both readers do: read what is open, take memory and give it back, lock it, ask the time, break down, answer.
fn at_work(mut open: &File, mut answers: &io::PipeWriter) -> io::Result<()> {
    let mut text = String::new();
    open.read_to_string(&mut text)?;
    let mut much = vec![1_u8; 1 << 20];
    much.resize(32 << 20, 2);
    let locked = vec![0_u8; 4096];
    // SAFETY: the memory is alive, and is unlocked before it is given back.
    unsafe {
        said(libc::mlock(locked.as_ptr().cast(), 4096))?;
        said(libc::munlock(locked.as_ptr().cast(), 4096))?;
    }
    let times = HashMap::from([(std::time::Instant::now(), std::time::SystemTime::now())]);
    let broke = catch_unwind(|| assert_eq!(times.len(), 2, "on purpose"));
    assert!(broke.is_err() && much.len() == 32 << 20);
    answers.write_all(text.as_bytes())
}

/// What the readers of files do besides.
fn at_files(folder: &Path) -> io::Result<()> {
    let names = std::fs::read_dir(folder)?.count();
    let read = std::fs::read(folder.join("file"))?;
    let here = folder.metadata()?;
    let own = std::fs::read(std::env::current_exe()?)?;
    let terminal = File::open("/dev/ptmx")?;
    let mut size = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: the size is a live local.
    said(unsafe { libc::ioctl(terminal.as_raw_fd(), libc::TIOCGWINSZ, &raw mut size) })?;
    let processors = std::thread::available_parallelism()?.get();
    let sums = std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..processors + 4).map(|n| scope.spawn(move || vec![n; 1 << 20].len())).collect();
        workers.into_iter().map(|worker| worker.join().unwrap_or(0)).sum::<usize>()
    });
    assert!(
        names == 2 && read == b"text" && here.is_dir() && !own.is_empty() && sums == (processors + 4) << 20
    );
    Ok(())
}

#[test]
#[ignore = "runs in a child process"]
fn child_at_work() {
    let folder = begun();
    for reads in BOTH {
        let file = File::open(folder.join("file")).unwrap();
        let (mut heard, answers) = io::pipe().unwrap();
        assert_eq!(as_reader(reads, || at_work(&file, &answers)), Worked, "{reads:?}");
        drop(answers);
        let mut text = String::new();
        heard.read_to_string(&mut text).unwrap();
        assert_eq!(text, "text");
        assert_eq!(as_reader(reads, || std::process::abort()), By(libc::SIGABRT), "{reads:?}");
    }
    assert_eq!(as_any(|| at_files(&folder)), Worked);
    assert_eq!(as_reader(Reads::Files, || at_files(&folder)), Worked);
    std::fs::remove_dir_all(&folder).unwrap();
}
