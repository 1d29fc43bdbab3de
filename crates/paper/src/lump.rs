//! Blocks cut into what is never broken over pages: how high each piece is, and how it is drawn.

use crate::PaperError;
use crate::block::{Block, Column, Label};
use crate::face::{Faces, Weight};
use crate::flow;
use crate::label;
use crate::look::{LEAST, MM, Sizes, times};
use crate::pen::Pen;
use crate::spot::{
    BESIDE, FRAME, LINE, NAMES, POINT, RULED, SIGNED, STEP_LEFT, STEP_RIGHT, Spot, TO_SIGN, cells, heading,
};
use krilla::tagging::{ListNumbering, Tag};
use std::borrow::Cow;

/// What is never broken over pages.
#[derive(Clone)]
pub(crate) enum Lump<'a> {
    Whole(&'a Block<'a>),
    /// A name and its value, and whether they are the last of their list.
    Fact(&'a (Cow<'a, str>, Cow<'a, str>), bool),
    /// A point, and whether it is the first and the last of its list.
    Point(&'a str, bool, bool),
    /// Two labels beside each other, or the last one.
    Labels(&'a [Label<'a>]),
    /// What is written by hand, and on how many lines.
    Blank(&'a str, u8),
    /// A line in a fixed width.
    Line(FixedLine<'a>),
    /// A table's head, and whether no row follows.
    TableHead(&'a [Column<'a>], bool),
    RepeatedHead(&'a [Column<'a>]),
    /// A row, and whether it is the table's last.
    Row(&'a [Column<'a>], &'a [Cow<'a, str>], bool),
}

/// A line in a fixed width, of a text of such lines.
#[derive(Clone, Copy)]
pub(crate) struct FixedLine<'a> {
    pub(crate) text: &'a str,
    /// Whether it is the first of its text.
    pub(crate) first: bool,
    /// Whether it is the last.
    pub(crate) last: bool,
    /// Whether the next one is indented below it.
    heads: bool,
}

impl<'a> FixedLine<'a> {
    /// A line that is all of its text.
    pub(crate) fn alone(text: &'a str) -> Self {
        Self { text, first: true, last: true, heads: false }
    }

    fn all_of(text: &'a str) -> impl Iterator<Item = Self> {
        let mut lines = text.lines().peekable();
        let mut first = true;
        std::iter::from_fn(move || {
            let text = lines.next()?;
            let next = lines.peek();
            let heads = !text.starts_with(' ') && next.is_some_and(|next| next.starts_with(' '));
            Some(Self { text, first: std::mem::replace(&mut first, false), last: next.is_none(), heads })
        })
    }
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
            Block::Facts(facts) => {
                let last = facts.len().saturating_sub(1);
                lumps.extend(facts.iter().enumerate().map(|(i, fact)| Lump::Fact(fact, i == last)));
            }
            Block::List(points) => {
                let last = points.len().saturating_sub(1);
                lumps.extend(points.iter().enumerate().map(|(i, p)| Lump::Point(p, i == 0, i == last)));
            }
            Block::Blanks(blanks) => lumps.extend(blanks.iter().map(|(name, many)| Lump::Blank(name, *many))),
            Block::Labels(labels) => lumps.extend(labels.chunks(2).map(Lump::Labels)),
            Block::Fixed(text) => lumps.extend(FixedLine::all_of(text).map(Lump::Line)),
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
        let tall = lump.height(pen.faces, sizes, width)?;
        lump.draw(pen, sizes, (left, y), (width, tall))?;
        y += tall;
    }
    Ok(())
}

impl Lump<'_> {
    /// Whether it never stands last on a page.
    pub(crate) fn keeps_next(&self) -> bool {
        match self {
            Lump::Whole(Block::Heading(..)) | Lump::TableHead(_, false) => true,
            Lump::Line(line) => line.heads,
            _ => false,
        }
    }

    /// The level and text of a heading.
    pub(crate) fn heading(&self) -> Option<(u8, &str)> {
        match self {
            Lump::Whole(Block::Heading(level, text)) => Some((*level, text)),
            _ => None,
        }
    }

    pub(crate) fn height(&self, faces: &Faces, sizes: &Sizes, width: f32) -> Result<f32, PaperError> {
        let lines = |weight, size, text: &str, width| -> Result<f32, PaperError> {
            let count = faces.wrap(weight, size, text, width)?.len();
            Ok(times(count))
        };
        Ok(match self {
            Lump::Whole(Block::Heading(level, text)) => {
                let size = heading(sizes, *level);
                size * 1.25 * lines(Weight::Strong, size, text, width)? + sizes.lead * 0.7
            }
            Lump::Whole(Block::Text(text)) => {
                sizes.lead * (lines(Weight::Text, sizes.body, text, width)? + 0.4)
            }
            Lump::Whole(Block::Framed(text)) => {
                let inside = width - 2.0 * FRAME;
                sizes.lead * (lines(Weight::Strong, sizes.body, text, inside)? + 0.9) + 2.0 * FRAME
            }
            Lump::Whole(Block::Flow(flow)) => flow::height(faces, flow, width)? + sizes.lead,
            Lump::Fact((name, value), last) => {
                let names = lines(Weight::Text, sizes.body, name, width * NAMES - 3.0 * MM)?;
                let values = faces.wrap_value(sizes.body, value, width * (1.0 - NAMES))?.len();
                let values = times(values);
                sizes.lead * (names.max(values).max(1.0) + if *last { 0.85 } else { 0.25 })
            }
            Lump::Point(text, _, last) => {
                let many = lines(Weight::Text, sizes.body, text, width - POINT)?;
                sizes.lead * (many + if *last { 0.6 } else { 0.2 })
            }
            Lump::Whole(Block::Step(step)) => {
                let column = width - STEP_LEFT - STEP_RIGHT;
                let what = lines(Weight::Strong, sizes.body, &step.what, column)?;
                let why = lines(Weight::Text, sizes.body, &step.why, column)?;
                let who = lines(Weight::Text, sizes.body, &step.who, column)?;
                let mut blanks = 0.0;
                for name in &step.blanks {
                    let wide = faces.width(Weight::Text, sizes.body, name)?;
                    blanks += if wide <= column * BESIDE {
                        RULED
                    } else {
                        sizes.lead * (lines(Weight::Text, sizes.body, name, column)? + 0.4) + RULED * 0.8
                    };
                }
                (sizes.lead * (what + why + who)).max(11.0 * MM) + sizes.lead * 0.9 + blanks
            }
            Lump::Whole(Block::Signatures(names)) => {
                let mut tall = sizes.lead;
                for name in names {
                    let more = lines(Weight::Text, sizes.body, name, width * TO_SIGN)?.max(1.0) - 1.0;
                    tall += SIGNED + sizes.lead * more;
                }
                tall
            }
            // Split into their pieces, or no more than the end of a page.
            Lump::Whole(_) => 0.0,
            Lump::Labels(labels) => label::height(faces, labels, sizes, width)?,
            Lump::Blank(name, lines_on) => {
                sizes.lead * lines(Weight::Text, sizes.body, name, width)?.max(1.0)
                    + RULED * f32::from(*lines_on)
                    + sizes.lead * 0.5
            }
            Lump::Line(FixedLine { text, last, .. }) => {
                let many = times(faces.wrap_fixed(LEAST, text, width)?.len()).max(1.0);
                LINE * many + if *last { sizes.lead * 0.6 } else { 0.0 }
            }
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
                    let weight = if column.fixed { faces.value(text) } else { Weight::Text };
                    most = most.max(lines(weight, sizes.body, text, wide)?);
                }
                sizes.lead * (most + if *last { 1.1 } else { 0.5 })
            }
        })
    }

    /// Draws the piece with its upper left corner there, as wide and high as it is.
    pub(crate) fn draw(
        &self,
        pen: &mut Pen<'_, '_>,
        sizes: &Sizes,
        (left, y): (f32, f32),
        (width, tall): (f32, f32),
    ) -> Result<(), PaperError> {
        let spot = Spot { sizes, left, y, width, tall };
        match self {
            Lump::Whole(Block::Heading(level, text)) => spot.heading(pen, *level, text),
            Lump::Whole(Block::Text(text)) => {
                pen.open(Tag::P);
                spot.lines(pen, Weight::Text, text, left, y - sizes.lead * 0.2, width)?;
                pen.close();
                Ok(())
            }
            Lump::Whole(Block::Framed(text)) => spot.framed(pen, text),
            Lump::Whole(Block::Flow(flow)) => flow::draw(pen, flow, (left, y), width),
            Lump::Fact((name, value), _) => spot.fact(pen, name, value),
            Lump::Point(text, first, last) => {
                if *first {
                    pen.open(Tag::L(ListNumbering::Disc));
                }
                spot.point(pen, text)?;
                if *last {
                    pen.close();
                }
                Ok(())
            }
            Lump::Whole(Block::Step(step)) => spot.step(pen, step),
            Lump::Whole(Block::Signatures(names)) => spot.signatures(pen, names),
            Lump::Whole(_) => Ok(()),
            Lump::Labels(labels) => label::draw(pen, labels, sizes, (left, y), (width, tall)),
            Lump::Blank(name, lines_on) => spot.blank(pen, name, *lines_on),
            Lump::Line(FixedLine { text, first, last, .. }) => {
                if *first {
                    pen.open(Tag::P);
                }
                spot.fixed(pen, text)?;
                if *last {
                    pen.close();
                }
                Ok(())
            }
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
