//! What lies on the media: files that a question could mean, and folders to write into.

use protocol::FoundFile;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;
use time::OffsetDateTime;

/// How many files are offered at most.
const MOST: usize = 20;
/// How deep below a medium's top is looked.
const DEPTH: usize = 3;
/// How many directory entries are looked at on one medium: a hostile stick may hold millions.
const LOOKED_AT: usize = 5_000;

/// Removable media, as far as the system shows them.
pub trait Media: Send {
    /// The top folders of the media that are in.
    fn roots(&self) -> Vec<PathBuf>;
}

/// Fixed folders: those named on the command line, or none.
pub struct Folders(pub Vec<PathBuf>);

impl Media for Folders {
    fn roots(&self) -> Vec<PathBuf> {
        self.0.clone()
    }
}

/// What the kernel has mounted below the places where Debian and Ubuntu mount sticks and discs.
pub struct Mounted;

impl Media for Mounted {
    fn roots(&self) -> Vec<PathBuf> {
        let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap_or_default();
        mounts
            .lines()
            .filter_map(|line| line.split(' ').nth(1))
            .map(|path| PathBuf::from(path.replace("\\040", " ")))
            .filter(|path| ["/media", "/run/media", "/mnt"].iter().any(|top| path.starts_with(top)))
            .collect()
    }
}

/// Whether a place lies on one of these media, links followed.
pub fn is_on(roots: &[PathBuf], place: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let place = real(place);
    roots.iter().any(|root| place.starts_with(real(root)))
}

/// Files with one of these endings, newest first.
pub fn files(media: &dyn Media, endings: &[String]) -> Vec<FoundFile> {
    let mut found = Vec::new();
    for root in media.roots() {
        let mut left = LOOKED_AT;
        walk(&root, DEPTH, &mut left, &mut |path, size, changed| {
            let fits = path
                .extension()
                .and_then(|e| e.to_str())
                .is_some_and(|e| endings.iter().any(|ending| ending.eq_ignore_ascii_case(e)));
            if let Some(text) = path.to_str().filter(|_| fits) {
                found.push((changed, FoundFile { path: text.to_owned(), size, changed: minute(changed) }));
            }
        });
    }
    found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.path.cmp(&b.1.path)));
    found.into_iter().take(MOST).map(|(_, file)| file).collect()
}

/// The media's own top folders.
pub(crate) fn folders(media: &dyn Media) -> Vec<String> {
    media.roots().into_iter().filter_map(|p| p.to_str().map(str::to_owned)).take(MOST).collect()
}

fn walk(folder: &Path, depth: usize, left: &mut usize, take: &mut dyn FnMut(&Path, u64, i64)) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if *left == 0 {
            return;
        }
        *left -= 1;
        // Trash, previews, and what a Mac keeps beside each file: nobody means those.
        if entry.file_name().to_str().is_some_and(|name| outside::left_behind(name).is_some()) {
            continue;
        }
        // The entry's own kind: a link on a hostile medium is not followed.
        let Ok(meta) = entry.metadata() else { continue };
        if meta.is_dir() && depth > 1 {
            walk(&entry.path(), depth - 1, left, take);
        } else if meta.is_file() {
            let changed = meta.modified().ok().and_then(|t| t.duration_since(UNIX_EPOCH).ok());
            let seconds = changed.and_then(|d| i64::try_from(d.as_secs()).ok()).unwrap_or(0);
            take(&entry.path(), meta.len(), seconds);
        }
    }
}

/// What lies below a folder that somebody took for an evidence pack or a bundle: packs, and bundles that are in none,
/// at most a few, found within two folders' depth.
pub fn packs_below(folder: &Path) -> Vec<PathBuf> {
    fn look(folder: &Path, depth: usize, left: &mut usize, found: &mut Vec<PathBuf>) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        let mut folders = Vec::new();
        for entry in entries.flatten().take(*left) {
            *left = left.saturating_sub(1);
            let name = entry.file_name();
            let plain = name.to_str().is_some_and(|n| outside::left_behind(n).is_none());
            if plain && entry.file_type().is_ok_and(|t| t.is_dir()) {
                folders.push(entry.path());
            }
        }
        folders.sort();
        for folder in folders {
            let has = |name: &str| folder.join(name).is_file();
            if has("SHA256SUMS") && has("transcript.jsonl") || has("manifest.json") {
                found.push(folder);
            } else if depth > 1 {
                look(&folder, depth - 1, left, found);
            }
        }
    }
    /// More than a person looks at.
    const SHOWN: usize = 5;
    let (mut left, mut found) = (LOOKED_AT, Vec::new());
    look(folder, 2, &mut left, &mut found);
    found.truncate(SHOWN);
    found
}

/// The day of Unix seconds, UTC, as `2027-10-01`.
pub fn day(unix: i64) -> String {
    minute(unix).chars().take(10).collect()
}

/// Unix seconds as `2027-10-01 09:30 UTC`.
pub fn minute(unix: i64) -> String {
    let form = time::macros::format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    OffsetDateTime::from_unix_timestamp(unix).ok().and_then(|t| t.format(form).ok()).unwrap_or_default()
}
