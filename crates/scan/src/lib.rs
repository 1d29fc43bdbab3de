//! Reads the QR symbols of share sheets back from scans (pictures and PDF), photographs and camera frames.
//!
//! What comes out are candidates: texts that could be a card's. Whether one is a share, and which, only
//! `shares::Card::parse` and the commitment on record can say; a misread symbol cannot pass them. Files are untrusted:
//! their size, dimensions and the work done on them are bounded, and a panic inside a decoder is an error here.
//!
//! **What is not wiped.** The pixels and texts held here are wiped; the decoders' own buffers are freed unwiped.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail by panicking"))]

mod child;
mod frame;
mod page;
mod symbols;

pub use child::{child_main, read, read_in_child, within_limits};
pub use frame::{Frame, MAX_FILE, MAX_SIDE};
pub use symbols::LONGEST;

use secrets::SecretText;

/// Why nothing was read.
#[allow(missing_docs, reason = "fields are named in the message and speak through their variant")]
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
pub enum ScanError {
    /// The file is larger than any scan of a page.
    #[error("the file is larger than {most} MiB; scan one page at 300 dpi in grey")]
    FileTooLarge { most: usize },
    /// More pixels than any scan of a page.
    #[error("the picture is wider or higher than {most} pixels; scan one page at 300 dpi")]
    PictureTooLarge { most: u32 },
    /// Not PNG, JPEG or PDF, or damaged.
    #[error("the file is not a readable PNG or JPEG picture or PDF; scan the sheet again")]
    NotAPicture,
    /// A camera frame whose size does not match its pixels.
    #[error("the camera's picture is incomplete; hold the sheet still and try again")]
    Incomplete,
    /// No locked memory.
    #[error(transparent)]
    Memory(#[from] secrets::SecretError),
    /// No symbol at all.
    #[error("no QR symbol was found; lay the sheet flat, avoid shadows, or type the rows instead")]
    NoSymbol,
    /// Given up on.
    #[error("no share was found in the picture within {} seconds; scan the sheet alone, or type the rows", LONGEST.as_secs())]
    TooLong,
    /// The process that read it ended without an answer: it took too much memory or time, or crashed.
    #[error("the file could not be read within the limits set for it; scan one page at 300 dpi in grey")]
    BrokeOff,
    /// Symbols, but no card's.
    #[error("a QR symbol was read, but it is not a share's; scan the share sheet itself")]
    NotACard,
}

impl ScanError {
    /// A stable code that later versions keep.
    pub fn code(&self) -> &'static str {
        match self {
            Self::FileTooLarge { .. } => "scan-file-too-large",
            Self::PictureTooLarge { .. } => "scan-picture-too-large",
            Self::NotAPicture => "scan-not-a-picture",
            Self::Incomplete => "scan-incomplete",
            Self::Memory(_) => "scan-memory",
            Self::NoSymbol => "scan-no-symbol",
            Self::TooLong => "scan-too-long",
            Self::BrokeOff => "scan-broke-off",
            Self::NotACard => "scan-not-a-card",
        }
    }
}

/// The texts of a picture that could be cards', each once. More than one means that more than one sheet is in it.
pub fn candidates(frame: &Frame) -> Result<Vec<SecretText>, ScanError> {
    symbols::candidates(frame)
}

/// Whether a symbol's text has the length and characters of a card.
fn could_be_a_card(text: &str) -> bool {
    matches!(text.len(), 140 | 160 | 180)
        && text.bytes().all(|b| b.is_ascii_digit() || (b.is_ascii_uppercase() && !b"ILOU".contains(&b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_could_be_a_card_is_a_candidate() {
        for length in [140, 160, 180] {
            assert!(could_be_a_card(&"7".repeat(length)));
            assert!(!could_be_a_card(&format!("{}U", "7".repeat(length - 1))));
            assert!(!could_be_a_card(&"z".repeat(length)));
        }
        assert!(!could_be_a_card(&"7".repeat(141)) && !could_be_a_card(""));
    }
}
