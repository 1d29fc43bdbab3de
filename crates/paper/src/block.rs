//! Documents made of blocks: scripts as people read them, certificates, reports. Blocks are broken over pages where
//! that does no harm: never inside a step or a signature.

use crate::PaperError;
use crate::face::{Faces, Weight};
use crate::look::{LEAST, Look, MM, Media, Sizes};
use crate::pdf::{self, Imprint, Page};
use crate::pen::{Ink, Pen};
use krilla::tagging::{ArtifactType, TableHeaderScope, Tag, TagKind};
use std::borrow::Cow;
use std::num::NonZeroU16;

/// A column of a table.
#[derive(Debug, Clone)]
pub struct Column<'a> {
    /// Its head.
    pub head: Cow<'a, str>,
    /// Its share of the width; the shares of all columns are added up.
    pub share: u8,
    /// Whether its values are compared character by character, and set in a fixed width.
    pub fixed: bool,
}

/// A step of a script, as it is read on the day.
#[derive(Debug, Clone)]
pub struct Step<'a> {
    /// Its number, as in `2.7`.
    pub number: Cow<'a, str>,
    /// Who acts, and who confirms if anyone.
    pub who: Cow<'a, str>,
    /// The imperative sentence.
    pub what: Cow<'a, str>,
    /// Why, and what to expect; may be empty.
    pub why: Cow<'a, str>,
}

/// A part of a document.
#[derive(Debug, Clone)]
pub enum Block<'a> {
    /// A heading of level 1 to 3.
    Heading(u8, Cow<'a, str>),
    /// A paragraph; line ends are kept.
    Text(Cow<'a, str>),
    /// Names and values, one below the other.
    Facts(Vec<(Cow<'a, str>, Cow<'a, str>)>),
    /// A table; its head is repeated on every page.
    Table(Vec<Column<'a>>, Vec<Vec<Cow<'a, str>>>),
    /// A step with a box to tick and a blank for the time.
    Step(Step<'a>),
    /// Blanks to sign on, each with a name; kept together.
    Signatures(Vec<Cow<'a, str>>),
}

/// Makes a document.
pub fn document(imprint: &Imprint<'_>, look: Look, blocks: &[Block<'_>]) -> Result<Vec<u8>, PaperError> {
    let faces = Faces::load()?;
    let sizes = look.sizes();
    let left = look.media.margin();
    let top = left + if imprint.rehearsal { 2.0 * MM } else { 0.0 };
    let width = look.media.size().0 - 2.0 * left;
    let bottom = foot_top(&faces, imprint, look.media)? - MM;
    let mut pages: Vec<Vec<Lump<'_>>> = vec![Vec::new()];
    let mut y = top;
    for lump in lumps(blocks) {
        let tall = lump.height(&faces, &sizes, width)?;
        let with_next = if lump.keeps_next() { sizes.lead * 3.0 } else { 0.0 };
        if y + tall + with_next > bottom && y > top {
            pages.push(Vec::new());
            y = top;
            if let Lump::Row(columns, ..) = &lump {
                let head = Lump::RepeatedHead(columns);
                y += head.height(&faces, &sizes, width)?;
                pages.last_mut().into_iter().for_each(|p| p.push(head.clone()));
            }
        }
        if y + tall > bottom {
            return Err(PaperError::DoesNotFit { what: "a part of the document", media: look.media.name() });
        }
        y += tall;
        pages.last_mut().into_iter().for_each(|p| p.push(lump.clone()));
    }
    let total = pages.len();
    let draw_pages: Vec<(Option<String>, Page<'_>)> = pages
        .iter()
        .zip(1usize..)
        .map(|(lumps, number)| {
            let (faces, sizes) = (&faces, &sizes);
            let draw: Page<'_> = Box::new(move |pen: &mut Pen<'_, '_>| {
                if imprint.rehearsal {
                    pen.rehearsal()?;
                }
                let mut y = top;
                for lump in lumps {
                    lump.draw(pen, sizes, left, y, width)?;
                    y += lump.height(faces, sizes, width)?;
                }
                foot(pen, imprint, number, total)
            });
            (Some(format!("Page {number}")), draw)
        })
        .collect();
    pdf::export(imprint, look.media, &faces, &draw_pages, true)
}

/// What is never broken over pages.
#[derive(Clone)]
enum Lump<'a> {
    Whole(&'a Block<'a>),
    TableHead(&'a [Column<'a>]),
    RepeatedHead(&'a [Column<'a>]),
    /// A row, and whether it is the table's last.
    Row(&'a [Column<'a>], &'a [Cow<'a, str>], bool),
}

fn lumps<'a>(blocks: &'a [Block<'a>]) -> Vec<Lump<'a>> {
    let mut lumps = Vec::new();
    for block in blocks {
        match block {
            Block::Table(columns, rows) => {
                lumps.push(Lump::TableHead(columns));
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
    fn keeps_next(&self) -> bool {
        matches!(self, Lump::Whole(Block::Heading(..)) | Lump::TableHead(_))
    }

    fn height(&self, faces: &Faces, sizes: &Sizes, width: f32) -> Result<f32, PaperError> {
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
            Lump::Whole(Block::Facts(facts)) => {
                let mut tall = sizes.lead * 0.6;
                for (name, value) in facts {
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
            Lump::TableHead(columns) | Lump::RepeatedHead(columns) => {
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

    fn draw(
        &self,
        pen: &mut Pen<'_, '_>,
        sizes: &Sizes,
        left: f32,
        y: f32,
        width: f32,
    ) -> Result<(), PaperError> {
        let body = |pen: &mut Pen<'_, '_>, weight, text: &str, x, mut y, wide| {
            for line in pen.faces.wrap(weight, sizes.body, text, wide)? {
                y += sizes.lead;
                pen.text(weight, sizes.body, x, y, line)?;
            }
            Ok::<f32, PaperError>(y)
        };
        match self {
            Lump::Whole(Block::Heading(level, text)) => {
                let size = heading(sizes, *level);
                let tag = NonZeroU16::new(u16::from(*level)).unwrap_or(NonZeroU16::MIN);
                pen.open(Tag::Hn(tag, Some(text.clone().into_owned())));
                let mut y = y + sizes.lead * 0.3;
                for line in pen.faces.wrap(Weight::Strong, size, text, width)? {
                    y += size * 1.25;
                    pen.text(Weight::Strong, size, left, y - size * 0.2, line)?;
                }
                pen.close();
            }
            Lump::Whole(Block::Text(text)) => {
                pen.open(Tag::P);
                body(pen, Weight::Text, text, left, y - sizes.lead * 0.2, width)?;
                pen.close();
            }
            Lump::Whole(Block::Facts(facts)) => {
                let mut y = y;
                for (name, value) in facts {
                    pen.open(Tag::P);
                    let names = body(pen, Weight::Text, name, left, y, width * NAMES - 3.0 * MM)?;
                    let at = left + width * NAMES;
                    let values = body(pen, Weight::Value, value, at, y, width * (1.0 - NAMES))?;
                    pen.close();
                    y = names.max(values).max(y + sizes.lead) + sizes.lead * 0.25;
                }
            }
            Lump::Whole(Block::Step(step)) => {
                pen.open(Tag::P);
                pen.text(Weight::Value, sizes.value, left, y + sizes.lead, &step.number)?;
                let column = width - STEP_LEFT - STEP_RIGHT;
                let mut below = body(pen, Weight::Strong, &step.what, left + STEP_LEFT, y, column)?;
                below = body(pen, Weight::Text, &step.why, left + STEP_LEFT, below, column)?;
                body(pen, Weight::Text, &step.who, left + STEP_LEFT, below, column)?;
                pen.close();
                let right = left + width;
                pen.frame(right - 7.0 * MM, y + sizes.lead * 0.3, 5.5 * MM, 5.5 * MM, 0.8, Ink::Black);
                let line = y + sizes.lead * 0.3 + 5.5 * MM;
                pen.line(
                    (right - STEP_RIGHT + 3.0 * MM, line),
                    (right - 9.0 * MM, line),
                    0.5,
                    Ink::Grey,
                    None,
                );
                let end = y + self.height(pen.faces, sizes, width)? - sizes.lead * 0.25;
                pen.line((left, end), (right, end), 0.4, Ink::Grey, None);
            }
            Lump::Whole(Block::Signatures(names)) => {
                for (name, i) in names.iter().zip(1u16..) {
                    let line = y + f32::from(i) * 14.0 * MM - 5.0 * MM;
                    pen.line((left, line), (left + width * 0.55, line), 0.6, Ink::Grey, None);
                    pen.line((left + width * 0.62, line), (left + width, line), 0.6, Ink::Grey, None);
                    pen.open(Tag::P);
                    pen.text(Weight::Text, sizes.body, left, line + sizes.lead * 0.9, name)?;
                    pen.text(
                        Weight::Text,
                        sizes.body,
                        left + width * 0.62,
                        line + sizes.lead * 0.9,
                        "Date, time",
                    )?;
                    pen.close();
                }
            }
            Lump::Whole(Block::Table(..)) => {}
            Lump::TableHead(columns) => {
                pen.open(Tag::Table);
                pen.open(Tag::TR);
                for (column, (x, wide)) in columns.iter().zip(cells(columns, left, width)) {
                    pen.open(TagKind::from(Tag::TH(TableHeaderScope::Column)));
                    body(pen, Weight::Strong, &column.head, x, y, wide)?;
                    pen.close();
                }
                pen.close();
                let end = y + self.height(pen.faces, sizes, width)?;
                pen.line((left, end), (left + width, end), 0.8, Ink::Black, None);
            }
            Lump::RepeatedHead(columns) => {
                for (column, (x, wide)) in columns.iter().zip(cells(columns, left, width)) {
                    let lines = pen.faces.wrap(Weight::Strong, sizes.body, &column.head, wide)?;
                    let mut y = y;
                    for line in lines {
                        y += sizes.lead;
                        pen.artifact(ArtifactType::Other, Weight::Strong, sizes.body, x, y, line)?;
                    }
                }
                let end = y + self.height(pen.faces, sizes, width)?;
                pen.line((left, end), (left + width, end), 0.8, Ink::Black, None);
            }
            Lump::Row(columns, row, last) => {
                pen.open(Tag::TR);
                for ((column, text), (x, wide)) in columns.iter().zip(*row).zip(cells(columns, left, width)) {
                    let weight = if column.fixed { Weight::Value } else { Weight::Text };
                    pen.open(Tag::TD);
                    body(pen, weight, text, x, y, wide)?;
                    pen.close();
                }
                pen.close();
                let tall = self.height(pen.faces, sizes, width)?;
                let end = y + tall - if *last { sizes.lead * 0.6 } else { 0.0 };
                pen.line((left, end), (left + width, end), 0.4, Ink::Grey, None);
                if *last {
                    pen.close();
                }
            }
        }
        Ok(())
    }
}

/// Lines of the foot: the script's hash in groups of eight, on one line if the page's number fits beside it, else on
/// two of the same length.
fn foot_lines(
    faces: &Faces,
    imprint: &Imprint<'_>,
    media: Media,
    number: usize,
    total: usize,
) -> Result<Vec<String>, PaperError> {
    let width = media.size().0 - 2.0 * media.margin();
    let page = format!("page {number} of {total}");
    let hash = imprint.script_hash;
    if hash.is_empty() {
        return Ok(vec![page]);
    }
    let groups: Vec<&str> =
        (0..hash.len()).step_by(8).filter_map(|i| hash.get(i..hash.len().min(i + 8))).collect();
    let one = format!("script {}", groups.join(" "));
    if faces.width(Weight::Value, LEAST, &format!("{one}   {page}"))? <= width {
        return Ok(vec![one]);
    }
    let (first, second) = groups.split_at(groups.len().div_ceil(2));
    Ok(vec![format!("script {}", first.join(" ")), format!("       {}", second.join(" "))])
}

/// The y above which a page's content must end.
pub(crate) fn foot_top(faces: &Faces, imprint: &Imprint<'_>, media: Media) -> Result<f32, PaperError> {
    let lines = foot_lines(faces, imprint, media, 999, 999)?.len();
    let tall = u16::try_from(lines).map_or(0.0, f32::from) * LEAST * 1.25;
    Ok(media.size().1 - media.margin() - tall - 2.0 * MM)
}

/// Draws the foot: the script's hash, and page n of N on the right.
pub(crate) fn foot(
    pen: &mut Pen<'_, '_>,
    imprint: &Imprint<'_>,
    number: usize,
    total: usize,
) -> Result<(), PaperError> {
    let (width, tall) = pen.media.size();
    let (left, right) = (pen.media.margin(), width - pen.media.margin());
    let top = foot_top(pen.faces, imprint, pen.media)?;
    pen.line((left, top + MM), (right, top + MM), 0.4, Ink::Grey, None);
    let page = format!("page {number} of {total}");
    let bottom = tall - pen.media.margin();
    let mut y = top + 2.0 * MM;
    if !imprint.script_hash.is_empty() {
        for line in foot_lines(pen.faces, imprint, pen.media, number, total)? {
            y += LEAST * 1.25;
            if !line.is_empty() {
                pen.artifact(ArtifactType::Footer, Weight::Value, LEAST, left, y - LEAST * 0.25, &line)?;
            }
        }
    }
    let wide = pen.faces.width(Weight::Value, LEAST, &page)?;
    pen.artifact(ArtifactType::Footer, Weight::Value, LEAST, right - wide, bottom - LEAST * 0.25, &page)
}
