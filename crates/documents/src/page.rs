//! Pages of plain text, 78 characters a line, that people print and keep.

use protocol::visible;

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
