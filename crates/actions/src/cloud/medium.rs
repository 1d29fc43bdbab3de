//! What is handed over on a medium, new folders with every file read back; and what a folder of one should hold.

use crate::cloud::words::{self, byok_problem};
use byok::ByokError;
use byok::bundle::BundleFile;
use engine::media::is_on;
use engine::{Cue, Halt, Media};
use protocol::{Mode, Problem};
use std::path::{Path, PathBuf};
use store::{disk, is_folder, make_folder, not_opened, read_again, whole_folder, write_all_new};

/// The most files a bundle has.
const MOST_FILES: usize = 16;
/// Larger than any file of a bundle, in bytes.
const LARGEST: u64 = 256 * 1024;

/// In production what is handed over goes to a medium that the system shows as one: a folder of this disk leaves no room.
fn is_medium(cue: Cue<'_>, stage: &(impl Media + ?Sized), path: &Path) -> Result<(), Problem> {
    if cue.plan.mode == Mode::Rehearsal || is_on(&stage.roots(), path) {
        return Ok(());
    }
    Err(words::not_a_medium(&path.display()))
}

/// Asks for a folder of a medium, where there is room for these names, until what goes there is written; gives what writing gave.
pub(crate) fn onto_medium<T>(
    cue: Cue<'_>,
    stage: &mut (impl Media + ?Sized),
    question: &str,
    names: &[&str],
    write: impl Fn(&Path) -> Result<T, Problem>,
) -> Result<T, Halt> {
    let mut problem = None;
    loop {
        let medium = stage.folder_of_medium(question, names, problem.take())?;
        match is_medium(cue, stage, &medium).and_then(|()| write(&medium)) {
            Ok(written) => return Ok(written),
            Err(p) => problem = Some(p.can_try_again()),
        }
    }
}

/// Writes the files into a new folder of the medium and reads each back from the medium itself. A folder of that name
/// that is there already is taken as ours only where it holds these very files: a crash came before the record.
pub(crate) fn hand_over(medium: &Path, name: &str, files: &[BundleFile]) -> Result<PathBuf, Problem> {
    let dest = medium.join(name);
    is_folder(medium)?;
    if dest.exists() {
        return match bundle_in(&dest) {
            Ok(there) if there == files => {
                for file in files {
                    read_again(&dest.join(&file.name), &file.bytes)?;
                }
                Ok(dest)
            }
            _ => Err(taken(&dest)),
        };
    }
    whole_folder(&dest, |partial| {
        let all: Vec<_> = files.iter().map(|f| (partial.join(&f.name), f.bytes.as_slice())).collect();
        write_all_new(&all)
    })?;
    Ok(dest)
}

/// A bundle and the name of its folder on the medium.
pub(in crate::cloud) type Folder = (String, Vec<BundleFile>);

/// The same for many bundles, each in a folder of its own within the new one.
pub(in crate::cloud) fn hand_all_over(
    medium: &Path,
    name: &str,
    bundles: &[Folder],
) -> Result<PathBuf, Problem> {
    let dest = medium.join(name);
    is_folder(medium)?;
    if dest.exists() {
        let there = std::fs::read_dir(&dest).map_err(|e| disk(&dest, &e))?.flatten();
        let left = |e: &std::fs::DirEntry| {
            e.file_name().to_str().is_some_and(|name| outside::left_behind(name).is_some())
        };
        let many = there.filter(|e| !left(e)).count();
        let same =
            |(folder, files): &Folder| bundle_in(&dest.join(folder)).is_ok_and(|there| there == *files);
        if many != bundles.len() || !bundles.iter().all(same) {
            return Err(taken(&dest));
        }
        for (folder, files) in bundles {
            files.iter().try_for_each(|f| read_again(&dest.join(folder).join(&f.name), &f.bytes))?;
        }
        return Ok(dest);
    }
    whole_folder(&dest, |partial| {
        let mut all = Vec::new();
        for (folder, files) in bundles {
            let within = partial.join(folder);
            make_folder(&within)?;
            all.extend(files.iter().map(|f| (within.join(&f.name), f.bytes.as_slice())));
        }
        write_all_new(&all)
    })?;
    Ok(dest)
}

fn taken(dest: &Path) -> Problem {
    disk(dest, &std::io::ErrorKind::AlreadyExists.into())
}

/// The files of a folder that should be a bundle: plain files only, few and small, sorted by name. What an operating
/// system left there, and the receipt that the bundle's own script wrote, are passed over.
pub fn bundle_in(folder: &Path) -> Result<Vec<BundleFile>, Problem> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| disk(folder, &e))? {
        let entry = entry.map_err(|e| disk(folder, &e))?;
        let path = entry.path();
        let meta = entry.metadata().map_err(|e| disk(&path, &e))?;
        let name = entry.file_name().into_string().unwrap_or_default();
        let plain = meta.is_file() || meta.is_dir();
        if plain && outside::left_behind(&name).is_some() || meta.is_file() && outside::of_a_receipt(&name) {
            continue;
        }
        if !meta.is_file() || meta.len() > LARGEST || name.is_empty() || files.len() == MOST_FILES {
            return Err(byok_problem(&ByokError::BundleFiles(words::not_of_a_bundle(&name))));
        }
        let bytes = outside::read_plain(&path, LARGEST).map_err(|e| not_opened(&path, &e))?;
        files.push(BundleFile { name, bytes });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}
