//! Documents made of blocks: scripts as people read them, certificates, reports. Blocks are broken over pages where
//! that does no harm: never inside a step or a signature, and no heading stands last on a page.

use crate::block::Block;
use crate::face::Faces;
use crate::fit::fitted;
use crate::look::{Look, MM, Sizes};
use crate::lump::{Lump, lumps};
use crate::pdf::{self, Heading, Imprint, Page};
use crate::pen::Pen;
use crate::{PaperError, foot, words};

/// A piece with its height.
type Set<'a> = (Lump<'a>, f32);

/// Makes a document. What the bundled fonts lack is written by its number, and what is higher than a page is cut.
pub fn document(imprint: &Imprint<'_>, look: Look, blocks: &[Block<'_>]) -> Result<Vec<u8>, PaperError> {
    let faces = Faces::load()?;
    let left = look.media.margin();
    let top = left + if imprint.rehearsal { 2.0 * MM } else { 0.0 };
    let width = look.media.size().0 - 2.0 * left;
    let bottom = foot::top(&faces, imprint, look.media)? - MM;
    let paging = Paging { faces: &faces, sizes: look.sizes(), width, top, bottom };
    // A heading and a table's head may come before what does not break.
    let most = (bottom - top) * 0.75;
    let blocks = fitted(&faces, &paging.sizes, (width, most), blocks)?;
    let pages = paging.pages(&lumps(&blocks), look.media.name())?;
    let headings = headings(&pages, top);
    let total = pages.len();
    let draw_pages: Vec<(Option<String>, Page<'_>)> = pages
        .iter()
        .zip(1usize..)
        .map(|(set, number)| {
            let sizes = &paging.sizes;
            let draw: Page<'_> = Box::new(move |pen: &mut Pen<'_, '_>| {
                if imprint.rehearsal {
                    pen.rehearsal()?;
                }
                let mut y = top;
                for (lump, tall) in set {
                    lump.draw(pen, sizes, (left, y), (width, *tall))?;
                    y += tall;
                }
                foot::draw(pen, imprint, number, total)
            });
            (headings.is_empty().then(|| words::page_title(number)), draw)
        })
        .collect();
    pdf::export(imprint, look.media, &faces, (&draw_pages, &headings), true)
}

/// Every heading, by its page.
fn headings(pages: &[Vec<Set<'_>>], top: f32) -> Vec<Heading> {
    let mut found = Vec::new();
    for (page, set) in pages.iter().enumerate() {
        let mut y = top;
        for (lump, tall) in set {
            if let Some((level, text)) = lump.heading() {
                found.push(Heading { level, text: text.to_owned(), page, y });
            }
            y += tall;
        }
    }
    found
}

struct Paging<'f> {
    faces: &'f Faces,
    sizes: Sizes,
    width: f32,
    top: f32,
    bottom: f32,
}

impl Paging<'_> {
    fn pages<'a>(&self, lumps: &[Lump<'a>], media: &'static str) -> Result<Vec<Vec<Set<'a>>>, PaperError> {
        let mut heights = Vec::with_capacity(lumps.len());
        for lump in lumps {
            heights.push(lump.height(self.faces, &self.sizes, self.width)?);
        }
        let (mut pages, mut page, mut y) = (Vec::new(), Vec::new(), self.top);
        for (n, (lump, tall)) in lumps.iter().zip(&heights).enumerate() {
            let forced = matches!(lump, Lump::Whole(Block::NewPage));
            if y > self.top && (forced || y + with_next(lumps, &heights, n) > self.bottom) {
                pages.push(std::mem::take(&mut page));
                y = self.top;
                if let Lump::Row(columns, ..) = lump {
                    let head = Lump::RepeatedHead(columns);
                    let tall = head.height(self.faces, &self.sizes, self.width)?;
                    y += tall;
                    page.push((head, tall));
                }
            }
            if y + tall > self.bottom {
                return Err(PaperError::DoesNotFit { what: words::PART_OF_DOCUMENT, media });
            }
            y += tall;
            page.push((lump.clone(), *tall));
        }
        pages.push(page);
        Ok(pages)
    }
}

/// How high a piece is with those after it that it may not be parted from.
fn with_next(lumps: &[Lump<'_>], heights: &[f32], n: usize) -> f32 {
    let mut tall = 0.0;
    for (lump, height) in lumps.iter().zip(heights).skip(n) {
        tall += height;
        if !lump.keeps_next() {
            break;
        }
    }
    tall
}
