//! New folders: of a run, and of what is made for a rehearsal.

use super::Desk;
use protocol::{Mode, Problem};
use script::Plan;
use std::path::PathBuf;

/// How many folders of what was made for rehearsals are kept.
const PRACTICES_KEPT: usize = 4;

impl Desk {
    /// A new folder for what is made for a rehearsal that people practise with.
    pub(crate) fn practice_folder(&self) -> Result<PathBuf, Problem> {
        let practice = self.practices_in()?;
        // What was made for earlier ones has served: their records lie elsewhere. The newest few stay, for who looks and for
        // one that was stopped.
        let mut earlier = self.practices();
        earlier.truncate(earlier.len().saturating_sub(PRACTICES_KEPT));
        for old in earlier {
            let _ = std::fs::remove_dir_all(old);
        }
        let folder = practice.join(new_id());
        std::fs::create_dir_all(&folder).map_err(|e| store::disk(&folder, &e))?;
        Ok(folder)
    }

    /// The folders of what was made for rehearsals, the newest last.
    pub(crate) fn practices(&self) -> Vec<PathBuf> {
        let entries = self.practices_in().ok().and_then(|folder| std::fs::read_dir(folder).ok());
        let mut all: Vec<PathBuf> =
            entries.into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        all.sort();
        all
    }

    fn practices_in(&self) -> Result<PathBuf, Problem> {
        Ok(self.store(Mode::Rehearsal)?.folder.join("practice"))
    }

    pub(crate) fn new_run(&self, plan: &Plan) -> Result<PathBuf, Problem> {
        self.store(plan.mode)?.new_run(&new_id())
    }
}

/// The id of a run: when it began, to the millisecond, and this process.
fn new_id() -> String {
    let now = time::OffsetDateTime::now_utc();
    format!(
        "{:04}{:02}{:02}-{:02}{:02}{:02}-{:03}-{}",
        now.year(),
        u8::from(now.month()),
        now.day(),
        now.hour(),
        now.minute(),
        now.second(),
        now.millisecond(),
        std::process::id()
    )
}
