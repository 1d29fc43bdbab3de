//! Which files a process may change, and which programs it may start: Landlock (`landlock(7)`).
//!
//! The kernel refuses what is not allowed here whatever runs in the process, a vendor's module included; nothing started
//! later gets out of it. Landlock also refuses `ptrace` of, and where the kernel has it (6.12 and later) signals and
//! abstract sockets to, any process outside. Sockets that have a path are not held by it: the smart-card and the print
//! service are reached by theirs.

use crate::ConfineError;
use landlock::{
    ABI, Access as _, AccessFs, BitFlags, LandlockStatus, PathBeneath, PathFd, RestrictionStatus, Ruleset,
    RulesetAttr as _, RulesetCreatedAttr as _, RulesetError, RulesetStatus, Scope,
};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// What is asked for: the newest that was tried. An older kernel gives less, and [`held`] says so.
const ASKED: ABI = ABI::V6;

/// What this process was held to, once it was.
static HELD: OnceLock<Held> = OnceLock::new();

/// How far the kernel holds this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// Not at all: the kernel has no Landlock, or it is switched off.
    Not,
    /// To its files and programs; not kept from signals and abstract sockets.
    Files,
    /// To its files and programs, and kept from signals and abstract sockets of others.
    FilesAndSockets,
}

/// Where a process may write and what it may start. What is not there yet is passed over.
#[derive(Debug, Clone, Default)]
pub struct Ground {
    /// Files, and folders with all below them, that may be changed.
    pub writes: Vec<PathBuf>,
    /// Programs, and folders of programs, that may be started.
    pub starts: Vec<PathBuf>,
    /// Where reading is kept to something too: the files and folders that may be read. Everything without it.
    pub reads: Option<Vec<PathBuf>>,
}

/// How far this process is held.
pub fn held() -> Held {
    HELD.get().copied().unwrap_or(Held::Not)
}

/// Holds this thread, and every thread and process that it starts, to a ground, for good. Call it before any thread is
/// started.
///
/// A kernel without Landlock is no error, since the rest of the measures stand without it; [`held`] says so.
/// Errors: the kernel has it and refuses these rules.
pub fn hold_to(ground: &Ground) -> Result<Held, ConfineError> {
    let status = restricted(ground).map_err(ConfineError::Files)?;
    let sockets = matches!(status.landlock, LandlockStatus::Available { effective_abi, .. } if effective_abi >= ABI::V6);
    let now = match status.ruleset {
        RulesetStatus::NotEnforced => Held::Not,
        _ if sockets => Held::FilesAndSockets,
        _ => Held::Files,
    };
    Ok(*HELD.get_or_init(|| now))
}

fn restricted(ground: &Ground) -> Result<RestrictionStatus, RulesetError> {
    let (reads, writes) = (AccessFs::ReadFile | AccessFs::ReadDir, AccessFs::from_write(ASKED));
    let mut handled = writes | AccessFs::Execute;
    if ground.reads.is_some() {
        handled |= reads;
    }
    let mut rules = Ruleset::default().handle_access(handled)?.scope(Scope::from_all(ASKED))?.create()?;
    let starts = reads | AccessFs::Execute;
    for (paths, access) in [
        (&ground.writes, writes | reads),
        (&ground.starts, starts),
        (ground.reads.as_ref().unwrap_or(&Vec::new()), reads),
    ] {
        for path in paths {
            // What cannot be opened cannot be written either.
            let Ok(fd) = PathFd::new(path) else { continue };
            rules = rules.add_rule(PathBeneath::new(fd, fitting(path, access & handled)))?;
        }
    }
    rules.restrict_self()
}

/// What of an access a file can have at all: the kernel refuses a rule on a file that speaks of a folder.
fn fitting(path: &Path, access: BitFlags<AccessFs>) -> BitFlags<AccessFs> {
    if path.is_dir() { access } else { access & AccessFs::from_file(ASKED) }
}
