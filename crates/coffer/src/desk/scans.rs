//! Reading scans in a process of its own: this program, started again with a hidden command.

use super::words;
use actions::share::scan_problem;
use engine::printing::Scans;
use protocol::Problem;
use secrets::SecretText;
use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd};
use std::process::{Command, ExitCode};

/// The reader that a ceremony uses.
pub(crate) struct OwnProcess;

impl Scans for OwnProcess {
    fn read(&self, file: &[u8]) -> Result<Vec<SecretText>, Problem> {
        let program = std::env::current_exe().map_err(|e| {
            scan_problem("scan-broke-off", words::READER_NOT_STARTED).with_detail(e.to_string())
        })?;
        let mut command = Command::new(program);
        command.arg("read-scan");
        scan::read_in_child(command, file).map_err(|e| scan_problem(e.code(), &e.to_string()))
    }
}

/// The hidden command.
pub(crate) fn child() -> Result<ExitCode, Problem> {
    let failed = |e: std::io::Error| {
        scan_problem("scan-broke-off", words::READER_NOT_LIMITED).with_detail(e.to_string())
    };
    // The bare descriptors: the standard library's own streams keep buffers that nobody wipes.
    let bare = |fd: BorrowedFd<'_>| fd.try_clone_to_owned().map(File::from).map_err(failed);
    let (mut input, mut out) = (bare(std::io::stdin().as_fd())?, bare(std::io::stdout().as_fd())?);
    scan::child_main(&mut input, &mut out).map_err(failed)?;
    Ok(ExitCode::SUCCESS)
}
