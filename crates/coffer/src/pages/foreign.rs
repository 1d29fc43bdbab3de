//! Checking what somebody handed over, in a process of its own: it has limits of memory and time, can write nothing but
//! its answer and make no call of the system but those of a reader, and whatever a pack does to it, the room stays as it was.

use super::check;
use super::words;
use crate::desk::only_calls;
use confine::Reads;
use protocol::{Problem, VerifyLine, VerifyView};
use rustix::process::{Resource, Rlimit, setrlimit};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// How much memory the check of the largest record that is taken may need, in bytes of address space.
const MEMORY: u64 = 12 << 30;
/// How long it may compute, in seconds.
const SECONDS: u64 = 600;
/// How long it may take in all.
const PATIENCE: Duration = Duration::from_mins(15);
/// More than any answer, in bytes.
const LONGEST_ANSWER: u64 = 64 << 20;

/// What the page asks for: it names the signer by their fingerprint, and no file.
pub(crate) fn verify(path: &str, signer: Option<&str>) -> Result<VerifyView, Problem> {
    let named = check::fingerprint_named(signer)?;
    let signer = named.map(|signer| format!("--signer={signer}"));
    Ok(in_a_child("verify-apart", path, signer.as_slice()).unwrap_or_else(|| broke_off(path)))
}

/// What a hidden command of this program says of a path, as JSON; none where it broke off.
pub(super) fn in_a_child<T: DeserializeOwned>(hidden: &str, path: &str, options: &[String]) -> Option<T> {
    let mut command = Command::new(std::env::current_exe().ok()?);
    command.arg(hidden).args(options).arg("--").arg(path);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().ok()?;
    let mut said = child.stdout.take()?.take(LONGEST_ANSWER);
    // Read beside the waiting, so that a long answer does not stop it.
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        said.read_to_end(&mut bytes).map(|_| bytes)
    });
    let ended = ended(&mut child);
    let bytes = reader.join().ok()?.ok()?;
    if ended { serde_json::from_slice(&bytes).ok() } else { None }
}

/// Whether it came to its end by itself.
fn ended(child: &mut Child) -> bool {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => std::thread::sleep(Duration::from_millis(10)),
            Err(_) => break,
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    false
}

fn broke_off(path: &str) -> VerifyView {
    VerifyView {
        path: path.to_owned(),
        mode: None,
        holds: false,
        signer: None,
        signer_named: false,
        lines: vec![VerifyLine { holds: false, says: words::CHECK_BROKE_OFF.to_owned() }],
        not_checked: Vec::new(),
    }
}

/// The hidden command that checks.
pub(crate) fn child(path: &Path, signer: Option<&str>) -> Result<ExitCode, Problem> {
    answers(|| check::verify(path, signer))
}

/// Says what comes of work on a foreign file, within limits, and writes nothing else.
pub(super) fn answers<T: Serialize>(work: impl FnOnce() -> T) -> Result<ExitCode, Problem> {
    within_limits()?;
    most(Resource::Fsize, 0)?;
    only_calls(Reads::Files)?;
    crate::screen::json(protocol::json(&work()));
    Ok(ExitCode::SUCCESS)
}

/// From now on this process has so much memory and computing time as the check of any pack may need, and no more.
pub(crate) fn within_limits() -> Result<(), Problem> {
    most(Resource::As, MEMORY)?;
    most(Resource::Cpu, SECONDS)
}

fn most(resource: Resource, amount: u64) -> Result<(), Problem> {
    setrlimit(resource, Rlimit { current: Some(amount), maximum: Some(amount) })
        .map_err(|e| words::check_not_limited().with_detail(e.to_string()))
}
