//! Trying a module in a process of its own. Loading a module runs its code, and some crash, hang or were built for
//! another machine: none of that may take the program down, least of all in the middle of a ceremony.
//!
//! The program starts itself again with a hidden command that calls [`child_main`]; [`run_in_child`] gives it a time
//! limit and reads the lines of JSON (RFC 8259) that it writes, one object a line.

use std::io::{BufRead as _, BufReader, Read as _, Write};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use outside::NotOpened;
use serde::{Deserialize, Serialize};

use crate::words;
use crate::{Module, ModuleInfo, TokenInfo};

/// More than any list of tokens; a module that writes on and on to standard output is cut off here.
const MOST_BYTES: u64 = 1024 * 1024;

/// A module that could be loaded and asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What the module says of itself.
    pub module: ModuleInfo,
    /// Its tokens, initialised or not.
    pub tokens: Vec<TokenInfo>,
}

/// Why a module cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProbeError {
    /// No such file, or it cannot be read.
    #[error("there is no module at {path} that can be read ({why}); check the path")]
    NotThere {
        /// The path.
        path: String,
        /// The system's reason.
        why: String,
    },
    /// Not a shared library at all.
    #[error("{0} is not a shared library; name the vendor's PKCS#11 module, often a file ending in .so")]
    NotALibrary(String),
    /// An ELF file of another class, byte order or processor.
    #[error("{0} was built for another kind of processor; install the vendor's package for this machine")]
    AnotherMachine(String),
    /// The loader or the module refused.
    #[error("the module refused to start: {0}")]
    Refused(String),
    /// The process died of a signal.
    #[error("the module crashed {stage} (signal {signal}); ask the vendor for a version for this system")]
    Crashed {
        /// When, in words.
        stage: &'static str,
        /// The signal's number.
        signal: i32,
    },
    /// Nothing more came within the time limit; the process was ended.
    #[error(
        "the module hung {stage}: no answer in {seconds} seconds; check that its device and service are there"
    )]
    Hung {
        /// When, in words.
        stage: &'static str,
        /// The limit.
        seconds: u64,
    },
    /// The process ended without an answer, or could not be started.
    #[error("the trial of the module ended without an answer: {0}")]
    NoAnswer(String),
}

/// A line from the child.
#[derive(Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
enum Line {
    /// The child runs; what follows is the module's doing.
    Loading,
    Started(ModuleInfo),
    Token(TokenInfo),
    Done,
    Failed {
        why: String,
    },
}

/// Loads the module and writes what it finds to `out`, the standard output of a process that does nothing else.
/// `settings` as for [`Module::load_with`].
pub fn child_main(path: &Path, settings: Option<&str>, out: &mut dyn Write) -> std::io::Result<()> {
    let mut say = |line: &Line| {
        // Some modules write to standard output themselves; an empty line keeps theirs and ours apart.
        out.write_all(b"\n")?;
        serde_json::to_writer(&mut *out, line)?;
        out.write_all(b"\n")?;
        out.flush()
    };
    say(&Line::Loading)?;
    let loaded = match settings {
        None => Module::load(path),
        Some(settings) => Module::load_with(path, settings),
    };
    let module = match loaded.and_then(|m| m.about().map(|about| (m, about))) {
        Ok((module, about)) => {
            say(&Line::Started(about))?;
            module
        }
        Err(e) => return say(&Line::Failed { why: e.to_string() }),
    };
    match module.tokens() {
        Ok(tokens) => {
            for token in tokens {
                say(&Line::Token(token))?;
            }
            say(&Line::Done)
        }
        Err(e) => say(&Line::Failed { why: e.to_string() }),
    }
}

/// Runs `command`, which has to call [`child_main`] with `module`, and ends it after `limit` at the latest. 10 seconds
/// suit most modules; some look for devices on a network first.
pub fn run_in_child(module: &Path, mut command: Command, limit: Duration) -> Result<Report, ProbeError> {
    check_file(module)?;
    let until = Instant::now() + limit;
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|e| ProbeError::NoAnswer(e.to_string()))?;
    let (send, lines) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        // Ends when the pipe closes. A process that the module started may hold it open, so nobody waits for it.
        thread::spawn(move || {
            for line in BufReader::new(stdout.take(MOST_BYTES)).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    break;
                }
            }
        });
    }
    let heard = Heard::from(&lines, until);
    let ended = match heard.end {
        End::Closed => wait(&mut child, until),
        _ => None,
    };
    // In any case: there was an answer, or the time is over, or it ended by itself and this does nothing. A module may
    // hang even at its end.
    let _ = child.kill();
    let _ = child.wait();
    heard.judged(ended, limit)
}

/// How the child's lines ended.
enum End {
    Done,
    Failed(String),
    /// Its standard output closed.
    Closed,
    TimeUp,
}

/// What came from the child.
struct Heard {
    loading: bool,
    started: Option<ModuleInfo>,
    tokens: Vec<TokenInfo>,
    end: End,
}

impl Heard {
    fn from(lines: &Receiver<String>, until: Instant) -> Self {
        let mut heard = Self { loading: false, started: None, tokens: Vec::new(), end: End::TimeUp };
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = match lines.recv_timeout(left) {
                Ok(line) => line,
                Err(RecvTimeoutError::Timeout) => return heard,
                Err(RecvTimeoutError::Disconnected) => {
                    heard.end = End::Closed;
                    return heard;
                }
            };
            match serde_json::from_str(&line) {
                Ok(Line::Loading) => heard.loading = true,
                Ok(Line::Started(about)) => heard.started = Some(about),
                Ok(Line::Token(token)) => heard.tokens.push(token),
                Ok(Line::Done) => {
                    heard.end = End::Done;
                    return heard;
                }
                Ok(Line::Failed { why }) => {
                    heard.end = End::Failed(why);
                    return heard;
                }
                Err(_) => {} // the module's own words
            }
        }
    }

    fn stage(&self) -> &'static str {
        match (self.loading, &self.started) {
            (false, _) => words::BEFORE_LOADED,
            (true, None) => words::WHILE_LOADED,
            (true, Some(_)) => words::WHILE_LISTED,
        }
    }

    fn judged(self, ended: Option<ExitStatus>, limit: Duration) -> Result<Report, ProbeError> {
        let stage = self.stage();
        match (self.end, self.started) {
            (End::Done, Some(module)) => Ok(Report { module, tokens: self.tokens }),
            (End::Done, None) => Err(ProbeError::NoAnswer(words::SAID_NOTHING.to_owned())),
            (End::Failed(why), _) => Err(ProbeError::Refused(why)),
            (End::TimeUp, _) => Err(ProbeError::Hung { stage, seconds: limit.as_secs() }),
            (End::Closed, _) => Err(match ended {
                None => ProbeError::Hung { stage, seconds: limit.as_secs() },
                Some(status) => match status.signal() {
                    Some(signal) => ProbeError::Crashed { stage, signal },
                    None => ProbeError::NoAnswer(format!("{status}, {stage}")),
                },
            }),
        }
    }
}

/// Waits for the end of a process whose output has closed; `None` when that takes too long.
fn wait(child: &mut Child, until: Instant) -> Option<ExitStatus> {
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        if Instant::now() >= until {
            return None;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// The bytes of an ELF header that have to be this program's own: class and byte order, and the processor.
fn build_of(path: &Path) -> Result<Option<[u8; 4]>, NotOpened> {
    let mut head = [0; 20];
    let (mut file, _) = outside::file(path)?;
    match file.read_exact(&mut head) {
        Ok(()) if head.starts_with(b"\x7fELF") => Ok(Some([head[4], head[5], head[18], head[19]])),
        Ok(()) => Ok(None),
        Err(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => Ok(None),
        Err(e) => Err(e.into()),
    }
}

/// Refuses what no loader would take, in clearer words than the loader's.
fn check_file(path: &Path) -> Result<(), ProbeError> {
    let name = || path.display().to_string();
    let there = build_of(path).map_err(|e| {
        let why = match e {
            NotOpened::Io(e) => e.to_string(),
            other => words::file_is(other),
        };
        ProbeError::NotThere { path: name(), why }
    })?;
    let Some(build) = there else { return Err(ProbeError::NotALibrary(name())) };
    // Where the program cannot be read, the loader has the last word.
    let own = std::env::current_exe().ok().and_then(|exe| build_of(&exe).ok()).flatten();
    match own {
        Some(own) if own != build => Err(ProbeError::AnotherMachine(name())),
        _ => Ok(()),
    }
}
