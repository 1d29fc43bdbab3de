//! The one place where this program writes for people. Whatever came from outside is made visible here
//! ([`protocol::visible`]), and a pipe that nobody reads any more ends the program quietly, as it ends others: by
//! `SIGPIPE`, which a shell reports as 141.

use crate::words;
use protocol::{Problem, visible};
use std::io::{Error, ErrorKind, Result, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU8, Ordering};

/// Clears the screen and the scroll-back, so that the next person does not see what was there.
const CLEAR: &str = "\x1b[2J\x1b[3J\x1b[H";

/// What became of the output: nothing, a closed pipe, or another failure.
static LOST: AtomicU8 = AtomicU8::new(FINE);
const FINE: u8 = 0;
const CLOSED: u8 = 1;
const FAILED: u8 = 2;

/// Remembers how a write went. Nobody reads what comes after a failure, so no command has to look: it comes to its end
/// by itself, and a ceremony stops at its next question.
pub(crate) fn took(done: Result<()>) {
    if let Err(e) = done {
        let how = if e.kind() == ErrorKind::BrokenPipe { CLOSED } else { FAILED };
        let _ = LOST.compare_exchange(FINE, how, Ordering::Relaxed, Ordering::Relaxed);
    }
}

/// Whether people still see what is written. A player asks nothing after that.
pub(crate) fn is_there() -> Result<()> {
    match LOST.load(Ordering::Relaxed) {
        FINE => Ok(()),
        CLOSED => Err(ErrorKind::BrokenPipe.into()),
        _ => Err(Error::other(words::OUTPUT_LOST)),
    }
}

/// One line on the standard output. A line break within it is made visible like everything else; on a terminal a line that is
/// wider than it goes on below, at a space.
pub(crate) fn say(line: impl AsRef<str>) {
    let to = std::io::stdout();
    let line = visible(line.as_ref());
    for part in at_spaces(&line, width(&to)) {
        put(&mut to.lock(), &part);
    }
}

/// How many columns the terminal has; none where the output is none, or it does not say.
fn width(to: &impl AsFd) -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(to).ok()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns >= NARROWEST)
}

/// On a terminal that is narrower nothing is gained by keeping words whole.
const NARROWEST: usize = 30;

/// A line in parts no wider than that, broken at spaces alone; what goes on is indented as the line is. A word that is wider
/// stays whole: a path or a digest is copied as one.
fn at_spaces(line: &str, width: Option<usize>) -> Vec<String> {
    let Some(width) = width.filter(|width| line.chars().count() > *width) else {
        return vec![line.to_owned()];
    };
    let text = line.trim_start_matches(' ');
    let indent = " ".repeat((line.len() - text.len()).min(width / 2));
    let mut parts = vec![indent.clone()];
    for word in text.split_inclusive(' ') {
        let part = parts.last().map_or(0, |part| part.chars().count());
        if part > indent.len() && part + word.trim_end().chars().count() > width {
            parts.push(indent.clone());
        }
        if let Some(part) = parts.last_mut() {
            part.push_str(word);
        }
    }
    parts.iter().map(|part| part.trim_end().to_owned()).collect()
}

/// One line on the standard error output.
pub(crate) fn note(line: impl AsRef<str>) {
    put(&mut std::io::stderr().lock(), &visible(line.as_ref()));
}

/// A line in which everything is visible.
fn put(to: &mut impl Write, line: &str) {
    if is_there().is_ok() {
        took(writeln!(to, "{line}"));
    }
}

/// A question, whose answer is typed behind it.
pub(crate) fn ask(question: &str) -> Result<()> {
    let mut to = std::io::stdout().lock();
    if is_there().is_ok() {
        took(write!(to, "{}", visible(question)).and_then(|()| to.flush()));
    }
    is_there()
}

/// Wipes what was shown.
pub(crate) fn wipe() -> Result<()> {
    let mut to = std::io::stdout().lock();
    took(to.write_all(CLEAR.as_bytes()).and_then(|()| to.flush()));
    is_there()
}

/// Values for other programs, as [`protocol::json`] writes them.
pub(crate) fn json(written: serde_json::Result<String>) {
    whole(format!("{}\n", written.unwrap_or_default()).as_bytes());
}

/// What is for other programs and comes from this one alone, byte by byte.
pub(crate) fn whole(bytes: &[u8]) {
    let mut to = std::io::stdout().lock();
    took(to.write_all(bytes).and_then(|()| to.flush()));
}

/// A problem with its three sentences, on the standard error output.
pub(crate) fn refused(problem: &Problem) {
    for sentence in [&problem.happened, &problem.unchanged, &problem.todo] {
        note(sentence);
    }
    if let Some(detail) = &problem.detail {
        note("");
        // Set in, so that no line of it passes for one of this program's.
        detail.lines().for_each(|line| note(format!("    {line}")));
    }
    note(format!("[{}]", problem.code));
}

/// The exit status, or the end that a closed pipe makes.
pub(crate) fn end(status: ExitCode) -> ExitCode {
    match LOST.load(Ordering::Relaxed) {
        FINE => status,
        CLOSED => confine::end_by_closed_pipe(),
        _ => {
            // The other stream may be well.
            let _ = writeln!(std::io::stderr(), "{}", words::OUTPUT_NOT_WRITTEN);
            ExitCode::from(2)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::at_spaces;

    #[test]
    fn words_are_not_broken_on_a_terminal() {
        let line = "    Compare the wrapping key's fingerprint with the slip, row by row.";
        assert_eq!(at_spaces(line, None), [line]);
        assert_eq!(at_spaces(line, Some(80)), [line]);
        let narrow = at_spaces(line, Some(32));
        assert!(
            narrow.len() > 2
                && narrow.iter().all(|part| part.starts_with("    ") && part.chars().count() <= 32)
        );
        assert_eq!(
            narrow.iter().flat_map(|part| part.split_whitespace()).collect::<Vec<_>>(),
            line.split_whitespace().collect::<Vec<_>>()
        );
        let path = "Read /media/stick/a-folder-with-a-long-name/and-a-file-with-one.json";
        assert_eq!(
            at_spaces(path, Some(32)),
            ["Read", "/media/stick/a-folder-with-a-long-name/and-a-file-with-one.json"]
        );
        assert_eq!(at_spaces("", Some(32)), [""]);
    }
}
