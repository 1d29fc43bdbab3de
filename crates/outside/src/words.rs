//! What people read of files from outside.

use crate::{Kind, NotOpened};
use std::fmt;

// Who leaves files behind.
pub(crate) const MACOS: &str = "macOS";
pub(crate) const WINDOWS: &str = "Windows";
pub(crate) const LINUX: &str = "a Linux desktop";
pub(crate) const LINUX_FILES: &str = "a Linux file system";
pub(crate) const OFFICE: &str = "Microsoft Office";
pub(crate) const LIBRE_OFFICE: &str = "LibreOffice";

/// The name that Windows gives its folder of restore points.
pub(crate) const RESTORE_POINTS: &str = "System Volume Information";

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "a file",
            Self::Folder => "a folder",
            Self::Link => "a link",
            Self::Pipe => "a pipe",
            Self::Device => "a device",
            Self::Socket => "a socket",
        })
    }
}

/// Words that follow a name: "is a folder, and a file belongs here".
impl fmt::Display for NotOpened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(kind) => write!(f, "is {kind}, and a file belongs here"),
            Self::TooLarge { size, most } => write!(f, "has {size} bytes, and at most {most} are taken"),
            Self::LongLine { most } => {
                write!(f, "has a line of more than the {most} bytes that one has at most")
            }
            Self::Io(e) => write!(f, "cannot be read ({e})"),
        }
    }
}
