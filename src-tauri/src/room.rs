//! Starts `coffer room` and reads what it says.

use crate::relay::{Relay, reap};
use crate::surroundings;
use crate::words;
use protocol::{FromRoom, PROTOCOL_VERSION, read_line};
use std::io::BufReader;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

/// The room's program lies beside this one, never on the search path.
fn program() -> Result<PathBuf, String> {
    let own = std::env::current_exe().map_err(|e| words::finds_not_its_folder(&e))?;
    Ok(own.with_file_name("coffer"))
}

/// Starts a room in place of the one before, and a thread that reads it until it ends.
pub(crate) fn start(relay: &Arc<Relay>) -> Result<(), String> {
    end(relay);
    let program = program()?;
    let mut child = Command::new(&program)
        .arg("room")
        // Not what somebody says on a command line: what was tried when this window was opened.
        .arg(format!("--web-sandbox={}", surroundings::has_sandbox()))
        // What the window is started with concerns the room alone: `--media`, `--state`, `--attestation-roots`.
        .args(std::env::args_os().skip(1))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(|e| words::not_started(&program.display(), &e))?;
    let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        reap(Some(child));
        return Err(words::NO_PIPES.into());
    };
    let room = relay.started(child, stdin);
    let relay = Arc::clone(relay);
    std::thread::spawn(move || {
        let mut from = BufReader::new(stdout);
        let why = loop {
            match read_line::<FromRoom>(&mut from) {
                Ok(Some(FromRoom::Hello { protocol, .. })) if protocol != PROTOCOL_VERSION => {
                    break words::another_protocol(protocol, PROTOCOL_VERSION);
                }
                Ok(Some(message)) => {
                    if !relay.deliver(room, message) {
                        return;
                    }
                }
                Ok(None) => break words::ENDED.into(),
                Err(error) => break words::not_known(&error),
            }
        };
        relay.room_ended(room, why);
    });
    Ok(())
}

/// Ends the room, if there is one.
pub(crate) fn end(relay: &Relay) {
    reap(relay.close());
}
