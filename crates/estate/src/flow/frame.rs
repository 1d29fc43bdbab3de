//! A node as it is drawn: a frame with its label and its note in it.

use super::{NodeKind, text};

/// The size of a label and the distance of its lines, in pixels.
pub(super) const LABEL: (i32, i32) = (14, 18);
/// The same of a note, a heading and whatever else is small.
pub(super) const NOTE: (i32, i32) = (12, 16);
/// Between a frame's edge and its text, to the sides and above.
pub(super) const PAD: (i32, i32) = (10, 6);
/// The width of the sign that somebody has to look, with the space beside it.
pub(super) const SIGN: i32 = 20;
/// The width of the letter that names a frame's line, with the space beside it.
pub(super) const TAG: i32 = 18;
/// The most lines of a label.
const MOST: usize = 2;

/// A frame.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) w: i32,
    pub(super) h: i32,
    pub(super) kind: NodeKind,
    pub(super) alarm: bool,
    /// The lines of its label and of its note, as they fit.
    pub(super) label: Vec<String>,
    pub(super) note: Vec<String>,
    /// The same whole.
    pub(super) title: String,
    /// What its line is called in a tall picture.
    pub(super) tag: Option<String>,
}

/// What a frame is to say.
pub(super) struct Says<'f> {
    pub(super) kind: NodeKind,
    pub(super) label: &'f str,
    pub(super) note: &'f str,
    pub(super) alarm: bool,
    /// The most lines of the note.
    pub(super) lines: usize,
    /// Whether its line may have a name.
    pub(super) named: bool,
}

impl Frame {
    /// A frame of this width, as high as its text, at the left of its column; where it stands is set later.
    pub(super) fn new(says: &Says<'_>, x: i32, w: i32) -> Self {
        let inner = w - 2 * PAD.0;
        // Both stand in the corner, beside the first line of the label.
        let sign = if says.alarm { SIGN } else { 0 };
        let has_line = matches!(says.kind, NodeKind::Site | NodeKind::Hsm | NodeKind::Provider);
        let tag = if says.named && has_line { TAG } else { 0 };
        let label = text::lines(says.label, LABEL.0, (inner, sign + tag), MOST);
        let note = text::lines(says.note, NOTE.0, (inner, 0), says.lines);
        let high =
            |lines: &[String], size: i32| i32::try_from(lines.len()).unwrap_or(i32::MAX).saturating_mul(size);
        let title = if says.note.is_empty() {
            says.label.to_owned()
        } else {
            format!("{}: {}", says.label, says.note)
        };
        Self {
            x,
            y: 0,
            w,
            h: 2 * PAD.1 + high(&label, LABEL.1).max(LABEL.1) + high(&note, NOTE.1),
            kind: says.kind,
            alarm: says.alarm,
            label,
            note,
            title,
            tag: None,
        }
    }

    /// The height of the line that begins at it.
    pub(super) fn middle(&self) -> i32 {
        self.y + self.h / 2
    }

    pub(super) fn right(&self) -> i32 {
        self.x + self.w
    }

    pub(super) fn bottom(&self) -> i32 {
        self.y + self.h
    }
}
