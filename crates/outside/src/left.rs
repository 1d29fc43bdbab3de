//! What operating systems and programs leave beside people's files, by name. Nobody put it there, so it is passed over
//! wherever files are counted or offered, and named where somebody checks a folder. It is never read or entered.

use crate::words::{self, LIBRE_OFFICE, LINUX, LINUX_FILES, MACOS, OFFICE, WINDOWS};

/// What an import script, or the page beside it, leaves in a bundle: the provider's answer.
pub const RECEIPTS: [&str; 3] = ["receipt.json", "receipt-public-key.pem", "receipt-public-key.json"];

/// Whether a plain name is one of [`RECEIPTS`].
pub fn of_a_receipt(name: &str) -> bool {
    RECEIPTS.contains(&name)
}

/// Names as they are; capitals make no difference, since sticks are often FAT.
const NAMES: &[(&str, &str)] = &[
    // The Finder's view of a folder, and what macOS keeps on every volume: trash, search index, log of changes.
    (".DS_Store", MACOS),
    (".Trashes", MACOS),
    (".Spotlight-V100", MACOS),
    (".fseventsd", MACOS),
    (".TemporaryItems", MACOS),
    (".DocumentRevisions-V100", MACOS),
    (".VolumeIcon.icns", MACOS),
    (".apdisk", MACOS),
    (".localized", MACOS),
    // In archives that the Finder made.
    ("__MACOSX", MACOS),
    // Previews, the look of a folder, trash, restore points and the search index.
    ("Thumbs.db", WINDOWS),
    ("ehthumbs.db", WINDOWS),
    ("desktop.ini", WINDOWS),
    ("$RECYCLE.BIN", WINDOWS),
    ("RECYCLER", WINDOWS),
    (words::RESTORE_POINTS, WINDOWS),
    // KDE's look of a folder; where ext file systems put what a check of them found.
    (".directory", LINUX),
    ("lost+found", LINUX_FILES),
];

/// How names begin.
const BEGINNINGS: &[(&str, &str)] = &[
    // AppleDouble: what a file has on a Mac beside its bytes, one for each file.
    ("._", MACOS),
    // The mark of a document that is open.
    ("~$", OFFICE),
    (".~lock.", LIBRE_OFFICE),
    // freedesktop.org's trash specification, by user number.
    (".Trash-", LINUX),
];

/// What left a file or folder of this plain name behind; `None` for everything that somebody may have put there.
pub fn left_behind(name: &str) -> Option<&'static str> {
    // Such a name is shown to people, and nothing that leaves files behind writes control characters.
    if name.chars().any(char::is_control) {
        return None;
    }
    let named = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    let begun = || BEGINNINGS.iter().find(|(known, _)| name.len() > known.len() && name.starts_with(known));
    named.or_else(begun).map(|(_, by)| *by)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_systems_leave_behind_is_known_by_name_and_nothing_else_is() {
        for (name, by) in [
            (".DS_Store", MACOS),
            ("._transcript.jsonl", MACOS),
            ("._.Trashes", MACOS),
            (".Spotlight-V100", MACOS),
            (".fseventsd", MACOS),
            (".TemporaryItems", MACOS),
            ("__MACOSX", MACOS),
            ("Thumbs.db", WINDOWS),
            ("THUMBS.DB", WINDOWS),
            ("Desktop.ini", WINDOWS),
            ("$RECYCLE.BIN", WINDOWS),
            ("System Volume Information", WINDOWS),
            ("~$plan.csv", "Microsoft Office"),
            (".~lock.plan.csv#", "LibreOffice"),
            (".directory", LINUX),
            (".Trash-1000", LINUX),
        ] {
            assert_eq!(left_behind(name), Some(by), "{name}");
        }
        for name in [
            "transcript.jsonl",
            "transcript.jsonl~",
            "DS_Store",
            ".hidden",
            "._",
            "~$",
            "Thumbs.db.exe",
            "manifest.json",
            "._\u{1b}[2Jwiped",
            "",
        ] {
            assert_eq!(left_behind(name), None, "{name:?}");
        }
    }
}
