//! One share on one page: identifiers, rows, two QR symbols, blanks, and how to do without this program.

use crate::face::Faces;
use crate::look::Look;
use crate::pdf::{self, Imprint, Page};
use crate::pen::Pen;
use crate::share_parts::{self as parts, Frame};
use crate::{PaperError, foot, lump};
use std::cell::Cell;
use zeroize::Zeroizing;

/// The rows of a card, or room to write them by hand.
#[derive(Clone, Copy)]
pub enum Rows<'a> {
    /// The rows as the card gives them: groups of four separated by spaces, the check characters last.
    Printed(&'a [&'a str]),
    /// Empty boxes for this many rows of twenty characters.
    ByHand(u8),
}

/// The site a share belongs to.
#[derive(Debug, Clone, Copy)]
pub struct SitePlace<'a> {
    /// The site's name.
    pub name: &'a str,
    /// Its number, from 1.
    pub number: u8,
    /// How many sites must take part; 0 where only people count.
    pub needed: u8,
    /// How many sites there are.
    pub sites: u8,
    /// The share's number at its site, from 1: the one the card bears where sites count.
    pub index: u8,
    /// How many shares the site has.
    pub count: u8,
}

/// What a share sheet says. Everything is lent for the call; only `rows` and `symbol` are secret. An empty text leaves
/// its line blank, to be filled in by hand.
#[derive(Clone, Copy)]
pub struct ShareSheet<'a> {
    /// Title, script, date, rehearsal or not. The title names the document to screen readers and in file lists.
    pub imprint: Imprint<'a>,
    /// The rows.
    pub rows: Rows<'a>,
    /// The QR symbol, one `0` or `1` a module, and its width; never printed with [`Symbol::LeftOff`] or by hand.
    pub symbol: Option<(&'a str, u32)>,
    /// The share's number in its set.
    pub index: u8,
    /// How many are needed (of the site's, where sites count).
    pub threshold: u8,
    /// How many the set has.
    pub count: u8,
    /// The set identifier, 4-4-4-4.
    pub set: &'a str,
    /// The set identifier in words, for reading aloud.
    pub set_words: &'a str,
    /// What the key is for, in a sentence's words: "Backup of the master key hospital-2026".
    pub purpose: &'a str,
    /// The name of the wrapped file that the key opens.
    pub key_file: &'a str,
    /// The custodian's name and role.
    pub custodian: &'a str,
    /// The site, if the card names one.
    pub site: Option<SitePlace<'a>>,
    /// Whether the card is locked with its custodian's passphrase.
    pub locked: bool,
}

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
                return Err(PaperError::DoesNotFit { what: "the share sheet", media: look.media.name() });
            }
            lump::draw_all(pen, &without, &frame.sizes, frame.left, y, frame.width)?;
            foot::draw(pen, &sheet.imprint, 2, total)
        });
        let mut pages = vec![(Some(format!("Share {}", sheet.index)), first)];
        if !one_page {
            pages.push((Some("Without Cofferdam".to_owned()), second));
        }
        // Not compressed: the compressor would keep another copy of the share.
        return pdf::export(&sheet.imprint, look.media, &faces, &pages, false).map(Zeroizing::new);
    }
    Err(PaperError::DoesNotFit { what: "the share sheet", media: look.media.name() })
}

/// What stands where; the first that fits is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrangement {
    /// Everything on one page.
    OnePage,
    /// How to recover without this program is on a second page.
    RecoveryBehind,
    /// The blanks are on the second page too, and the facts beside the second symbol.
    BlanksBehind,
}
