//! A picture of boxes with arrows, from left to right: each box right of the one that it comes from, its own below one
//! another.

use crate::PaperError;
use crate::block::Flow;
use crate::face::{Faces, Weight};
use crate::look::{LEAST, MM, times};
use crate::pen::{Ink, Pen};
use krilla::tagging::Tag;

/// Between two boxes, across and down, and from a frame to its text.
const ACROSS: f32 = 9.0 * MM;
const DOWN: f32 = 3.0 * MM;
const INSIDE: f32 = 2.0 * MM;
/// Distance of lines in a box.
const LEAD: f32 = LEAST * 1.25;

/// Where a box stands, from the picture's upper left corner.
#[derive(Debug, Clone, Copy, Default)]
struct At {
    x: f32,
    y: f32,
    tall: f32,
}

/// The boxes of a picture, and how wide each is and how high all are.
struct Layout {
    at: Vec<At>,
    wide: f32,
    tall: f32,
}

fn layout(faces: &Faces, flow: &Flow<'_>, width: f32) -> Result<Layout, PaperError> {
    let mut depth: Vec<u8> = Vec::new();
    for one in &flow.boxes {
        let of = one.from.and_then(|from| depth.get(from)).map_or(0, |d| d.saturating_add(1));
        depth.push(of);
    }
    let columns = f32::from(depth.iter().max().map_or(1, |d| d.saturating_add(1)));
    let wide = ((width + ACROSS) / columns - ACROSS).min(width * 0.45);
    let mut at = Vec::new();
    for (one, depth) in flow.boxes.iter().zip(&depth) {
        let lines = faces.wrap(Weight::Strong, LEAST, &one.head, wide - 2.0 * INSIDE)?.len()
            + faces.wrap(Weight::Text, LEAST, &one.text, wide - 2.0 * INSIDE)?.len();
        at.push(At {
            x: f32::from(*depth) * (wide + ACROSS),
            y: 0.0,
            tall: times(lines) * LEAD + 2.0 * INSIDE,
        });
    }
    let mut y = 0.0;
    for (n, _) in flow.boxes.iter().enumerate().filter(|(_, one)| one.from.is_none()) {
        y = place(flow, &mut at, n, y);
    }
    Ok(Layout { at, wide, tall: (y - DOWN).max(0.0) })
}

/// Places a box and all that comes from it below `y`; gives where the next one may stand. A box stands in the middle of
/// what comes from it.
fn place(flow: &Flow<'_>, at: &mut [At], n: usize, y: f32) -> f32 {
    let own = at.get(n).map_or(0.0, |a| a.tall);
    let from_it: Vec<usize> = flow
        .boxes
        .iter()
        .enumerate()
        .skip(n + 1)
        .filter(|(_, b)| b.from == Some(n))
        .map(|(i, _)| i)
        .collect();
    let tall: f32 = from_it.iter().map(|i| reach(flow, at, *i)).sum();
    let mut below = y + ((own + DOWN - tall) / 2.0).max(0.0);
    for one in from_it {
        below = place(flow, at, one, below);
    }
    let all = tall.max(own + DOWN);
    if let Some(a) = at.get_mut(n) {
        a.y = y + (all - DOWN - own) / 2.0;
    }
    y + all
}

/// How high a box is with all that comes from it, and the gap below.
fn reach(flow: &Flow<'_>, at: &[At], n: usize) -> f32 {
    let from_it = flow.boxes.iter().enumerate().skip(n + 1).filter(|(_, b)| b.from == Some(n));
    let tall: f32 = from_it.map(|(i, _)| reach(flow, at, i)).sum();
    tall.max(at.get(n).map_or(0.0, |a| a.tall) + DOWN)
}

/// How high a picture is.
pub(crate) fn height(faces: &Faces, flow: &Flow<'_>, width: f32) -> Result<f32, PaperError> {
    Ok(layout(faces, flow, width)?.tall)
}

/// Draws it with its upper left corner there.
pub(crate) fn draw(
    pen: &mut Pen<'_, '_>,
    flow: &Flow<'_>,
    (left, top): (f32, f32),
    width: f32,
) -> Result<(), PaperError> {
    let Layout { at, wide, .. } = layout(pen.faces, flow, width)?;
    pen.open(Tag::Figure(Some(flow.said.clone().into_owned())));
    for (one, a) in flow.boxes.iter().zip(&at) {
        let (x, y) = (left + a.x, top + a.y);
        pen.frame((x, y), (wide, a.tall), 0.8, Ink::Black, None);
        let mut base = y + INSIDE - LEAD * 0.2;
        for (weight, text) in [(Weight::Strong, &one.head), (Weight::Text, &one.text)] {
            for line in pen.faces.wrap(weight, LEAST, text, wide - 2.0 * INSIDE)? {
                base += LEAD;
                pen.text(weight, LEAST, x + INSIDE, base, line)?;
            }
        }
        let Some(parent) = one.from.and_then(|from| at.get(from)) else { continue };
        let (from_x, from_y) = (left + parent.x + wide, top + parent.y + parent.tall / 2.0);
        let (middle, to_y) = (from_x + ACROSS / 2.0, y + a.tall / 2.0);
        pen.line((from_x, from_y), (middle, from_y), 0.8, Ink::Black, None);
        pen.line((middle, from_y), (middle, to_y), 0.8, Ink::Black, None);
        pen.line((middle, to_y), (x, to_y), 0.8, Ink::Black, None);
        for up in [-1.0, 1.0] {
            pen.line((x - 2.0 * MM, to_y + up * MM), (x, to_y), 0.8, Ink::Black, None);
        }
    }
    pen.close();
    Ok(())
}
