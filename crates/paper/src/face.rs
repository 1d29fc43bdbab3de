//! The bundled fonts: glyphs and widths. Text is set without kerning or ligatures, so that what is printed is what can
//! be copied and compared, character by character.

use crate::PaperError;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::MetadataProvider;
use skrifa::instance::{LocationRef, Size};
use std::borrow::Cow;

/// Which of the bundled fonts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    /// Running text.
    Text,
    /// Headings and the one thing that matters.
    Strong,
    /// Values that people compare.
    Value,
    /// The rows of a card.
    Row,
}

struct Face {
    font: Font,
    data: &'static [u8],
}

/// Whether a value is words that are read, and not one that is compared character by character.
pub fn is_words(value: &str) -> bool {
    value.contains(' ') && value.chars().any(char::is_lowercase)
}

/// What every font has, and the end of a line, where a text is broken.
fn is_plain(c: char) -> bool {
    c == '\n' || (' '..='~').contains(&c)
}

/// All bundled fonts.
pub(crate) struct Faces {
    text: Face,
    strong: Face,
    value: Face,
    row: Face,
}

impl Faces {
    pub(crate) fn load() -> Result<Self, PaperError> {
        let face = |data: &'static [u8]| {
            let font = Font::new(data.to_vec().into(), 0).ok_or(PaperError::Font)?;
            Ok(Face { font, data })
        };
        Ok(Self {
            text: face(include_bytes!("../fonts/IBMPlexSans-Regular.ttf"))?,
            strong: face(include_bytes!("../fonts/IBMPlexSans-SemiBold.ttf"))?,
            value: face(include_bytes!("../fonts/IBMPlexMono-Regular.ttf"))?,
            row: face(include_bytes!("../fonts/IBMPlexMono-Medium.ttf"))?,
        })
    }

    fn face(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Text => &self.text,
            Weight::Strong => &self.strong,
            Weight::Value => &self.value,
            Weight::Row => &self.row,
        }
    }

    pub(crate) fn font(&self, weight: Weight) -> Font {
        self.face(weight).font.clone()
    }

    /// The glyphs of one line, advances in units of the type size.
    pub(crate) fn glyphs(&self, weight: Weight, text: &str) -> Result<Vec<KrillaGlyph>, PaperError> {
        let font = skrifa::FontRef::new(self.face(weight).data).map_err(|_| PaperError::Font)?;
        let (map, metrics) = (font.charmap(), font.glyph_metrics(Size::new(1.0), LocationRef::default()));
        let glyph = |(at, character): (usize, char)| {
            let id = map.map(character).filter(|id| id.to_u32() != 0 && !character.is_control());
            let id = id.ok_or(PaperError::Unprintable { character: character.into() })?;
            let advance = metrics.advance_width(id).ok_or(PaperError::Font)?;
            let range = at..at + character.len_utf8();
            Ok(KrillaGlyph::new(GlyphId::new(id.to_u32()), advance, 0.0, 0.0, 0.0, range, None))
        };
        text.char_indices().map(glyph).collect()
    }

    /// The weight in which a value is set: in a fixed width, unless that font lacks one of its letters.
    pub(crate) fn value(&self, text: &str) -> Weight {
        let fixed = text.chars().all(|c| is_plain(c) || Self::has(&self.value, c));
        if fixed { Weight::Value } else { Weight::Text }
    }

    /// The lines of a fact's value, each in the weight that its paragraph is set in.
    pub(crate) fn wrap_value<'t>(
        &self,
        size: f32,
        text: &'t str,
        width: f32,
    ) -> Result<Vec<(Weight, &'t str)>, PaperError> {
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            let weight = if is_words(paragraph) { Weight::Text } else { self.value(paragraph) };
            lines.extend(self.wrap(weight, size, paragraph, width)?.into_iter().map(|line| (weight, line)));
        }
        Ok(lines)
    }

    /// One line in a fixed width, as the lines that it takes and how far each is indented: what goes on stands below where the
    /// text began.
    pub(crate) fn wrap_fixed<'t>(
        &self,
        size: f32,
        text: &'t str,
        width: f32,
    ) -> Result<Vec<(f32, &'t str)>, PaperError> {
        let weight = self.value(text);
        let whole = self.wrap(weight, size, text, width)?;
        let Some((first, rest)) = whole.split_first().filter(|(_, rest)| !rest.is_empty()) else {
            return Ok(whole.into_iter().map(|line| (0.0, line)).collect());
        };
        let begins = text.len() - text.trim_start_matches(' ').len();
        let indent = self.width(weight, size, text.get(..begins).unwrap_or_default())?;
        if begins == 0 || indent > width / 2.0 || first.len() <= begins {
            return Ok(std::iter::once(first).chain(rest).map(|line| (0.0, *line)).collect());
        }
        let below = text.get(first.len()..).unwrap_or_default().trim_start_matches(' ');
        let below = self.wrap(weight, size, below, width - indent)?;
        Ok(std::iter::once((0.0, *first)).chain(below.into_iter().map(|line| (indent, line))).collect())
    }

    /// A text in which every character can be set in running text and in headings: one that a font lacks, and one that is
    /// not seen, is written by its number, `\u{738b}`. A tab becomes a space; line ends stay.
    pub(crate) fn printable<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let set = |c: char| is_plain(c) || [&self.text, &self.strong].into_iter().all(|f| Self::has(f, c));
        if text.chars().all(set) {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len() + 16);
        for c in text.chars() {
            match c {
                '\t' => out.push(' '),
                '\r' => {}
                c if set(c) => out.push(c),
                c => out.extend(c.escape_unicode()),
            }
        }
        Cow::Owned(out)
    }

    fn has(face: &Face, c: char) -> bool {
        let glyph = || skrifa::FontRef::new(face.data).ok().and_then(|font| font.charmap().map(c));
        !c.is_control() && glyph().is_some_and(|id| id.to_u32() != 0)
    }

    /// The width of one line in points.
    pub(crate) fn width(&self, weight: Weight, size: f32, text: &str) -> Result<f32, PaperError> {
        Ok(self.glyphs(weight, text)?.iter().map(|g| g.x_advance).sum::<f32>() * size)
    }

    /// Breaks text into lines no wider than `width`: at spaces and after hyphens, in a fixed width also after the colon that parts
    /// a value from what sort of value it is, and inside a word only if it alone is too wide.
    pub(crate) fn wrap<'t>(
        &self,
        weight: Weight,
        size: f32,
        text: &'t str,
        width: f32,
    ) -> Result<Vec<&'t str>, PaperError> {
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            let glyphs = self.glyphs(weight, paragraph)?;
            // Where the line begins, where it may end and the next then begins, and how wide it is up to either.
            let (mut start, mut chance, mut used, mut used_there) = (0, None, 0.0, 0.0);
            for glyph in &glyphs {
                let (at, end) = (glyph.text_range.start, glyph.text_range.end);
                let is_space = paragraph.get(at..end) == Some(" ");
                let wide = glyph.x_advance * size;
                if is_space {
                    chance = Some((at, end));
                    used_there = used + wide;
                }
                used += wide;
                if used > width && !is_space {
                    let (stop, next) = match chance {
                        Some((stop, next)) if stop > start => (stop, next),
                        _ if at > start => {
                            used_there = used - wide;
                            (at, at)
                        }
                        _ => continue, // one character wider than the line: its own line
                    };
                    lines.push(paragraph.get(start..stop).unwrap_or_default());
                    start = next;
                    chance = None;
                    used -= used_there;
                }
                let after = paragraph.get(at..end);
                if after == Some("-") || (weight == Weight::Value && after == Some(":")) {
                    chance = Some((end, end));
                    used_there = used;
                }
            }
            lines.push(paragraph.get(start..).unwrap_or_default());
        }
        Ok(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_filled_and_never_wider() {
        let faces = Faces::load().unwrap();
        let text =
            "Any three of the five shares give the key back. Rindfleischetikettierungsüberwachungsaufgabe.";
        for width in [40.0, 90.0, 200.0, 5000.0] {
            let lines = faces.wrap(Weight::Text, 12.0, text, width).unwrap();
            for line in &lines {
                assert!(faces.width(Weight::Text, 12.0, line).unwrap() <= width, "{line}");
            }
            let letters = |s: &str| s.chars().filter(|c| *c != ' ').collect::<String>();
            assert_eq!(letters(&lines.concat()), letters(text), "nothing is lost");
        }
        assert_eq!(faces.wrap(Weight::Text, 12.0, text, 5000.0).unwrap(), [text]);
        let value = "cmac-aes:f42ba05c6aebd6d0cf506c40fd2350e7";
        let width = faces.width(Weight::Value, 11.0, &value[9..]).unwrap() + 0.1;
        assert_eq!(faces.wrap(Weight::Value, 11.0, value, width).unwrap(), [&value[..9], &value[9..]]);
    }

    #[test]
    fn what_goes_on_in_a_fixed_width_stands_below_where_it_began() {
        let faces = Faces::load().unwrap();
        let text = "     backfield revival surmount yesteryear";
        let set = |text: &'static str, width| faces.wrap_fixed(8.0, text, width).unwrap();
        assert_eq!(set(text, 5000.0), [(0.0, text)]);
        let indent = faces.width(Weight::Value, 8.0, "     ").unwrap();
        let narrow = set(text, 140.0);
        assert!(narrow.len() > 1 && narrow[0] == (0.0, "     backfield revival"), "{narrow:?}");
        assert!(narrow[1..].iter().all(|(at, line)| (at - indent).abs() < 0.01 && !line.starts_with(' ')));
        for (at, line) in &narrow {
            assert!(at + faces.width(Weight::Value, 8.0, line).unwrap() <= 140.0, "{line}");
        }
        // What is not indented, or more than half the width, goes on at the left.
        for text in
            ["backfield revival surmount yesteryear", "                       backfield revival surmount"]
        {
            assert!(set(text, 140.0).iter().all(|(at, _)| *at == 0.0), "{text}");
        }
        assert_eq!(set("", 140.0), []);
    }

    #[test]
    fn what_the_fonts_lack_is_written_by_its_number() {
        let faces = Faces::load().unwrap();
        let plain = "Žofia Müller, Ελένη, Наталія – 3 ≥ 2\nnext";
        assert_eq!(faces.printable(plain), plain);
        assert_eq!(faces.printable("a\tb\r\nc\u{7}王\u{202e}"), "a b\nc\\u{7}\\u{738b}\\u{202e}");
        for weight in [Weight::Text, Weight::Strong, Weight::Value] {
            for c in (0..0x3000).filter_map(char::from_u32).filter(|c| *c != '\n') {
                let text = String::from(c);
                let printed = faces.printable(&text);
                let weight = if weight == Weight::Value { faces.value(&printed) } else { weight };
                assert!(faces.width(weight, 12.0, &printed).is_ok(), "{c:?}");
            }
        }
    }

    #[test]
    fn what_the_fonts_lack_is_said() {
        let faces = Faces::load().unwrap();
        let refused = faces.width(Weight::Text, 12.0, "王");
        assert_eq!(refused, Err(PaperError::Unprintable { character: 0x738b }));
        assert!(faces.width(Weight::Text, 12.0, "Žofia Müller, Ελένη, Наталія").is_ok());
        assert!(faces.width(Weight::Text, 12.0, "bell\u{7}").is_err());
    }
}
