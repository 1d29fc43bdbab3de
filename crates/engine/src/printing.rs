//! What the engine asks of printers and of what reads scans; the program that plays it has both.

use protocol::{Mode, Problem};
use secrets::SecretText;

/// A queue of the print service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Its name.
    pub name: String,
    /// Where it leads, as the print service says (`usb://…`).
    pub device: String,
    /// Why no sheet may be sent to it, where none may.
    pub refused: Option<String>,
}

/// A print service of this workstation.
pub trait Printers: Send + Sync {
    /// The queues that there are, those that may be used first.
    fn queues(&self, mode: Mode) -> Result<Vec<Queue>, Problem>;

    /// Hands a PDF to a queue and waits until the queue has let go of it. Neither the title nor any option says what the
    /// document holds.
    fn print(&self, queue: &str, paper: &str, title: &str, pdf: &[u8]) -> Result<(), Problem>;

    /// Whether what waits to be printed lies in memory only; `None` where that cannot be told.
    fn waits_in_memory(&self) -> Option<bool>;
}

/// Reads scans of sheets.
pub trait Scans: Send + Sync {
    /// The texts in a picture or PDF that could be cards', each once.
    fn read(&self, file: &[u8]) -> Result<Vec<SecretText>, Problem>;
}
