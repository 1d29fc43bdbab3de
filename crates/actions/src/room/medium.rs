//! `try-medium`: whether a medium can be written and read.

use super::words;
use engine::words::observed;
use engine::{Action, Cue, Halt, Media, Outcome, Room, Stage};
use protocol::Problem;
use script::{Reach, Row};
use std::path::Path;

/// Writes a small file to a medium, reads it back from it, and takes it away again.
pub(crate) struct TryMedium;

impl Action for TryMedium {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "try-medium",
                needs: &[&super::ATTENDANCE],
                makes: &[&super::TRIED_MEDIUM],
                states: &[&facts::MEDIUM_TRIED, &facts::MEDIUM_FOLDER_TRIED],
                reach: &[Reach::Media],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let folder = folder_that_works(stage, &format!("cofferdam-test-{}.txt", cue.run))?;
        Ok(Outcome::new()
            .fact(&facts::MEDIUM_TRIED, words::WRITTEN_READ_REMOVED)
            .fact(&facts::MEDIUM_FOLDER_TRIED, folder.as_str())
            .shows(observed(words::WRITTEN_TO, folder)))
    }
}

/// Asks until a folder is named that takes the file.
fn folder_that_works(on: &mut (impl Media + ?Sized), name: &str) -> Result<String, Halt> {
    let mut problem = None;
    loop {
        let path = on.folder_of_medium(words::WHICH_MEDIUM, &[name], problem.take())?;
        match tried(&path, name) {
            Ok(()) => return Ok(path.display().to_string()),
            Err(p) => problem = Some(p.can_try_again()),
        }
    }
}

fn tried(folder: &Path, name: &str) -> Result<(), Problem> {
    let path = folder.join(name);
    if !folder.is_dir() {
        return Err(store::disk(folder, &std::io::ErrorKind::NotFound.into()));
    }
    // Written new and read back; one that an interruption left behind has this very name, and only ours can.
    if path.is_file() {
        std::fs::remove_file(&path).map_err(|e| store::disk(&path, &e))?;
    }
    store::write_new(&path, words::ON_THE_MEDIUM.as_bytes())?;
    std::fs::remove_file(&path).map_err(|e| store::disk(&path, &e))
}
