//! A grey picture of a sheet, and how a file becomes one.

use crate::ScanError;
use image::{DynamicImage, ImageFormat, ImageReader, Limits};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use zeroize::{Zeroize, Zeroizing};

/// The largest file that is looked at, in MiB.
pub const MAX_FILE: usize = 64;
/// The largest width and height: A4 at 1200 dpi is 9,922 by 14,032 pixels.
pub const MAX_SIDE: u32 = if cfg!(fuzzing) { 300 } else { 14_400 };
/// Pictures are brought down to this many pixels on their longer side: a module then still has about six.
const WORKING_SIDE: u32 = 5_200;
/// What the decoder of a picture may take.
const MAX_MEMORY: u64 = 1 << 30;

/// A grey picture, one byte a pixel, row by row. Wiped on drop.
pub struct Frame {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) luma: Zeroizing<Vec<u8>>,
}

impl Frame {
    /// Takes over a camera's grey picture.
    pub fn from_luma(width: u32, height: u32, luma: Vec<u8>) -> Result<Self, ScanError> {
        let luma = Zeroizing::new(luma);
        if width > MAX_SIDE || height > MAX_SIDE {
            return Err(ScanError::PictureTooLarge { most: MAX_SIDE });
        }
        let pixels =
            usize::try_from(u64::from(width) * u64::from(height)).map_err(|_| ScanError::Incomplete)?;
        if pixels == 0 || luma.len() != pixels {
            return Err(ScanError::Incomplete);
        }
        Ok(Self { width, height, luma })
    }

    /// Reads a scan or photograph: PNG or JPEG, told by its content.
    pub fn from_file(bytes: &[u8]) -> Result<Self, ScanError> {
        if bytes.len() > MAX_FILE << 20 {
            return Err(ScanError::FileTooLarge { most: MAX_FILE });
        }
        let read = catch_unwind(AssertUnwindSafe(|| decode(bytes)));
        let picture = read.map_err(|_| ScanError::NotAPicture)??;
        let (width, height) = (picture.width(), picture.height());
        // Grey pictures are taken over as they are; the others' pixels are wiped after conversion.
        let luma = match picture {
            DynamicImage::ImageLuma8(grey) => Zeroizing::new(grey.into_raw()),
            mut other => {
                let grey = Zeroizing::new(other.to_luma8().into_raw());
                if let Some(pixels) = other.as_mut_rgb8() {
                    pixels.zeroize();
                }
                grey
            }
        };
        let longer = width.max(height);
        let frame = Self { width, height, luma };
        if longer > WORKING_SIDE { frame.shrunk(longer.div_ceil(WORKING_SIDE)) } else { Ok(frame) }
    }

    /// The picture with squares of `by` × `by` pixels averaged into one.
    pub(crate) fn shrunk(&self, by: u32) -> Result<Self, ScanError> {
        let by = by.max(1);
        let (width, height) = (self.width / by, self.height / by);
        let mut luma = Zeroizing::new(Vec::with_capacity((width * height) as usize));
        let (step, row) = (by as usize, self.width as usize);
        for y in 0..height as usize {
            for x in 0..width as usize {
                let mut sum = 0u32;
                let lines = self.luma.get(y * step * row..).unwrap_or_default().chunks(row).take(step);
                for line in lines {
                    let pixels = line.get(x * step..(x + 1) * step).unwrap_or_default();
                    sum += pixels.iter().map(|p| u32::from(*p)).sum::<u32>();
                }
                luma.push(u8::try_from(sum / (by * by)).unwrap_or(u8::MAX));
            }
        }
        Self::checked(width, height, luma)
    }

    /// The picture twice as wide and high, each new pixel the mean of its neighbours.
    pub(crate) fn doubled(&self) -> Result<Self, ScanError> {
        let (width, height) = (self.width * 2, self.height * 2);
        let at = |x: u32, y: u32| {
            let (x, y) = (x.min(self.width - 1) as usize, y.min(self.height - 1) as usize);
            u16::from(self.luma.get(y * self.width as usize + x).copied().unwrap_or(u8::MAX))
        };
        let mut luma = Zeroizing::new(Vec::with_capacity((width * height) as usize));
        for y in 0..height {
            for x in 0..width {
                let (x0, y0, x1, y1) = (x / 2, y / 2, x.div_ceil(2), y.div_ceil(2));
                let sum = at(x0, y0) + at(x1, y0) + at(x0, y1) + at(x1, y1);
                luma.push(u8::try_from(sum / 4).unwrap_or(u8::MAX));
            }
        }
        Self::checked(width, height, luma)
    }

    /// A part of the picture.
    pub(crate) fn part(&self, left: u32, top: u32, width: u32, height: u32) -> Result<Self, ScanError> {
        let mut luma = Zeroizing::new(Vec::with_capacity((width * height) as usize));
        for line in self.luma.chunks(self.width as usize).skip(top as usize).take(height as usize) {
            luma.extend(line.get(left as usize..(left + width) as usize).unwrap_or_default());
        }
        Self::checked(width, height, luma)
    }

    fn checked(width: u32, height: u32, luma: Zeroizing<Vec<u8>>) -> Result<Self, ScanError> {
        if luma.is_empty() || luma.len() != (width * height) as usize {
            return Err(ScanError::Incomplete);
        }
        Ok(Self { width, height, luma })
    }
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, ScanError> {
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| ScanError::NotAPicture)?;
    if !matches!(reader.format(), Some(ImageFormat::Png | ImageFormat::Jpeg)) {
        return Err(ScanError::NotAPicture);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    reader.decode().map_err(|e| match e {
        image::ImageError::Limits(_) => ScanError::PictureTooLarge { most: MAX_SIDE },
        _ => ScanError::NotAPicture,
    })
}
