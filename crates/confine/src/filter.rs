//! The socket filter as classic BPF, written out so that it can be read in one sitting.

use crate::bpf::{
    ARCH, ARCHITECTURE, AT_LEAST, EQUAL, FIRST, LOAD, NUMBER, RETURN, THIRD, X32, install, jump, op,
};
use crate::{ConfineError, words};
use libc::sock_filter;

/// `AF_UNIX` always; `AF_NETLINK` only for routes (the desktop's network monitor) and device events (udev); every
/// other family `EAFNOSUPPORT`, as on a kernel without it. `io_uring` and the x32 call numbers are refused the same
/// way, since both lead past the filter. Calls of a foreign architecture end the process.
#[allow(
    clippy::cast_sign_loss,
    clippy::cast_possible_truncation,
    reason = "small positive constants of the kernel"
)]
fn program() -> [sock_filter; 17] {
    let deny = libc::SECCOMP_RET_ERRNO | libc::EAFNOSUPPORT as u32;
    [
        op(LOAD, ARCHITECTURE),                                 // 0
        jump(EQUAL, ARCH, 1, 0),                                // 1
        op(RETURN, libc::SECCOMP_RET_KILL_PROCESS),             // 2
        op(LOAD, NUMBER),                                       // 3
        jump(AT_LEAST, X32, 11, 0),                             // 4: x32, to 16
        jump(EQUAL, libc::SYS_io_uring_setup as u32, 10, 0),    // 5: to 16
        jump(EQUAL, libc::SYS_socket as u32, 2, 0),             // 6: to 9
        jump(EQUAL, libc::SYS_socketpair as u32, 1, 0),         // 7: to 9
        op(RETURN, libc::SECCOMP_RET_ALLOW),                    // 8
        op(LOAD, FIRST),                                        // 9: the family
        jump(EQUAL, libc::AF_UNIX as u32, 4, 0),                // 10: to 15
        jump(EQUAL, libc::AF_NETLINK as u32, 0, 4),             // 11: to 12 or 16
        op(LOAD, THIRD),                                        // 12: the protocol
        jump(EQUAL, libc::NETLINK_ROUTE as u32, 1, 0),          // 13: to 15
        jump(EQUAL, libc::NETLINK_KOBJECT_UEVENT as u32, 0, 1), // 14: to 15 or 16
        op(RETURN, libc::SECCOMP_RET_ALLOW),                    // 15
        op(RETURN, deny),                                       // 16
    ]
}

/// Installs it.
pub(crate) fn no_sockets() -> Result<(), ConfineError> {
    install(program().to_vec(), words::SOCKET_FILTER)
}
