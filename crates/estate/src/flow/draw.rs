//! The picture as SVG 1.1.
//!
//! Colours stand in attributes, as `var(--ink, #1a1c1e)`: a page that forbids styles in its own text keeps them, and a program
//! that knows no such variables passes over the attribute and takes the plain colour of the group around. Every frame is an
//! `svg` of its own, which cuts off whatever would reach over its edge.

use super::columns::MARGIN;
use super::frame::{Frame, LABEL, NOTE, PAD, SIGN};
use super::layout::{Foot, Heading, Picture, Sign};
use super::text::{escaped, is_from_the_right};
use super::wiring::{Dot, Line};
use super::{Mark, NodeKind, words};
use std::fmt::{Arguments, Write as _};

/// Half the width of a mark.
const MARK: i32 = 4;
/// The length of an arrowhead, and half its width.
const ARROW: (i32, i32) = (7, 4);
/// From a frame's upper right corner to the middle of the name of its line, and the size of such names.
const TAG: (i32, i32) = (14, 10);

/// For text that is read from the right to the left.
const FROM_THE_RIGHT: &str = " direction=\"rtl\" text-anchor=\"end\"";

/// A colour: the attributes as every program reads them, and as those do that know custom properties.
struct Paint(&'static str, &'static str);

static PAPER: Paint = Paint(r##"fill="#fbfaf7""##, r#"fill="var(--paper, #fbfaf7)""#);
static SECOND: Paint = Paint(r##"fill="#5a6068""##, r#"fill="var(--second, #5a6068)""#);
static LINES: Paint = Paint(
    r##"fill="none" stroke="#5a6068" stroke-width="1.25" stroke-linecap="square""##,
    r#"stroke="var(--second, #5a6068)""#,
);
static RULES: Paint = Paint(r##"fill="none" stroke="#d9d6ce""##, r#"stroke="var(--line, #d9d6ce)""#);
/// Frames, and marks that are open.
static EDGES: Paint = Paint(
    r##"fill="#fbfaf7" stroke="#85827a""##,
    r#"fill="var(--paper, #fbfaf7)" stroke="var(--edge, #85827a)""#,
);
static DASHED: Paint = Paint(
    r##"fill="#fbfaf7" stroke="#85827a" stroke-dasharray="4 3""##,
    r#"fill="var(--paper, #fbfaf7)" stroke="var(--edge, #85827a)""#,
);
static KEYS: Paint = Paint(
    r##"fill="#fbfaf7" stroke="#1f4e79" stroke-width="1.5""##,
    r#"fill="var(--paper, #fbfaf7)" stroke="var(--accent, #1f4e79)""#,
);
static BARS: Paint = Paint(r##"fill="#1f4e79""##, r#"fill="var(--accent, #1f4e79)""#);
static ALARMS: Paint = Paint(
    r##"fill="#fbfaf7" stroke="#9b1c1c" stroke-width="2""##,
    r#"fill="var(--paper, #fbfaf7)" stroke="var(--refused, #9b1c1c)""#,
);
/// The sign that somebody has to look.
static SIGNS: Paint = Paint(
    r##"fill="none" stroke="#9b1c1c" stroke-width="1.5" stroke-linejoin="round" stroke-linecap="round""##,
    r#"stroke="var(--refused, #9b1c1c)""#,
);
/// Marks that are whole: ink on paper.
static MARKS: Paint =
    Paint(r##"fill="#fbfaf7" stroke="currentColor" stroke-width="1.5""##, r#"fill="var(--paper, #fbfaf7)""#);

/// Draws a picture in so many pixels of width.
pub(super) fn draw(picture: &Picture, width: u32) -> String {
    let (w, h) = (picture.width, picture.height);
    let high = u64::from(width) * u64::from(h.unsigned_abs()) / u64::from(w.unsigned_abs()).max(1);
    let mut svg = Svg(String::new());
    svg.put(format_args!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"{width}\" height=\"{high}\" \
         viewBox=\"0 0 {w} {h}\" role=\"img\" direction=\"ltr\" text-anchor=\"start\" \
         font-family=\"'IBM Plex Sans', sans-serif\" color=\"var(--ink, #1a1c1e)\">"
    ));
    svg.put(format_args!("<title>{}</title><desc>{}</desc>", words::TITLE, escaped(&picture.description)));
    svg.painted(&PAPER, |svg| svg.put(format_args!("<rect width=\"{w}\" height=\"{h}\"/>")));
    svg.lines(&picture.lines);
    svg.marks(&picture.dots);
    svg.frames(&picture.frames);
    svg.headings(picture);
    svg.names(picture);
    svg.foot(&picture.foot);
    svg.put(format_args!("</svg>"));
    svg.0
}

/// How a frame is painted.
fn paint_of(frame: &Frame) -> &'static Paint {
    match frame.kind {
        _ if frame.alarm => &ALARMS,
        NodeKind::Key => &KEYS,
        NodeKind::Group => &DASHED,
        _ => &EDGES,
    }
}

struct Svg(String);

impl Svg {
    fn put(&mut self, what: Arguments<'_>) {
        let _written = self.0.write_fmt(what);
    }

    /// What is in this colour; nothing where that is nothing.
    fn painted(&mut self, paint: &Paint, draw: impl FnOnce(&mut Self)) {
        let (before, start) = (self.0.len(), format!("<g {}><g {}>", paint.0, paint.1));
        self.0.push_str(&start);
        let empty = self.0.len();
        draw(self);
        if self.0.len() == empty {
            self.0.truncate(before);
        } else {
            self.0.push_str("</g></g>");
        }
    }

    fn lines(&mut self, lines: &[Line]) {
        self.painted(&LINES, |svg| {
            for Line { from, to, .. } in lines {
                svg.put(format_args!("<path d=\"M{}.5 {}.5L{}.5 {}.5\"/>", from.0, from.1, to.0, to.1));
            }
        });
        self.painted(&SECOND, |svg| {
            for Line { from, to: (x, y), .. } in lines.iter().filter(|line| line.arrow) {
                let back = if from.0 < *x { -ARROW.0 } else { ARROW.0 };
                let half = ARROW.1;
                svg.put(format_args!("<path d=\"M{x} {y}.5l{back} -{half}v{}z\"/>", 2 * half));
            }
        });
    }

    fn marks(&mut self, dots: &[Dot]) {
        self.painted(&MARKS, |svg| {
            for dot in dots {
                svg.mark(dot.at, dot.mark, &dot.title);
            }
        });
    }

    fn mark(&mut self, (x, y): (i32, i32), mark: Mark, title: &str) {
        let title =
            if title.is_empty() { String::new() } else { format!("<title>{}</title>", escaped(title)) };
        match mark {
            Mark::Firm => self.put(format_args!(
                "<circle cx=\"{x}.5\" cy=\"{y}.5\" r=\"{MARK}\" fill=\"currentColor\" stroke=\"none\">{title}</circle>"
            )),
            Mark::Open => self.put(format_args!("<circle cx=\"{x}.5\" cy=\"{y}.5\" r=\"{MARK}\">{title}</circle>")),
            Mark::Gone => self.put(format_args!(
                "<path d=\"M{}.5 {}.5l8 8m0 -8l-8 8\" fill=\"none\">{title}</path>",
                x - MARK,
                y - MARK
            )),
        }
    }

    fn frames(&mut self, frames: &[Frame]) {
        for paint in [&EDGES, &DASHED, &KEYS, &ALARMS] {
            self.painted(paint, |svg| {
                let of_paint = frames.iter().filter(|frame| std::ptr::eq(paint_of(frame), paint));
                of_paint.for_each(|frame| svg.frame(frame));
            });
        }
        self.painted(&BARS, |svg| {
            for Frame { x, y, h, .. } in
                frames.iter().filter(|frame| frame.kind == NodeKind::Key && !frame.alarm)
            {
                svg.put(format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"5\" height=\"{h}\"/>"));
            }
        });
        self.painted(&SIGNS, |svg| {
            for frame in frames.iter().filter(|frame| frame.alarm) {
                let beside = if frame.tag.is_some() { SIGN } else { 0 };
                svg.sign((frame.right() - PAD.0 - 8 - beside, frame.y + 8));
            }
        });
        self.painted(&SECOND, |svg| frames.iter().for_each(|frame| svg.text(frame)));
    }

    fn frame(&mut self, frame: &Frame) {
        let Frame { x, y, w, h, title, .. } = frame;
        let (w, h) = (w - 1, h - 1);
        let title = escaped(title);
        self.put(format_args!(
            "<rect x=\"{x}.5\" y=\"{y}.5\" width=\"{w}\" height=\"{h}\"><title>{title}</title></rect>"
        ));
    }

    /// A triangle with an exclamation mark, its top at this point.
    fn sign(&mut self, (x, y): (i32, i32)) {
        self.put(format_args!("<path d=\"M{x} {y}l7.5 13h-15zm0 4.5v4m0 2.2v.1\"/>"));
    }

    /// A line of text at this point, with these attributes beside.
    fn write(&mut self, (x, y): (i32, i32), size: i32, how: &str, text: &str) {
        let text = escaped(text);
        self.put(format_args!("<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{how}>{text}</text>"));
    }

    fn text(&mut self, frame: &Frame) {
        let Frame { x, y, w, h, .. } = frame;
        self.put(format_args!(
            "<svg x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" overflow=\"hidden\" pointer-events=\"none\">"
        ));
        let mut top = PAD.1;
        // All begin at the left; what is read from the right has its dots and brackets where it needs them.
        let from_the_right = frame.label.first().is_some_and(|line| is_from_the_right(line));
        let direction = if from_the_right { FROM_THE_RIGHT } else { "" };
        let how = format!(" font-weight=\"500\" fill=\"currentColor\"{direction}");
        for line in &frame.label {
            self.write((PAD.0, top + LABEL.0), LABEL.0, &how, line);
            top += LABEL.1;
        }
        for line in &frame.note {
            self.write((PAD.0, top + NOTE.0), NOTE.0, "", line);
            top += NOTE.1;
        }
        self.put(format_args!("</svg>"));
    }

    fn headings(&mut self, picture: &Picture) {
        self.painted(&SECOND, |svg| {
            for Heading { x, y, w, text, count } in &picture.headings {
                svg.write((*x, y + NOTE.0), NOTE.0, "", text);
                if let Some(count) = count {
                    svg.write((x + w, y + NOTE.0), NOTE.0, " text-anchor=\"end\"", count);
                }
            }
        });
        self.painted(&RULES, |svg| {
            for heading in &picture.headings {
                svg.put(format_args!("<path d=\"M{} {}.5h{}\"/>", heading.x, heading.y + 22, heading.w));
            }
        });
    }

    /// The names of lines: in their frames, and where the lines go on.
    fn names(&mut self, picture: &Picture) {
        let at_frames = picture
            .frames
            .iter()
            .filter_map(|frame| Some(((frame.right() - TAG.0, frame.y + TAG.0), frame.tag.as_deref()?)));
        let going_on = picture.names.iter().map(|name| (name.at, name.text.as_str()));
        let names: Vec<((i32, i32), &str)> = at_frames.chain(going_on).collect();
        self.painted(&EDGES, |svg| {
            for ((x, y), _) in &names {
                svg.put(format_args!("<circle cx=\"{x}.5\" cy=\"{y}.5\" r=\"6.5\"/>"));
            }
        });
        for ((x, y), name) in names {
            self.write((x, y + 4), TAG.1, " text-anchor=\"middle\" fill=\"currentColor\"", name);
        }
    }

    fn foot(&mut self, foot: &[Foot]) {
        let signs: Vec<(i32, Sign)> = foot.iter().filter_map(|line| Some((line.y - 4, line.sign?))).collect();
        let x = MARGIN + 8;
        self.painted(&MARKS, |svg| {
            for (y, sign) in &signs {
                if let Sign::Mark(mark) = sign {
                    svg.mark((x, *y), *mark, "");
                }
            }
        });
        self.painted(&SIGNS, |svg| {
            for (y, _) in signs.iter().filter(|(_, sign)| matches!(sign, Sign::Look)) {
                svg.sign((x, y - 7));
            }
        });
        self.painted(&SECOND, |svg| {
            for line in foot {
                let x = if line.sign.is_some() { x + 16 } else { MARGIN };
                svg.write((x, line.y), NOTE.0, "", &line.text);
            }
        });
    }
}
