//! Documents made of blocks: scripts as people read them, certificates, reports. Blocks are broken over pages where
//! that does no harm: never inside a step or a signature.

use crate::face::Faces;
use crate::look::{Look, MM};
use crate::lump::{Lump, lumps};
use crate::pdf::{self, Imprint, Page};
use crate::pen::Pen;
use crate::{PaperError, foot};
use std::borrow::Cow;

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
    let bottom = foot::top(&faces, imprint, look.media)? - MM;
    let mut pages: Vec<Vec<Lump<'_>>> = Vec::new();
    let mut page = Vec::new();
    let mut y = top;
    for lump in lumps(blocks) {
        let tall = lump.height(&faces, &sizes, width)?;
        let with_next = if lump.keeps_next() { sizes.lead * 3.0 } else { 0.0 };
        if y + tall + with_next > bottom && y > top {
            pages.push(std::mem::take(&mut page));
            y = top;
            if let Lump::Row(columns, ..) = &lump {
                let head = Lump::RepeatedHead(columns);
                y += head.height(&faces, &sizes, width)?;
                page.push(head);
            }
        }
        if y + tall > bottom {
            return Err(PaperError::DoesNotFit { what: "a part of the document", media: look.media.name() });
        }
        y += tall;
        page.push(lump);
    }
    pages.push(page);
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
                foot::draw(pen, imprint, number, total)
            });
            (Some(format!("Page {number}")), draw)
        })
        .collect();
    pdf::export(imprint, look.media, &faces, &draw_pages, true)
}
