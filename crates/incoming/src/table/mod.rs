//! Tables that people carry in as CSV, whatever program wrote them: the one reader of rows, of headings and of words.

mod fault;
mod heading;
mod rows;
mod words;

pub use fault::{Fault, fault};
pub use heading::{cells, columns};
pub use rows::{Row, Rows, rows};
pub use words::{folded, meant, not_a_value};

use crate::{Kind, NotText};

/// Something that a table says, shortened and without control characters, to be shown.
pub fn shown(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars().take(64) {
        if c.is_control() { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    shown
}

/// The text of a table, or what is wrong. `otherwise` says it of a file that is something else.
pub fn text_of(bytes: &[u8], otherwise: impl FnOnce(&Kind) -> String) -> Result<String, Fault> {
    match Kind::of(bytes) {
        // Whatever is text may be a table; its heading decides.
        Kind::Empty | Kind::Text | Kind::Table | Kind::Yaml | Kind::Base64 { .. } | Kind::Hex => {
            crate::text(bytes).map_err(|why| fault(0, "", words::other_text(&why)))
        }
        Kind::OtherText(why @ NotText::NotUtf8 { line, .. }) => {
            Err(fault(u64::try_from(line).unwrap_or_default(), "", words::other_text(&why)))
        }
        other => Err(fault(0, "", otherwise(&other))),
    }
}
