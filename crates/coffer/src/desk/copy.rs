//! A pack's copy, outside the run's folder.

use super::words;
use protocol::Problem;
use std::path::Path;

/// Copies a pack and reads every file back. What cannot be copied whole is taken away again.
pub(crate) fn copy_pack(from: &Path, to: &Path) -> Result<u32, Problem> {
    let mut files = 0;
    let copied = store::whole_folder(to, |partial| {
        files = copy_into(from, partial)?;
        Ok(())
    });
    copied.map(|()| files).map_err(|p| words::copy_failed(&to.display(), p))
}

/// Copies what a folder holds into another that is there.
fn copy_into(from: &Path, to: &Path) -> Result<u32, Problem> {
    let failed = |e: std::io::Error| store::disk(from, &e);
    let mut files = 0;
    for entry in std::fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| outside::left_behind(name).is_some()) {
            continue;
        }
        let dest = to.join(name);
        if entry.file_type().map_err(failed)?.is_dir() {
            std::fs::create_dir(&dest).map_err(|e| store::disk(&dest, &e))?;
            files += copy_into(&entry.path(), &dest)?;
        } else {
            let bytes = store::read_outside(&entry.path(), outside::LARGEST_RECORD)?;
            store::write_new(&dest, &bytes)?;
            files += 1;
        }
    }
    Ok(files)
}
