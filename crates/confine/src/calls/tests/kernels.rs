//! Kernels that lack something, played by filters that answer in their place.

use super::*;
use crate::{Ground, Held, hold_to};

/// Makes this process one on a kernel that answers these calls so: with an error, or with 0 and nothing done.
fn on_a_kernel(answers: u32, calls: &[c_long]) {
    let mut program = vec![op(LOAD, NUMBER)];
    for call in calls {
        program.push(jump(EQUAL, number(*call), 0, 1));
        program.push(op(RETURN, libc::SECCOMP_RET_ERRNO | answers));
    }
    program.push(returning(Answer::Done));
    install(program, words::CALLS).unwrap();
}

#[test]
fn a_kernel_that_cannot_hold_a_process_is_told() {
    in_child("kernels::child_kernels");
}

#[test]
#[ignore = "runs in a child process"]
fn child_kernels() {
    let no_such_call = bits(libc::ENOSYS);
    let check = |held: &dyn Fn(), check: &dyn Fn()| {
        let checked = || {
            check();
            Ok(())
        };
        assert_eq!(after(held, checked), Worked);
    };
    // Without filters nothing goes on; what was refused is named, and what to do.
    check(&|| on_a_kernel(no_such_call, &[libc::SYS_seccomp]), &|| {
        for (done, measure) in
            [(no_network(), "the socket filter"), (only_calls(Reads::Files), "the list of calls")]
        {
            let said = done.unwrap_err().to_string();
            assert!(said.starts_with(&format!("The kernel refused {measure}")), "{said}");
            assert!(said.contains("Nothing was started. Use a kernel with seccomp filters."), "{said}");
        }
    });
    // Another machine's numbers, which a 64-bit process can call by as well.
    #[cfg(target_arch = "x86_64")]
    {
        let getpid = || {
            // SAFETY: asks for this process's number, and changes nothing but the register named.
            unsafe { std::arch::asm!("int 0x80", inlateout("eax") 20 => _) };
            Ok(())
        };
        // Not where the kernel was built without them.
        if as_any(getpid) == Worked {
            assert_eq!(as_reader(Reads::Files, getpid), By(libc::SIGSYS));
        }
    }
    // One that takes a filter and does nothing with it is found out.
    check(&|| on_a_kernel(0, &[libc::SYS_seccomp]), &|| {
        assert!(matches!(no_network(), Err(ConfineError::NoEffect)));
        assert!(matches!(only_calls(Reads::WhatIsOpen), Err(ConfineError::ListWithoutEffect)));
    });
    // Without Landlock a process goes on, and can say so; the list holds it all the same.
    let landlock = [libc::SYS_landlock_create_ruleset, libc::SYS_landlock_restrict_self];
    check(&|| on_a_kernel(no_such_call, &landlock), &|| {
        let reads = Some(vec![PathBuf::from("/usr")]);
        assert_eq!(hold_to(&Ground { reads, ..Ground::default() }).unwrap(), Held::Not);
        assert_eq!(crate::held(), Held::Not);
        assert!(std::fs::read("/etc/passwd").is_ok());
        only_calls(Reads::WhatIsOpen).unwrap();
        assert_eq!(std::fs::read("/etc/passwd").unwrap_err().raw_os_error(), Some(libc::ENOSYS));
    });
}
