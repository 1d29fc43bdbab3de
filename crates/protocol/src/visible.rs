//! Text from outside, made visible: the one place that decides which characters a person cannot see.
//!
//! File names, token labels, subjects of certificates, names in a roster and the like come from elsewhere. Shown as they
//! stand, they could write a line of their own on a terminal, paint over the fingerprint that is being compared, or turn
//! a line around. Whatever is drawn as nothing, or moves what is drawn, is shown as an escape such as `\u{202e}`, in the
//! terminal and in the window alike. The record keeps what was there.

use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Whether a character is drawn as nothing or moves what is drawn: control characters (C0, DEL, C1), line and paragraph
/// separators, marks of direction, and what Unicode lists as `Default_Ignorable_Code_Point` (zero-width characters,
/// fillers, variation selectors, tags). Joiners of Arabic and Indic scripts are among them.
pub fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        )
        || matches!(character, '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(character, '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}')
        || matches!(character, '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}')
        || matches!(character, '\u{e0000}'..='\u{e0fff}')
}

/// One line of text with every unseen character, a line break and a tab among them, as an escape. Doing it twice changes
/// nothing more.
pub fn visible(text: &str) -> Cow<'_, str> {
    escaped(text, |_| false)
}

/// The same for text that has lines of its own: line breaks and tabs stay.
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    escaped(text, |c| matches!(c, '\n' | '\t'))
}

fn escaped(text: &str, stays: impl Fn(char) -> bool) -> Cow<'_, str> {
    let hidden = |c: char| is_unseen(c) && !stays(c);
    if !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if hidden(c) {
            let _ = write!(out, "{}", c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// The fields of messages that have lines of their own.
const WITH_LINES: [&str; 2] = ["detail", "toFetch"];

/// Writes JSON in which every text is visible, so that no page has to see to it.
#[derive(Default)]
pub(crate) struct Shown {
    key: String,
    in_key: bool,
}

impl Formatter for Shown {
    fn begin_object_key<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.key.clear();
        self.in_key = true;
        CompactFormatter.begin_object_key(to, first)
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.in_key = false;
        Ok(())
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, to: &mut W, fragment: &str) -> io::Result<()> {
        if self.in_key {
            self.key.push_str(fragment);
        }
        // A fragment has no backslash of its own: JSON's escapes come by the other way.
        match visible(fragment) {
            Cow::Borrowed(same) => to.write_all(same.as_bytes()),
            Cow::Owned(shown) => to.write_all(shown.replace('\\', "\\\\").as_bytes()),
        }
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, to: &mut W, escape: CharEscape) -> io::Result<()> {
        let byte = match escape {
            CharEscape::LineFeed | CharEscape::Tab if WITH_LINES.contains(&self.key.as_str()) => {
                return CompactFormatter.write_char_escape(to, escape);
            }
            CharEscape::Quote | CharEscape::ReverseSolidus | CharEscape::Solidus => {
                return CompactFormatter.write_char_escape(to, escape);
            }
            CharEscape::Backspace => 8,
            CharEscape::Tab => 9,
            CharEscape::LineFeed => 10,
            CharEscape::FormFeed => 12,
            CharEscape::CarriageReturn => 13,
            CharEscape::AsciiControl(byte) => byte,
        };
        write!(to, "\\\\u{{{byte:x}}}")
    }
}

/// JSON, indented, for other programs: the same values, with JSON's own escapes for what cannot be seen.
pub fn json(value: &impl Serialize) -> serde_json::Result<String> {
    let plain = serde_json::to_string_pretty(value)?;
    let mut out = String::with_capacity(plain.len());
    for c in plain.chars() {
        if c == '\n' || !is_unseen(c) {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a stick, a token or a certificate can be called.
    const HOSTILE: [(&str, &str); 8] = [
        ("a\u{1b}[2K\rfingerprint OK.json", "a\\u{1b}[2K\\u{d}fingerprint OK.json"),
        ("one\nholds  two", "one\\u{a}holds  two"),
        ("gpj.\u{202e}exe", "gpj.\\u{202e}exe"),
        ("\u{9b}31mred", "\\u{9b}31mred"),
        ("a\u{200b}b\u{feff}c\u{ad}d\u{2060}e", "a\\u{200b}b\\u{feff}c\\u{ad}d\\u{2060}e"),
        ("\u{2066}x\u{2069}\u{61c}\u{200e}", "\\u{2066}x\\u{2069}\\u{61c}\\u{200e}"),
        ("\u{e0041}\u{e007f}\u{fe0f}\u{2028}", "\\u{e0041}\\u{e007f}\\u{fe0f}\\u{2028}"),
        ("tab\there\u{7f}\u{0}", "tab\\u{9}here\\u{7f}\\u{0}"),
    ];

    #[test]
    fn what_cannot_be_seen_is_shown_as_an_escape() {
        for (raw, shown) in HOSTILE {
            assert_eq!(visible(raw), shown);
            assert_eq!(visible(&visible(raw)), shown, "twice is once");
        }
        assert_eq!(visible_lines("a\n\tb\r\u{1b}"), "a\n\tb\\u{d}\\u{1b}");
    }

    #[test]
    fn what_people_write_stays_as_it_is() {
        for text in ["", "Zoë Nguyễn, Ærø", "記録 2027", "מפתח", "‖ – “x” … 100 %", "C:\\u{41}", "nbsp\u{a0}"]
        {
            assert!(matches!(visible(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn a_message_to_the_window_shows_what_the_terminal_shows() {
        for (raw, shown) in HOSTILE {
            let value = serde_json::json!({"list": [{"path": raw}], "detail": raw, "toFetch": "a\n\tb\"\\"});
            let mut bytes = Vec::new();
            let mut writer = serde_json::Serializer::with_formatter(&mut bytes, Shown::default());
            value.serialize(&mut writer).expect("JSON");
            let back: serde_json::Value = serde_json::from_slice(&bytes).expect("still JSON");
            assert_eq!(back["list"][0]["path"], shown);
            assert_eq!(back["detail"], visible_lines(raw).as_ref());
            assert_eq!(back["toFetch"], "a\n\tb\"\\");
        }
    }

    #[test]
    fn an_answer_is_the_file_whose_name_was_shown() {
        let offered = ["/m/a\u{1b}b", "/m/plain", "/m/c\\u{1b}d"].map(str::to_owned);
        for raw in &offered {
            let answer = crate::Answer::Path { path: visible(raw).into_owned() };
            assert_eq!(answer.as_meant(&offered), crate::Answer::Path { path: raw.clone() });
        }
        let typed = || crate::Answer::Path { path: "/m/elsewhere".to_owned() };
        assert_eq!(typed().as_meant(&offered), typed());
    }

    #[test]
    fn json_for_programs_has_the_same_values_and_nothing_unseen() {
        for (raw, _) in HOSTILE {
            let text = json(&serde_json::json!({"name": raw})).expect("JSON");
            assert!(!text.chars().any(|c| is_unseen(c) && c != '\n'), "{text}");
            let back: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(back["name"], raw);
        }
    }
}
