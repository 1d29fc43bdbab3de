//! Printed share sheets in whole ceremonies: a real print service with a printer that keeps what it printed, printing and
//! scanning simulated in between, and what custodians bring by mistake.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "../crates/scan/tests/common/mod.rs"]
mod simulated;

use image::{GrayImage, Luma};
use protocol::{Answer, Ask, Private, PromptView, RunState, ScanOffer, SharePart, ToRoom};
use simulated::{Setting, pdf_of, png, rasterised, simulate};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use whole_program::printer::Printer;
use whole_program::room::Room;
use whole_program::{files, run, said};

/// Two of three shares of a master key, with these parameters.
fn of_three<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("threshold", "2"), ("shares", "3")], more].concat()
}

/// The seven or more rows on a sheet's first page, as poppler reads its text.
fn rows_on(pdf: &Path) -> Vec<String> {
    let out = Command::new("pdftotext").args(["-layout", "-l", "1"]).arg(pdf).arg("-").output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    let rows: Vec<String> = text
        .lines()
        .filter_map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [number, groups @ ..] = words.as_slice() else { return None };
            let row =
                number.parse::<u8>().is_ok() && groups.len() == 5 && groups.iter().all(|g| g.len() == 4);
            row.then(|| groups.join(" "))
        })
        .collect();
    assert!((7..=9).contains(&rows.len()), "{text}");
    rows
}

fn holds(state: &Path, pack: &str) {
    let out = run(state, &["verify", pack]);
    assert!(out.status.success() && said(&out).contains("follows the script"), "{}", said(&out));
}

fn chosen(id: &str) -> Answer {
    Answer::Chosen { id: id.to_owned() }
}

fn typed(text: &str) -> Answer {
    Answer::Secret { text: Private::new(text.to_owned()) }
}

fn path(file: &Path) -> Answer {
    Answer::Path { path: file.display().to_string() }
}

/// The choices of a question, by id.
fn choices(prompt: &PromptView) -> Vec<&str> {
    match &prompt.ask {
        Ask::Choose { choices, .. } => choices.iter().map(|c| c.id.as_str()).collect(),
        _ => Vec::new(),
    }
}

/// No file of these, and no message, holds a row of these sheets or the whole text of one.
fn nothing_of(rows: &[String], kept: &[PathBuf], heard: &[String]) {
    let plain = |text: &str| text.replace(' ', "");
    let needles: Vec<String> = rows.iter().flat_map(|row| [row.clone(), plain(row)]).collect();
    let holds = |bytes: &[u8]| {
        needles.iter().find(|needle| bytes.windows(needle.len()).any(|w| w == needle.as_bytes())).cloned()
    };
    for file in kept {
        let bytes = std::fs::read(file).unwrap_or_default();
        assert_eq!(holds(&bytes), None, "{}", file.display());
        assert!(!bytes.starts_with(b"%PDF"), "{} is a document", file.display());
    }
    for message in heard {
        assert_eq!(holds(message.as_bytes()), None, "{message}");
    }
    // The search can find: what it looks for is found where it is.
    assert!(holds(rows.concat().as_bytes()).is_some() && !heard.is_empty() && !kept.is_empty());
}

#[test]
fn printed_sheets_are_read_back_from_scans_and_leave_nothing_behind() {
    let printer = Printer::start();
    let dir = tempfile::tempdir().unwrap();
    let (state, medium, temporary) =
        (dir.path().join("state"), dir.path().join("medium"), dir.path().join("tmp"));
    std::fs::create_dir_all(&medium).unwrap();
    std::fs::create_dir(&temporary).unwrap();
    let mut room = Room::with(&state, &[("CUPS_SERVER", &printer.socket()), ("TMPDIR", &temporary)]);
    let mut scans = 0;
    let finished = room.rehearse("master-key-hsm", &of_three(&[("sheets", "printed")]), &mut |prompt, _| {
        match &prompt.ask {
            Ask::Choose { choices: offered, .. } if choices(prompt).contains(&"by-hand") => {
                let network = offered.iter().find(|c| c.id == "print-network").unwrap();
                assert!(network.refused.as_ref().unwrap().contains("over a network"), "{network:?}");
                Some(chosen("print-office"))
            }
            Ask::EnterShare { row: 1, scan: Some(ScanOffer { handed: None, .. }), .. } => {
                let sheet = std::fs::read(printer.tray().last().unwrap()).unwrap();
                // A picture, a picture and a PDF, as scanners give them.
                let scan = simulate(&rasterised(&sheet), Setting::Scan200, scans).file;
                let (name, scan) =
                    if scans == 2 { ("c.pdf", simulated::scanners_pdf(&scan)) } else { ("a.jpg", scan) };
                let file = medium.join(format!("{scans}-{name}"));
                std::fs::write(&file, scan).unwrap();
                scans += 1;
                Some(path(&file))
            }
            _ => None,
        }
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    assert!(room.problems.is_empty() && room.shown.is_empty(), "{:?}", room.problems);
    let pack = finished.pack.unwrap();
    holds(&state, &pack);
    // One test page for the printer, one sheet for each custodian.
    let tray = printer.tray();
    assert_eq!((tray.len(), scans), (4, 3));
    let record = std::fs::read_to_string(Path::new(&pack).join("transcript.jsonl")).unwrap();
    assert_eq!(record.matches("\"sheet\":\"printed\"").count(), 3);
    assert_eq!(record.matches("read from a scan").count(), 3);
    assert_eq!(record.matches("a share sheet is sent to a printer").count(), 3);

    let rows: Vec<String> = tray[1..].iter().flat_map(|sheet| rows_on(sheet)).collect();
    assert_eq!(rows.len(), 21);
    let kept = [files(&state), files(&temporary), printer.own()].concat();
    nothing_of(&rows, &kept, &room.heard);
    assert!(files(&temporary).is_empty());

    // The sheet says how to do without this program, and what it names is in the pack, covered by its sums.
    let text = Command::new("pdftotext").arg(&tray[1]).arg("-").output().unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains("Without Cofferdam") && text.contains("decode_shares.py"), "{text}");
    let sums = std::fs::read_to_string(Path::new(&pack).join("SHA256SUMS")).unwrap();
    assert!(sums.contains("recovery/decode_shares.py") && sums.contains("recovery/HOW-TO-RECOVER.md"));
    // And it works: two sheets as printed give one key.
    let cards = format!("{}\n\n{}\n", rows[..7].join("\n"), rows[14..].join("\n"));
    assert_eq!(decoded(&Path::new(&pack).join("recovery/decode_shares.py"), &cards, "").trim().len(), 64);
}

/// What the decoder of the pack makes of cards; `words` are the code words it asks for, a line each.
fn decoded(decoder: &Path, cards: &str, words: &str) -> String {
    use std::io::Write as _;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("cards.txt");
    std::fs::write(&file, cards).unwrap();
    let mut python = Command::new("python3")
        .arg(decoder)
        .arg(&file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = python.stdin.take().unwrap().write_all(words.as_bytes());
    let out = python.wait_with_output().unwrap();
    format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr))
}

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
fn a_printer_that_fails_leaves_a_way_on() {
    let printer = Printer::start();
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::with(dir.path(), &[("CUPS_SERVER", &printer.socket())]);
    let mut asked = 0;
    let finished = room.rehearse("master-key-hsm", &of_three(&[("sheets", "printed")]), &mut |prompt, _| {
        let offered = choices(prompt);
        if prompt.step.id == "share.1" && offered.contains(&"by-hand") {
            asked += 1;
            return Some(match asked {
                // The test page does not come out.
                1 => {
                    printer.paper(false);
                    chosen("print-stubborn")
                }
                2 => {
                    printer.paper(true);
                    chosen("print-network")
                }
                3 => chosen("print-office"),
                _ => chosen("by-hand"),
            });
        }
        if offered.contains(&"good") {
            // The test page is good; then the paper runs out.
            printer.paper(false);
            return Some(chosen("good"));
        }
        if offered.contains(&"again") && offered.contains(&"whole") {
            // Tried once more in vain, then given up on.
            let again = printer.tray().len() == 1 && room_of(prompt) == 1;
            if !again {
                printer.paper(true);
            }
            return Some(chosen(if again { "again" } else { "other" }));
        }
        if offered.contains(&"by-hand") {
            return Some(chosen("by-hand"));
        }
        None
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    let found: Vec<&str> = room.problems.iter().map(|(_, p)| p.code.as_str()).collect();
    assert_eq!(found, ["print-unfinished", "not-an-answer", "print-unfinished", "print-unfinished"]);
    assert!(room.problems[0].1.happened.contains("media-empty-error, stopped"), "{}", room.problems[0].1);
    assert_eq!(room.shown.len(), 21, "every share was written by hand in the end");
    let pack = finished.pack.unwrap();
    holds(dir.path(), &pack);
    let record = std::fs::read_to_string(Path::new(&pack).join("transcript.jsonl")).unwrap();
    assert_eq!(record.matches("a spoiled share sheet was destroyed").count(), 2);
    assert!(record.contains("\"copies-printed\":2") && record.matches("written by hand").count() == 3);
    // Nothing that failed is left waiting to come out later.
    assert_eq!(printer.tray().len(), 1);
}

/// How often this question came before: the number at the end of its key.
fn room_of(prompt: &PromptView) -> u32 {
    let last = prompt.key.rsplit('/').next().and_then(|n| n.parse::<u32>().ok()).unwrap_or(1);
    // The choices of a way and of the test page come first.
    last.saturating_sub(4)
}

#[test]
fn without_a_print_service_sheets_are_written_by_hand() {
    let dir = tempfile::tempdir().unwrap();
    let nowhere = dir.path().join("cups.sock");
    let mut room = Room::with(&dir.path().join("state"), &[("CUPS_SERVER", &nowhere)]);
    let mut tried = false;
    let finished = room.rehearse("master-key-hsm", &of_three(&[("sheets", "printed")]), &mut |prompt, _| {
        let Ask::Choose { choices: offered, .. } = &prompt.ask else { return None };
        assert_eq!(choices(prompt), ["file", "by-hand", "print"]);
        assert!(offered[2].refused.as_ref().unwrap().contains("does not answer"), "{offered:?}");
        Some(chosen(if std::mem::replace(&mut tried, true) { "by-hand" } else { "print" }))
    });
    assert_eq!(finished.state, RunState::Closed);
    assert_eq!((room.problems.len(), room.shown.len()), (1, 21), "{:?}", room.problems);
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

#[test]
fn sheets_of_a_room_that_ended_are_void_and_destroyed() {
    let dir = tempfile::tempdir().unwrap();
    let mut room = Room::open(dir.path());
    let parameters = of_three(&[("sheets", "printed")]);
    let mut first = None;
    let stopped = room.rehearse("master-key-hsm", &parameters, &mut |prompt, _| match &prompt.ask {
        // The sheet of the second custodian is made, and not read back yet.
        Ask::EnterShare { scan: Some(ScanOffer { handed: Some(file), .. }), index: Some(2), .. } => {
            first = Some(file.clone());
            Some(Answer::Stop)
        }
        _ => None,
    });
    room.kill();
    let mut room = Room::open(dir.path());
    let (mut destroyed, mut late) = (0, true);
    let resume = ToRoom::Resume { run: stopped.run, token: None };
    let finished = room.play(&resume, &mut |prompt, _| match &prompt.ask {
        Ask::Observe { facts, .. } if facts.iter().any(|f| f.name.contains("destroy every sheet")) => {
            destroyed += 1;
            None
        }
        // A void sheet turns up all the same.
        Ask::EnterShare { index: Some(2), .. } if std::mem::replace(&mut late, false) => {
            Some(path(Path::new(first.as_ref().unwrap())))
        }
        _ => None,
    });
    assert_eq!(finished.state, RunState::Closed, "{:?}", room.problems);
    assert_eq!(destroyed, 1);
    assert_eq!(room.problems.len(), 1);
    assert!(room.problems[0].1.happened.contains("belongs to set"), "{}", room.problems[0].1);
    holds(dir.path(), &finished.pack.unwrap());
}

#[test]
fn rehearsals_of_printed_sheets_play_by_themselves() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let mut at = 0;
    let mut play = |script: &str, set: &[&str]| {
        at += 1;
        let pack = dir.path().join(format!("pack-{at}"));
        let mut args = vec!["rehearse", script, "--out", pack.to_str().unwrap()];
        args.extend(set.iter().flat_map(|s| ["--set", s]));
        let out = run(&state, &args);
        if out.status.success() {
            holds(&state, pack.to_str().unwrap());
        }
        (out.status.success(), said(&out))
    };
    for set in [
        &["sheets=printed"][..],
        &["sheets=printed", "paper=Letter", "large-type=yes"],
        &["sheets=printed-with-codeword", "paper=A5"],
    ] {
        let (closed, text) = play("master-key-hsm", set);
        assert!(closed, "{set:?}: {text}");
    }
    let (closed, text) = play("byok-aws", &["sheets=printed", "shares=3", "threshold=2"]);
    assert!(closed, "{text}");
    for (set, code) in [
        (&["sheets=printed", "qr=no"][..], "nobody-to-read-sheets"),
        (&["sheets=printed", "paper=A5", "large-type=yes"], "sheet-does-not-fit"),
    ] {
        let (closed, text) = play("master-key-hsm", set);
        assert!(!closed && text.contains(code), "{text}");
    }
}
