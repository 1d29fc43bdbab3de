//! Text in a picture: made visible, measured without a font, cut into lines, and escaped.

use protocol::is_unseen;
use std::fmt::Write as _;

/// A text of one line in which everything can be seen: control characters are dropped (a tab or a line break becomes a space),
/// and marks of direction and characters without a shape become escapes such as `\u{202e}`.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => out.push(' '),
            _ if c.is_control() || is_no_character(c) => {}
            _ if is_unseen(c) => out.extend(c.escape_unicode()),
            _ => out.push(c),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What XML 1.0 does not take, and the noncharacters beside it.
fn is_no_character(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe
}

/// Whether a text is read from the right to the left: its first letter says so (UAX #9, rule P2).
pub(super) fn is_from_the_right(text: &str) -> bool {
    let letter = text.chars().find(|c| c.is_alphabetic());
    letter.is_some_and(|c| {
        matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}')
            || matches!(c, '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    })
}

/// Text for XML, in an element or between quotation marks.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in plain(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => {
                let _written = out.write_char(c);
            }
        }
    }
    out
}

/// How wide a text is at most, in pixels, set in this size: the wider of IBM Plex Sans and `DejaVu` Sans, which is what many
/// systems have where the first is missing, and rounded up. A script that neither has is taken to be wide.
pub(super) fn width_of(text: &str, size: i32) -> i32 {
    let thousandths: i32 = text.chars().map(width).sum();
    (thousandths.saturating_mul(size) + 999) / 1000
}

/// The widths of the characters from the space to the tilde, in thousandths of the size.
const ASCII: [i32; 95] = [
    318, 401, 460, 838, 637, 951, 780, 275, 391, 391, 503, 838, 318, 401, 318, 410, 637, 637, 637, 637, 637,
    637, 637, 637, 637, 637, 337, 337, 838, 838, 838, 531, 1000, 685, 687, 699, 771, 632, 576, 775, 752, 412,
    528, 656, 558, 863, 749, 788, 624, 788, 695, 635, 611, 732, 685, 989, 686, 613, 686, 391, 410, 391, 838,
    565, 600, 613, 635, 550, 635, 616, 353, 635, 634, 278, 278, 580, 283, 975, 634, 612, 635, 635, 412, 521,
    393, 634, 592, 818, 592, 592, 525, 637, 345, 637, 838,
];

/// The width of a character in thousandths of the size.
fn width(c: char) -> i32 {
    let ascii = u32::from(c).checked_sub(32).and_then(|at| ASCII.get(usize::try_from(at).ok()?));
    if let Some(width) = ascii {
        return *width;
    }
    match c {
        // Combining marks of the scripts that have them stand over the letter before.
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' => 0,
        'æ' | 'œ' | 'ŵ' | '½' | '\u{2010}'..='\u{202f}' => 1000,
        '\u{1c4}'..='\u{1f3}' => 1450,
        '\u{a0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => {
            if c.is_uppercase() {
                1080
            } else {
                750
            }
        }
        '\u{250}'..='\u{3ff}' => 950,
        '\u{400}'..='\u{52f}' => {
            if c.is_uppercase() {
                1200
            } else {
                1000
            }
        }
        '\u{590}'..='\u{5ff}' => 800,
        // Ligatures that are words, and signs of cuneiform.
        '\u{fdf0}'..='\u{fdff}' | '\u{12000}'..='\u{1254f}' => 9000,
        '\u{600}'..='\u{1fff}' => 1250,
        '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' => 1050,
        _ => 1800,
    }
}

/// A text in lines that are no wider than this, the first of them less so by `corner`; at most so many, and the last one ends in …
/// where there is more. Lines break at spaces and after punctuation where they can, and are about as long as each other.
pub(super) fn lines(text: &str, size: i32, (wide, corner): (i32, i32), most: usize) -> Vec<String> {
    const STEP: i32 = 4;
    let text = plain(text);
    let mut best = broken(&text, size, (wide, corner), most);
    let mut narrower = wide - STEP;
    while best.is_whole && best.lines.len() > 1 && narrower > wide / 2 {
        let other = broken(&text, size, (narrower, corner), best.lines.len());
        if !other.is_whole || other.within_words > best.within_words {
            break;
        }
        (best, narrower) = (other, narrower - STEP);
    }
    best.lines
}

/// A text in lines.
struct Broken {
    lines: Vec<String>,
    /// Whether the whole text is in them.
    is_whole: bool,
    /// How many of them break where there is neither a space nor punctuation.
    within_words: usize,
}

fn broken(text: &str, size: i32, (wide, corner): (i32, i32), most: usize) -> Broken {
    let mut rest = text;
    let mut broken = Broken { lines: Vec::new(), is_whole: true, within_words: 0 };
    while !rest.is_empty() {
        let wide = if broken.lines.is_empty() { wide - corner } else { wide };
        if width_of(rest, size) <= wide {
            broken.lines.push(rest.to_owned());
            break;
        }
        if broken.lines.len() + 1 == most {
            let kept = fitting(rest, size, wide - width_of("…", size));
            broken.lines.push(format!("{}…", rest.get(..kept).unwrap_or_default().trim_end()));
            broken.is_whole = false;
            break;
        }
        let (at, within_word) = good_break(rest, size, wide);
        let (line, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        broken.within_words += usize::from(within_word);
        broken.lines.push(line.trim_end().to_owned());
        rest = after.trim_start();
    }
    broken
}

/// How many bytes of a text are no wider than this: one character at least, and no letter without the marks over it.
fn fitting(text: &str, size: i32, wide: i32) -> usize {
    let mut sum = 0;
    for (at, c) in text.char_indices() {
        sum += width(c);
        if at > 0 && (sum.saturating_mul(size) + 999) / 1000 > wide {
            return at;
        }
    }
    text.len()
}

/// Where to break a text that is wider than this: after the last space or punctuation of what fits. One that stands early there
/// is passed over, unless the whole word after it fits the next line. With whether that is within a word.
fn good_break(text: &str, size: i32, wide: i32) -> (usize, bool) {
    let most = fitting(text, size, wide);
    let (fits, more) = text.split_at_checked(most).unwrap_or((text, ""));
    if more.starts_with(' ') {
        return (most, false);
    }
    let after = |is: fn(char) -> bool| {
        let last = fits.char_indices().rev().find(|(_, c)| is(*c));
        last.map(|(at, c)| at + c.len_utf8()).filter(|at| *at < text.len())
    };
    let next_fits = |at: usize| {
        let next = text.get(at..).and_then(|rest| rest.split(' ').next()).unwrap_or_default();
        width_of(next, size) <= wide
    };
    let late = |at: &usize| *at * 2 >= most;
    let space = after(|c| c == ' ').filter(|at| late(at) || next_fits(*at));
    let found = space.or_else(|| after(|c| "-/:,;_.".contains(c)).filter(late));
    found.map_or((most, true), |at| (at, false))
}
