//! Documents made of blocks: scripts as people read them, certificates, reports. Blocks are broken over pages where
//! that does no harm: never inside a step or a signature.

use crate::block::Block;
use crate::face::Faces;
use crate::look::{Look, MM};
use crate::lump::{Lump, lumps};
use crate::pdf::{self, Imprint, Page};
use crate::pen::Pen;
use crate::{PaperError, foot, words};

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
            return Err(PaperError::DoesNotFit { what: words::PART_OF_DOCUMENT, media: look.media.name() });
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
            (Some(words::page_title(number)), draw)
        })
        .collect();
    pdf::export(imprint, look.media, &faces, &draw_pages, true)
}
