//! The form of what an entry states, whatever kind of entry it is.

use super::Why;
use facts::Named as _;
use transcript::Entry;

/// Every fact that this program knows has its form, and stands at its level and at no other. A file that it names, or the
/// files of a folder, stand there with their digests.
pub(super) fn fits(entry: &Entry) -> Result<(), Why> {
    let names = |is: &dyn Fn(&str) -> bool| entry.files.iter().any(|file| is(&file.name));
    for (level, said) in &entry.facts {
        for (name, value) in said {
            let Some(about) = facts::about(name) else { continue };
            if about.level != *level {
                return Err(Why::OtherLevel { fact: name.clone() });
            }
            if !about.fits(value) {
                return Err(Why::OtherForm { fact: name.clone() });
            }
            let path = value.as_str().unwrap_or_default();
            let within = |file: &str| file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
            let file = !about.is_of_a_file() || names(&|file| file == path);
            let folder = !about.is_of_a_folder() || names(&within);
            if !file || !folder {
                return Err(Why::FileNotNamed { fact: name.clone() });
            }
        }
    }
    // The files of a bundle are called by one name, whatever its folder is.
    if facts::BUNDLE_FOLDER.within(entry).is_some() && !names(&|file| file.starts_with("bundle/")) {
        return Err(Why::FileNotNamed { fact: facts::BUNDLE_FOLDER.name().to_owned() });
    }
    Ok(())
}
