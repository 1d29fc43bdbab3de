//! Blocks cut into what is never broken over pages: how high each piece is, and how it is drawn.

use crate::block::{Block, Column, Step};
use crate::face::{Faces, Weight};
use crate::look::{MM, Sizes};
use crate::pen::{Ink, Pen};
use crate::{PaperError, words};
use krilla::tagging::{ArtifactType, TableHeaderScope, Tag, TagKind};
use std::borrow::Cow;
use std::num::NonZeroU16;

/// What is never broken over pages.
#[derive(Clone)]
pub(crate) enum Lump<'a> {
    Whole(&'a Block<'a>),
    /// A table's head, and whether no row follows.
    TableHead(&'a [Column<'a>], bool),
    RepeatedHead(&'a [Column<'a>]),
    /// A row, and whether it is the table's last.
    Row(&'a [Column<'a>], &'a [Cow<'a, str>], bool),
}

pub(crate) fn lumps<'a>(blocks: &'a [Block<'a>]) -> Vec<Lump<'a>> {
    let mut lumps = Vec::new();
    for block in blocks {
        match block {
            Block::Table(columns, rows) => {
                lumps.push(Lump::TableHead(columns, rows.is_empty()));
                let last = rows.len().saturating_sub(1);
                lumps.extend(rows.iter().enumerate().map(|(i, row)| Lump::Row(columns, row, i == last)));
            }
            other => lumps.push(Lump::Whole(other)),
        }
    }
    lumps
}

/// Height of a list of blocks that are not broken.
pub(crate) fn height(
    faces: &Faces,
    blocks: &[Block<'_>],
    sizes: &Sizes,
    width: f32,
) -> Result<f32, PaperError> {
    lumps(blocks).iter().map(|l| l.height(faces, sizes, width)).sum()
}

/// Draws blocks below one another from `y`.
pub(crate) fn draw_all(
    pen: &mut Pen<'_, '_>,
    blocks: &[Block<'_>],
    sizes: &Sizes,
    left: f32,
    mut y: f32,
    width: f32,
) -> Result<(), PaperError> {
    for lump in lumps(blocks) {
        lump.draw(pen, sizes, left, y, width)?;
        y += lump.height(pen.faces, sizes, width)?;
    }
    Ok(())
}

/// Type size of a heading.
fn heading(sizes: &Sizes, level: u8) -> f32 {
    match level {
        1 => sizes.title * 0.75,
        2 => sizes.value,
        _ => sizes.body,
    }
}

/// Left edges and widths of a table's cells.
fn cells(columns: &[Column<'_>], left: f32, width: f32) -> Vec<(f32, f32)> {
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
const NAMES: f32 = 0.3;
/// A step's number, tick box and time take this much on the left and the right.
const STEP_LEFT: f32 = 15.0 * MM;
const STEP_RIGHT: f32 = 26.0 * MM;

impl Lump<'_> {
    pub(crate) fn keeps_next(&self) -> bool {
        matches!(self, Lump::Whole(Block::Heading(..)) | Lump::TableHead(..))
    }

    pub(crate) fn height(&self, faces: &Faces, sizes: &Sizes, width: f32) -> Result<f32, PaperError> {
        let lines = |weight, size, text: &str, width| -> Result<f32, PaperError> {
            let count = faces.wrap(weight, size, text, width)?.len();
            Ok(u16::try_from(count).map_or(f32::INFINITY, f32::from))
        };
        Ok(match self {
            Lump::Whole(Block::Heading(level, text)) => {
                let size = heading(sizes, *level);
                size * 1.25 * lines(Weight::Strong, size, text, width)? + sizes.lead * 0.7
            }
            Lump::Whole(Block::Text(text)) => {
                sizes.lead * (lines(Weight::Text, sizes.body, text, width)? + 0.4)
            }
            Lump::Whole(Block::Facts(list)) => {
                let mut tall = sizes.lead * 0.6;
                for (name, value) in list {
                    let names = lines(Weight::Text, sizes.body, name, width * NAMES - 3.0 * MM)?;
                    let values = lines(Weight::Value, sizes.body, value, width * (1.0 - NAMES))?;
                    tall += sizes.lead * names.max(values).max(1.0) + sizes.lead * 0.25;
                }
                tall
            }
            Lump::Whole(Block::Step(step)) => {
                let column = width - STEP_LEFT - STEP_RIGHT;
                let what = lines(Weight::Strong, sizes.body, &step.what, column)?;
                let why = lines(Weight::Text, sizes.body, &step.why, column)?;
                let who = lines(Weight::Text, sizes.body, &step.who, column)?;
                (sizes.lead * (what + why + who)).max(11.0 * MM) + sizes.lead * 0.9
            }
            Lump::Whole(Block::Signatures(names)) => {
                u16::try_from(names.len()).map_or(f32::INFINITY, f32::from) * 14.0 * MM + sizes.lead
            }
            Lump::Whole(Block::Table(..)) => 0.0, // split into its rows
            Lump::TableHead(columns, _) | Lump::RepeatedHead(columns) => {
                let mut most: f32 = 1.0;
                for (column, (_, wide)) in columns.iter().zip(cells(columns, 0.0, width)) {
                    most = most.max(lines(Weight::Strong, sizes.body, &column.head, wide)?);
                }
                sizes.lead * (most + 0.5)
            }
            Lump::Row(columns, row, last) => {
                let mut most: f32 = 1.0;
                for ((column, text), (_, wide)) in columns.iter().zip(*row).zip(cells(columns, 0.0, width)) {
                    let weight = if column.fixed { Weight::Value } else { Weight::Text };
                    most = most.max(lines(weight, sizes.body, text, wide)?);
                }
                sizes.lead * (most + if *last { 1.1 } else { 0.5 })
            }
        })
    }

    /// Draws the piece with its upper left corner at (left, y).
    pub(crate) fn draw(
        &self,
        pen: &mut Pen<'_, '_>,
        sizes: &Sizes,
        left: f32,
        y: f32,
        width: f32,
    ) -> Result<(), PaperError> {
        let tall = self.height(pen.faces, sizes, width)?;
        let spot = Spot { sizes, left, y, width, tall };
        match self {
            Lump::Whole(Block::Heading(level, text)) => spot.heading(pen, *level, text),
            Lump::Whole(Block::Text(text)) => {
                pen.open(Tag::P);
                spot.lines(pen, Weight::Text, text, left, y - sizes.lead * 0.2, width)?;
                pen.close();
                Ok(())
            }
            Lump::Whole(Block::Facts(list)) => spot.facts(pen, list),
            Lump::Whole(Block::Step(step)) => spot.step(pen, step),
            Lump::Whole(Block::Signatures(names)) => spot.signatures(pen, names),
            Lump::Whole(Block::Table(..)) => Ok(()), // split into its rows
            Lump::TableHead(columns, empty) => {
                spot.table_head(pen, columns)?;
                if *empty {
                    pen.close();
                }
                Ok(())
            }
            Lump::RepeatedHead(columns) => spot.repeated_head(pen, columns),
            Lump::Row(columns, row, last) => {
                spot.row(pen, columns, row, *last)?;
                if *last {
                    pen.close();
                }
                Ok(())
            }
        }
    }
}

/// Where a piece is drawn.
struct Spot<'s> {
    sizes: &'s Sizes,
    left: f32,
    y: f32,
    width: f32,
    tall: f32,
}

impl Spot<'_> {
    /// Running text below `y`; gives the last line's y.
    fn lines(
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

    fn heading(&self, pen: &mut Pen<'_, '_>, level: u8, text: &str) -> Result<(), PaperError> {
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

    fn facts(&self, pen: &mut Pen<'_, '_>, list: &[(Cow<'_, str>, Cow<'_, str>)]) -> Result<(), PaperError> {
        let mut y = self.y;
        let at = self.left + self.width * NAMES;
        for (name, value) in list {
            pen.open(Tag::P);
            let name_end =
                self.lines(pen, Weight::Text, name, self.left, y, self.width * NAMES - 3.0 * MM)?;
            let value_end = self.lines(pen, Weight::Value, value, at, y, self.width * (1.0 - NAMES))?;
            pen.close();
            y = name_end.max(value_end).max(y + self.sizes.lead) + self.sizes.lead * 0.25;
        }
        Ok(())
    }

    fn step(&self, pen: &mut Pen<'_, '_>, step: &Step<'_>) -> Result<(), PaperError> {
        let (lead, right) = (self.sizes.lead, self.left + self.width);
        let (x, column) = (self.left + STEP_LEFT, self.width - STEP_LEFT - STEP_RIGHT);
        pen.open(Tag::P);
        pen.text(Weight::Value, self.sizes.value, self.left, self.y + lead, &step.number)?;
        let mut below = self.lines(pen, Weight::Strong, &step.what, x, self.y, column)?;
        below = self.lines(pen, Weight::Text, &step.why, x, below, column)?;
        self.lines(pen, Weight::Text, &step.who, x, below, column)?;
        pen.close();
        // A box to tick, and a blank for the time.
        pen.frame(right - 7.0 * MM, self.y + lead * 0.3, 5.5 * MM, 5.5 * MM, 0.8, Ink::Black);
        let line = self.y + lead * 0.3 + 5.5 * MM;
        pen.line((right - STEP_RIGHT + 3.0 * MM, line), (right - 9.0 * MM, line), 0.5, Ink::Grey, None);
        self.rule(pen, self.y + self.tall - lead * 0.25, 0.4, Ink::Grey);
        Ok(())
    }

    fn signatures(&self, pen: &mut Pen<'_, '_>, names: &[Cow<'_, str>]) -> Result<(), PaperError> {
        let (body, lead) = (self.sizes.body, self.sizes.lead);
        let (date, right) = (self.left + self.width * 0.62, self.left + self.width);
        for (name, i) in names.iter().zip(1u16..) {
            let line = self.y + f32::from(i) * 14.0 * MM - 5.0 * MM;
            pen.line((self.left, line), (self.left + self.width * 0.55, line), 0.6, Ink::Grey, None);
            pen.line((date, line), (right, line), 0.6, Ink::Grey, None);
            pen.open(Tag::P);
            pen.text(Weight::Text, body, self.left, line + lead * 0.9, name)?;
            pen.text(Weight::Text, body, date, line + lead * 0.9, words::DATE_TIME)?;
            pen.close();
        }
        Ok(())
    }

    /// Opens the table; its last row, or the caller, closes it.
    fn table_head(&self, pen: &mut Pen<'_, '_>, columns: &[Column<'_>]) -> Result<(), PaperError> {
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
    fn repeated_head(&self, pen: &mut Pen<'_, '_>, columns: &[Column<'_>]) -> Result<(), PaperError> {
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

    fn row(
        &self,
        pen: &mut Pen<'_, '_>,
        columns: &[Column<'_>],
        row: &[Cow<'_, str>],
        last: bool,
    ) -> Result<(), PaperError> {
        pen.open(Tag::TR);
        for ((column, text), (x, wide)) in columns.iter().zip(row).zip(cells(columns, self.left, self.width))
        {
            let weight = if column.fixed { Weight::Value } else { Weight::Text };
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
