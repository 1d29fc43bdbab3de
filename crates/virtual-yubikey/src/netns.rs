//! What the network needs beyond std: namespaces (namespaces(7)), so that `pcscd`'s virtual reader listens where
//! nothing else can reach it, and prompt acknowledgements.
#![allow(unsafe_code, reason = "unshare, setns, ioctl and setsockopt are C calls without a safe form in std")]

use std::io;
use std::os::fd::AsRawFd;
use std::process::Command;

/// Makes `command` start in a network namespace of its own that has nothing but a loopback interface.
pub(crate) fn isolate(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    // SAFETY: `own_loopback` makes system calls only; it neither allocates nor takes locks between fork and exec.
    unsafe { command.pre_exec(own_loopback) };
}

/// Whether this process may do that.
pub(crate) fn is_permitted() -> bool {
    let mut probe = Command::new("true");
    isolate(&mut probe);
    probe.status().is_ok_and(|s| s.success())
}

/// Moves the calling thread into the network namespace of a process.
pub(crate) fn join(pid: u32) -> io::Result<()> {
    let namespace = std::fs::File::open(format!("/proc/{pid}/ns/net"))?;
    // SAFETY: the descriptor is open for the length of the call; only this thread is moved.
    done(unsafe { libc::setns(namespace.as_raw_fd(), libc::CLONE_NEWNET) })
}

/// Sends the acknowledgement that is due now, without the 40 ms in which TCP hopes to save a packet (tcp(7)).
pub(crate) fn acknowledge_at_once(stream: &std::net::TcpStream) {
    let on: libc::c_int = 1;
    let len = libc::socklen_t::try_from(size_of_val(&on)).unwrap_or(4);
    // SAFETY: the option's value is an int that outlives the call; a refusal only costs time.
    unsafe {
        libc::setsockopt(
            stream.as_raw_fd(),
            libc::IPPROTO_TCP,
            libc::TCP_QUICKACK,
            (&raw const on).cast(),
            len,
        );
    }
}

fn own_loopback() -> io::Result<()> {
    // SAFETY: no memory is passed.
    done(unsafe { libc::unshare(libc::CLONE_NEWNET) })?;
    // SAFETY: no memory is passed; the result is checked before it is used.
    let socket = unsafe { libc::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0) };
    done(socket)?;
    // SAFETY: all zero bytes are a valid `ifreq`.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (to, from) in request.ifr_name.iter_mut().zip(*b"lo") {
        *to = libc::c_char::from_ne_bytes([from]);
    }
    request.ifr_ifru.ifru_flags = libc::c_short::try_from(libc::IFF_UP).unwrap_or(1);
    // SAFETY: the request is an `ifreq`, as SIOCSIFFLAGS wants, and outlives the call.
    let up = unsafe { libc::ioctl(socket, libc::SIOCSIFFLAGS, &raw const request) };
    let up = done(up);
    // SAFETY: the descriptor was opened above and is closed once.
    unsafe { libc::close(socket) };
    up
}

fn done(result: libc::c_int) -> io::Result<()> {
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
