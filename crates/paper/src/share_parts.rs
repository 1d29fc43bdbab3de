//! The parts of a share sheet.

use crate::face::Weight;
use crate::look::{LEAST, Look, MM, Sizes, Symbol};
use crate::pen::{Ink, Pen};
use crate::sheet::{Arrangement, Rows, ShareSheet};
use crate::{PaperError, block, words};
use krilla::tagging::Tag;
use std::num::NonZeroU16;

/// The page's measures.
pub(crate) struct Frame {
    pub(crate) sizes: Sizes,
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) width: f32,
    /// Side of a symbol with its quiet zone; 0 if none is printed.
    pub(crate) symbol: f32,
    code_word: bool,
}

impl Frame {
    pub(crate) fn of(sheet: &ShareSheet<'_>, look: Look) -> Self {
        let sizes = look.sizes();
        let left = look.media.margin();
        let printed = look.symbol == Symbol::Printed && matches!(sheet.rows, Rows::Printed(_));
        let modules = sheet.symbol.filter(|_| printed).map_or(0, |(_, width)| width + 8);
        let symbol = u16::try_from(modules).map_or(0.0, f32::from) * sizes.module;
        let top = left + if sheet.imprint.rehearsal { 2.0 * MM } else { 0.0 };
        Self { sizes, left, top, width: look.media.size().0 - 2.0 * left, symbol, code_word: look.code_word }
    }
}

/// Draws the page with the share; gives the y where it ends.
pub(crate) fn share(
    pen: &mut Pen<'_, '_>,
    sheet: &ShareSheet<'_>,
    frame: &Frame,
    arrangement: Arrangement,
) -> Result<f32, PaperError> {
    if sheet.imprint.rehearsal {
        pen.rehearsal()?;
    }
    let apart = arrangement == Arrangement::BlanksBehind;
    let lead = frame.sizes.lead;
    let mut y = head(pen, sheet, frame, !apart)?;
    y = rows(pen, sheet, frame, y + lead * 0.7)?;
    y = fold(pen, frame, y + lead * 0.5)?;
    let (left, below) = second_symbol(pen, sheet, frame, y + lead * 0.7)?;
    let column = frame.left + frame.width - left;
    let end = if apart {
        facts(pen, sheet, &frame.sizes, left, y + lead * 0.45, column)?
    } else {
        blanks(pen, frame, left, y + lead * 0.7, column)?
    };
    Ok(end.max(below))
}

/// Draws what there was no room for on the first page, but for the recovery text; gives the y where it ends.
pub(crate) fn behind(
    pen: &mut Pen<'_, '_>,
    sheet: &ShareSheet<'_>,
    frame: &Frame,
    arrangement: Arrangement,
) -> Result<f32, PaperError> {
    if sheet.imprint.rehearsal {
        pen.rehearsal()?;
    }
    let mut y = frame.top + frame.sizes.body;
    pen.open(Tag::P);
    let name = words::share_of_set(sheet);
    pen.text(Weight::Strong, frame.sizes.body, frame.left, y, &name)?;
    pen.close();
    if arrangement == Arrangement::BlanksBehind {
        y = blanks(pen, frame, frame.left, y + frame.sizes.lead * 0.5, frame.width)?;
    }
    Ok(y + frame.sizes.lead)
}

/// Number and threshold on the left, with the set, and with the other facts if there is room; the first symbol in the
/// upper right corner.
fn head(
    pen: &mut Pen<'_, '_>,
    sheet: &ShareSheet<'_>,
    frame: &Frame,
    with_facts: bool,
) -> Result<f32, PaperError> {
    let Frame { sizes, left, top, .. } = *frame;
    let right = left + frame.width;
    let column = if frame.symbol > 0.0 { frame.width - frame.symbol - 2.0 * MM } else { frame.width };
    let mut y = top + sizes.body;
    let keep = words::how_to_keep(sheet, frame.code_word);
    pen.open(Tag::P);
    pen.text(Weight::Strong, sizes.body, left, y, keep)?;
    pen.close();
    y += sizes.title * 1.1;
    let title = words::share_of(sheet);
    pen.open(Tag::Hn(NonZeroU16::MIN, Some(title.clone())));
    pen.text(Weight::Strong, sizes.title, left, y, &title)?;
    pen.close();
    y += sizes.title * 0.78;
    pen.open(Tag::P);
    pen.text(Weight::Strong, sizes.title * 0.6, left, y, &words::needs(sheet))?;
    pen.close();
    y = paragraph(pen, &sizes, &words::how_many(sheet), left, y + sizes.lead * 0.25, column)?;
    y += sizes.lead * 0.3;
    y = if sheet.set.is_empty() {
        fact(pen, &sizes, words::SET, Weight::Row, "", (left, y), column)?
    } else {
        pen.open(Tag::P);
        y += sizes.value * 1.3;
        pen.text(Weight::Text, sizes.body, left, y, words::SET)?;
        let set = pen.faces.width(Weight::Text, sizes.body, &format!("{} ", words::SET))? + MM;
        pen.text(Weight::Row, sizes.value, left + set, y, sheet.set)?;
        pen.close();
        paragraph(pen, &sizes, sheet.set_words, left, y, column)?
    };
    if with_facts {
        y = facts(pen, sheet, &sizes, left, y + sizes.lead * 0.3, column)?;
    }
    if let Some(symbol) = sheet.symbol.filter(|_| frame.symbol > 0.0) {
        // Its quiet zone may reach into the margin: the dark part lines up with the text's edges.
        let quiet = 4.0 * sizes.module;
        let x = right - frame.symbol + quiet;
        pen.symbol(x, top - quiet, sizes.module, symbol, words::SYMBOL)?;
        y = y.max(top + frame.symbol - 2.0 * quiet);
    }
    Ok(y)
}

/// What the share is for, whose it is, and what it opens.
fn facts(
    pen: &mut Pen<'_, '_>,
    sheet: &ShareSheet<'_>,
    sizes: &Sizes,
    left: f32,
    mut y: f32,
    width: f32,
) -> Result<f32, PaperError> {
    let site = sheet.site.map(words::site).unwrap_or_default();
    // A sheet for handwriting is printed before there is a share.
    let made = match sheet.rows {
        Rows::Printed(_) => sheet.imprint.when.to_string(),
        Rows::ByHand(_) => String::new(),
    };
    for (name, value) in [
        (words::FOR, sheet.purpose),
        (words::CUSTODIAN, sheet.custodian),
        (words::SITE, &site),
        (words::KEY_FILE, sheet.key_file),
        (words::MADE, &made),
    ] {
        // A site is named only where sites count; anything else that is not known is a blank to fill in.
        if !value.is_empty() || name != words::SITE {
            y = fact(pen, sizes, name, Weight::Text, value, (left, y), width)?;
        }
    }
    Ok(y)
}

/// A name and its value, or a blank.
fn fact(
    pen: &mut Pen<'_, '_>,
    sizes: &Sizes,
    name: &str,
    weight: Weight,
    value: &str,
    (left, mut y): (f32, f32),
    width: f32,
) -> Result<f32, PaperError> {
    let label = pen.faces.width(Weight::Text, sizes.body, words::CUSTODIAN)? + 3.0 * MM;
    let lines = pen.faces.wrap(weight, sizes.body, value, width - label)?;
    pen.open(Tag::P);
    if lines.is_empty() {
        y += sizes.lead * 0.6; // room for a hand
    }
    y += sizes.lead;
    pen.text(Weight::Text, sizes.body, left, y, name)?;
    for (i, line) in lines.iter().enumerate() {
        y += if i > 0 { sizes.lead } else { 0.0 };
        pen.text(weight, sizes.body, left + label, y, line)?;
    }
    if lines.is_empty() {
        pen.line((left + label, y + 2.0), (left + width, y + 2.0), 0.6, Ink::Grey, None);
        y += sizes.lead * 0.35;
    }
    pen.close();
    Ok(y)
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
    let right = left + width;
    let number = sizes.body * 3.2;
    let (advance, pitch) = match sheet.rows {
        // Plex Mono: every advance is 0.6 of the size. The longest cards stand a little closer.
        Rows::Printed(rows) => (sizes.row * 0.6, sizes.pitch * if rows.len() > 8 { 0.9 } else { 1.0 }),
        // As wide as the page allows; the width is that of 26 characters.
        Rows::ByHand(_) => (((width - number) / 26.0).min(sizes.pitch * 0.75), sizes.pitch),
    };
    let group = advance * 5.0;
    let check = left + number + group * 4.0 + advance;
    let mut y = top + sizes.body;
    pen.open(Tag::Hn(NonZeroU16::new(2).unwrap_or(NonZeroU16::MIN), Some(words::ROWS.to_owned())));
    pen.text(Weight::Strong, sizes.body, left, y, words::ROW)?;
    pen.close();
    pen.open(Tag::P);
    let said = match sheet.rows {
        Rows::Printed(_) => words::TYPE_ROWS,
        Rows::ByHand(_) => words::WRITE_ROWS,
    };
    pen.text(Weight::Text, sizes.body, left + number, y, said)?;
    pen.text(Weight::Text, sizes.body, check, y, words::CHECK)?;
    pen.close();
    y += sizes.lead * 0.4;
    pen.line((left, y), (right, y), 0.8, Ink::Black, None);
    let count = match sheet.rows {
        Rows::Printed(rows) => rows.len(),
        Rows::ByHand(rows) => rows.into(),
    };
    let first = y;
    for i in 0..count {
        y += pitch;
        let base = y - pitch * 0.27;
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
        pen.frame((x, bottom - tall), (wide, tall), 0.5, Ink::Grey, None);
    }
}

/// The fold line; what is above lies inside when the foot is folded up.
fn fold(pen: &mut Pen<'_, '_>, frame: &Frame, y: f32) -> Result<f32, PaperError> {
    let size = frame.sizes.body.max(LEAST);
    let wide = pen.faces.width(Weight::Text, size, words::FOLD)?;
    let (left, right) = (frame.left, frame.left + frame.width);
    let middle = f32::midpoint(left, right);
    let line = y + size * 0.7;
    pen.line((left, line), (middle - wide / 2.0 - 2.0 * MM, line), 0.6, Ink::Grey, Some(4.0));
    pen.line((middle + wide / 2.0 + 2.0 * MM, line), (right, line), 0.6, Ink::Grey, Some(4.0));
    pen.open(Tag::P);
    pen.text(Weight::Text, size, middle - wide / 2.0, y + size, words::FOLD)?;
    pen.close();
    Ok(y + size)
}

/// The second symbol, in the lower left corner: where the space beside it begins, and where it ends.
fn second_symbol(
    pen: &mut Pen<'_, '_>,
    sheet: &ShareSheet<'_>,
    frame: &Frame,
    top: f32,
) -> Result<(f32, f32), PaperError> {
    let Some(symbol) = sheet.symbol.filter(|_| frame.symbol > 0.0) else {
        return Ok((frame.left, top));
    };
    let quiet = 4.0 * frame.sizes.module;
    let (x, y) = (frame.left - quiet, top - quiet * 0.5);
    pen.symbol(x, y, frame.sizes.module, symbol, words::SYMBOL_AGAIN)?;
    Ok((x + frame.symbol + 2.0 * MM, y + frame.symbol - quiet))
}

/// Blanks for bag, date and signatures.
fn blanks(
    pen: &mut Pen<'_, '_>,
    frame: &Frame,
    left: f32,
    mut y: f32,
    width: f32,
) -> Result<f32, PaperError> {
    let sizes = &frame.sizes;
    let mut names = words::BLANKS.to_vec();
    if frame.code_word {
        names.insert(0, words::CODE_WORD);
    }
    let mut label: f32 = 0.0;
    for name in &names {
        label = label.max(pen.faces.width(Weight::Text, sizes.body, name)?);
    }
    let count = u8::try_from(names.len()).map_or(1.0, f32::from);
    // A hand needs 8 mm; beside a symbol the blanks share its height.
    let pitch = (8.0 * MM).max((frame.symbol - 8.0 * sizes.module) / count);
    for name in names {
        y += pitch;
        pen.open(Tag::P);
        pen.text(Weight::Text, sizes.body, left, y - 2.0, name)?;
        pen.close();
        pen.line((left + label + 2.0 * MM, y), (left + width, y), 0.6, Ink::Grey, None);
    }
    Ok(y)
}

/// How to do without this program.
pub(crate) fn without_us(sheet: &ShareSheet<'_>, look: Look) -> Vec<block::Block<'static>> {
    let text = words::without_us(sheet, look.code_word);
    vec![block::Block::Heading(3, words::WITHOUT_US.into()), block::Block::Text(text.into())]
}
