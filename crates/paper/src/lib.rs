//! What is printed, as PDF made in memory: share sheets, blank sheets for handwriting, a printer's test page, and
//! documents made of blocks (scripts, certificates, reports).
//!
//! The same input gives the same bytes. Every document is PDF/A-2a and PDF/UA-1 as far as the exporter's own checks
//! go; a document that fails them is not handed out. Nothing is cut off: text that does not fit is an error. The
//! crate never writes a file.
//!
//! **What is not wiped.** A finished share sheet is wiped when it is dropped. While it is made, the PDF library keeps
//! the rows and symbols in buffers of its own and frees them unwiped. Make sheets in a process that cannot be dumped
//! or swapped, and end it soon after.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail by panicking"))]

mod block;
mod document;
mod error;
mod face;
mod fit;
mod flow;
mod foot;
mod label;
mod look;
mod lump;
mod pdf;
mod pen;
mod share_parts;
mod share_sheet;
mod sheet;
mod spot;
mod test_page;
mod words;

pub use block::{Block, Column, Flow, FlowBox, Label, Step};
pub use document::document;
pub use error::PaperError;
pub use face::is_words;
pub use look::{Look, Media, Symbol, TypeSize};
pub use pdf::{Imprint, When};
pub use share_sheet::share_sheet;
pub use sheet::{Rows, ShareSheet, SitePlace};
pub use test_page::test_page;
pub use words::TEST_SYMBOL_TEXT;
