//! Sheets read back from simulated scans and photographs, and files that are anything but.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

use common::{Setting, png, rendered_page};
use image::{GrayImage, Luma};
use scan::{Frame, MAX_FILE, MAX_SIDE, ScanError, candidates};
use secrets::SecretText;
use shares::Card;

fn read(file: &[u8]) -> Result<Vec<SecretText>, ScanError> {
    candidates(&Frame::from_file(file)?)
}

fn refused(file: &[u8]) -> ScanError {
    read(file).err().expect("refused")
}

/// A small part of what `scan_rates` measures; the generator is fixed, so the pictures are always the same.
#[test]
fn scans_and_photographs_of_a_sheet_give_the_share() {
    use Setting::{Photo300, Scan150, Scan300, ScanFax, ScanStains};
    for (rows, settings) in [(9, &[Scan300, Scan150, ScanFax, ScanStains, Photo300][..]), (7, &[Photo300])] {
        let page = rendered_page(rows);
        for setting in settings {
            let found = read(&page.simulate(*setting, 1).file).unwrap();
            assert_eq!(found.len(), 1, "both symbols hold the same text");
            assert_eq!(found[0].expose(), page.text, "{setting:?}");
            assert!(page.is_the_card(&Card::parse(&found[0]).unwrap()));
        }
    }
}

#[test]
fn a_camera_frame_gives_the_share_whichever_way_it_is_held() {
    let page = rendered_page(7);
    let mut picture = image::imageops::thumbnail(&page.pixels, 1240, 1754);
    for _ in 0..4 {
        picture = image::imageops::rotate90(&picture);
        let (width, height) = picture.dimensions();
        let frame = Frame::from_luma(width, height, picture.clone().into_raw()).unwrap();
        assert_eq!(candidates(&frame).unwrap()[0].expose(), page.text);
    }
}

#[test]
fn one_symbol_is_enough() {
    let page = rendered_page(7);
    let (width, height) = page.pixels.dimensions();
    for torn_off in [0, height / 2] {
        let mut torn = page.pixels.clone();
        for y in torn_off..torn_off + height / 2 {
            (0..width).for_each(|x| torn.put_pixel(x, y, Luma([120])));
        }
        assert_eq!(read(&png(&torn)).unwrap()[0].expose(), page.text);
    }
}

#[test]
fn two_sheets_in_one_picture_are_two_candidates() {
    let (a, b) = (rendered_page(7), rendered_page(9));
    let (width, height) = a.pixels.dimensions();
    let mut both = GrayImage::from_pixel(width * 2, height, Luma([255]));
    image::imageops::replace(&mut both, &a.pixels, 0, 0);
    image::imageops::replace(&mut both, &b.pixels, i64::from(width), 0);
    let mut found: Vec<String> = read(&png(&both)).unwrap().iter().map(|t| t.expose().to_owned()).collect();
    found.sort_by_key(String::len);
    assert_eq!(found, [a.text, b.text]);
}

#[test]
fn another_symbol_is_not_a_card() {
    let code = qrcode::QrCode::new(b"https://example.com/").unwrap();
    let width = u32::try_from(code.width()).unwrap();
    let colors = code.to_colors();
    let picture = GrayImage::from_fn((width + 8) * 6, (width + 8) * 6, |x, y| {
        let at = |v: u32| (v / 6).checked_sub(4).filter(|v| *v < width);
        let dark = matches!((at(x), at(y)), (Some(x), Some(y))
            if colors[(y * width + x) as usize] == qrcode::Color::Dark);
        Luma([if dark { 0 } else { 255 }])
    });
    assert_eq!(refused(&png(&picture)), ScanError::NotACard);
    assert_eq!(refused(&png(&GrayImage::from_pixel(600, 600, Luma([255])))), ScanError::NoSymbol);
    for tiny in [(1, 1), (1, 700), (3, 2)] {
        assert_eq!(refused(&png(&GrayImage::from_pixel(tiny.0, tiny.1, Luma([0])))), ScanError::NoSymbol);
    }
}

/// A misread symbol is no share: the card's own checks refuse every changed character.
#[test]
fn a_wrong_text_is_never_a_share() {
    let text = rendered_page(7).text;
    for at in 0..text.len() {
        let mut wrong = text.clone().into_bytes();
        wrong[at] = if wrong[at] == b'7' { b'K' } else { b'7' };
        let wrong = SecretText::new(String::from_utf8(wrong).unwrap()).unwrap();
        assert!(Card::parse(&wrong).is_err(), "character {at}");
    }
}

#[test]
fn files_that_are_no_pictures_are_refused() {
    for file in
        [&b""[..], b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"%PDF-1.7", b"GIF89a\x01\0\x01\0\0\0\0;", &[0; 99]]
    {
        assert_eq!(refused(file), ScanError::NotAPicture);
    }
    assert_eq!(refused(&vec![0; (MAX_FILE << 20) + 1]), ScanError::FileTooLarge { most: MAX_FILE });
    let pixels = || vec![0; 12];
    assert!(Frame::from_luma(3, 4, pixels()).is_ok());
    for (width, height) in [(0, 0), (4, 4), (12, 0), (u32::MAX / 3, 1)] {
        assert!(Frame::from_luma(width, height, pixels()).is_err());
    }
}

/// The sheet's own PDF, drawn here, gives the share; so does a scanner's PDF, a picture on an empty page.
#[test]
fn a_pdf_gives_the_share() {
    let page = rendered_page(7);
    for pdf in [page.pdf.clone(), common::scanners_pdf(&page.simulate(Setting::Scan300, 3).file)] {
        let found = scan::read(zeroize::Zeroizing::new(pdf)).unwrap();
        assert_eq!(found.iter().map(SecretText::expose).collect::<Vec<_>>(), [page.text.as_str()]);
    }
}

/// What calls itself a PDF and is none, is empty, or claims a page as large as a house.
#[test]
fn a_pdf_that_is_no_sheet_is_refused() {
    let read = |file: &[u8]| scan::read(zeroize::Zeroizing::new(file.to_vec())).err().expect("refused");
    for file in [&b"%PDF-1.7"[..], b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 1 0 R>>\nendobj\n"] {
        assert_eq!(read(file), ScanError::NotAPicture);
    }
    let empty = common::pdf_of("200 200", "", b"");
    assert_eq!(read(&empty), ScanError::NoSymbol);
    let house = common::pdf_of("200000 200000", "", b"");
    assert!(matches!(read(&house), ScanError::PictureTooLarge { .. } | ScanError::NotAPicture));
    // Cut short or changed, it is read or refused, and nothing panics.
    let whole = rendered_page(7).pdf;
    for cut in (0..whole.len()).step_by(whole.len() / 9 + 1) {
        let _ = scan::read(zeroize::Zeroizing::new(whole[..cut].to_vec()));
    }
}

/// A few bytes that claim a picture of 100,000 by 100,000 pixels.
#[test]
fn a_picture_bomb_is_refused_before_it_unfolds() {
    let mut header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    header.extend(100_000u32.to_be_bytes());
    header.extend(100_000u32.to_be_bytes());
    header.extend([8, 0, 0, 0, 0]);
    // The checksum of the chunk, computed bit by bit.
    let mut crc = u32::MAX;
    for byte in &header[12..] {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = crc >> 1 ^ (0xedb8_8320 & 0u32.wrapping_sub(crc & 1));
        }
    }
    header.extend((!crc).to_be_bytes());
    header.extend(b"\0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xae\x42\x60\x82");
    assert_eq!(refused(&header), ScanError::PictureTooLarge { most: MAX_SIDE });
}

/// Whatever a medium brings: cut short or with bytes changed, a file is read or refused, and nothing panics.
#[test]
fn damaged_files_are_read_or_refused() {
    let page = rendered_page(7);
    let small = image::imageops::thumbnail(&page.pixels, 620, 877);
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 60).encode_image(&small).unwrap();
    for file in [png(&small), jpeg] {
        for cut in (0..file.len()).step_by(file.len() / 6 + 1) {
            let _ = read(&file[..cut]);
        }
        for at in (0..file.len()).step_by(file.len() / 10 + 1).chain(0..24) {
            let mut damaged = file.clone();
            damaged[at] ^= 0x55;
            if let Ok(found) = read(&damaged) {
                // What still reads is the share, or refused by the card's checks.
                for text in found {
                    assert!(Card::parse(&text).is_err() || text.expose() == page.text);
                }
            }
        }
    }
}

/// A picture made to keep the decoder busy: nothing but the corner patterns of QR symbols, ten thousand of them.
#[test]
fn a_picture_full_of_corner_patterns_ends() {
    let picture = GrayImage::from_fn(1800, 1800, |x, y| {
        let (x, y) = (x / 2 % 9, y / 2 % 9);
        let ring = |v: u32| v.abs_diff(3);
        let dark = x < 7 && y < 7 && ring(x).max(ring(y)) != 2;
        Luma([if dark { 0 } else { 255 }])
    });
    let start = std::time::Instant::now();
    let refused = refused(&png(&picture));
    assert!(matches!(refused, ScanError::NoSymbol | ScanError::TooLong), "{refused}");
    assert!(start.elapsed() < scan::LONGEST * 3, "{:?}", start.elapsed());
}
