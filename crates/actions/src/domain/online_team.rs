//! What goes to the online team on a medium.

use crate::cloud::medium::{hand_over, onto_medium};
use crate::cloud::words::{files_read_back, read_back, written_to};
use crate::domain::words;
use byok::bundle::BundleFile;
use engine::{Cue, Halt, Made, Media, Outcome, Past};
use std::path::Path;

/// Asks for a folder of their medium, and writes these files into a new folder there.
pub(in crate::domain) fn hand_to(
    cue: Cue<'_>,
    stage: &mut (impl Media + ?Sized),
    what: &str,
    files: &[BundleFile],
) -> Result<Outcome, Halt> {
    let name = format!("{}-{what}-{}", cue.plan.mode.word(), cue.run);
    let write = |medium: &Path| hand_over(medium, &name, files);
    let dest = onto_medium(cue, stage, words::WHICH_FOLDER, &[&name], write)?.display().to_string();
    Ok(Outcome::new()
        .shows(written_to(&dest))
        .shows(read_back(files.len()))
        .fact(&facts::WRITTEN_TO_MEDIUM, files_read_back(files.len()))
        .fact(&facts::HANDED_OVER_FOLDER, dest))
}

/// Where it was written.
pub(in crate::domain) fn made(past: &Past<'_>) -> Vec<Made> {
    Made::shown(words::ON_TEAMS_MEDIUM, past.newest(&facts::HANDED_OVER_FOLDER)).into_iter().collect()
}
