//! A page of a PDF file (ISO 32000-2), as office scanners deliver it, drawn as a grey picture.

use crate::frame::MAX_SIDE;
use crate::{Frame, ScanError};
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use zeroize::{Zeroize as _, Zeroizing};

/// Pages that are looked at: a sheet has one or two, and a feeder's scan may begin with an empty one.
const MOST_PAGES: usize = 4;
/// Pixels a point (1/72 inch): 300 dpi, at which a module of the smallest symbol has nine.
const SCALE: f32 = 300.0 / 72.0;
/// The longest side of a drawn page in pixels; larger pages are drawn more coarsely, down to [`LEAST_SCALE`].
const DRAWN_SIDE: f32 = if cfg!(fuzzing) { 120.0 } else { 5_200.0 };
/// A page that would have to be drawn more coarsely than 72 dpi is no sheet of paper.
const LEAST_SCALE: f32 = if cfg!(fuzzing) { 0.02 } else { 1.0 };

/// Whether the file says that it is a PDF.
pub(crate) fn is_pdf(bytes: &[u8]) -> bool {
    bytes.starts_with(b"%PDF-")
}

/// The first pages of a PDF, one after another. One that cannot be drawn is an error of its own.
pub(crate) fn frames(
    bytes: Zeroizing<Vec<u8>>,
    mut look: impl FnMut(Result<Frame, ScanError>),
) -> Result<(), ScanError> {
    let whole = catch_unwind(AssertUnwindSafe(|| {
        let pdf = Pdf::new(Arc::new(bytes)).map_err(|_| ScanError::NotAPicture)?;
        let cache = RenderCache::new();
        let pages = pdf.pages();
        if pages.is_empty() {
            return Err(ScanError::NotAPicture);
        }
        for page in pages.iter().take(MOST_PAGES) {
            look(drawn(page, &cache));
        }
        Ok(())
    }));
    whole.map_err(|_| ScanError::NotAPicture)?
}

fn drawn<'a>(
    page: &'a hayro::hayro_syntax::page::Page<'a>,
    cache: &RenderCache<'a>,
) -> Result<Frame, ScanError> {
    let (width, height) = page.render_dimensions();
    let longer = width.max(height);
    if !(width >= 1.0 && height >= 1.0) {
        return Err(ScanError::NotAPicture);
    }
    let scale = SCALE.min(DRAWN_SIDE / longer);
    if scale < LEAST_SCALE {
        return Err(ScanError::PictureTooLarge { most: MAX_SIDE });
    }
    let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let mut drawn =
        render(page, cache, &InterpreterSettings::default(), &RenderSettings::default(), &settings);
    let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
    let pixels = drawn.data_as_u8_slice_mut();
    let mut luma = Vec::with_capacity(pixels.len() / 4);
    for pixel in pixels.chunks_exact(4) {
        let [r, g, b] = [0, 1, 2].map(|at| pixel.get(at).copied().map_or(0, u32::from));
        // ITU-R BT.601: grey as people see it.
        luma.push(u8::try_from((r * 299 + g * 587 + b * 114) / 1000).unwrap_or(u8::MAX));
    }
    pixels.zeroize();
    Frame::from_luma(width, height, luma)
}
