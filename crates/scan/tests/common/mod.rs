//! Real sheets, and what printing, scanning and photographing does to them, simulated.
#![allow(dead_code, reason = "each program uses a part of it")]
#![allow(unreachable_pub, reason = "a module of test programs")]
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels")]
#![allow(clippy::cast_precision_loss, clippy::cast_possible_wrap, reason = "pixels")]

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, GrayImage, ImageEncoder};
use paper::{Imprint, Look, Media, Rows, ShareSheet, When, share_sheet};
use secrets::{SecretBytes, SecretText};
use shares::{Card, Cost, KeyPrint, Place, Role, SetId};
use std::fmt::Write as _;
use std::process::Command;

/// What happens between the PDF and the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    Scan300,
    Scan200,
    Scan150,
    ScanFax,
    ScanStains,
    ScanManyStains,
    Photo400,
    Photo300,
    Photo250,
}

impl Setting {
    pub const ALL: [Self; 9] = [
        Self::Scan300,
        Self::Scan200,
        Self::Scan150,
        Self::ScanFax,
        Self::ScanStains,
        Self::ScanManyStains,
        Self::Photo400,
        Self::Photo300,
        Self::Photo250,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Scan300 => "scan 300 dpi, ±3°, ink, blur, noise, JPEG 60",
            Self::Scan200 => "scan 200 dpi, same",
            Self::Scan150 => "scan 150 dpi, same",
            Self::ScanFax => "scan 200 dpi, black and white only",
            Self::ScanStains => "scan 300 dpi, stains over 5 % of the page",
            Self::ScanManyStains => "scan 300 dpi, stains over 10 % of the page",
            Self::Photo400 => "photo, symbol 400 px, perspective, ±20°",
            Self::Photo300 => "photo, symbol 300 px, same",
            Self::Photo250 => "photo, symbol 250 px, same",
        }
    }

    /// Pixels a page pixel of 300 dpi becomes.
    fn scale(self) -> f32 {
        // The symbol's dark part: 53 modules of 0.9 mm.
        let symbol = 53.0 * 0.9 / 25.4 * 300.0;
        match self {
            Self::Scan300 | Self::ScanStains | Self::ScanManyStains => 1.0,
            Self::Scan200 | Self::ScanFax => 200.0 / 300.0,
            Self::Scan150 => 0.5,
            Self::Photo400 => 400.0 / symbol,
            Self::Photo300 => 300.0 / symbol,
            Self::Photo250 => 250.0 / symbol,
        }
    }

    fn is_photo(self) -> bool {
        matches!(self, Self::Photo400 | Self::Photo300 | Self::Photo250)
    }

    fn stains(self) -> f32 {
        match self {
            Self::ScanStains => 0.05,
            Self::ScanManyStains => 0.10,
            _ => 0.0,
        }
    }
}

/// A picture file.
pub struct Simulated {
    pub file: Vec<u8>,
    pub kind: &'static str,
}

/// A sheet rendered at 300 dpi, and what its symbols hold.
pub struct Page {
    pub pixels: GrayImage,
    pub text: String,
    pub pdf: Vec<u8>,
    commitment: [u8; 32],
}

/// A small fixed generator (xorshift64*), so that every run sees the same pictures.
struct Chance(u64);

impl Chance {
    fn new(seed: u32, setting: Setting) -> Self {
        let mut chance =
            Self(u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (setting as u64 * 7919 + 1));
        for _ in 0..8 {
            chance.unit();
        }
        chance
    }

    /// 0 to 1.
    fn unit(&mut self) -> f32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 40) as f32 / (1u64 << 24) as f32
    }

    fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// About normal, of variance 1.
    fn normal(&mut self) -> f32 {
        (0..6).map(|_| self.unit()).sum::<f32>() * 1.414 - 4.243
    }
}

/// Renders a real rehearsal sheet of seven or nine rows.
pub fn rendered_page(rows: usize) -> Page {
    let key = SecretBytes::copied_from(&[0x11; 32]).unwrap();
    let mut next = 0u8;
    let set = SetId::from_bytes(*b"\x01\x23\x45\x67\x89\xab\xcd\xef");
    let share = shares::split(&key, 3, 5, set, true, &mut |to| {
        for byte in to {
            next = next.wrapping_mul(167).wrapping_add(91);
            *byte = next;
        }
        Ok(())
    })
    .unwrap()
    .remove(1);
    let (lines, symbol, commitment) = if rows == 7 {
        (share.rows(), share.qr().unwrap(), share.commitment())
    } else {
        let key = KeyPrint::of_file(b"file");
        let place = Place { site: 2, needed: 0, sites: 3, role: Role::Custodian, key };
        let words = SecretText::new("nine lamps over Basel".to_owned()).unwrap();
        let sealed = share.placed(place).unwrap().seal(&words, Cost::LEAST).unwrap();
        (sealed.rows(), sealed.qr().unwrap(), sealed.commitment())
    };
    let lines: Vec<&str> = lines.iter().map(|r| r.as_str()).collect();
    let when = When { year: 2026, month: 11, day: 25, hour: 14, minute: 5 };
    let imprint = Imprint { title: "Share", script_hash: "00", language: "en", when, rehearsal: true };
    let sheet = ShareSheet {
        imprint,
        rows: Rows::Printed(&lines),
        symbol: Some((&symbol.0, symbol.1)),
        index: 2,
        threshold: 3,
        count: 5,
        set: "0123-4567-89AB-CDEF",
        set_words: "absurd cannonball dragnet forever pheasant politeness spheroid unravel",
        purpose: "Backup of the master key hospital-2026",
        key_file: "rehearsal-master-key-backup-0123456789abcdef.kwp",
        custodian: "Margarethe Nowak",
        site: None,
        locked: rows > 7,
    };
    let pdf = share_sheet(&sheet, Look::on(Media::A4)).unwrap();
    let pixels = rasterised(&pdf);
    Page { pixels, text: lines.concat().replace(' ', ""), pdf: pdf.to_vec(), commitment }
}

/// The first page of a PDF as poppler draws it at 300 dpi.
pub fn rasterised(pdf: &[u8]) -> GrayImage {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.pdf"), pdf).unwrap();
    let done = Command::new("pdftoppm")
        .args(["-r", "300", "-gray", "-png", "-singlefile", "-f", "1", "-l", "1", "a.pdf", "page"])
        .current_dir(&folder)
        .status()
        .expect("pdftoppm");
    assert!(done.success());
    image::open(folder.path().join("page.png")).unwrap().into_luma8()
}

/// A PDF of one page of so many points, with one drawing and one object besides.
pub fn pdf_of(size: &str, drawing: &str, object: &[u8]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let page = format!(
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {size}]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>"
    );
    let contents = format!("<</Length {}>>stream\n{drawing}\nendstream", drawing.len() + 1);
    let objects: [&[u8]; 5] = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        page.as_bytes(),
        contents.as_bytes(),
        if object.is_empty() { b"null" } else { object },
    ];
    let mut table = String::from("xref\n0 6\n0000000000 65535 f \n");
    for (n, object) in (1..).zip(objects) {
        writeln!(table, "{:010} 00000 n ", file.len()).unwrap();
        file.extend(format!("{n} 0 obj\n").as_bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let start = file.len();
    file.extend(format!("{table}trailer<</Size 6/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").as_bytes());
    file
}

/// What an office scanner makes: a JPEG over a whole page of A4.
pub fn scanners_pdf(jpeg: &[u8]) -> Vec<u8> {
    let picture = image::load_from_memory(jpeg).unwrap();
    let (width, height) = (picture.width(), picture.height());
    let mut object = format!(
        "<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray/BitsPerComponent 8\
         /Filter/DCTDecode/Length {}>>stream\n",
        jpeg.len()
    )
    .into_bytes();
    object.extend(jpeg);
    object.extend(b"\nendstream");
    pdf_of("595 842", "595 0 0 842 0 0 cm /I Do", &object)
}

/// What zbarimg reads in a file.
pub fn zbar(file: &[u8], kind: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let name = format!("a.{kind}");
    std::fs::write(folder.path().join(&name), file).unwrap();
    let done =
        Command::new("zbarimg").args(["--raw", "-q", &name]).current_dir(&folder).output().expect("zbarimg");
    String::from_utf8_lossy(&done.stdout).into_owned()
}

impl Page {
    /// Whether this is the card on the sheet.
    pub fn is_the_card(&self, card: &Card) -> bool {
        match card {
            Card::Open(share) => share.commitment() == self.commitment,
            Card::Sealed(sealed) => sealed.commitment() == self.commitment,
        }
    }

    /// The sheet printed, and scanned or photographed.
    pub fn simulate(&self, setting: Setting, seed: u32) -> Simulated {
        simulate(&self.pixels, setting, seed)
    }
}

/// A page printed, and scanned or photographed.
pub fn simulate(pixels: &GrayImage, setting: Setting, seed: u32) -> Simulated {
    let mut chance = Chance::new(seed, setting);
    let mut page = pixels.clone();
    if chance.unit() < 0.5 {
        page = ink_gain(&page);
    }
    stain(&mut page, setting.stains(), &mut chance);
    let mut taken = look_at(&page, setting, &mut chance);
    blur(&mut taken, chance.between(0.5, 1.2));
    let noise = if setting.is_photo() { 9.0 } else { 7.0 };
    let dark = chance.between(20.0, 60.0);
    let light = chance.between(200.0, 245.0);
    let slope =
        if setting.is_photo() { (chance.between(-0.4, 0.4), chance.between(-0.4, 0.4)) } else { (0.0, 0.0) };
    let (width, height) = (taken.width() as f32, taken.height() as f32);
    for (x, y, pixel) in taken.enumerate_pixels_mut() {
        // Ink is not black and paper not white; a photograph's light is uneven.
        let lit = 1.0 + slope.0 * (x as f32 / width - 0.5) + slope.1 * (y as f32 / height - 0.5);
        let value = (dark + f32::from(pixel.0[0]) / 255.0 * (light - dark)) * lit + chance.normal() * noise;
        pixel.0[0] = value.clamp(0.0, 255.0) as u8;
    }
    if setting == Setting::ScanFax {
        taken.pixels_mut().for_each(|p| p.0[0] = if p.0[0] < 128 { 0 } else { 255 });
        return Simulated { file: png(&taken), kind: "png" };
    }
    let mut file = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut file, 60);
    encoder.write_image(&taken, taken.width(), taken.height(), ExtendedColorType::L8).unwrap();
    Simulated { file, kind: "jpg" }
}

pub fn png(picture: &GrayImage) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

/// Ink spreads: every pixel becomes as dark as its darkest neighbour to the right and below.
fn ink_gain(page: &GrayImage) -> GrayImage {
    let (width, height) = page.dimensions();
    GrayImage::from_fn(width, height, |x, y| {
        let at = |x: u32, y: u32| page.get_pixel(x.min(width - 1), y.min(height - 1)).0[0];
        image::Luma([at(x, y).min(at(x + 1, y)).min(at(x, y + 1))])
    })
}

/// Dark round stains of 3 to 12 mm until about a share of the page is covered.
fn stain(page: &mut GrayImage, share: f32, chance: &mut Chance) {
    let (width, height) = page.dimensions();
    let mut left = share * width as f32 * height as f32;
    while left > 0.0 {
        let radius = chance.between(18.0, 71.0);
        left -= std::f32::consts::PI * radius * radius;
        let (cx, cy) = (chance.between(0.0, width as f32), chance.between(0.0, height as f32));
        let tint = chance.between(0.1, 0.5);
        let reach = radius as u32 + 1;
        for y in (cy as u32).saturating_sub(reach)..(cy as u32 + reach).min(height) {
            for x in (cx as u32).saturating_sub(reach)..(cx as u32 + reach).min(width) {
                let away = ((x as f32 - cx).powi(2) + (y as f32 - cy).powi(2)).sqrt();
                if away < radius {
                    let pixel = page.get_pixel_mut(x, y);
                    pixel.0[0] = (f32::from(pixel.0[0]) * tint) as u8;
                }
            }
        }
    }
}

/// What the scanner or camera sees: turned, and for a photograph in perspective, on a grey desk.
fn look_at(page: &GrayImage, setting: Setting, chance: &mut Chance) -> GrayImage {
    let (width, height) = (page.width() as f32, page.height() as f32);
    let scale = setting.scale();
    let degrees: f32 = if setting.is_photo() { 20.0 } else { 3.0 };
    let angle = chance.between(-degrees, degrees).to_radians();
    let (sin, cos) = angle.sin_cos();
    // Perspective: how much farther away the page's edges are than its middle, up to 14 % from edge to edge.
    let tilt = if setting.is_photo() { 0.14 } else { 0.0 };
    let (tilt_x, tilt_y) = (chance.between(-tilt, tilt) / width, chance.between(-tilt, tilt) / height);
    let side = |along: f32, across: f32| ((along * cos.abs() + across * sin.abs()) * scale * 1.08).ceil();
    let (wide, tall) = if setting.is_photo() {
        (side(width, height), side(height, width))
    } else {
        (width * scale, height * scale)
    };
    let desk = chance.between(60.0, 140.0) as u8;
    GrayImage::from_fn(wide as u32, tall as u32, |x, y| {
        let (u, v) = ((x as f32 - wide / 2.0) / scale, (y as f32 - tall / 2.0) / scale);
        let (u, v) = (u * cos + v * sin, v * cos - u * sin);
        let depth = 1.0 + u * tilt_x + v * tilt_y;
        let (u, v) = (u / depth + width / 2.0, v / depth + height / 2.0);
        if u < 0.0 || v < 0.0 || u >= width - 1.0 || v >= height - 1.0 {
            return image::Luma([if setting.is_photo() { desk } else { 250 }]);
        }
        image::Luma([sample(page, u, v, 1.0 / scale)])
    })
}

/// The page's brightness at a place, over about the area of one pixel of the sensor.
fn sample(page: &GrayImage, u: f32, v: f32, area: f32) -> u8 {
    let taps = (area.ceil() as u32).max(1);
    let mut sum = 0.0;
    for i in 0..taps {
        for j in 0..taps {
            let at = |n: u32| (n as f32 + 0.5) / taps as f32 * area - area / 2.0;
            sum += bilinear(page, u + at(i), v + at(j));
        }
    }
    (sum / (taps * taps) as f32) as u8
}

fn bilinear(page: &GrayImage, u: f32, v: f32) -> f32 {
    let (u, v) = (u.clamp(0.0, page.width() as f32 - 2.0), v.clamp(0.0, page.height() as f32 - 2.0));
    let (x, y) = (u as u32, v as u32);
    let (fx, fy) = (u - x as f32, v - y as f32);
    let at = |x: u32, y: u32| f32::from(page.get_pixel(x, y).0[0]);
    let upper = at(x, y) * (1.0 - fx) + at(x + 1, y) * fx;
    let lower = at(x, y + 1) * (1.0 - fx) + at(x + 1, y + 1) * fx;
    upper * (1.0 - fy) + lower * fy
}

/// Gaussian blur, row by row and column by column.
fn blur(picture: &mut GrayImage, sigma: f32) {
    let reach = 3i32;
    let weights: Vec<f32> =
        (-reach..=reach).map(|d| (-(d * d) as f32 / (2.0 * sigma * sigma)).exp()).collect();
    let total: f32 = weights.iter().sum();
    for (dx, dy) in [(1, 0), (0, 1)] {
        let from = picture.clone();
        let (width, height) = (from.width() as i32, from.height() as i32);
        for (x, y, pixel) in picture.enumerate_pixels_mut() {
            let sum: f32 = (-reach..=reach)
                .zip(&weights)
                .map(|(d, w)| {
                    let x = (x as i32 + d * dx).clamp(0, width - 1) as u32;
                    let y = (y as i32 + d * dy).clamp(0, height - 1) as u32;
                    f32::from(from.get_pixel(x, y).0[0]) * w
                })
                .sum();
            pixel.0[0] = (sum / total) as u8;
        }
    }
}
