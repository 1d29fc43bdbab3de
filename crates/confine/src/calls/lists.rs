//! The calls themselves: what readers need, and what none of them does, each group with its reason. They were found by
//! tracing the readers at work on every kept pack, on pictures and on PDF, good and damaged, and by what the C library
//! does where memory, a thread or a lock is short.

use libc::{c_int, c_long};

/// What every reader needs.
pub(super) const NEEDED: [c_long; 21] = [
    // What it has open. `fcntl` is looked at beside this list.
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_close,
    // Memory, which is locked where a secret is in it. So are `mmap` and `mprotect`.
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_mlock,
    libc::SYS_munlock,
    // The time, where the kernel does not show it without a call, and chance: hash tables, canaries.
    libc::SYS_clock_gettime,
    libc::SYS_getrandom,
    // Waiting for a lock.
    libc::SYS_futex,
    // Signals of its own: a stack that ran over, a stop and its end, and `abort`, which names this process and thread.
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_getpid,
    libc::SYS_gettid,
    // Its end.
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// What the readers of files need besides. Opening is looked at beside this list, and so is how a thread is begun.
pub(super) const FILES: [c_long; 8] = [
    libc::SYS_statx,
    libc::SYS_newfstatat,
    libc::SYS_fstat,
    libc::SYS_getdents64,
    // Where its own file is: a check says whether this very program wrote a pack.
    OWN_PATH,
    // How many threads are of use, and what each begins with.
    libc::SYS_sched_getaffinity,
    libc::SYS_rseq,
    libc::SYS_set_robust_list,
];

#[cfg(target_arch = "x86_64")]
const OWN_PATH: c_long = libc::SYS_readlink;
#[cfg(not(target_arch = "x86_64"))]
const OWN_PATH: c_long = libc::SYS_readlinkat;

/// How a file is opened to be read.
pub(super) const READING: c_int = libc::O_RDONLY
    | libc::O_CLOEXEC
    | libc::O_DIRECTORY
    | libc::O_NOCTTY
    | libc::O_NOFOLLOW
    | libc::O_NONBLOCK
    | LARGE_FILE;
/// `O_LARGEFILE` of the kernel, which the C library's own constant of that name has not on x86-64.
#[cfg(target_arch = "x86_64")]
const LARGE_FILE: c_int = 0o100_000;
#[cfg(target_arch = "aarch64")]
const LARGE_FILE: c_int = 0o400_000;

/// `TIOCGWINSZ`, as a number; other requests can put words into a terminal's mouth (`TIOCSTI`).
pub(super) const TERMINAL_SIZE: c_long = 0x5413;

/// How the C library begins a thread. Whatever else `clone` makes is a process.
pub(super) const THREAD: c_int = libc::CLONE_VM
    | libc::CLONE_FS
    | libc::CLONE_FILES
    | libc::CLONE_SIGHAND
    | libc::CLONE_THREAD
    | libc::CLONE_SYSVSEM
    | libc::CLONE_SETTLS
    | libc::CLONE_PARENT_SETTID
    | libc::CLONE_CHILD_CLEARTID;

/// What no reader does and no library tries by itself: whoever calls this has taken the process over.
pub(super) const HOSTILE: [c_long; 82] = [
    // Programs. `clone` is looked at beside this list; `clone3`, whose flags no filter can see, is unknown.
    libc::SYS_execve,
    libc::SYS_execveat,
    // Other processes: to look into, to change, to stop. `tgkill` is looked at beside this list.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_send_signal,
    libc::SYS_kcmp,
    libc::SYS_kill,
    libc::SYS_tkill,
    libc::SYS_rt_sigqueueinfo,
    libc::SYS_rt_tgsigqueueinfo,
    libc::SYS_setpriority,
    // Talking.
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_sendmmsg,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_shmget,
    libc::SYS_shmat,
    libc::SYS_msgget,
    libc::SYS_semget,
    libc::SYS_mq_open,
    // Changing files. Opening them is looked at beside this list.
    libc::SYS_unlinkat,
    libc::SYS_renameat,
    libc::SYS_renameat2,
    libc::SYS_mkdirat,
    libc::SYS_mknodat,
    libc::SYS_linkat,
    libc::SYS_symlinkat,
    libc::SYS_truncate,
    libc::SYS_ftruncate,
    libc::SYS_fallocate,
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_utimensat,
    libc::SYS_setxattr,
    libc::SYS_fsetxattr,
    libc::SYS_removexattr,
    // The machine.
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_swapon,
    libc::SYS_reboot,
    libc::SYS_kexec_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_clock_settime,
    libc::SYS_settimeofday,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    // Another user, or keys that the kernel keeps.
    libc::SYS_setuid,
    libc::SYS_setresuid,
    libc::SYS_capset,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    // Ways past what holds a process.
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_userfaultfd,
    libc::SYS_memfd_create,
    libc::SYS_open_by_handle_at,
    libc::SYS_fanotify_init,
];
/// The same by numbers that only the older machine has.
#[cfg(target_arch = "x86_64")]
pub(super) const OLDER_HOSTILE: [c_long; 15] = [
    libc::SYS_fork,
    libc::SYS_vfork,
    libc::SYS_creat,
    libc::SYS_unlink,
    libc::SYS_rename,
    libc::SYS_mkdir,
    libc::SYS_rmdir,
    libc::SYS_mknod,
    libc::SYS_link,
    libc::SYS_symlink,
    libc::SYS_chmod,
    libc::SYS_chown,
    libc::SYS_iopl,
    libc::SYS_ioperm,
    libc::SYS_modify_ldt,
];
#[cfg(not(target_arch = "x86_64"))]
pub(super) const OLDER_HOSTILE: [c_long; 0] = [];
