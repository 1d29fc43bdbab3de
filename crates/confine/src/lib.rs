//! What the processes do to themselves before anything else: no internet sockets, no core dumps, no inherited
//! debug switches, no memory given back as it was, for those that hold or read something no more of the file system than
//! they need, and for those that read what a stranger made no call of the system but a reader's. And how one of them ends
//! when nobody reads it any more.
//!
//! Linux only (`seccomp(2)`, `prctl(2)`, `landlock(7)`). Every function fails closed: where a measure does not bite, the
//! caller gets an error and must not go on; a kernel without Landlock is told instead ([`held`]). Children inherit the
//! socket filter, so the web processes are held by it too.
#![allow(unsafe_code, reason = "prctl, setrlimit, seccomp and remove_var have no safe interface")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests"))]

mod bpf;
mod calls;
mod files;
mod filter;
mod words;

pub use calls::{Reads, only_calls};
pub use files::{Ground, Held, held, hold_to};

use std::alloc::System;
use std::io;
use zeroizing_alloc::ZeroAlloc;

/// The allocator of a program that has secrets pass through it: whatever is given back is overwritten with zeros first. What
/// parsers, frameworks and estimators copied on their way is gone as soon as they let go of it.
///
/// It holds for what Rust allocates. A C library, a vendor's module or the web engine has memory of its own.
pub type Wiping = ZeroAlloc<System>;

/// For `#[global_allocator]`.
pub const WIPING: Wiping = ZeroAlloc(System);

/// Why a process could not confine itself.
#[derive(Debug, thiserror::Error)]
pub enum ConfineError {
    /// The kernel refused a measure.
    #[error(
        "The kernel refused {measure} ({source}). Nothing was started. Use a kernel with seccomp filters."
    )]
    Refused {
        /// Which measure.
        measure: &'static str,
        /// What the kernel said.
        source: io::Error,
    },
    /// The filter was installed and an internet socket could still be made.
    #[error(
        "An internet socket could still be made. Nothing was started. Do not use this machine for a ceremony."
    )]
    NoEffect,
    /// The list of calls was installed, and one that is not on it was done all the same.
    #[error(
        "A call that this process had given up was still done. Nothing was read. Do not use this machine for a ceremony."
    )]
    ListWithoutEffect,
    /// A local socket, which the smart-card service and the window need, could not be made.
    #[error(
        "Local sockets are refused as well ({0}). Nothing was started. Look for another sandbox around this one."
    )]
    TooTight(io::Error),
    /// The rules for files were refused.
    #[error("The kernel refused to keep this process from other files ({0}). Nothing was started.")]
    Files(landlock::RulesetError),
}

/// What a debugger, a preload or a proxy could be switched on with from outside.
const SWITCHES: [&str; 25] = [
    "ALL_PROXY",
    "GDK_PIXBUF_MODULE_FILE",
    "GIO_EXTRA_MODULES",
    "GTK_DEBUG",
    "GTK_IM_MODULE_FILE",
    "GTK_MODULES",
    "GTK_PATH",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "LD_AUDIT",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "OPENSSL_CONF",
    "OPENSSL_MODULES",
    "RUST_BACKTRACE",
    "RUST_LOG",
    "TAURI_AUTOMATION",
    "TAURI_WEBVIEW_AUTOMATION",
    "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS",
    "WEBKIT_FORCE_SANDBOX",
    "WEBKIT_INSPECTOR_HTTP_SERVER",
    "WEBKIT_INSPECTOR_SERVER",
    "all_proxy",
    "http_proxy",
    "https_proxy",
];

/// All three measures. Call it first in `main`, before any thread is started.
pub fn lock_down() -> Result<(), ConfineError> {
    scrub_environment();
    no_core_dumps()?;
    no_network()
}

/// Refuses every socket but local ones (`AF_UNIX`) and the two netlink protocols that device discovery needs, in
/// this process and all it starts, for good. Also refuses `io_uring`, which could make sockets past the filter.
pub fn no_network() -> Result<(), ConfineError> {
    filter::no_sockets()?;
    for domain in [libc::AF_INET, libc::AF_INET6, libc::AF_VSOCK, libc::AF_PACKET] {
        if try_socket(domain).is_ok() {
            return Err(ConfineError::NoEffect);
        }
    }
    try_socket(libc::AF_UNIX).map_err(ConfineError::TooTight)
}

/// The limit on core files, in bytes, under which none is written or handed on: less than any core file has. With a limit of 0
/// the kernel still hands the memory of a program that this one starts, as one that prints a share, to whatever `core_pattern`
/// pipes to; with 1 it does not (`core(5)`, and `do_coredump` in the kernel's `fs/coredump.c`).
pub const NO_CORE: u64 = 1;

/// No core dumps ([`NO_CORE`]), and no other process of the same user may attach or read this one's memory.
pub fn no_core_dumps() -> Result<(), ConfineError> {
    let none = libc::rlimit { rlim_cur: NO_CORE, rlim_max: NO_CORE };
    // SAFETY: plain values and a pointer to a live local that the kernel only reads.
    let refused = unsafe {
        libc::setrlimit(libc::RLIMIT_CORE, &raw const none) != 0
            || libc::prctl(libc::PR_SET_DUMPABLE, 0, 0, 0, 0) != 0
    };
    if refused {
        return Err(ConfineError::Refused { measure: words::CORE_DUMPS, source: io::Error::last_os_error() });
    }
    Ok(())
}

/// Takes out of the environment whatever opens the program, or one it starts, to a debugger, a foreign library or
/// a proxy.
///
/// Must run before any thread is started; what the dynamic loader has read by then cannot be undone, but nothing
/// started later inherits it.
pub fn scrub_environment() {
    for name in SWITCHES {
        // SAFETY: the documented contract: no other thread exists yet that could read the environment.
        unsafe { std::env::remove_var(name) };
    }
}

/// Ends this process as any other ends that writes into a pipe which nobody reads any more: by `SIGPIPE`, which a shell
/// reports as 141. Rust ignores that signal from the start, so that a write fails instead, and what has to be put in
/// order first can be.
pub fn end_by_closed_pipe() -> ! {
    // SAFETY: plain values; the default disposition is no handler, so nothing of ours runs in the signal.
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_DFL);
        libc::raise(libc::SIGPIPE);
    }
    // Whoever started this process blocked the signal.
    std::process::exit(128 + libc::SIGPIPE)
}

/// Makes a stream socket of this domain and closes it again.
fn try_socket(domain: libc::c_int) -> io::Result<()> {
    // SAFETY: plain values; the descriptor is closed at once and not used otherwise.
    let fd = unsafe { libc::socket(domain, libc::SOCK_STREAM, 0) };
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the descriptor was just made and nobody else has it.
    unsafe { libc::close(fd) };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    /// The measures cannot be undone, so each test runs itself again in a process of its own.
    fn in_child(name: &str) {
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--ignored", "--test-threads=1"])
            .env("http_proxy", "http://192.0.2.1:3128")
            .env("WEBKIT_INSPECTOR_SERVER", "192.0.2.1:9222")
            .status()
            .unwrap();
        assert!(status.success(), "{name} failed in the child");
    }

    #[test]
    fn a_confined_process_has_no_internet() {
        in_child("tests::child_network");
    }

    #[test]
    #[ignore = "runs in a child process"]
    fn child_network() {
        assert!(try_socket(libc::AF_INET).is_ok(), "the machine has no sockets to begin with");
        no_network().unwrap();
        assert_eq!(try_socket(libc::AF_INET).unwrap_err().raw_os_error(), Some(libc::EAFNOSUPPORT));
        assert_eq!(try_socket(libc::AF_INET6).unwrap_err().raw_os_error(), Some(libc::EAFNOSUPPORT));
        assert!(try_socket(libc::AF_UNIX).is_ok());
        assert!(std::net::TcpListener::bind("127.0.0.1:0").is_err());
        assert!(std::os::unix::net::UnixStream::pair().is_ok());
        // What this process starts is held as well.
        let bash = Command::new("bash").args(["-c", "exec 3<>/dev/udp/127.0.0.1/9"]).output();
        assert!(bash.is_ok_and(|out| !out.status.success()));
        // A second time stacks; it does not fail.
        no_network().unwrap();
    }

    #[test]
    fn a_confined_process_leaves_no_core() {
        in_child("tests::child_core");
    }

    #[test]
    #[ignore = "runs in a child process"]
    fn child_core() {
        no_core_dumps().unwrap();
        let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
        let core = limits.lines().find(|l| l.starts_with("Max core file size")).unwrap();
        assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["1", "1"]);
        // SAFETY: plain value.
        assert_eq!(unsafe { libc::prctl(libc::PR_GET_DUMPABLE, 0, 0, 0, 0) }, 0);
    }

    #[test]
    fn inherited_switches_are_gone() {
        in_child("tests::child_environment");
    }

    #[test]
    #[ignore = "runs in a child process"]
    fn child_environment() {
        assert!(std::env::var_os("http_proxy").is_some());
        scrub_environment();
        assert!(SWITCHES.iter().all(|name| std::env::var_os(name).is_none()));
    }

    #[test]
    fn a_process_is_held_to_its_files_and_programs() {
        in_child("tests::child_files");
    }

    #[test]
    #[ignore = "runs in a child process"]
    fn child_files() {
        use std::os::linux::net::SocketAddrExt;
        use std::os::unix::net::{SocketAddr, UnixListener, UnixStream};
        let folder = std::env::temp_dir().join(format!("confine-{}", std::process::id()));
        let (mine, others) = (folder.join("mine"), folder.join("others"));
        for path in [&mine, &others] {
            std::fs::create_dir_all(path).unwrap();
        }
        std::fs::write(others.join("there"), "x").unwrap();
        std::fs::copy("/bin/true", mine.join("program")).unwrap();
        let abstract_name = SocketAddr::from_abstract_name(folder.to_str().unwrap()).unwrap();
        // Somebody else's socket: this process's own stays within reach.
        let mut listener = Command::new("python3")
            .args(["-c", "import socket,sys\ns=socket.socket(socket.AF_UNIX)\ns.bind('\\0'+sys.argv[1])\ns.listen()\nprint('up',flush=True)\nsys.stdin.read()"])
            .arg(&folder)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut up = [0; 3];
        io::Read::read_exact(listener.stdout.as_mut().unwrap(), &mut up).unwrap();
        // Everything works to begin with.
        assert!(UnixStream::connect_addr(&abstract_name).is_ok());
        assert!(Command::new(mine.join("program")).status().is_ok());

        let ground = Ground {
            writes: vec![mine.clone(), "/not/there".into()],
            starts: vec!["/usr".into()],
            reads: None,
        };
        let held = hold_to(&ground).unwrap();
        if held == Held::Not {
            // Said in a preflight; nothing else to see on such a kernel.
            listener.kill().and_then(|()| listener.wait()).unwrap();
            return;
        }
        std::fs::write(mine.join("new"), "x").unwrap();
        std::fs::rename(mine.join("new"), mine.join("renamed")).unwrap();
        std::fs::create_dir(mine.join("folder")).unwrap();
        assert_eq!(std::fs::read(others.join("there")).unwrap(), b"x");
        let refused =
            |done: io::Result<()>| assert_eq!(done.unwrap_err().kind(), io::ErrorKind::PermissionDenied);
        refused(std::fs::write(others.join("new"), "x"));
        refused(std::fs::write(others.join("there"), "y"));
        refused(std::fs::remove_file(others.join("there")));
        refused(std::fs::create_dir(others.join("folder")));
        refused(std::os::unix::fs::symlink("/", others.join("link")));
        refused(Command::new(mine.join("program")).status().map(|_| ()));
        assert!(Command::new("/usr/bin/true").status().unwrap().success());
        // What it starts is held as well.
        let shell =
            Command::new("/usr/bin/bash").args(["-c", "echo y > \"$0\""]).arg(others.join("there")).output();
        assert!(shell.is_ok_and(|out| !out.status.success()));
        assert_eq!(std::fs::read(others.join("there")).unwrap(), b"x");
        if held == Held::FilesAndSockets {
            refused(UnixStream::connect_addr(&abstract_name).map(|_| ()));
            refused(listener.kill());
        }
        // A socket of its own making is nobody else's.
        let own = UnixListener::bind(mine.join("socket")).unwrap();
        drop(own);
        // A second time stacks: a child that only reads.
        let reads = vec![mine.clone()];
        assert_eq!(hold_to(&Ground { reads: Some(reads), ..Ground::default() }).unwrap(), held);
        assert!(std::fs::read_dir(&mine).is_ok());
        refused(std::fs::read(others.join("there")).map(|_| ()));
        refused(std::fs::write(mine.join("renamed"), "y"));
        // It ends when it hears no more.
        drop(listener.stdin.take());
        listener.wait().unwrap();
    }
}
