//! The one reader of text: UTF-8 with or without a byte-order mark, UTF-16 either way round with one, lines that end in
//! LF, CR LF or CR. Anything else is refused with the encoding named.
//!
//! Windows PowerShell 5.1 writes every command's output as UTF-16 through `>`, Excel and Notepad put a mark before UTF-8,
//! and old Macs' programs end lines in CR.

/// The byte-order mark (Unicode 23.8).
const MARK: char = '\u{feff}';
/// What `printf '\xef\xbb\xbf'` of a shell that knows no such escape writes in its place.
const SPELT_OUT: &str = "\\xef\\xbb\\xbf";

/// Why bytes are not a text that is read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotText {
    /// UTF-16 that does not begin with a byte-order mark: which way round it is would be a guess.
    Utf16Unmarked,
    /// UTF-16 that ends in half a character, or has one in it.
    Utf16Broken,
    /// UTF-32.
    Utf32,
    /// Text in an encoding older than Unicode, or of a mixture of encodings.
    NotUtf8 {
        /// The line of the first byte that is not UTF-8, counted from 1.
        line: usize,
        /// That byte.
        byte: u8,
    },
    /// No text at all.
    Binary,
}

impl std::error::Error for NotText {}

/// The text of a file, without byte-order marks and with lines that end in LF.
///
/// A mark is also dropped at the beginning of a line and after a closing bracket: several marked files were put one
/// after another there. Elsewhere U+FEFF stays and is for whoever reads the value to refuse.
pub fn text(bytes: &[u8]) -> Result<String, NotText> {
    let text = match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => return Err(NotText::Utf32),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        _ => utf8(bytes)?,
    };
    let text = match text.get(..SPELT_OUT.len()) {
        Some(mark) if mark.eq_ignore_ascii_case(SPELT_OUT) => &text[SPELT_OUT.len()..],
        _ => &text,
    };
    Ok(with_plain_ends(text))
}

fn utf16(bytes: &[u8], read: fn([u8; 2]) -> u16) -> Result<String, NotText> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(NotText::Utf16Broken);
    }
    let text: Result<String, _> = char::decode_utf16(pairs.iter().map(|pair| read(*pair))).collect();
    let text = text.map_err(|_| NotText::Utf16Broken)?;
    if text.contains('\0') { Err(NotText::Binary) } else { Ok(text) }
}

fn utf8(bytes: &[u8]) -> Result<String, NotText> {
    if bytes.contains(&0) {
        return Err(if is_wide(bytes) { NotText::Utf16Unmarked } else { NotText::Binary });
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if !is_binary(bytes) => Ok(text.to_owned()),
        Ok(_) => Err(NotText::Binary),
        Err(_) if is_binary(bytes) => Err(NotText::Binary),
        Err(e) => {
            let (good, rest) = bytes.split_at(e.valid_up_to());
            // Every CR, LF and CR LF ends a line, as editors show it.
            let before = with_plain_ends(&String::from_utf8_lossy(good));
            let line = before.matches('\n').count() + 1;
            Err(NotText::NotUtf8 { line, byte: rest.first().copied().unwrap_or_default() })
        }
    }
}

/// Whether every second byte is mostly zero, as it is in UTF-16 of western text.
fn is_wide(bytes: &[u8]) -> bool {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let zeros = |at: usize| pairs.iter().filter(|pair| pair[at] == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    rest.is_empty() && first.max(second) * 10 > pairs.len() * 8 && first.min(second) * 10 < pairs.len()
}

/// Whether control characters that no text has make up a visible part of it.
fn is_binary(bytes: &[u8]) -> bool {
    let strange = bytes.iter().filter(|b| **b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c)).count();
    strange * 100 > bytes.len()
}

fn with_plain_ends(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // What stands before decides whether a mark is one: the beginning, a line's end, or a bracket that closes a value.
    let mut before = '\n';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            MARK if matches!(before, '\n' | '}' | ']') => continue,
            '\r' => {
                if chars.peek() == Some(&'\n') {
                    chars.next();
                }
                out.push('\n');
                before = '\n';
                continue;
            }
            _ => out.push(c),
        }
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str, write: fn(u16) -> [u8; 2], mark: &[u8]) -> Vec<u8> {
        [mark.to_vec(), text.encode_utf16().flat_map(write).collect()].concat()
    }

    #[test]
    fn every_way_of_writing_a_text_reads_the_same() {
        let same = "{\n\"KeyId\": \"ä\"\n}\n";
        for ends in ["\n", "\r\n", "\r"] {
            let text_ = same.replace('\n', ends);
            for bytes in [
                text_.as_bytes().to_vec(),
                [b"\xef\xbb\xbf", text_.as_bytes()].concat(),
                wide(&text_, u16::to_le_bytes, b"\xff\xfe"),
                wide(&text_, u16::to_be_bytes, b"\xfe\xff"),
            ] {
                assert_eq!(text(&bytes).as_deref(), Ok(same), "{ends:?}");
            }
        }
        assert_eq!(text(b"a\r\r\n\nb").as_deref(), Ok("a\n\n\nb"));
        assert_eq!(text(b"").as_deref(), Ok(""));
    }

    /// `type a.json b.json > both.json` in PowerShell, and an editor's mark before each part.
    #[test]
    fn marks_between_files_that_were_put_together_are_dropped() {
        assert_eq!(
            text("\u{feff}{}\u{feff}{}\r\n\u{feff}[1]\u{feff}{}".as_bytes()).as_deref(),
            Ok("{}{}\n[1]{}")
        );
        let both =
            [wide("{}", u16::to_le_bytes, b"\xff\xfe"), wide("{}", u16::to_le_bytes, b"\xff\xfe")].concat();
        assert_eq!(text(&both).as_deref(), Ok("{}{}"));
        // Inside a value it is for whoever reads the value.
        assert_eq!(text("a\u{feff}b".as_bytes()).as_deref(), Ok("a\u{feff}b"));
    }

    /// `printf '\xef\xbb\xbf' > roster.toml` in Debian's sh writes the escapes themselves.
    #[test]
    fn a_mark_that_a_shell_spelt_out_is_dropped_at_the_beginning_alone() {
        assert_eq!(text(b"\\xef\\xbb\\xbf[answers]\n").as_deref(), Ok("[answers]\n"));
        assert_eq!(text(b"\\xEF\\xBB\\xBF# x").as_deref(), Ok("# x"));
        assert_eq!(text(b"a\\xef\\xbb\\xbf").as_deref(), Ok("a\\xef\\xbb\\xbf"));
    }

    #[test]
    fn other_encodings_are_named() {
        let named = |bytes: &[u8]| text(bytes).unwrap_err();
        assert_eq!(named(&wide("{\"KeyId\": \"a\"}", u16::to_le_bytes, b"")), NotText::Utf16Unmarked);
        assert_eq!(named(&wide("{\"KeyId\": \"a\"}", u16::to_be_bytes, b"")), NotText::Utf16Unmarked);
        assert_eq!(named(b"\xff\xfe{\0}\0\n"), NotText::Utf16Broken);
        assert_eq!(named(b"\xff\xfe\x00\xd8a\0"), NotText::Utf16Broken);
        assert_eq!(named(b"\xff\xfe\0\0a\0\0\0"), NotText::Utf32);
        assert_eq!(named(b"\0\0\xfe\xff\0\0\0a"), NotText::Utf32);
        assert_eq!(named(b"system\nK\xfcche\n"), NotText::NotUtf8 { line: 2, byte: 0xfc });
        assert_eq!(named(b"a\r\nb\r\rK\xfcche\n"), NotText::NotUtf8 { line: 4, byte: 0xfc });
        assert_eq!(named(b"\x30\x82\x01\x22\x30\x0d\x06\x09\xff\xfe\x01\x02\x03"), NotText::Binary);
        assert_eq!(named(b"PK\x03\x04\0\0"), NotText::Binary);
        assert!(named(b"K\xfcche").to_string().contains("Windows-1252"));
        for e in [NotText::Utf16Unmarked, NotText::Utf16Broken, NotText::Utf32, NotText::Binary] {
            assert!(e.remedy().ends_with('.') && !e.to_string().is_empty());
        }
    }
}
