//! This machine: what it should mend before a production ceremony, and the program that runs on it.

use super::words;
use engine::Workstation;

/// What a production ceremony should not start with.
pub(crate) fn warnings() -> Vec<String> {
    let mut found = Vec::new();
    let swaps = std::fs::read_to_string("/proc/swaps").unwrap_or_default();
    if swaps.lines().count() > 1 {
        found.push(words::SWAP_IS_ON.to_owned());
    }
    for entry in std::fs::read_dir("/sys/class/net").into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let up = std::fs::read_to_string(entry.path().join("operstate")).is_ok_and(|s| s.trim() == "up");
        if name != "lo" && up {
            found.push(words::network_is_up(&name));
        }
    }
    found
}

/// This machine and the program's own file, which is read once for a play.
pub(super) fn workstation() -> Workstation {
    let program_file = std::env::current_exe().unwrap_or_default();
    let program_sha256 = std::fs::read(&program_file).ok().map(|bytes| script::sha256(&bytes));
    Workstation { warnings: warnings(), program_file, program_sha256 }
}

/// The program as it names itself in a record. Its own hash is self-reported: it shows which build was meant, and
/// proves nothing about the one that ran.
pub(super) fn program(workstation: &Workstation) -> String {
    let hash = workstation
        .program_sha256
        .map_or_else(|| "unreadable".to_owned(), |hash| data_encoding::HEXLOWER.encode(&hash));
    format!("cofferdam {}, sha256 {hash}, self-reported", env!("CARGO_PKG_VERSION"))
}
