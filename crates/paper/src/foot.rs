//! The foot of every page: the script's hash, and page n of N.

use crate::face::{Faces, Weight};
use crate::look::{LEAST, MM, Media};
use crate::pdf::Imprint;
use crate::pen::{Ink, Pen};
use crate::{PaperError, words};
use krilla::tagging::ArtifactType;

/// Lines of the foot: the script's hash in groups of eight, on one line if the page's number fits beside it, else on
/// two of the same length.
fn lines(
    faces: &Faces,
    imprint: &Imprint<'_>,
    media: Media,
    number: usize,
    total: usize,
) -> Result<Vec<String>, PaperError> {
    let width = media.size().0 - 2.0 * media.margin();
    let page = words::page_of(number, total);
    let hash = imprint.script_hash;
    if hash.is_empty() {
        return Ok(vec![page]);
    }
    let groups: Vec<&str> =
        (0..hash.len()).step_by(8).filter_map(|i| hash.get(i..hash.len().min(i + 8))).collect();
    let one = words::script(&groups);
    if faces.width(Weight::Value, LEAST, &format!("{one}   {page}"))? <= width {
        return Ok(vec![one]);
    }
    let (first, second) = groups.split_at(groups.len().div_ceil(2));
    Ok(vec![words::script(first), format!("       {}", second.join(" "))])
}

/// The y above which a page's content must end.
pub(crate) fn top(faces: &Faces, imprint: &Imprint<'_>, media: Media) -> Result<f32, PaperError> {
    let count = lines(faces, imprint, media, 999, 999)?.len();
    let tall = u16::try_from(count).map_or(0.0, f32::from) * LEAST * 1.25;
    Ok(media.size().1 - media.margin() - tall - 2.0 * MM)
}

/// Draws the foot: the script's hash, and page n of N on the right.
pub(crate) fn draw(
    pen: &mut Pen<'_, '_>,
    imprint: &Imprint<'_>,
    number: usize,
    total: usize,
) -> Result<(), PaperError> {
    let (width, tall) = pen.media.size();
    let (left, right) = (pen.media.margin(), width - pen.media.margin());
    let above = top(pen.faces, imprint, pen.media)?;
    pen.line((left, above + MM), (right, above + MM), 0.4, Ink::Grey, None);
    let page = words::page_of(number, total);
    let bottom = tall - pen.media.margin();
    let mut y = above + 2.0 * MM;
    if !imprint.script_hash.is_empty() {
        for line in lines(pen.faces, imprint, pen.media, number, total)? {
            y += LEAST * 1.25;
            if !line.is_empty() {
                pen.artifact(ArtifactType::Footer, Weight::Value, LEAST, left, y - LEAST * 0.25, &line)?;
            }
        }
    }
    let wide = pen.faces.width(Weight::Value, LEAST, &page)?;
    pen.artifact(ArtifactType::Footer, Weight::Value, LEAST, right - wide, bottom - LEAST * 0.25, &page)
}
