//! What is typed unseen. The terminal's echo goes off before the question is printed: whoever types as soon as they read
//! it, or scans with a hand scanner, must not see a part of it on the screen.

use crate::screen;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use std::fs::File;
use std::io::{Result, Write as _};

/// The terminal as it was, put back at the end.
struct Quiet {
    terminal: File,
    before: Termios,
}

impl Quiet {
    fn new() -> Result<Self> {
        let terminal = File::options().read(true).write(true).open("/dev/tty")?;
        let before = tcgetattr(&terminal)?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL);
        tcsetattr(&terminal, OptionalActions::Now, &quiet)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // There is nobody left to tell where this fails.
        let _ = tcsetattr(&self.terminal, OptionalActions::Now, &self.before);
    }
}

/// Asks on the terminal and reads one line that is not shown.
pub(crate) fn typed(question: &str) -> Result<String> {
    screen::is_there()?;
    let mut quiet = Quiet::new()?;
    write!(quiet.terminal, "{}", protocol::visible(question))?;
    quiet.terminal.flush()?;
    rpassword::read_password()
}
