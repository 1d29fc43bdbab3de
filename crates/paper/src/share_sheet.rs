//! One share on one page: identifiers, rows, two QR symbols, blanks, and how to do without this program.

use crate::face::Faces;
use crate::look::Look;
use crate::pdf::{self, Page};
use crate::pen::Pen;
use crate::share_parts::{self as parts, Frame};
use crate::sheet::{Arrangement, ShareSheet};
use crate::{PaperError, foot, lump, words};
use std::cell::Cell;
use zeroize::Zeroizing;

/// Makes a share sheet: the share on the first page; what there is no room for (how to recover without this program,
/// and on small paper the blanks) on a second, which holds nothing secret. The bytes hold the share and are wiped when
/// dropped.
pub fn share_sheet(sheet: &ShareSheet<'_>, look: Look) -> Result<Zeroizing<Vec<u8>>, PaperError> {
    let faces = Faces::load()?;
    let frame = Frame::of(sheet, look);
    let without = parts::without_us(sheet, look);
    let tall = lump::height(&faces, &without, &frame.sizes, frame.width)?;
    let bottom = foot::top(&faces, &sheet.imprint, look.media)?;
    for arrangement in [Arrangement::OnePage, Arrangement::RecoveryBehind, Arrangement::BlanksBehind] {
        // Where the share's part ends depends on how its texts wrap: the page is drawn once to see.
        let end = Cell::new(f32::INFINITY);
        let probe: Page<'_> = Box::new(|pen: &mut Pen<'_, '_>| {
            end.set(parts::share(pen, sheet, &frame, arrangement)?);
            Ok(())
        });
        pdf::measure(look.media, &faces, &probe)?;
        let one_page = arrangement == Arrangement::OnePage;
        let below = if one_page { tall + frame.sizes.lead * 0.5 } else { 0.0 };
        if end.get() + below > bottom {
            continue;
        }
        let total = if one_page { 1 } else { 2 };
        let first: Page<'_> = Box::new(|pen: &mut Pen<'_, '_>| {
            parts::share(pen, sheet, &frame, arrangement)?;
            if one_page {
                lump::draw_all(pen, &without, &frame.sizes, frame.left, bottom - tall, frame.width)?;
            }
            foot::draw(pen, &sheet.imprint, 1, total)
        });
        let second: Page<'_> = Box::new(|pen: &mut Pen<'_, '_>| {
            let y = parts::behind(pen, sheet, &frame, arrangement)?;
            if y + tall > bottom {
                return Err(PaperError::DoesNotFit {
                    what: words::THE_SHARE_SHEET,
                    media: look.media.name(),
                });
            }
            lump::draw_all(pen, &without, &frame.sizes, frame.left, y, frame.width)?;
            foot::draw(pen, &sheet.imprint, 2, total)
        });
        let mut pages = vec![(Some(words::share_title(sheet.index)), first)];
        if !one_page {
            pages.push((Some(words::WITHOUT_US.to_owned()), second));
        }
        // Not compressed: the compressor would keep another copy of the share.
        return pdf::export(&sheet.imprint, look.media, &faces, (&pages, &[]), false).map(Zeroizing::new);
    }
    Err(PaperError::DoesNotFit { what: words::THE_SHARE_SHEET, media: look.media.name() })
}
