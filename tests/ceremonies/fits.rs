//! Whether everything on a document's pages stands where it can be read: within the margins, and nothing over anything else.

use crate::struct_tree::poppler;
use paper::Media;

/// A word on a page, with its box in points from the upper left corner.
struct Word {
    left: f32,
    top: f32,
    right: f32,
    bottom: f32,
    text: String,
}

fn word(line: &str) -> Word {
    let number = |name: &str| -> f32 {
        line.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
    };
    let text = line.split('>').nth(1).unwrap_or_default().split('<').next().unwrap_or_default();
    Word {
        left: number("xMin"),
        top: number("yMin"),
        right: number("xMax"),
        bottom: number("yMax"),
        text: text.to_owned(),
    }
}

impl Word {
    /// Whether the letters of both stand on one another. A box is higher than its letters, and hands from line to line.
    fn over(&self, other: &Self) -> bool {
        let wide = self.right.min(other.right) - self.left.max(other.left);
        let high = self.bottom.min(other.bottom) - self.top.max(other.top);
        let least = (self.bottom - self.top).min(other.bottom - other.top);
        wide > 1.0 && high > least * 0.5
    }
}

/// Holds every word of every page against the margins and against its neighbours; gives how many pages and words there are.
pub(crate) fn fits(name: &str, pdf: &[u8], media: Media) -> (usize, usize) {
    let boxes = poppler("pdftotext", &["-bbox", "a.pdf", "-"], pdf);
    let (width, height) = media.size();
    let (mut pages, mut words) = (0, 0);
    let mut before: Vec<Word> = Vec::new();
    for line in boxes.lines() {
        if line.contains("<page ") {
            pages += 1;
            before.clear();
        } else if line.contains("<word ") {
            words += 1;
            let word = word(line);
            let (margin, text) = (media.margin() - 0.5, &word.text);
            assert!(
                word.left >= margin && word.right <= width - margin,
                "{name}, page {pages}: {text:?} is cut off"
            );
            let edge = margin - 8.0;
            assert!(
                word.top >= edge && word.bottom <= height - edge,
                "{name}, page {pages}: {text:?} is cut off"
            );
            for other in &before {
                assert!(!word.over(other), "{name}, page {pages}: {text:?} stands over {:?}", other.text);
            }
            before.push(word);
        }
    }
    (pages, words)
}

#[test]
fn what_is_cut_off_or_printed_over_is_found() {
    let at =
        |left: f32, top: f32| Word { left, top, right: left + 20.0, bottom: top + 12.0, text: "word".into() };
    assert!(at(100.0, 100.0).over(&at(110.0, 103.0)));
    assert!(!at(100.0, 100.0).over(&at(121.0, 100.0)));
    assert!(!at(100.0, 100.0).over(&at(100.0, 109.0)));
}
