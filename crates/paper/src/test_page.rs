//! The page that is printed first: it shows whether this printer and this scanner will do, with nothing secret on it.

use crate::face::{Faces, Weight};
use crate::look::{LEAST, Look, MM};
use crate::pdf::{self, Imprint, Page};
use crate::pen::{Ink, Pen};
use crate::{PaperError, foot, words};
use krilla::tagging::Tag;
use std::num::NonZeroU16;

/// Makes the test page. `symbol` holds [`crate::TEST_SYMBOL_TEXT`], made like a card's.
pub fn test_page(imprint: &Imprint<'_>, look: Look, symbol: (&str, u32)) -> Result<Vec<u8>, PaperError> {
    let faces = Faces::load()?;
    let page: Page<'_> = Box::new(|pen: &mut Pen<'_, '_>| draw(pen, imprint, look, symbol));
    pdf::export(imprint, look.media, &faces, (&[(Some(words::TEST_PAGE.to_owned()), page)], &[]), true)
}

fn draw(
    pen: &mut Pen<'_, '_>,
    imprint: &Imprint<'_>,
    look: Look,
    symbol: (&str, u32),
) -> Result<(), PaperError> {
    let sizes = look.sizes();
    let (page_width, page_height) = look.media.size();
    let left = look.media.margin();
    let width = page_width - 2.0 * left;
    if imprint.rehearsal {
        pen.rehearsal()?;
    }
    // The frame stands where the margins of every sheet are: if it is whole, nothing will be cut off.
    pen.frame((left - 2.0 * MM, left), (width + 4.0 * MM, page_height - 2.0 * left), 0.6, Ink::Black, None);
    let mut y = left + sizes.title + 3.0 * MM;
    pen.open(Tag::Hn(NonZeroU16::MIN, Some(words::TEST_PAGE.to_owned())));
    pen.text(Weight::Strong, sizes.title, left, y, words::TEST_PAGE)?;
    pen.close();
    y += sizes.lead * 0.3;
    for check in words::CHECKS {
        pen.open(Tag::P);
        for line in pen.faces.wrap(Weight::Text, sizes.body, check, width)? {
            y += sizes.lead;
            pen.text(Weight::Text, sizes.body, left, y, line)?;
        }
        pen.close();
    }
    y += sizes.lead * 1.5;
    pen.line((left, y), (left + 100.0 * MM, y), 1.0, Ink::Black, None);
    for end in [left, left + 100.0 * MM] {
        pen.line((end, y - 2.0 * MM), (end, y + 2.0 * MM), 1.0, Ink::Black, None);
    }
    y += sizes.pitch * 1.3;
    for row in ["0123 4567 89AB CDEF GHJK", "MNPQ RSTV WXYZ 8B5S 2Z0D"] {
        pen.open(Tag::P);
        pen.text(Weight::Row, sizes.row, left, y, row)?;
        pen.close();
        y += sizes.pitch;
    }
    pen.open(Tag::P);
    pen.text(Weight::Text, LEAST, left, y - sizes.pitch * 0.3, words::SMALLEST)?;
    pen.close();
    let mut x = left;
    for ink in [Ink::Black, Ink::Grey, Ink::Pale] {
        pen.field(x, y, 18.0 * MM, 10.0 * MM, ink);
        x += 22.0 * MM;
    }
    y += 14.0 * MM;
    let side = u16::try_from(symbol.1 + 8).map_or(0.0, f32::from) * sizes.module;
    if y + side > foot::top(pen.faces, imprint, look.media)? {
        return Err(PaperError::DoesNotFit { what: words::THE_TEST_PAGE, media: look.media.name() });
    }
    pen.symbol(left, y - 2.0 * sizes.module, sizes.module, symbol, words::TEST_SYMBOL)?;
    foot::draw(pen, imprint, 1, 1)
}
