//! What can go wrong with paper.

/// Why a document could not be made. No message quotes a share.
#[allow(missing_docs, reason = "fields are named in the message and speak through their variant")]
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
pub enum PaperError {
    /// A bundled font could not be read; the build is broken.
    #[error("a bundled font cannot be read; install this program again")]
    Font,
    /// A character that the bundled fonts lack. (U+… names it; it is not shown.)
    #[error(
        "the character U+{character:04X} cannot be printed; write the name or text with Latin, Greek or Cyrillic letters"
    )]
    Unprintable { character: u32 },
    /// Something would be cut off.
    #[error("{what} does not fit on {media}; use a larger page, the normal type size, or shorter words")]
    DoesNotFit { what: &'static str, media: &'static str },
    /// The symbol is not a square of `0` and `1`.
    #[error("the QR symbol is not a square of modules; make the card again")]
    Symbol,
    /// A date that does not exist.
    #[error("the date to print does not exist; set the clock")]
    Date,
    /// The exporter's PDF/A or PDF/UA check failed.
    #[error("the PDF library refused the document; nothing was made")]
    Refused(String),
}

impl PaperError {
    /// A stable code that later versions keep.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Font => "paper-font",
            Self::Unprintable { .. } => "paper-unprintable",
            Self::DoesNotFit { .. } => "paper-does-not-fit",
            Self::Symbol => "paper-symbol",
            Self::Date => "paper-date",
            Self::Refused(_) => "paper-refused",
        }
    }
}
