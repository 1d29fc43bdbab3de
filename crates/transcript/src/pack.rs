//! The evidence pack: a folder that stands alone and that `sha256sum` and `openssl` can check.
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::digest::sha256_hex;
pub use crate::error::PackError;
use crate::journal::{Journal, sync_parent};
use crate::names;
use crate::sign;
use crate::types::Signer;
use crate::verify;
use crate::words;

/// A file to go into a pack.
pub struct PackFile {
    /// Its name below the pack's folder, with `/` between subfolders.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Writes a pack to `dest`, which must not exist. It appears whole, flushed to the disk, or not at all.
pub fn write(
    dest: &Path,
    files: Vec<PackFile>,
    journal: &Journal,
    signer: &mut dyn Signer,
) -> Result<(), PackError> {
    let mut all = BTreeMap::new();
    let mut seen: BTreeSet<String> = names::RESERVED.iter().map(|name| name.to_lowercase()).collect();
    for PackFile { name, bytes } in files {
        let why = names::trouble(&name).or_else(|| {
            // Sticks are often FAT, where case does not tell two names apart.
            (!seen.insert(name.to_lowercase())).then_some(words::NAME_TAKEN)
        });
        if let Some(why) = why {
            return Err(PackError::Name { name, why });
        }
        all.insert(name, bytes);
    }
    let transcript =
        journal.bytes().map_err(|source| PackError::Io { path: journal.path().to_owned(), source })?;
    let report = verify::transcript(&transcript);
    if let Some(line) = report.lines.iter().find(|line| !line.holds) {
        return Err(PackError::DoesNotHold(line.says.clone()));
    }
    let head = journal.head().text();
    let head_sig = sign::signed(signer, head.as_bytes()).map_err(PackError::Signing)?;
    all.insert(names::TRANSCRIPT.into(), transcript);
    all.insert(names::HEAD.into(), head.into_bytes());
    all.insert(names::HEAD_SIG.into(), head_sig);
    all.insert(names::SIGNER.into(), sign::to_pem(signer.public_key()).into_bytes());
    all.insert(names::HOW.into(), words::HOW_TO_CHECK.into());
    let sums = sums(&all);
    let sums_sig = sign::signed(signer, sums.as_bytes()).map_err(PackError::Signing)?;
    all.insert(names::SUMS.into(), sums.into_bytes());
    all.insert(names::SUMS_SIG.into(), sums_sig);
    land(dest, &all)
}

/// The list `sha256sum -c` reads, sorted by name.
pub(crate) fn sums(files: &BTreeMap<String, Vec<u8>>) -> String {
    let lines: Vec<String> =
        files.iter().map(|(name, bytes)| format!("{}  {name}\n", sha256_hex(bytes))).collect();
    lines.concat()
}

/// Writes the files into a hidden folder beside `dest`, flushes them, and gives the folder its name.
pub(crate) fn land(dest: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<(), PackError> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| PackError::Io { path, source }
    };
    if dest.symlink_metadata().is_ok() {
        return Err(PackError::Exists(dest.to_owned()));
    }
    let Some(name) = dest.file_name() else {
        return Err(PackError::Name { name: dest.display().to_string(), why: words::NOT_A_FOLDER });
    };
    let temp = dest.with_file_name(format!(".{}.making-{}", name.to_string_lossy(), std::process::id()));
    fs::create_dir(&temp).map_err(io(&temp))?;
    let filled = fill(&temp, files).and_then(|()| {
        // A folder renamed onto an empty folder replaces it, so look again.
        if dest.symlink_metadata().is_ok() {
            return Err(PackError::Exists(dest.to_owned()));
        }
        fs::rename(&temp, dest).map_err(io(dest))
    });
    if let Err(error) = filled {
        let _ = fs::remove_dir_all(&temp);
        return Err(error);
    }
    sync_parent(dest).map_err(io(dest))
}

fn fill(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<(), PackError> {
    let mut folders: BTreeSet<PathBuf> = BTreeSet::from([folder.to_owned()]);
    for (name, bytes) in files {
        let path = folder.join(name);
        let io = |source| PackError::Io { path: path.clone(), source };
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(io)?;
            folders.extend(parent.ancestors().take_while(|above| *above != folder).map(Path::to_owned));
        }
        let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(io)?;
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(io)?;
    }
    for path in folders {
        File::open(&path).and_then(|f| f.sync_all()).map_err(|source| PackError::Io { path, source })?;
    }
    Ok(())
}
