//! This machine: what it should mend before a production ceremony, and the program that runs on it.

use super::scans;
use super::words::machine as words;
use confine::Held;
use engine::{Check, Workstation};
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// Secrets take some kibibytes each; a ceremony with 255 shares some mebibytes, locked. In bytes.
const LOCKED_MEMORY: u64 = 4 * 1024 * 1024;

/// `IFF_UP` of `netdevice(7)`: the interface was switched on, whatever its cable says.
const SWITCHED_ON: u64 = 1;

/// What a production ceremony should not start with, in sentences.
pub(crate) fn warnings() -> Vec<String> {
    Machine::this().checks(None).into_iter().filter_map(|check| check.mend).collect()
}

/// This machine and the program's own file, which is read once for a play. `web` says whether the web engine of the window
/// has its sandbox, where there is a window.
pub(super) fn workstation(web: Option<bool>, scripts: Vec<Cow<'static, str>>) -> Workstation {
    let (program_file, program_sha256) = own_file();
    Workstation { checks: Machine::this().checks(web), program_file, program_sha256, scripts }
}

/// The program's own file and its digest.
fn own_file() -> (PathBuf, Option<[u8; 32]>) {
    let file = std::env::current_exe().unwrap_or_default();
    let sha256 = std::fs::read(&file).ok().map(|bytes| script::sha256(&bytes));
    (file, sha256)
}

/// This program as it would name itself in a record.
pub(crate) fn this_program() -> String {
    program(own_file().1.as_ref())
}

/// The program as it names itself in a record. Its own hash is self-reported: it shows which build was meant, and
/// proves nothing about the one that ran.
pub(super) fn program(sha256: Option<&[u8; 32]>) -> String {
    let hash = sha256.map_or_else(|| "unreadable".to_owned(), |hash| data_encoding::HEXLOWER.encode(hash));
    format!("cofferdam {}, sha256 {hash}, self-reported", env!("CARGO_PKG_VERSION"))
}

/// The machine as far as the program sees it.
struct Machine {
    /// Where the kernel says what it does: `/proc` and `/sys` below a folder, which tests make.
    root: PathBuf,
    /// How far the kernel keeps this process from other files.
    held: Held,
    /// Whether readers of foreign files are held to a reader's calls.
    readers: bool,
}

impl Machine {
    fn this() -> Self {
        Self { root: PathBuf::from("/"), held: confine::held(), readers: scans::held() }
    }

    fn read(&self, path: &str) -> Option<String> {
        std::fs::read_to_string(self.root.join(path)).ok()
    }

    fn checks(&self, web: Option<bool>) -> Vec<Check> {
        let mut checks = vec![self.network(), self.swap(), self.core_dumps(), self.ptrace(), self.debugger()];
        checks.extend([self.socket_filter(), words::files(self.held)]);
        checks.extend([words::readers(self.readers), self.locked_memory()]);
        checks.extend(web.map(words::web_sandbox));
        checks.extend(self.refused_usb());
        checks
    }

    /// Devices that the workstation's image switched off as they were plugged in; nothing where it switched none off, or where
    /// the machine was not started from it.
    fn refused_usb(&self) -> Option<Check> {
        let said = self.read("run/cofferdam/refused-usb")?;
        Some(words::refused_usb(
            &said.lines().map(|line| protocol::visible(line).into_owned()).collect::<Vec<_>>(),
        ))
    }

    /// Every interface but loopback is switched off. A cable that is out is not enough: somebody can put it in.
    fn network(&self) -> Check {
        let entries = std::fs::read_dir(self.root.join("sys/class/net"));
        let Ok(entries) = entries else { return words::network_unknown() };
        let mut on: Vec<String> = entries
            .flatten()
            .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
            .filter(|(name, path)| name != "lo" && is_on(path))
            .map(|(name, _)| name)
            .collect();
        on.sort();
        words::network(&on)
    }

    /// No swap, or none that keeps what it holds: in memory (zram), or encrypted (dm-crypt).
    fn swap(&self) -> Check {
        let Some(swaps) = self.read("proc/swaps") else { return words::swap_unknown() };
        let devices = swaps.lines().skip(1).filter_map(|line| line.split_whitespace().next());
        let open: Vec<String> =
            devices.filter(|device| !self.is_safe_swap(device)).map(str::to_owned).collect();
        words::swap(&open)
    }

    fn is_safe_swap(&self, device: &str) -> bool {
        // A file can have any name.
        let Some(name) = device.strip_prefix("/dev/").map(|name| name.rsplit('/').next().unwrap_or_default())
        else {
            return false;
        };
        let uuid = self.read(&format!("sys/block/{name}/dm/uuid"));
        let in_memory =
            device.strip_prefix("/dev/zram").is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
        in_memory || uuid.is_some_and(|uuid| uuid.starts_with("CRYPT-"))
    }

    fn core_dumps(&self) -> Check {
        words::core_dumps(self.limit("Max core file size") == Some(confine::NO_CORE))
    }

    /// Yama's scope (`ptrace_scope`): from 1 on no process may look into another that it did not start.
    fn ptrace(&self) -> Check {
        let scope = self.read("proc/sys/kernel/yama/ptrace_scope").and_then(|s| s.trim().parse::<u8>().ok());
        words::ptrace(scope)
    }

    fn debugger(&self) -> Check {
        words::debugger(self.status("TracerPid").as_deref() == Some("0"))
    }

    /// Mode 2 is a filter; without new privileges nothing that is started gets out of it.
    fn socket_filter(&self) -> Check {
        let filtered = self.status("Seccomp").as_deref() == Some("2");
        words::socket_filter(filtered && self.status("NoNewPrivs").as_deref() == Some("1"))
    }

    fn locked_memory(&self) -> Check {
        words::locked_memory(self.limit("Max locked memory"), LOCKED_MEMORY)
    }

    /// A line of this process's status.
    fn status(&self, name: &str) -> Option<String> {
        let status = self.read("proc/self/status")?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.map(|value| value.trim().to_owned())
    }

    /// A soft limit of this process in bytes; one without a limit has the largest number.
    fn limit(&self, name: &str) -> Option<u64> {
        let limits = self.read("proc/self/limits")?;
        let soft = limits
            .lines()
            .find_map(|line| line.strip_prefix(name)?.split_whitespace().next().map(str::to_owned))?;
        if soft == "unlimited" { Some(u64::MAX) } else { soft.parse().ok() }
    }
}

/// All states but `down` count, and so does one that is down only because nothing is plugged in.
fn is_on(interface: &Path) -> bool {
    let read = |name: &str| std::fs::read_to_string(interface.join(name)).unwrap_or_default();
    let flags = u64::from_str_radix(read("flags").trim().trim_start_matches("0x"), 16);
    read("operstate").trim() != "down" || flags.map_or(true, |flags| flags & SWITCHED_ON != 0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// A machine on which there is nothing to mend.
    fn in_order(folder: &Path) -> Machine {
        let write = |path: &str, text: &str| {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("sys/class/net/lo/flags", "0x9\n");
        write("sys/class/net/lo/operstate", "unknown\n");
        write("sys/class/net/eth0/flags", "0x1002\n");
        write("sys/class/net/eth0/operstate", "down\n");
        write(
            "proc/swaps",
            "Filename\tType\tSize\tUsed\tPriority\n/dev/zram0 partition 8 0 100\n/dev/dm-1 partition 8 0 5\n",
        );
        write("sys/block/dm-1/dm/uuid", "CRYPT-LUKS2-0a1b\n");
        write("proc/sys/kernel/yama/ptrace_scope", "1\n");
        write("proc/self/status", "Name:\tcoffer\nTracerPid:\t0\nNoNewPrivs:\t1\nSeccomp:\t2\n");
        write(
            "proc/self/limits",
            "Limit  Soft Limit  Hard Limit  Units\nMax core file size  1  1  bytes\nMax locked memory  8388608  8388608  bytes\n",
        );
        Machine { root: folder.to_owned(), held: Held::FilesAndSockets, readers: true }
    }

    fn to_mend(machine: &Machine, web: Option<bool>) -> Vec<&'static str> {
        machine.checks(web).into_iter().filter(|c| c.mend.is_some()).map(|c| c.what).collect()
    }

    #[test]
    fn nothing_is_said_of_a_machine_that_is_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let machine = in_order(folder.path());
        assert!(to_mend(&machine, Some(true)).is_empty());
        assert_eq!(machine.checks(None).len() + 1, machine.checks(Some(true)).len());
    }

    #[test]
    fn each_thing_that_is_not_in_order_is_said_and_so_is_what_the_kernel_does_not_tell() {
        for (path, text, what) in [
            ("sys/class/net/eth0/operstate", Some("up\n"), "Network"),
            ("sys/class/net/eth0/operstate", Some("unknown\n"), "Network"),
            ("sys/class/net/eth0/operstate", None, "Network"),
            // The cable is out, and the interface is switched on.
            ("sys/class/net/eth0/flags", Some("0x1003\n"), "Network"),
            ("sys/class/net/eth0/flags", Some("none\n"), "Network"),
            ("proc/swaps", Some("Filename\n/dev/sda2 partition 8 0 -2\n"), "Swap"),
            ("proc/swaps", None, "Swap"),
            ("sys/block/dm-1/dm/uuid", Some("LVM-0a1b\n"), "Swap"),
            (
                "proc/self/limits",
                Some(
                    "Max core file size  unlimited  unlimited  bytes\nMax locked memory  8388608  8388608  bytes\n",
                ),
                "Core dumps",
            ),
            // With a limit of 0 a program that crashes is still handed to a pipe.
            (
                "proc/self/limits",
                Some("Max core file size  0  0  bytes\nMax locked memory  8388608  8388608  bytes\n"),
                "Core dumps",
            ),
            (
                "proc/self/limits",
                Some("Max core file size  1  1  bytes\nMax locked memory  65536  65536  bytes\n"),
                "Locked memory",
            ),
            ("proc/sys/kernel/yama/ptrace_scope", Some("0\n"), "Other processes"),
            ("proc/sys/kernel/yama/ptrace_scope", None, "Other processes"),
            ("run/cofferdam/refused-usb", Some("USB device switched off: Net, class 02\n"), "USB devices"),
            ("proc/self/status", Some("TracerPid:\t71\nNoNewPrivs:\t1\nSeccomp:\t2\n"), "Debugger"),
            ("proc/self/status", Some("TracerPid:\t0\nNoNewPrivs:\t1\nSeccomp:\t0\n"), "Socket filter"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let machine = in_order(folder.path());
            std::fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
            match text {
                Some(text) => std::fs::write(folder.path().join(path), text).unwrap(),
                None => std::fs::remove_file(folder.path().join(path)).unwrap(),
            }
            assert_eq!(to_mend(&machine, Some(true)), [what], "{path}: {text:?}");
        }
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(to_mend(&in_order(folder.path()), Some(false)), ["Web engine"]);
        assert_eq!(to_mend(&Machine { readers: false, ..in_order(folder.path()) }, None), ["Readers"]);
        for (held, what) in [(Held::Not, &["Files"][..]), (Held::Files, &[])] {
            assert_eq!(to_mend(&Machine { held, ..in_order(folder.path()) }, None), what, "{held:?}");
        }
    }
}
