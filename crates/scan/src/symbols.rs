//! Finding QR symbols: the whole picture first, then smaller copies and parts of it, until one could be a card's.

use crate::{Frame, ScanError, could_be_a_card};
use rxing::common::HybridBinarizer;
use rxing::multi::MultipleBarcodeReader;
use rxing::multi::qrcode::QRCodeMultiReader;
use rxing::qrcode::cpp_port::QrReader;
use rxing::qrcode::cpp_port::detector::FindFinderPatterns;
use rxing::{BarcodeFormat, BinaryBitmap, DecodeHints, Luma8LuminanceSource};
use secrets::SecretText;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// The most corner patterns that a picture of sheets has, false ones among its letters included. The readers try every
/// three of them, so a picture made of nothing else would keep them busy for hours.
const MOST_CORNERS: usize = 100;
/// No further view of a picture is tried after this time.
pub const LONGEST: Duration = Duration::from_secs(20);

/// The symbols' texts in a picture by either of the library's two QR readers; none if both give up or break down.
/// The first bears perspective better, the second finds small symbols that the first passes over.
fn read(frame: &Frame) -> Vec<Zeroizing<String>> {
    let hints = DecodeHints {
        TryHarder: Some(true),
        PossibleFormats: Some(HashSet::from([BarcodeFormat::QR_CODE])),
        ..DecodeHints::default()
    };
    let attempt = |second: bool| {
        let found = catch_unwind(AssertUnwindSafe(|| {
            // The decoder takes the pixels over and frees them unwiped.
            let source = Luma8LuminanceSource::new(frame.luma.to_vec(), frame.width, frame.height)?;
            let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
            if FindFinderPatterns(bitmap.get_black_matrix(), true, 0).len() > MOST_CORNERS {
                return Ok(Vec::new());
            }
            if second {
                QRCodeMultiReader::default().decode_multiple_with_hints(&mut bitmap, &hints)
            } else {
                QrReader.decode_multiple_with_hints(&mut bitmap, &hints)
            }
        }));
        match found {
            Ok(Ok(results)) => results.iter().map(|r| Zeroizing::new(r.getText().to_owned())).collect(),
            Ok(Err(_)) | Err(_) => Vec::new(),
        }
    };
    let first: Vec<Zeroizing<String>> = attempt(false);
    if first.iter().any(|t| could_be_a_card(t)) { first } else { attempt(true) }
}

/// Longest side of the picture that is looked at first, whole: enough for a clean scan, and quick.
const FIRST_SIDE: u32 = 2_600;

pub(crate) fn candidates(frame: &Frame) -> Result<Vec<SecretText>, ScanError> {
    let longer = frame.width.max(frame.height);
    let first = longer.div_ceil(FIRST_SIDE);
    let (mut any, start) = (false, Instant::now());
    // A view of a picture too small to be cut or shrunk is left out.
    for view in views(frame, first).flatten() {
        if start.elapsed() > LONGEST {
            return Err(ScanError::TooLong);
        }
        let texts = read(&view);
        any |= !texts.is_empty();
        let mut cards: Vec<&Zeroizing<String>> = texts.iter().filter(|t| could_be_a_card(t)).collect();
        cards.sort_by(|a, b| a.as_str().cmp(b.as_str()));
        cards.dedup_by(|a, b| a.as_str() == b.as_str());
        if !cards.is_empty() {
            return cards.into_iter().map(|t| Ok(SecretText::new(t.to_string())?)).collect();
        }
    }
    Err(if any { ScanError::NotACard } else { ScanError::NoSymbol })
}

/// The picture as it will be looked at, in turn: whole, and more and less fine; then its corners, where the symbols
/// are. Each is made when it is due.
fn views(frame: &Frame, first: u32) -> impl Iterator<Item = Result<Frame, ScanError>> + '_ {
    let shrink = move |by: u32| std::iter::once_with(move || frame.shrunk(by));
    let finer = (first > 1).then_some(first - 1);
    let (wide, tall) = ((frame.width * 5 / 8).max(1), (frame.height * 5 / 8).max(1));
    let (right, bottom) = (frame.width - wide, frame.height - tall);
    let corners = [(0, 0), (right, 0), (0, bottom), (right, bottom)];
    let fine = corners.into_iter().map(move |(x, y)| frame.part(x, y, wide, tall));
    let coarse = corners.into_iter().map(move |(x, y)| frame.part(x, y, wide, tall)?.shrunk(first + 1));
    // A symbol of few pixels is found more easily when they are more.
    let small = (first == 1).then_some(corners).into_iter().flatten();
    let grown = small.map(move |(x, y)| frame.part(x, y, wide, tall)?.doubled());
    let whole = shrink(first).chain(finer.into_iter().flat_map(shrink)).chain(shrink(first + 1));
    whole.chain(fine).chain(coarse).chain(grown)
}
