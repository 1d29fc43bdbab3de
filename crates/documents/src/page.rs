//! What pages are made of: paragraphs of plain text, 78 characters a line, and pieces that several documents have.

mod words;

use paper::{Block, Column, When};
use protocol::{ReadAloud, visible};
use std::borrow::Cow;
use time::OffsetDateTime;

/// Characters a line.
const WIDTH: usize = 78;

/// A paragraph, indented by six and broken between words.
pub fn indented(text: &mut String, paragraph: &str) {
    let mut line = 0;
    for word in visible(paragraph).split_whitespace() {
        if line > 0 && line + 1 + word.chars().count() > WIDTH {
            text.push('\n');
            line = 0;
        }
        if line == 0 {
            text.push_str("      ");
            line = 6;
        } else {
            text.push(' ');
            line += 1;
        }
        text.push_str(word);
        line += word.chars().count();
    }
    text.push('\n');
}

/// A text as a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let stop = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{stop}", chars.as_str())
}

/// A text from a record or a script, in which nothing is hidden.
pub(crate) fn shown(text: &str) -> Cow<'static, str> {
    visible(text).into_owned().into()
}

/// A value that people read aloud, as rows of digits and words.
pub(crate) fn read_aloud(value: &[u8]) -> Block<'static> {
    let columns = vec![
        Column::new(words::ROW, 9),
        Column::new(words::HEX, 32).fixed(),
        Column::new(words::IN_WORDS, 59),
    ];
    let row = |row: protocol::ReadRow| {
        vec![row.number.to_string().into(), row.hex.join(" ").into(), row.words.join(" ").into()]
    };
    Block::Table(columns, ReadAloud::of(value).rows.into_iter().map(row).collect())
}

/// A moment as documents have it. Of a year that none has, no document is made.
pub fn when(at: OffsetDateTime) -> When {
    When {
        year: u16::try_from(at.year()).unwrap_or_default(),
        month: at.month().into(),
        day: at.day(),
        hour: at.hour(),
        minute: at.minute(),
    }
}
