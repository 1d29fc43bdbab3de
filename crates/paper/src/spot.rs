//! The pieces of a document, drawn.

use crate::block::{Column, Step};
use crate::face::Weight;
use crate::look::{LEAST, MM, Sizes};
use crate::pen::{Ink, Pen};
use crate::{PaperError, words};
use krilla::tagging::{ArtifactType, TableHeaderScope, Tag, TagKind};
use std::borrow::Cow;
use std::num::NonZeroU16;

/// Type size of a heading.
pub(crate) fn heading(sizes: &Sizes, level: u8) -> f32 {
    match level {
        1 => sizes.title * 0.75,
        2 => sizes.value,
        _ => sizes.body,
    }
}

/// Left edges and widths of a table's cells.
pub(crate) fn cells(columns: &[Column<'_>], left: f32, width: f32) -> Vec<(f32, f32)> {
    let total: f32 = columns.iter().map(|c| f32::from(c.share.max(1))).sum();
    let gap = 3.0 * MM;
    let mut x = left;
    columns
        .iter()
        .map(|column| {
            let wide = width * f32::from(column.share.max(1)) / total;
            let cell = (x, wide - gap);
            x += wide;
            cell
        })
        .collect()
}

/// Names' share of the width of a list of facts.
pub(crate) const NAMES: f32 = 0.3;
/// A step's number, tick box and time take this much on the left and the right.
pub(crate) const STEP_LEFT: f32 = 15.0 * MM;
pub(crate) const STEP_RIGHT: f32 = 26.0 * MM;
/// Distance of lines in a fixed width.
pub(crate) const LINE: f32 = LEAST * 1.25;
/// A line to sign on, with a name of one line below it, and its share of the width.
pub(crate) const SIGNED: f32 = 14.0 * MM;
pub(crate) const TO_SIGN: f32 = 0.55;
/// The largest share of the width that a name beside its line takes; a longer one stands above it.
pub(crate) const BESIDE: f32 = 0.6;
/// Distance of lines to write on.
pub(crate) const RULED: f32 = 9.0 * MM;
/// From a frame to the text in it.
pub(crate) const FRAME: f32 = 3.0 * MM;
/// A point's dash takes this much.
pub(crate) const POINT: f32 = 5.0 * MM;

/// Where a piece is drawn.
pub(crate) struct Spot<'s> {
    pub(crate) sizes: &'s Sizes,
    pub(crate) left: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) tall: f32,
}

impl Spot<'_> {
    /// Running text below `y`; gives the last line's y.
    pub(crate) fn lines(
        &self,
        pen: &mut Pen<'_, '_>,
        weight: Weight,
        text: &str,
        x: f32,
        mut y: f32,
        width: f32,
    ) -> Result<f32, PaperError> {
        for line in pen.faces.wrap(weight, self.sizes.body, text, width)? {
            y += self.sizes.lead;
            pen.text(weight, self.sizes.body, x, y, line)?;
        }
        Ok(y)
    }

    fn rule(&self, pen: &mut Pen<'_, '_>, y: f32, width: f32, ink: Ink) {
        pen.line((self.left, y), (self.left + self.width, y), width, ink, None);
    }

    pub(crate) fn heading(&self, pen: &mut Pen<'_, '_>, level: u8, text: &str) -> Result<(), PaperError> {
        let size = heading(self.sizes, level);
        let tag = NonZeroU16::new(u16::from(level)).unwrap_or(NonZeroU16::MIN);
        pen.open(Tag::Hn(tag, Some(text.to_owned())));
        let mut y = self.y + self.sizes.lead * 0.3;
        for line in pen.faces.wrap(Weight::Strong, size, text, self.width)? {
            y += size * 1.25;
            pen.text(Weight::Strong, size, self.left, y - size * 0.2, line)?;
        }
        pen.close();
        Ok(())
    }

    /// A name and its value.
    pub(crate) fn fact(&self, pen: &mut Pen<'_, '_>, name: &str, value: &str) -> Result<(), PaperError> {
        let at = self.left + self.width * NAMES;
        pen.open(Tag::P);
        self.lines(pen, Weight::Text, name, self.left, self.y, self.width * NAMES - 3.0 * MM)?;
        let mut y = self.y;
        for (weight, line) in pen.faces.wrap_value(self.sizes.body, value, self.width * (1.0 - NAMES))? {
            y += self.sizes.lead;
            pen.text(weight, self.sizes.body, at, y, line)?;
        }
        pen.close();
        Ok(())
    }

    /// A point of a list, which its caller opened.
    pub(crate) fn point(&self, pen: &mut Pen<'_, '_>, text: &str) -> Result<(), PaperError> {
        pen.open(Tag::LI);
        pen.open(Tag::Lbl);
        pen.text(Weight::Text, self.sizes.body, self.left, self.y + self.sizes.lead, words::POINT)?;
        pen.close();
        pen.open(Tag::LBody);
        self.lines(pen, Weight::Text, text, self.left + POINT, self.y, self.width - POINT)?;
        pen.close();
        pen.close();
        Ok(())
    }

    /// A line in a fixed width.
    pub(crate) fn fixed(&self, pen: &mut Pen<'_, '_>, text: &str) -> Result<(), PaperError> {
        let (weight, mut y) = (pen.faces.value(text), self.y);
        for (indent, line) in pen.faces.wrap_fixed(LEAST, text, self.width)? {
            y += LINE;
            pen.text(weight, LEAST, self.left + indent, y - LINE * 0.25, line)?;
        }
        Ok(())
    }

    pub(crate) fn framed(&self, pen: &mut Pen<'_, '_>, text: &str) -> Result<(), PaperError> {
        let tall = self.tall - self.sizes.lead * 0.7;
        pen.frame((self.left, self.y), (self.width, tall), 1.2, Ink::Black, None);
        pen.open(Tag::P);
        let y = self.y + FRAME - self.sizes.lead * 0.2;
        self.lines(pen, Weight::Strong, text, self.left + FRAME, y, self.width - 2.0 * FRAME)?;
        pen.close();
        Ok(())
    }

    pub(crate) fn step(&self, pen: &mut Pen<'_, '_>, step: &Step<'_>) -> Result<(), PaperError> {
        let (lead, right) = (self.sizes.lead, self.left + self.width);
        let (x, column) = (self.left + STEP_LEFT, self.width - STEP_LEFT - STEP_RIGHT);
        pen.open(Tag::P);
        pen.text(Weight::Value, self.sizes.value, self.left, self.y + lead, &step.number)?;
        let mut below = self.lines(pen, Weight::Strong, &step.what, x, self.y, column)?;
        below = self.lines(pen, Weight::Text, &step.why, x, below, column)?;
        below = self.lines(pen, Weight::Text, &step.who, x, below, column)?;
        for name in &step.blanks {
            let wide = pen.faces.width(Weight::Text, self.sizes.body, name)?;
            let from = if wide <= column * BESIDE {
                below += RULED;
                pen.text(Weight::Text, self.sizes.body, x, below, name)?;
                x + wide + 2.0 * MM
            } else {
                below = self.lines(pen, Weight::Text, name, x, below + lead * 0.4, column)? + RULED * 0.8;
                x
            };
            pen.line((from, below + MM), (x + column, below + MM), 0.5, Ink::Grey, None);
        }
        pen.close();
        // A box to tick, and a blank for the time.
        pen.frame((right - 7.0 * MM, self.y + lead * 0.3), (5.5 * MM, 5.5 * MM), 0.8, Ink::Black, None);
        let line = self.y + lead * 0.3 + 5.5 * MM;
        pen.line((right - STEP_RIGHT + 3.0 * MM, line), (right - 9.0 * MM, line), 0.5, Ink::Grey, None);
        self.rule(pen, self.y + self.tall - lead * 0.25, 0.4, Ink::Grey);
        Ok(())
    }

    /// A name with lines to write on below it.
    pub(crate) fn blank(&self, pen: &mut Pen<'_, '_>, name: &str, lines_on: u8) -> Result<(), PaperError> {
        pen.open(Tag::P);
        let mut y = self.lines(pen, Weight::Text, name, self.left, self.y, self.width)?;
        pen.close();
        for _ in 0..lines_on {
            y += RULED;
            self.rule(pen, y, 0.5, Ink::Grey);
        }
        Ok(())
    }

    pub(crate) fn signatures(&self, pen: &mut Pen<'_, '_>, names: &[Cow<'_, str>]) -> Result<(), PaperError> {
        let (body, lead) = (self.sizes.body, self.sizes.lead);
        let (date, right) = (self.left + self.width * 0.62, self.left + self.width);
        let mut y = self.y;
        for name in names {
            let line = y + SIGNED - 5.0 * MM;
            pen.line((self.left, line), (self.left + self.width * TO_SIGN, line), 0.6, Ink::Grey, None);
            pen.line((date, line), (right, line), 0.6, Ink::Grey, None);
            pen.open(Tag::P);
            let wide = self.width * TO_SIGN;
            let end = self.lines(pen, Weight::Text, name, self.left, line - lead * 0.1, wide)?;
            pen.text(Weight::Text, body, date, line + lead * 0.9, words::DATE_TIME)?;
            pen.close();
            y = end + 5.0 * MM - lead * 0.9;
        }
        Ok(())
    }

    /// Opens the table; its last row, or the caller, closes it.
    pub(crate) fn table_head(&self, pen: &mut Pen<'_, '_>, columns: &[Column<'_>]) -> Result<(), PaperError> {
        pen.open(Tag::Table);
        pen.open(Tag::TR);
        for (column, (x, wide)) in columns.iter().zip(cells(columns, self.left, self.width)) {
            pen.open(TagKind::from(Tag::TH(TableHeaderScope::Column)));
            self.lines(pen, Weight::Strong, &column.head, x, self.y, wide)?;
            pen.close();
        }
        pen.close();
        self.rule(pen, self.y + self.tall, 0.8, Ink::Black);
        Ok(())
    }

    /// The head again on a further page: for the eye, not for a screen reader, which is still in the same table.
    pub(crate) fn repeated_head(
        &self,
        pen: &mut Pen<'_, '_>,
        columns: &[Column<'_>],
    ) -> Result<(), PaperError> {
        let body = self.sizes.body;
        for (column, (x, wide)) in columns.iter().zip(cells(columns, self.left, self.width)) {
            let mut y = self.y;
            for line in pen.faces.wrap(Weight::Strong, body, &column.head, wide)? {
                y += self.sizes.lead;
                pen.artifact(ArtifactType::Other, Weight::Strong, body, x, y, line)?;
            }
        }
        self.rule(pen, self.y + self.tall, 0.8, Ink::Black);
        Ok(())
    }

    pub(crate) fn row(
        &self,
        pen: &mut Pen<'_, '_>,
        columns: &[Column<'_>],
        row: &[Cow<'_, str>],
        last: bool,
    ) -> Result<(), PaperError> {
        pen.open(Tag::TR);
        for ((column, text), (x, wide)) in columns.iter().zip(row).zip(cells(columns, self.left, self.width))
        {
            let weight = if column.fixed { pen.faces.value(text) } else { Weight::Text };
            pen.open(Tag::TD);
            self.lines(pen, weight, text, x, self.y, wide)?;
            pen.close();
        }
        pen.close();
        let below = if last { self.sizes.lead * 0.6 } else { 0.0 };
        self.rule(pen, self.y + self.tall - below, 0.4, Ink::Grey);
        Ok(())
    }
}
