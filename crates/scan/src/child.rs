//! Reading a scan in a process of its own. A picture or PDF from a medium is made by somebody else, and its decoder may
//! loop or take all memory: neither may touch the process that holds keys. The child takes limits on itself, reads the
//! file from its standard input, and says what it found; it opens and writes nothing, and the program that it runs in has the
//! kernel hold it to that.

use crate::frame::MAX_FILE;
use crate::{Frame, LONGEST, ScanError, candidates, page};
use rustix::process::{Resource, Rlimit, setrlimit};
use secrets::SecretText;
use std::io::{Read, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use zeroize::Zeroizing;

/// What the child may take of memory, in bytes: a colour scan of A4 at 1200 dpi needs about a third of it.
const MEMORY: u64 = 2 << 30;
/// Seconds of work, after which the system ends the child.
const SECONDS: u64 = 90;
/// After this time nobody waits for it any more.
const PATIENCE: Duration = Duration::from_mins(2);
/// More than every card of a page needs, and less than a pipe holds.
const MOST_SAID: u64 = 8 * 1024;

/// Reads a file: the texts in it that could be cards', each once. More than one means more than one sheet.
pub fn read(bytes: Zeroizing<Vec<u8>>) -> Result<Vec<SecretText>, ScanError> {
    if bytes.len() > MAX_FILE << 20 {
        return Err(ScanError::FileTooLarge { most: MAX_FILE });
    }
    if !page::is_pdf(&bytes) {
        return candidates(&Frame::from_file(&bytes)?);
    }
    let mut found: Vec<SecretText> = Vec::new();
    let mut worst = ScanError::NoSymbol;
    page::frames(bytes, |frame| match frame.and_then(|f| candidates(&f)) {
        Ok(cards) => {
            for card in cards {
                if !found.iter().any(|f| f.expose() == card.expose()) {
                    found.push(card);
                }
            }
        }
        // An empty page beside the sheet says nothing.
        Err(ScanError::NoSymbol) => {}
        Err(e) => worst = e,
    })?;
    if found.is_empty() { Err(worst) } else { Ok(found) }
}

/// What the child does first: takes limits on itself.
pub fn within_limits() -> std::io::Result<()> {
    let most = |resource, amount| {
        setrlimit(resource, Rlimit { current: Some(amount), maximum: Some(amount) })
            .map_err(std::io::Error::from)
    };
    most(Resource::As, MEMORY)?;
    most(Resource::Cpu, SECONDS)?;
    most(Resource::Fsize, 0)
}

/// What it does then: reads, and says what it found.
pub fn child_main(input: &mut dyn Read, out: &mut dyn Write) -> std::io::Result<()> {
    let mut bytes = Zeroizing::new(Vec::new());
    input.take((MAX_FILE as u64 + 1) << 20).read_to_end(&mut bytes)?;
    match read(bytes) {
        Ok(cards) => {
            for card in cards {
                out.write_all(b"card ")?;
                out.write_all(card.expose().as_bytes())?;
                out.write_all(b"\n")?;
            }
            out.write_all(b"done\n")
        }
        Err(e) => writeln!(out, "error {}", e.code()),
    }
}

/// Reads a file in a child: `command` starts the program that calls [`within_limits`] and [`child_main`].
pub fn read_in_child(mut command: Command, bytes: &[u8]) -> Result<Vec<SecretText>, ScanError> {
    if bytes.len() > MAX_FILE << 20 {
        return Err(ScanError::FileTooLarge { most: MAX_FILE });
    }
    command.env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|_| ScanError::BrokeOff)?;
    let said = listen(&mut child, bytes);
    // In any case: it has answered, or its time is over.
    let _ = child.kill();
    let _ = child.wait();
    understood(&said?)
}

fn listen(child: &mut Child, bytes: &[u8]) -> Result<Zeroizing<String>, ScanError> {
    let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(ScanError::BrokeOff);
    };
    let (send, heard) = mpsc::channel();
    std::thread::spawn(move || {
        let _ = send.send(hear(stdout));
    });
    {
        // The child answers only after the whole file; one that ends early closes the pipe, and its silence tells.
        let mut stdin = stdin;
        let _ = stdin.write_all(bytes);
    }
    match heard.recv_timeout(PATIENCE) {
        Ok(Some(said)) => Ok(said),
        Ok(None) => Err(ScanError::BrokeOff),
        Err(_) => Err(ScanError::TooLong),
    }
}

fn hear(stdout: ChildStdout) -> Option<Zeroizing<String>> {
    // Room for all of it at once, so that no copy is left behind in growing.
    let mut said = Zeroizing::new(String::with_capacity(usize::try_from(MOST_SAID).ok()?));
    stdout.take(MOST_SAID).read_to_string(&mut said).ok().map(|_| said)
}

fn understood(said: &str) -> Result<Vec<SecretText>, ScanError> {
    let mut found = Vec::new();
    for line in said.lines() {
        match line.split_once(' ') {
            Some(("card", text)) => found.push(SecretText::new(text.to_owned())?),
            Some(("error", code)) => return Err(of_code(code)),
            _ if line == "done" && !found.is_empty() => return Ok(found),
            _ => break,
        }
    }
    // Killed for what it took, or crashed.
    Err(ScanError::BrokeOff)
}

fn of_code(code: &str) -> ScanError {
    let known = [
        ScanError::FileTooLarge { most: MAX_FILE },
        ScanError::PictureTooLarge { most: crate::MAX_SIDE },
        ScanError::NotAPicture,
        ScanError::NoSymbol,
        ScanError::TooLong,
        ScanError::NotACard,
        ScanError::Memory(secrets::SecretError::NoLockedMemory),
    ];
    known.into_iter().find(|e| e.code() == code).unwrap_or(ScanError::BrokeOff)
}

/// The longest that a read takes before it is given up: [`LONGEST`] for the search on each page, and the decoding.
const _: () = assert!(LONGEST.as_secs() < SECONDS && SECONDS < PATIENCE.as_secs());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_child_is_understood() {
        for e in [ScanError::NoSymbol, ScanError::NotACard, ScanError::FileTooLarge { most: MAX_FILE }] {
            assert_eq!(understood(&format!("error {}\n", e.code())).err(), Some(e));
        }
        assert_eq!(understood("card ABC\ncard DEF\ndone\n").unwrap().len(), 2);
        for cut in ["", "done\n", "card ABC\n", "card ABC\ncar", "error scan-unheard-of\n", "nonsense"] {
            assert_eq!(understood(cut).err(), Some(ScanError::BrokeOff), "{cut:?}");
        }
    }

    /// A child that says nothing, that fails, and that is not there.
    #[test]
    fn a_child_that_breaks_off_is_an_error() {
        for program in ["true", "false", "/no/such/program"] {
            assert_eq!(read_in_child(Command::new(program), b"x").err(), Some(ScanError::BrokeOff));
        }
    }
}
