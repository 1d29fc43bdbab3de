//! What is looked at on the machine: how it should be, how it is, and how it is mended.

use confine::Held;
use engine::Check;

fn check(what: &'static str, expected: &'static str, found: String, mend: Option<String>) -> Check {
    Check { what, expected, found, mend }
}

const EVERY_INTERFACE_OFF: &str = "every interface but loopback switched off";

pub(in crate::desk) fn network(on: &[String]) -> Check {
    let found = if on.is_empty() {
        EVERY_INTERFACE_OFF.to_owned()
    } else {
        format!("switched on: {}", on.join(", "))
    };
    let mend = on.first().map(|first| {
        format!(
            "A network interface is switched on ({}): take the cable or the card out, and switch it off, for instance with \
             ip link set {first} down.",
            on.join(", ")
        )
    });
    check("Network", EVERY_INTERFACE_OFF, found, mend)
}

pub(in crate::desk) fn network_unknown() -> Check {
    let mend = "Which network interfaces there are cannot be read (/sys/class/net): find out why, or use another machine.";
    check("Network", EVERY_INTERFACE_OFF, "the system does not say".to_owned(), Some(mend.to_owned()))
}

const NO_OPEN_SWAP: &str = "off, in memory, or encrypted";

pub(in crate::desk) fn swap(open: &[String]) -> Check {
    let found =
        if open.is_empty() { NO_OPEN_SWAP.to_owned() } else { format!("not encrypted: {}", open.join(", ")) };
    let mend = (!open.is_empty()).then(|| {
        "Swap is on and not encrypted: what the system moves out of memory stays on a disk. Turn it off (swapoff -a) and keep \
         it off."
            .to_owned()
    });
    check("Swap", NO_OPEN_SWAP, found, mend)
}

pub(in crate::desk) fn swap_unknown() -> Check {
    let mend = "Whether swap is on cannot be read (/proc/swaps): find out why, or use another machine.";
    check("Swap", NO_OPEN_SWAP, "the system does not say".to_owned(), Some(mend.to_owned()))
}

pub(in crate::desk) fn refused_usb(devices: &[String]) -> Check {
    let mend = "A USB device of a kind that has no use here was plugged in, and was switched off: take it out, and find out who put \
         it in and what it is. It is told until the machine is started again.";
    check(
        "USB devices",
        "keyboards, pointers, storage, printers, smart cards and hubs alone",
        devices.join("; "),
        Some(mend.to_owned()),
    )
}

/// What is so or not so, without more to say of it.
fn is_so(what: &'static str, expected: &'static str, so: bool, otherwise: &str, mend: &str) -> Check {
    let found = if so { expected } else { otherwise };
    check(what, expected, found.to_owned(), (!so).then(|| mend.to_owned()))
}

pub(in crate::desk) fn core_dumps(none: bool) -> Check {
    is_so(
        "Core dumps",
        "none are written",
        none,
        "not known to be off",
        "Core dumps are not off: a crash could write memory to the disk. Start the program again; where it stays so, use \
         another machine.",
    )
}

pub(in crate::desk) fn ptrace(scope: Option<u8>) -> Check {
    let found = scope
        .map_or_else(|| "the system does not restrict it".to_owned(), |s| format!("ptrace_scope is {s}"));
    let mend = "Programs of the same user may look into each other's memory: set kernel.yama.ptrace_scope to 1 or more (sysctl).";
    let closed = scope.is_some_and(|s| s >= 1);
    check(
        "Other processes",
        "may not look into this one: ptrace_scope 1 or more",
        found,
        (!closed).then(|| mend.to_owned()),
    )
}

pub(in crate::desk) fn debugger(none: bool) -> Check {
    is_so(
        "Debugger",
        "none is attached",
        none,
        "one is attached, or that cannot be read",
        "A debugger is attached to this program: find out who did that, and start the program again without it.",
    )
}

pub(in crate::desk) fn socket_filter(on: bool) -> Check {
    is_so(
        "Socket filter",
        "this program has given up internet sockets",
        on,
        "not in force",
        "The filter that keeps this program from making internet sockets is not in force: use a kernel with seccomp.",
    )
}

const HELD_TO_ITS_FILES: &str =
    "this program can change only what it keeps, media, and what the system lets its services change";

pub(in crate::desk) fn files(held: Held) -> Check {
    let found = match held {
        Held::Not => "it can change every file that its user can".to_owned(),
        Held::Files => format!("{HELD_TO_ITS_FILES}; this kernel does not keep it from abstract sockets"),
        Held::FilesAndSockets => HELD_TO_ITS_FILES.to_owned(),
    };
    let mend = "The kernel does not keep this program from other files: use one with Landlock switched on (lsm=…,landlock), as \
                Debian 12 and Ubuntu 24.04 have it.";
    check("Files", HELD_TO_ITS_FILES, found, (held == Held::Not).then(|| mend.to_owned()))
}

pub(in crate::desk) fn readers(held: bool) -> Check {
    is_so(
        "Readers",
        "what reads scans and foreign packs has given up every call of the system but a reader's",
        held,
        "it did not start, or could not give them up",
        "The process that reads scans and foreign packs does not start, or the kernel does not hold it, and then it reads \
         nothing: find out why, or use another machine.",
    )
}

pub(in crate::desk) fn locked_memory(limit: Option<u64>, least: u64) -> Check {
    let mib = |bytes: u64| format!("{} MiB", bytes / (1024 * 1024));
    let found = match limit {
        None => "the system does not say".to_owned(),
        Some(u64::MAX) => "without a limit".to_owned(),
        Some(bytes) if bytes < 1024 * 1024 => format!("{} KiB", bytes / 1024),
        Some(bytes) => mib(bytes),
    };
    let enough = limit.is_some_and(|bytes| bytes >= least);
    let mend = "Too little memory may be locked against swapping: raise the limit (ulimit -l, or memlock in limits.conf) to 4 MiB \
                or more, and sign in again.";
    check("Locked memory", "4 MiB or more", found, (!enough).then(|| mend.to_owned()))
}

pub(in crate::desk) fn web_sandbox(on: bool) -> Check {
    is_so(
        "Web engine",
        "in a sandbox of its own",
        on,
        "without its sandbox",
        "The web engine of the window runs without its own sandbox: install bubblewrap and xdg-dbus-proxy, and allow user \
         namespaces; or play in the terminal.",
    )
}
