//! Files of a pack, by names that are its record's word.

use crate::earlier::words::{self, no_backup};
use outside::NotOpened;
use protocol::Problem;
use std::path::Path;
use store::disk;

/// A plain file of a folder of the pack, up to a size in bytes. Its name is the record's word: nothing outside of the
/// folder is read by it.
pub(in crate::earlier) fn file_of(folder: &Path, name: &str, largest: u64) -> Result<Vec<u8>, Problem> {
    if name.is_empty() || name.contains(['/', '\\']) || name == ".." || name == "." {
        return Err(no_backup(&words::a_file_called(name)));
    }
    let path = folder.join(name);
    outside::read_plain(&path, largest).map_err(|e| match e {
        NotOpened::Io(e) => disk(&path, &e),
        _ => no_backup(words::A_FILE_OF_THAT_SIZE),
    })
}
