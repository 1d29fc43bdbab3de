//! The socket filter as classic BPF, written out so that it can be read in one sitting.

use crate::{ConfineError, words};
use libc::{BPF_ABS, BPF_JEQ, BPF_JGE, BPF_JMP, BPF_K, BPF_LD, BPF_RET, BPF_W, sock_filter};
use std::io;

/// `AUDIT_ARCH_X86_64` and `AUDIT_ARCH_AARCH64` of `linux/audit.h`.
#[cfg(target_arch = "x86_64")]
const ARCH: u32 = 0xC000_003E;
#[cfg(target_arch = "aarch64")]
const ARCH: u32 = 0xC000_00B7;

const LOAD: u32 = BPF_LD | BPF_W | BPF_ABS;
const EQUAL: u32 = BPF_JMP | BPF_JEQ | BPF_K;
const AT_LEAST: u32 = BPF_JMP | BPF_JGE | BPF_K;
const RETURN: u32 = BPF_RET | BPF_K;

/// Places in `struct seccomp_data`: call number, architecture, low words of the first and third argument.
const NUMBER: u32 = 0;
const ARCHITECTURE: u32 = 4;
const FIRST: u32 = 16;
const THIRD: u32 = 32;

#[allow(clippy::cast_possible_truncation, reason = "instruction codes are below 2^16 by definition")]
const fn op(code: u32, k: u32) -> sock_filter {
    sock_filter { code: code as u16, jt: 0, jf: 0, k }
}

#[allow(clippy::cast_possible_truncation, reason = "instruction codes are below 2^16 by definition")]
const fn jump(code: u32, k: u32, jt: u8, jf: u8) -> sock_filter {
    sock_filter { code: code as u16, jt, jf, k }
}

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
        jump(AT_LEAST, 0x4000_0000, 11, 0),                     // 4: x32, to 16
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

/// Installs the filter on every thread of this process.
pub(crate) fn install() -> Result<(), ConfineError> {
    let mut program = program();
    // The length is the array's: 17.
    let packed = libc::sock_fprog { len: 17, filter: program.as_mut_ptr() };
    // SAFETY: plain values.
    if unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) } != 0 {
        return Err(refused(words::NEW_PRIVILEGES));
    }
    // SAFETY: `packed` points to a live program of the stated length, which the kernel copies.
    let result = unsafe {
        libc::syscall(
            libc::SYS_seccomp,
            libc::SECCOMP_SET_MODE_FILTER,
            libc::SECCOMP_FILTER_FLAG_TSYNC,
            &raw const packed,
        )
    };
    if result == 0 { Ok(()) } else { Err(refused(words::SOCKET_FILTER)) }
}

fn refused(measure: &'static str) -> ConfineError {
    ConfineError::Refused { measure, source: io::Error::last_os_error() }
}
