//! Where this program may write and what it may start: its state folder, media, what the command line names, and the
//! system's own folders, in which the system's permissions say who may. Nothing else of anybody's home.

use confine::Ground;
use std::path::{Path, PathBuf};

/// Where devices, services and modules keep what they write: sockets, locks, an HSM's store, a vendor's log.
const SYSTEM: [&str; 4] = ["/dev", "/run", "/var", "/opt"];
/// Where Debian and Ubuntu mount sticks and discs; `/run/media` is in the list above.
const MEDIA: [&str; 2] = ["/media", "/mnt"];
/// Where the system keeps programs.
const PROGRAMS: [&str; 6] = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/opt"];
/// Where modules say that they keep their tokens: a folder in the environment, or in the home.
const STORE_IN_ENVIRONMENT: &str = "TPM2_PKCS11_STORE";
const STORE_IN_HOME: &str = ".tpm2_pkcs11";
/// SoftHSM names its folder in a file, which the environment or the home names.
const SOFTHSM_IN_ENVIRONMENT: &str = "SOFTHSM2_CONF";
const SOFTHSM_IN_HOME: &str = ".config/softhsm2/softhsm2.conf";
const SOFTHSM_SETTING: &str = "directories.tokendir";
/// Larger than any such file, in bytes.
const LARGEST_SETTINGS: u64 = 64 * 1024;

/// The ground of a program that keeps ceremonies, with these files and folders besides the system's.
pub(super) fn with(named: &[PathBuf]) -> Ground {
    let system = SYSTEM.iter().chain(&MEDIA).map(PathBuf::from);
    let named = named.iter().map(|path| nearest_there(path));
    let writes = system.chain([std::env::temp_dir()]).chain(stores()).chain(named).collect();
    Ground { writes, starts: programs(), reads: None }
}

/// The ground of a process that only reads these.
pub(crate) fn only_reading(reads: &[PathBuf]) -> Ground {
    Ground { reads: Some(reads.to_vec()), ..Ground::default() }
}

/// What is started: programs of the system, and this one, which tries modules and reads scans in a process of its own.
fn programs() -> Vec<PathBuf> {
    PROGRAMS.iter().map(PathBuf::from).chain(std::env::current_exe()).collect()
}

/// A file or folder that is there already: itself, or the folder that it will be made in.
fn nearest_there(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    path.ancestors().find(|p| p.exists()).map_or_else(|| path.clone(), Path::to_owned)
}

/// Where modules outside the system's folders keep their tokens.
fn stores() -> Vec<PathBuf> {
    let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let home = |path: &str| var("HOME").map(|home| home.join(path));
    let settings = [var(SOFTHSM_IN_ENVIRONMENT), home(SOFTHSM_IN_HOME)];
    let softhsm = settings.into_iter().flatten().filter_map(|file| {
        let text = outside::text(&file, LARGEST_SETTINGS).ok()?;
        text.lines().find_map(folder_in)
    });
    softhsm.chain(var(STORE_IN_ENVIRONMENT)).chain(home(STORE_IN_HOME)).collect()
}

/// The folder in `directories.tokendir = /path`.
fn folder_in(line: &str) -> Option<PathBuf> {
    let value = line.trim().strip_prefix(SOFTHSM_SETTING)?.trim_start().strip_prefix('=')?.trim();
    (!value.is_empty()).then(|| PathBuf::from(value))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn softhsm_says_where_its_tokens_are() {
        assert_eq!(folder_in(" directories.tokendir = /a b/tokens "), Some("/a b/tokens".into()));
        assert_eq!(folder_in("directories.tokendir=/x"), Some("/x".into()));
        for other in
            ["", "# directories.tokendir = /x", "directories.tokendir =", "objectstore.backend = file"]
        {
            assert_eq!(folder_in(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_not_there_yet_is_made_in_the_folder_above() {
        let folder = tempfile::tempdir().unwrap();
        let there = folder.path().join("there");
        std::fs::create_dir(&there).unwrap();
        assert_eq!(nearest_there(&there), there);
        assert_eq!(nearest_there(&there.join("a/b")), there);
    }
}
