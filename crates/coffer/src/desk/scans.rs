//! Reading scans in a process of its own: this program, started again with a hidden command.

use super::{only_calls, words};
use actions::share::scan_problem;
use confine::Reads;
use engine::printing::Scans;
use protocol::Problem;
use scan::ScanError;
use secrets::SecretText;
use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::OnceLock;

/// The reader that a ceremony uses.
pub(crate) struct OwnProcess;

impl Scans for OwnProcess {
    fn read(&self, file: &[u8]) -> Result<Vec<SecretText>, Problem> {
        let program = std::env::current_exe().map_err(|e| {
            scan_problem("scan-broke-off", words::READER_NOT_STARTED).with_detail(e.to_string())
        })?;
        read_by(&program, file).map_err(|e| scan_problem(e.code(), &e.to_string()))
    }
}

fn read_by(program: &Path, file: &[u8]) -> Result<Vec<SecretText>, ScanError> {
    let mut command = Command::new(program);
    command.arg("read-scan");
    scan::read_in_child(command, file)
}

/// Whether a reader works here. One that could not give up what a reader does not need ends before it reads, so that one
/// which says of nothing that it is no picture is held. Tried once in a process.
pub(super) fn held() -> bool {
    static TRIED: OnceLock<bool> = OnceLock::new();
    let tried = || {
        std::env::current_exe()
            .is_ok_and(|program| matches!(read_by(&program, b""), Err(ScanError::NotAPicture)))
    };
    *TRIED.get_or_init(tried)
}

/// The hidden command.
pub(crate) fn child() -> Result<ExitCode, Problem> {
    let failed = |e: std::io::Error| {
        scan_problem("scan-broke-off", words::READER_NOT_LIMITED).with_detail(e.to_string())
    };
    // The bare descriptors: the standard library's own streams keep buffers that nobody wipes.
    let bare = |fd: BorrowedFd<'_>| fd.try_clone_to_owned().map(File::from).map_err(failed);
    let (mut input, mut out) = (bare(std::io::stdin().as_fd())?, bare(std::io::stdout().as_fd())?);
    scan::within_limits().map_err(failed)?;
    only_calls(Reads::WhatIsOpen)?;
    scan::child_main(&mut input, &mut out).map_err(failed)?;
    Ok(ExitCode::SUCCESS)
}
