//! Classic BPF as the kernel's call filters are written in it: the few instructions that they need, and how one is
//! installed.

use crate::{ConfineError, words};
use libc::{
    BPF_ABS, BPF_JEQ, BPF_JGE, BPF_JMP, BPF_JSET, BPF_K, BPF_LD, BPF_RET, BPF_W, c_ushort, sock_filter,
};
use std::io;

/// `AUDIT_ARCH_X86_64` and `AUDIT_ARCH_AARCH64` of `linux/audit.h`.
#[cfg(target_arch = "x86_64")]
pub(crate) const ARCH: u32 = 0xC000_003E;
#[cfg(target_arch = "aarch64")]
pub(crate) const ARCH: u32 = 0xC000_00B7;

/// From this number on calls are those of x32, which are others by other numbers.
pub(crate) const X32: u32 = 0x4000_0000;

pub(crate) const LOAD: u32 = BPF_LD | BPF_W | BPF_ABS;
pub(crate) const EQUAL: u32 = BPF_JMP | BPF_JEQ | BPF_K;
pub(crate) const AT_LEAST: u32 = BPF_JMP | BPF_JGE | BPF_K;
pub(crate) const ANY_BIT: u32 = BPF_JMP | BPF_JSET | BPF_K;
pub(crate) const RETURN: u32 = BPF_RET | BPF_K;

/// Places in `struct seccomp_data`: call number, architecture, low words of the first three arguments.
pub(crate) const NUMBER: u32 = 0;
pub(crate) const ARCHITECTURE: u32 = 4;
pub(crate) const FIRST: u32 = 16;
pub(crate) const SECOND: u32 = 24;
pub(crate) const THIRD: u32 = 32;

pub(crate) const fn op(code: u32, k: u32) -> sock_filter {
    jump(code, k, 0, 0)
}

#[allow(clippy::cast_possible_truncation, reason = "instruction codes are below 2^16 by definition")]
pub(crate) const fn jump(code: u32, k: u32, jt: u8, jf: u8) -> sock_filter {
    sock_filter { code: code as u16, jt, jf, k }
}

/// Installs a filter on every thread of this process, besides those that are there. Where several speak of a call, the
/// strictest counts.
pub(crate) fn install(mut program: Vec<sock_filter>, measure: &'static str) -> Result<(), ConfineError> {
    let refused = |measure| ConfineError::Refused { measure, source: io::Error::last_os_error() };
    // A program that is too long for its length is too long for the kernel.
    let len = c_ushort::try_from(program.len()).unwrap_or(c_ushort::MAX);
    let packed = libc::sock_fprog { len, filter: program.as_mut_ptr() };
    // SAFETY: plain values.
    if unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) } != 0 {
        return Err(refused(words::NEW_PRIVILEGES));
    }
    // SAFETY: `packed` points to a live program of at least the stated length, which the kernel copies.
    let result = unsafe {
        libc::syscall(
            libc::SYS_seccomp,
            libc::SECCOMP_SET_MODE_FILTER,
            libc::SECCOMP_FILTER_FLAG_TSYNC,
            &raw const packed,
        )
    };
    if result == 0 { Ok(()) } else { Err(refused(measure)) }
}
