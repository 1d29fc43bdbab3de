//! Sheets read from scans: what is wrong with a scan is named, and a locked sheet opens with its code word only.

use super::simulated::{Setting, pdf_of, png, rasterised, simulate};
use super::{decoded, holds, of_three, path, rows_on, typed};
use image::{GrayImage, Luma};
use protocol::{Ask, RunState, ScanOffer, SharePart};
use std::path::{Path, PathBuf};
use std::process::Command;
use whole_program::files;
use whole_program::room::Room;

/// A ceremony whose sheets were handed out as files: its pack and the files.
fn backed_up(state: &Path) -> (String, Vec<PathBuf>) {
    let mut room = Room::open(state);
    let mut handed = Vec::new();
    let finished = room.rehearse("master-key-hsm", &of_three(&[("sheets", "printed")]), &mut |prompt, _| {
        if let Ask::EnterShare { scan: Some(ScanOffer { handed: Some(file), .. }), .. } = &prompt.ask {
            handed.push(PathBuf::from(file));
        }
        None
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    assert!(room.problems.is_empty());
    (finished.pack.unwrap(), handed)
}

/// The sheet with both symbols torn or painted over.
fn without_symbols(page: &GrayImage) -> GrayImage {
    let (width, height) = page.dimensions();
    let mut torn = page.clone();
    for y in 0..height {
        for x in 0..width {
            let symbol = (x > width / 2 && y < height / 3) || (x < width / 2 && y > height / 2);
            if symbol && (x / 23 + y / 17) % 2 == 0 {
                torn.put_pixel(x, y, Luma([90]));
            }
        }
    }
    torn
}

#[test]
fn what_is_wrong_with_a_scan_is_named_and_the_rows_can_still_be_typed() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let (_, older) = backed_up(&state);
    let at = |name: &str| dir.path().join(name);
    let write = |name: &str, bytes: &[u8]| std::fs::write(at(name), bytes).unwrap();
    write("text.pdf", b"This is no picture.");
    write("empty.png", &png(&GrayImage::from_pixel(600, 600, Luma([255]))));
    write("house.pdf", &pdf_of("200000 200000", "", b""));
    write("bomb.pdf", &pdf_bomb());
    write("huge.png", &huge_picture());
    let large = std::fs::File::create(at("large.jpg")).unwrap();
    large.set_len(100 << 20).unwrap();

    let mut room = Room::open(&state);
    let mut previous: Option<PathBuf> = None;
    let mut step = 0;
    let mut torn = Vec::new();
    let finished = room.rehearse("master-key-hsm", &of_three(&[("sheets", "printed")]), &mut |prompt, _| {
        let Ask::EnterShare { index, row, scan: Some(ScanOffer { handed: Some(file), .. }), .. } =
            &prompt.ask
        else {
            return None;
        };
        let handed = PathBuf::from(file);
        if *index == Some(1) {
            previous = Some(handed);
            return None;
        }
        if *index == Some(3) {
            return None;
        }
        let mine = std::fs::read(&handed).unwrap();
        if step > 0 && torn.is_empty() {
            torn = rows_on(&handed);
        }
        step += 1;
        Some(match step {
            1 => path(&at("not-there.jpg")),
            2 => path(dir.path()),
            3 => path(&at("text.pdf")),
            4 => path(&at("empty.png")),
            5 => path(&at("house.pdf")),
            6 => path(&at("bomb.pdf")),
            7 => path(&at("huge.png")),
            8 => path(&at("large.jpg")),
            9 => path(&older[1]),
            10 => path(previous.as_ref().unwrap()),
            11 => {
                // Another sheet lies beside it on the glass.
                let (a, b) = (rasterised(&mine), rasterised(&std::fs::read(&older[0]).unwrap()));
                let (width, height) = a.dimensions();
                let mut both = GrayImage::from_pixel(width * 2, height, Luma([255]));
                image::imageops::replace(&mut both, &a, 0, 0);
                image::imageops::replace(&mut both, &b, i64::from(width), 0);
                write("both.png", &png(&both));
                path(&at("both.png"))
            }
            12 => {
                write("torn.png", &png(&without_symbols(&rasterised(&mine))));
                path(&at("torn.png"))
            }
            // The third row with a slip, then all of them.
            15 => typed(&torn[2].replace(&torn[2][..1], if torn[2].starts_with('7') { "8" } else { "7" })),
            _ => typed(&torn[usize::try_from(*row).unwrap() - 1]),
        })
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    holds(&state, &finished.pack.unwrap());
    let found: Vec<&str> = room.problems.iter().map(|(_, p)| p.code.as_str()).collect();
    assert_eq!(found[..4], ["not-found", "is-a-folder", "scan-not-a-picture", "scan-no-symbol"]);
    assert_eq!(found[4], "scan-picture-too-large");
    assert!(["scan-broke-off", "scan-not-a-picture", "scan-no-symbol"].contains(&found[5]), "{}", found[5]);
    assert_eq!(found[6..8], ["scan-picture-too-large", "scan-file-too-large"]);
    assert_eq!(
        found[8..],
        ["share-refused", "another-share", "scan-two-sheets", "scan-no-symbol", "share-refused"]
    );
    assert!(room.problems[8].1.happened.contains("belongs to set"), "{}", room.problems[8].1);
    assert!(room.problems[9].1.happened.contains("This is share 1, and share 2 is due"));
    assert!(room.problems[12].1.happened.contains("Row 3"), "{}", room.problems[12].1);
    for (_, p) in &room.problems {
        assert!(!p.happened.is_empty() && !p.unchanged.is_empty() && !p.todo.is_empty());
    }
}

/// A PDF of a few hundred kilobytes whose picture unfolds to gigabytes: zeros, packed twice.
fn pdf_bomb() -> Vec<u8> {
    let python = "import sys,zlib\nd=zlib.compressobj(9);o=b''.join(d.compress(bytes(1<<20)) for _ in range(4096))+d.flush()\n\
                  sys.stdout.buffer.write(zlib.compress(o,9))";
    let out = Command::new("python3").args(["-c", python]).output().unwrap();
    let mut object = format!(
        "<</Type/XObject/Subtype/Image/Width 65500/Height 65500/ColorSpace/DeviceGray/BitsPerComponent 8/Filter\
         [/FlateDecode/FlateDecode]/Length {}>>stream\n",
        out.stdout.len()
    )
    .into_bytes();
    object.extend(out.stdout);
    object.extend(b"\nendstream");
    pdf_of("595 842", "595 0 0 842 0 0 cm /I Do", &object)
}

/// A PNG of 20,000 by 20,000 white pixels, a few kilobytes long.
fn huge_picture() -> Vec<u8> {
    let python = "import sys,zlib,struct\nc=lambda t,d:struct.pack('>I',len(d))+t+d+struct.pack('>I',zlib.crc32(t+d))\n\
                  z=zlib.compressobj(9);r=b'\\0'+b'\\xff'*2500;o=b''.join(z.compress(r) for _ in range(20000))+z.flush()\n\
                  sys.stdout.buffer.write(b'\\x89PNG\\r\\n\\x1a\\n'+c(b'IHDR',struct.pack('>IIBBBBB',20000,20000,1,0,0,0,0))+c(b'IDAT',o)+c(b'IEND',b''))";
    Command::new("python3").args(["-c", python]).output().unwrap().stdout
}

#[test]
fn a_locked_sheet_opens_with_its_code_word_only() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let mut room = Room::open(&state);
    let (mut sheets, mut words, mut wrong) = (Vec::new(), Vec::new(), false);
    let finished = room.rehearse(
        "master-key-hsm",
        &of_three(&[("sheets", "printed-with-codeword"), ("paper", "Letter")]),
        &mut |prompt, sheet| match &prompt.ask {
            Ask::EnterShare {
                part: SharePart::Row,
                row,
                scan: Some(ScanOffer { handed: Some(file), .. }),
                ..
            } => {
                let rows = rows_on(Path::new(file));
                if *row == 1 {
                    sheets.push(rows.clone());
                }
                // The first custodian types, the second has a hand scanner, the third a scan.
                match prompt.step.id.as_str() {
                    "share.1" => Some(typed(&rows[usize::try_from(*row).unwrap() - 1])),
                    "share.2" => Some(typed(&rows.concat().replace(' ', ""))),
                    _ => None,
                }
            }
            Ask::EnterShare { part: SharePart::CodeWord, .. } => {
                words.push(sheet.code_word.clone());
                let small = sheet.code_word.to_lowercase().replace('-', " ");
                Some(typed(if std::mem::replace(&mut wrong, true) { &small } else { "K7QM 2XNA 9RTD 5HJW" }))
            }
            _ => None,
        },
    );
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let said: Vec<_> = room.problems.iter().map(|(_, p)| p.happened.as_str()).collect();
    assert!(said.len() == 1 && said[0].contains("does not open the share"), "{said:?}");
    let pack = finished.pack.unwrap();
    holds(&state, &pack);
    assert!(sheets.iter().all(|rows| rows.len() == 8), "a locked card has eight rows");
    // The code word stands nowhere, not even in what was handed out.
    let needles: Vec<String> = words.iter().flat_map(|w| [w.clone(), w.replace('-', "")]).collect();
    for file in files(&state) {
        let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
        assert!(needles.iter().all(|n| !text.contains(n)), "{}", file.display());
    }
    // Without this program: the sheets and their code words give one key; the sheets alone give none.
    let decoder = Path::new(&pack).join("recovery/decode_shares.py");
    let cards = format!("{}\n\n{}\n", sheets[0].join("\n"), sheets[2].join("\n"));
    let right = format!("{}\n{}\n", words[0], words.last().unwrap());
    let key = decoded(&decoder, &cards, &right);
    assert_eq!(key.trim().len(), 64, "{key}");
    let none = decoded(&decoder, &cards, "K7QM-2XNA-9RTD-5HJW\nK7QM-2XNA-9RTD-5HJW\n");
    assert!(none.contains("does not open it"), "{none}");
}

#[test]
fn a_drill_takes_one_scanned_and_one_typed_share() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let (pack, sheets) = backed_up(&state);
    let scan = dir.path().join("scan.jpg");
    let page = rasterised(&std::fs::read(&sheets[0]).unwrap());
    std::fs::write(&scan, simulate(&page, Setting::Photo400, 1).file).unwrap();
    let rows = rows_on(&sheets[1]);
    let mut room = Room::at_desk(&state, dir.path());
    room.medium = pack;
    let finished = room.rehearse("drill", &[("custodians", "2")], &mut |prompt, _| match &prompt.ask {
        Ask::EnterShare { scan: Some(offer), .. } if prompt.step.id == "bring.1" => {
            let seen: Vec<_> = offer.found.iter().map(|f| f.path.as_str()).collect();
            assert!(seen.contains(&scan.to_str().unwrap()), "{seen:?}");
            Some(path(&scan))
        }
        Ask::EnterShare { row, .. } => Some(typed(&rows[usize::try_from(*row).unwrap() - 1])),
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    assert!(room.problems.is_empty(), "{:?}", room.problems);
    let pack = finished.pack.unwrap();
    holds(&state, &pack);
    let record = std::fs::read_to_string(Path::new(&pack).join("transcript.jsonl")).unwrap();
    assert!(record.contains("read from a scan") && record.contains("typed row by row"));
}
