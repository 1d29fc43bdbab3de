//! The list of calls of a process that reads what a stranger made: what is not on it the kernel does not do for it.
//!
//! A table of call numbers, turned into jumps one after another, and written by hand as the socket filter beside it is:
//! three answers are needed, and `seccompiler`, which was looked at, gives two a filter. A call is done; or answered as
//! by a kernel that never had it (`ENOSYS`), for which libraries have another way; or it is one that no reader makes and
//! no library tries, and ends the process. What decides is a call's number and, of a few, one argument. Those arguments
//! are `int`s or sets of bits of which the kernel reads the low word alone.

mod lists;

use crate::bpf::{
    ANY_BIT, ARCH, ARCHITECTURE, AT_LEAST, EQUAL, FIRST, LOAD, NUMBER, RETURN, SECOND, THIRD, X32, install,
    jump, op,
};
use crate::{ConfineError, words};
use libc::{c_int, c_long, sock_filter};
use lists::{FILES, HOSTILE, NEEDED, OLDER_HOSTILE, READING, TERMINAL_SIZE, THREAD};

/// What a process reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// What was open when it gave up the rest, on the one thread that it has.
    WhatIsOpen,
    /// Files and folders too, and it computes on several threads.
    Files,
}

/// What the kernel does about a call.
#[derive(Clone, Copy)]
enum Answer {
    /// It does it.
    Done,
    /// It does as if it had no such call.
    Unknown,
    /// It ends the process, by `SIGSYS`.
    End,
}

/// Which argument is looked at, by its place, and for what.
enum Looked {
    /// It has no bit but these.
    Bits(u32, u32),
    /// It is one of these.
    OneOf(u32, Vec<u32>),
}

/// One call: what is done where what is looked at is as it should be, or nothing is looked at, and what otherwise.
struct Row {
    call: c_long,
    looked: Option<Looked>,
    good: Answer,
    otherwise: Answer,
}

impl Row {
    fn of(call: c_long, looked: Option<Looked>, good: Answer, otherwise: Answer) -> Self {
        Self { call, looked, good, otherwise }
    }

    /// The jump over this row, and what stands in it.
    fn program(&self) -> Vec<sock_filter> {
        let mut body = match &self.looked {
            None => vec![],
            Some(Looked::Bits(argument, bits)) => {
                vec![op(LOAD, *argument), jump(ANY_BIT, !bits, 0, 1), returning(self.otherwise)]
            }
            Some(Looked::OneOf(argument, values)) => {
                let equal = values.iter().zip((1..=length(values)).rev());
                let mut body = vec![op(LOAD, *argument)];
                body.extend(equal.map(|(value, past)| jump(EQUAL, *value, past, 0)));
                body.push(returning(self.otherwise));
                body
            }
        };
        body.push(returning(self.good));
        body.insert(0, jump(EQUAL, number(self.call), 0, length(&body)));
        body
    }
}

/// Rows are short: the longest looks for three values.
fn length<T>(row: &[T]) -> u8 {
    u8::try_from(row.len()).unwrap_or(u8::MAX)
}

#[allow(
    clippy::cast_sign_loss,
    clippy::cast_possible_truncation,
    reason = "numbers of calls are small and positive"
)]
fn number(call: c_long) -> u32 {
    call as u32
}

/// Flags, commands and a process's number, as the filter sees them.
#[allow(clippy::cast_sign_loss, reason = "the same bits")]
fn bits(value: c_int) -> u32 {
    value as u32
}

fn returning(answer: Answer) -> sock_filter {
    let answer = match answer {
        Answer::Done => libc::SECCOMP_RET_ALLOW,
        Answer::Unknown => libc::SECCOMP_RET_ERRNO | bits(libc::ENOSYS),
        Answer::End => libc::SECCOMP_RET_KILL_PROCESS,
    };
    op(RETURN, answer)
}

/// The calls of which an argument decides.
fn looked_at(reads: Reads) -> Vec<Row> {
    let (opened, threads, device) = match reads {
        Reads::WhatIsOpen => (Answer::Unknown, vec![], vec![]),
        // How wide the terminal is on which a check is answered.
        Reads::Files => (Answer::Done, vec![bits(THREAD)], vec![number(TERMINAL_SIZE)]),
    };
    let opens = |call, flags| Row::of(call, Some(Looked::Bits(flags, bits(READING))), opened, Answer::End);
    // Memory that can be run is code that was not there before.
    let data = || Some(Looked::Bits(THIRD, bits(libc::PROT_READ | libc::PROT_WRITE)));
    // Neither another owner of a descriptor's signals nor other flags of one that is shared with the parent.
    let asked = [libc::F_GETFD, libc::F_GETFL, libc::F_DUPFD_CLOEXEC].map(bits).to_vec();
    // SAFETY: it always works, and touches nothing.
    let own = bits(unsafe { libc::getpid() });
    vec![
        opens(libc::SYS_openat, THIRD),
        #[cfg(target_arch = "x86_64")]
        opens(libc::SYS_open, SECOND),
        Row::of(libc::SYS_mmap, data(), Answer::Done, Answer::End),
        Row::of(libc::SYS_mprotect, data(), Answer::Done, Answer::End),
        Row::of(libc::SYS_fcntl, Some(Looked::OneOf(SECOND, asked)), Answer::Done, Answer::Unknown),
        Row::of(libc::SYS_ioctl, Some(Looked::OneOf(SECOND, device)), Answer::Done, Answer::Unknown),
        Row::of(libc::SYS_clone, Some(Looked::OneOf(FIRST, threads)), Answer::Done, Answer::End),
        Row::of(libc::SYS_tgkill, Some(Looked::OneOf(FIRST, vec![own])), Answer::Done, Answer::End),
    ]
}

/// The whole filter.
fn program(reads: Reads) -> Vec<sock_filter> {
    let files = match reads {
        Reads::WhatIsOpen => vec![],
        Reads::Files => FILES.to_vec(),
    };
    let all = |calls: &[c_long], answer| -> Vec<Row> {
        calls.iter().map(|call| Row::of(*call, None, answer, answer)).collect()
    };
    let rows = [
        all(&NEEDED, Answer::Done),
        all(&files, Answer::Done),
        looked_at(reads),
        all(&HOSTILE, Answer::End),
        all(&OLDER_HOSTILE, Answer::End),
    ];
    let mut program = vec![
        op(LOAD, ARCHITECTURE),
        jump(EQUAL, ARCH, 1, 0),
        returning(Answer::End),
        op(LOAD, NUMBER),
        jump(AT_LEAST, X32, 0, 1),
        returning(Answer::End),
    ];
    program.extend(rows.iter().flatten().flat_map(Row::program));
    program.push(returning(Answer::Unknown));
    program
}

/// Holds this process and all its threads to the calls of a reader, for good. Call it after all that only a beginning
/// needs: limits, and files that it may read ([`crate::hold_to`]).
///
/// Errors: the kernel refuses the list, or does what is not on it all the same.
pub fn only_calls(reads: Reads) -> Result<(), ConfineError> {
    install(program(reads), words::CALLS)?;
    // Asks what kind of process this is, and changes nothing.
    // SAFETY: plain values.
    let asked = unsafe { libc::syscall(libc::SYS_personality, 0xFFFF_FFFF_u64) };
    let unknown = asked == -1 && std::io::Error::last_os_error().raw_os_error() == Some(libc::ENOSYS);
    if unknown { Ok(()) } else { Err(ConfineError::ListWithoutEffect) }
}

#[cfg(test)]
mod tests;
