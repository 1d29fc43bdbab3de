//! One share on one page: identifiers, rows, two QR symbols, blanks, and how to do without this program.

use crate::face::{Faces, Weight};
use crate::look::{LEAST, Look, MM, Media, Sizes, Symbol, TypeSize};
use crate::pdf::{self, Imprint, Page};
use crate::pen::{Ink, Pen};
use crate::{PaperError, block};
use krilla::tagging::Tag;
use std::num::NonZeroU16;
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
    /// The share's number.
    pub index: u8,
    /// How many are needed (of the site's, where sites count).
    pub threshold: u8,
    /// How many there are (of the site's, where sites count).
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

/// Makes a share sheet: the share on the first page, and how to recover without this program below it, or on a second
/// page if there is no room. The bytes hold the share and are wiped when dropped.
pub fn share_sheet(sheet: &ShareSheet<'_>, look: Look) -> Result<Zeroizing<Vec<u8>>, PaperError> {
    if look.media == Media::A5 && look.type_size == TypeSize::Large {
        return Err(PaperError::DoesNotFit { what: "large type", media: look.media.name() });
    }
    let faces = Faces::load()?;
    let frame = Frame::of(sheet, look);
    // Where the share's own part ends depends on how its texts wrap; measured by drawing it once for nothing.
    let end = std::cell::Cell::new(0.0);
    let probe: Page<'_> = Box::new(|pen: &mut Pen<'_, '_>| {
        end.set(share_part(pen, sheet, &frame)?);
        Ok(())
    });
    drop(Zeroizing::new(pdf::export(
        &sheet.imprint,
        look.media,
        &faces,
        &[(Some(String::new()), probe)],
        false,
    )?));
    let without = without_us(sheet);
    let tall = block::height(&faces, &without, &frame.sizes, frame.width)?;
    let foot = block::foot_top(&faces, &sheet.imprint, look.media)?;
    let one_page = end.get() + frame.sizes.lead + tall <= foot;
    let total = if one_page { 1 } else { 2 };
    let too_tall = || PaperError::DoesNotFit { what: "the share sheet", media: look.media.name() };
    if end.get() > foot || (!one_page && frame.top + tall > foot) {
        return Err(too_tall());
    }
    let first: Page<'_> = Box::new(|pen: &mut Pen<'_, '_>| {
        let end = share_part(pen, sheet, &frame)?;
        if one_page {
            // What is left goes between the two, so that the page is filled from edge to edge.
            let gap = ((foot - end - tall) / 2.0).clamp(frame.sizes.lead, 3.0 * frame.sizes.lead);
            block::draw_all(pen, &without, &frame.sizes, frame.left, end + gap, frame.width)?;
        }
        block::foot(pen, &sheet.imprint, 1, total)
    });
    let second: Page<'_> = Box::new(|pen: &mut Pen<'_, '_>| {
        if sheet.imprint.rehearsal {
            pen.rehearsal()?;
        }
        block::draw_all(pen, &without, &frame.sizes, frame.left, frame.top, frame.width)?;
        block::foot(pen, &sheet.imprint, 2, total)
    });
    let mut pages = vec![(Some(format!("Share {}", sheet.index)), first)];
    if !one_page {
        pages.push((Some("Without Cofferdam".to_owned()), second));
    }
    // Not compressed: the compressor would keep another copy of the share.
    pdf::export(&sheet.imprint, look.media, &faces, &pages, false).map(Zeroizing::new)
}

/// The page's measures.
struct Frame {
    sizes: Sizes,
    left: f32,
    top: f32,
    width: f32,
    /// Side of a symbol with its quiet zone; 0 if none is printed.
    symbol: f32,
    code_word: bool,
}

impl Frame {
    fn of(sheet: &ShareSheet<'_>, look: Look) -> Self {
        let sizes = look.sizes();
        let left = look.media.margin();
        let printed = look.symbol == Symbol::Printed && matches!(sheet.rows, Rows::Printed(_));
        let modules = sheet.symbol.filter(|_| printed).map_or(0, |(_, width)| width + 8);
        let symbol = u16::try_from(modules).map_or(0.0, f32::from) * sizes.module;
        let top = left + if sheet.imprint.rehearsal { 2.0 * MM } else { 0.0 };
        Self { sizes, left, top, width: look.media.size().0 - 2.0 * left, symbol, code_word: look.code_word }
    }
}

/// Draws all that belongs to the share; gives the y where it ends.
fn share_part(pen: &mut Pen<'_, '_>, sheet: &ShareSheet<'_>, frame: &Frame) -> Result<f32, PaperError> {
    if sheet.imprint.rehearsal {
        pen.rehearsal()?;
    }
    let mut y = head(pen, sheet, frame)?;
    y = rows(pen, sheet, frame, y + frame.sizes.lead * 0.8)?;
    y = fold(pen, frame, y + frame.sizes.lead * 0.6)?;
    blanks(pen, sheet, frame, y + frame.sizes.lead * 0.9)
}

/// Number, threshold and identifiers on the left; the first symbol in the upper right corner.
fn head(pen: &mut Pen<'_, '_>, sheet: &ShareSheet<'_>, frame: &Frame) -> Result<f32, PaperError> {
    let Frame { sizes, left, top, .. } = *frame;
    let right = left + frame.width;
    let column = if frame.symbol > 0.0 { frame.width - frame.symbol - 3.0 * MM } else { frame.width };
    let mut y = top + sizes.body;
    let keep = match (sheet.imprint.rehearsal, sheet.locked) {
        (true, _) => "REHEARSAL: protects nothing",
        (false, true) => "Secret. Locked with a passphrase",
        (false, false) => "Secret. Show it to nobody",
    };
    pen.open(Tag::P);
    pen.text(Weight::Strong, sizes.body, left, y, keep)?;
    pen.close();
    y += sizes.title * 1.15;
    let title = format!("Share {} of {}", sheet.index, sheet.count);
    pen.open(Tag::Hn(NonZeroU16::MIN, Some(title.clone())));
    pen.text(Weight::Strong, sizes.title, left, y, &title)?;
    pen.close();
    y += sizes.title * 0.62;
    pen.open(Tag::P);
    let need = format!("needs {}", sheet.threshold);
    pen.text(Weight::Strong, sizes.title * 0.6, left, y, &need)?;
    pen.close();
    y += sizes.lead * 0.4;
    y = paragraph(pen, &sizes, &how_many(sheet), left, y, column)?;
    y += sizes.lead * 0.35;
    let site =
        sheet.site.map(|s| format!("{} (site {} of {})", s.name, s.number, s.sites)).unwrap_or_default();
    let made = sheet.imprint.when.to_string();
    let facts: [(&str, Weight, &str); 7] = [
        ("For", Weight::Text, sheet.purpose),
        ("Set", Weight::Row, sheet.set),
        ("", Weight::Text, sheet.set_words),
        ("Custodian", Weight::Text, sheet.custodian),
        ("Site", Weight::Text, &site),
        ("Key file", Weight::Text, sheet.key_file),
        ("Made", Weight::Text, &made),
    ];
    let label = pen.faces.width(Weight::Text, sizes.body, "Custodian")? + 4.0 * MM;
    for (name, weight, value) in facts {
        // Words and site are left out where there are none; anything else is a blank to fill in.
        if value.is_empty() && matches!(name, "" | "Site") {
            continue;
        }
        let size = if weight == Weight::Row { sizes.value } else { sizes.body };
        let lines = pen.faces.wrap(weight, size, value, column - label)?;
        pen.open(Tag::P);
        y += sizes.lead + (size - sizes.body) * 0.6;
        pen.text(Weight::Text, sizes.body, left, y, name)?;
        for (i, line) in lines.iter().enumerate() {
            y += if i > 0 { sizes.lead } else { 0.0 };
            pen.text(weight, size, left + label, y, line)?;
        }
        if lines.is_empty() {
            y += sizes.lead * 0.4;
            pen.line((left + label, y), (left + column, y), 0.6, Ink::Grey, None);
        }
        pen.close();
    }
    if let Some(symbol) = sheet.symbol.filter(|_| frame.symbol > 0.0) {
        // Its quiet zone may reach into the margin: the dark part lines up with the text's edges.
        let quiet = 4.0 * sizes.module;
        pen.symbol(
            right - frame.symbol + quiet,
            top - quiet,
            sizes.module,
            symbol,
            "The share as a QR symbol",
        )?;
        y = y.max(top + frame.symbol - quiet);
    }
    Ok(y)
}

/// What the threshold means, in a sentence.
fn how_many(sheet: &ShareSheet<'_>) -> String {
    let (need, count) = (sheet.threshold, sheet.count);
    match sheet.site {
        Some(site) if site.needed > 0 => format!(
            "Any {need} of this site's {count} shares give its part; any {} of the {} sites' parts give the key.",
            site.needed, site.sites
        ),
        _ => format!("Any {need} of the {count} shares give the key back. Fewer tell nothing."),
    }
}

fn paragraph(
    pen: &mut Pen<'_, '_>,
    sizes: &Sizes,
    text: &str,
    left: f32,
    mut y: f32,
    width: f32,
) -> Result<f32, PaperError> {
    pen.open(Tag::P);
    for line in pen.faces.wrap(Weight::Text, sizes.body, text, width)? {
        y += sizes.lead;
        pen.text(Weight::Text, sizes.body, left, y, line)?;
    }
    pen.close();
    Ok(y)
}

/// The rows, numbered, a hairline under each; the check characters stand apart.
fn rows(pen: &mut Pen<'_, '_>, sheet: &ShareSheet<'_>, frame: &Frame, top: f32) -> Result<f32, PaperError> {
    let Frame { sizes, left, width, .. } = *frame;
    let (right, advance) = (left + width, sizes.row * 0.6); // Plex Mono: every advance is 0.6 of the size
    let number = sizes.body * 2.2;
    let group = advance * 5.0;
    let check = left + number + group * 4.0 + advance;
    let mut y = top + sizes.body;
    pen.open(Tag::Hn(NonZeroU16::new(2).unwrap_or(NonZeroU16::MIN), Some("Rows".to_owned())));
    pen.text(Weight::Strong, sizes.body, left, y, "Row")?;
    pen.close();
    pen.open(Tag::P);
    let said = match sheet.rows {
        Rows::Printed(_) => "Type one row a line",
        Rows::ByHand(_) => "Capital letters and digits; no I, L, O, U",
    };
    pen.text(Weight::Text, sizes.body, left + number, y, said)?;
    pen.text(Weight::Text, sizes.body, check, y, "Check")?;
    pen.close();
    y += sizes.lead * 0.4;
    pen.line((left, y), (right, y), 0.8, Ink::Black, None);
    let count = match sheet.rows {
        Rows::Printed(rows) => rows.len(),
        Rows::ByHand(rows) => rows.into(),
    };
    let first = y;
    for i in 0..count {
        y += sizes.pitch;
        let base = y - sizes.pitch * 0.3;
        pen.open(Tag::P);
        pen.text(Weight::Strong, sizes.body, left, base, &(i + 1).to_string())?;
        match sheet.rows {
            Rows::Printed(rows) => {
                let row = rows.get(i).copied().unwrap_or_default();
                for (g, text) in row.split(' ').enumerate() {
                    let apart = if g == 4 { advance } else { 0.0 };
                    let x = left + number + u8::try_from(g).map_or(0.0, f32::from) * group + apart;
                    pen.text(Weight::Row, sizes.row, x, base, text)?;
                }
            }
            Rows::ByHand(_) => boxes(pen, &sizes, left + number, y, group, advance),
        }
        pen.close();
        if matches!(sheet.rows, Rows::Printed(_)) {
            pen.line((left, y), (right, y), 0.4, Ink::Grey, None);
        }
    }
    let rule = check - advance;
    pen.line((rule, first), (rule, y), 0.4, Ink::Grey, None);
    Ok(y)
}

/// Twenty boxes to write in, in groups of four, the check group apart.
fn boxes(pen: &mut Pen<'_, '_>, sizes: &Sizes, left: f32, bottom: f32, group: f32, advance: f32) {
    let (wide, tall) = (advance * 1.12, sizes.pitch * 0.82);
    for place in 0u8..20 {
        let (g, within) = (place / 4, place % 4);
        let apart = if g == 4 { advance } else { 0.0 };
        let x = left + f32::from(g) * group + apart + f32::from(within) * wide;
        pen.frame(x, bottom - tall, wide, tall, 0.5, Ink::Grey);
    }
}

/// The fold line; what is above lies inside when the foot is folded up.
fn fold(pen: &mut Pen<'_, '_>, frame: &Frame, y: f32) -> Result<f32, PaperError> {
    const SAID: &str = "fold here, writing inside";
    let size = frame.sizes.body.max(LEAST);
    let wide = pen.faces.width(Weight::Text, size, SAID)?;
    let (left, right) = (frame.left, frame.left + frame.width);
    let middle = f32::midpoint(left, right);
    let line = y + size * 0.7;
    pen.line((left, line), (middle - wide / 2.0 - 2.0 * MM, line), 0.6, Ink::Grey, Some(4.0));
    pen.line((middle + wide / 2.0 + 2.0 * MM, line), (right, line), 0.6, Ink::Grey, Some(4.0));
    pen.open(Tag::P);
    pen.text(Weight::Text, size, middle - wide / 2.0, y + size, SAID)?;
    pen.close();
    Ok(y + size)
}

/// The second symbol in the lower left corner; blanks for bag, date and signatures beside it.
fn blanks(pen: &mut Pen<'_, '_>, sheet: &ShareSheet<'_>, frame: &Frame, top: f32) -> Result<f32, PaperError> {
    let Frame { sizes, left, .. } = *frame;
    let quiet = 4.0 * sizes.module;
    let mut y = top;
    let mut from = left;
    if let Some(symbol) = sheet.symbol.filter(|_| frame.symbol > 0.0) {
        pen.symbol(left - quiet, top - quiet * 0.6, sizes.module, symbol, "The same QR symbol again")?;
        from = left + frame.symbol - quiet + 2.0 * MM;
    }
    let mut names = vec!["Bag number", "Sealed on", "Custodian", "Witness"];
    if frame.code_word {
        names.insert(0, "Code word");
    }
    let mut label: f32 = 0.0;
    for name in &names {
        label = label.max(pen.faces.width(Weight::Text, sizes.body, name)?);
    }
    let count = u8::try_from(names.len()).map_or(1.0, f32::from);
    // A hand needs 8 mm; beside a symbol the blanks share its height.
    let pitch = (8.0 * MM).max((frame.symbol - 2.0 * quiet) / count);
    for name in names {
        y += pitch;
        pen.open(Tag::P);
        pen.text(Weight::Text, sizes.body, from, y - 2.0, name)?;
        pen.close();
        pen.line((from + label + 2.0 * MM, y), (left + frame.width, y), 0.6, Ink::Grey, None);
    }
    Ok(y.max(top + frame.symbol - quiet * 1.6))
}

/// How to do without this program.
fn without_us(sheet: &ShareSheet<'_>) -> Vec<block::Block<'static>> {
    let shares = match sheet.site {
        Some(site) if site.needed > 0 => {
            format!("{} shares from each of {} sites", sheet.threshold, site.needed)
        }
        _ => format!("{} shares of this set", sheet.threshold),
    };
    let locked = if sheet.locked { " This card also needs its custodian's passphrase." } else { "" };
    vec![
        block::Block::Heading(2, "Getting the key back without Cofferdam".into()),
        block::Block::Text(
            format!(
                "Bring {shares} and the key file to a computer without a network, with Debian or Ubuntu. The page \
                 recovery-without-us, in the folder with the records, says each step; decode_shares.py beside it puts \
                 the shares together and says which row is wrong.{locked}"
            )
            .into(),
        ),
        block::Block::Text(
            "Without that program: docs/formats/share.md says what the characters mean, and gfcombine (Debian package \
             libgfshare-bin) combines them: gfcombine -o key key.002 key.004 key.005. A symbol that a phone or scanner \
             cannot read may still be read by zbarimg (package zbar-tools). The key file opens with openssl enc -d \
             -id-aes256-wrap-pad -iv A65959A6."
                .into(),
        ),
    ]
}
