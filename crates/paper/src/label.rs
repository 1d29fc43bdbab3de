//! Labels to cut out, two beside each other, each in a frame of dashes.

use crate::PaperError;
use crate::block::Label;
use crate::face::{Faces, Weight};
use crate::look::{MM, Sizes, times};
use crate::pen::{Ink, Pen};
use crate::spot::RULED;
use krilla::tagging::Tag;

/// Between two labels, and from a frame to what is in it.
const APART: f32 = 6.0 * MM;
const INSIDE: f32 = 4.0 * MM;
/// The dashes of the frame.
const DASH: f32 = 4.0;

fn wide(width: f32) -> f32 {
    (width - APART) / 2.0
}

fn one(faces: &Faces, label: &Label<'_>, sizes: &Sizes, width: f32) -> Result<f32, PaperError> {
    let inside = wide(width) - 2.0 * INSIDE;
    let lines = faces.wrap(Weight::Strong, sizes.body, &label.head, inside)?.len()
        + faces.wrap(Weight::Text, sizes.body, &label.text, inside)?.len();
    Ok(times(lines) * sizes.lead + times(label.blanks.len()) * RULED + 2.0 * INSIDE)
}

/// How high a pair of labels is, with the gap below it.
pub(crate) fn height(
    faces: &Faces,
    labels: &[Label<'_>],
    sizes: &Sizes,
    width: f32,
) -> Result<f32, PaperError> {
    let mut most: f32 = 0.0;
    for label in labels {
        most = most.max(one(faces, label, sizes, width)?);
    }
    Ok(most + APART)
}

/// Draws a pair with its upper left corner there.
pub(crate) fn draw(
    pen: &mut Pen<'_, '_>,
    labels: &[Label<'_>],
    sizes: &Sizes,
    (left, top): (f32, f32),
    (width, tall): (f32, f32),
) -> Result<(), PaperError> {
    let (wide, tall) = (wide(width), tall - APART);
    let mut x = left;
    for label in labels {
        pen.frame((x, top), (wide, tall), 0.6, Ink::Grey, Some(DASH));
        let mut y = top + INSIDE - sizes.lead * 0.2;
        pen.open(Tag::P);
        for (weight, text) in [(Weight::Strong, &label.head), (Weight::Text, &label.text)] {
            for line in pen.faces.wrap(weight, sizes.body, text, wide - 2.0 * INSIDE)? {
                y += sizes.lead;
                pen.text(weight, sizes.body, x + INSIDE, y, line)?;
            }
        }
        for name in &label.blanks {
            y += RULED;
            pen.text(Weight::Text, sizes.body, x + INSIDE, y, name)?;
            let from = x + INSIDE + pen.faces.width(Weight::Text, sizes.body, name)? + 2.0 * MM;
            pen.line((from, y + MM), (x + wide - INSIDE, y + MM), 0.5, Ink::Grey, None);
        }
        pen.close();
        x += wide + APART;
    }
    Ok(())
}
