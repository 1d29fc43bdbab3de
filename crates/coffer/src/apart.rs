//! The commands that the room runs in processes of their own: each reads what a stranger made, and needs no folder of anybody
//! and no call of the system but a reader's.

use crate::Command;
use crate::desk::{ground, hold_to, scans};
use crate::pages::{foreign, record};
use protocol::Problem;
use std::path::Path;
use std::process::ExitCode;

/// Does such a command; none where it is another one.
pub(crate) fn done(command: &Command) -> Option<Result<ExitCode, Problem>> {
    let reading = |path: &Path| hold_to(&ground::only_reading(&[outside::meant_path(path).into_owned()]));
    Some(match command {
        Command::ReadScan => hold_to(&ground::only_reading(&[])).and_then(|()| scans::child()),
        Command::VerifyApart { path, signer } => {
            reading(path).and_then(|()| foreign::child(path, signer.as_deref()))
        }
        Command::ReadApart { path } => reading(path).and_then(|()| record::child(&outside::meant_path(path))),
        _ => return None,
    })
}
