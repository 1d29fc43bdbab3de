//! Real sheets of real cards, looked at with other programs: poppler and zbar.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod common;

use common::{a_card, by_hand, imprint, script, with_sheet};
use paper::{
    Block, Column, Flow, FlowBox, Label, Look, Media, PaperError, Rows, Step, Symbol, TEST_SYMBOL_TEXT,
    TypeSize, When, document, share_sheet, test_page,
};
use std::borrow::Cow;
use std::path::Path;
use std::process::Command;

const ALL: [Media; 3] = [Media::A5, Media::A4, Media::Letter];

fn run(program: &str, args: &[&str], folder: &Path) -> String {
    let done = Command::new(program).args(args).current_dir(folder).output().expect(program);
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

/// Checks page sizes, and that every word lies within the margins; gives the number of pages and their text.
fn inspect(pdf: &[u8], media: Media) -> (usize, String) {
    let (words, pages, text) = looked_at(pdf, media);
    assert!(words > 30);
    (pages, text)
}

/// The same for a page that may hold few words.
fn inspect_any(pdf: &[u8], media: Media) -> (usize, String) {
    let (_, pages, text) = looked_at(pdf, media);
    (pages, text)
}

fn looked_at(pdf: &[u8], media: Media) -> (usize, usize, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.pdf"), pdf).unwrap();
    let boxes = run("pdftotext", &["-bbox", "a.pdf", "-"], folder.path());
    let (width, height) = media.size();
    let number = |line: &str, name: &str| -> f32 {
        line.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
    };
    let (mut pages, mut words) = (0, 0);
    for line in boxes.lines() {
        if line.contains("<page ") {
            pages += 1;
            assert!(
                (number(line, "width") - width).abs() < 0.1 && (number(line, "height") - height).abs() < 0.1
            );
        } else if line.contains("<word ") {
            words += 1;
            let margin = media.margin() - 0.5;
            assert!(number(line, "xMin") >= margin && number(line, "xMax") <= width - margin, "{line}");
            // The box of a word is taller than its letters; nothing reaches the paper's edge.
            let edge = margin - 8.0;
            assert!(number(line, "yMin") >= edge && number(line, "yMax") <= height - edge, "{line}");
        }
    }
    (words, pages, run("pdftotext", &["-layout", "a.pdf", "-"], folder.path()))
}

/// The first page as grey pixels at 300 dpi.
fn scan(pdf: &[u8], folder: &Path) -> image::GrayImage {
    std::fs::write(folder.join("a.pdf"), pdf).unwrap();
    run(
        "pdftoppm",
        &["-r", "300", "-gray", "-png", "-singlefile", "-f", "1", "-l", "1", "a.pdf", "page"],
        folder,
    );
    image::open(folder.join("page.png")).unwrap().into_luma8()
}

/// What rxing and zbarimg read on the first page; the symbol is there twice.
fn read_symbols(pdf: &[u8]) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let page = scan(pdf, folder.path());
    let (width, height) = page.dimensions();
    let mut read = Vec::new();
    // Each half on its own: this decoder looks for one symbol a picture.
    for top in [0, height / 2] {
        let half = image::imageops::crop_imm(&page, 0, top, width, height / 2).to_image();
        let text = rxing::helpers::detect_in_luma(half.into_raw(), width, height / 2, None).unwrap();
        read.push(text.getText().to_owned());
    }
    let zbar = run("zbarimg", &["--raw", "-q", "page.png"], folder.path());
    (read, zbar.lines().map(str::to_owned).collect())
}

#[test]
fn every_sheet_fits_and_its_symbols_hold_the_share() {
    for media in ALL {
        for (rows, rehearsal) in [(7, false), (8, true), (9, true)] {
            let card = a_card(rows);
            let look = Look { code_word: rows == 9, ..Look::on(media) };
            let pdf = with_sheet(&card, rehearsal, |sheet| share_sheet(sheet, look)).unwrap();
            let (pages, text) = inspect(&pdf, media);
            assert!(pages <= 2, "{media:?} {rows}");
            for row in &card.rows {
                // The check characters stand apart.
                let data = &row[..19];
                let line =
                    text.lines().find(|l| l.contains(data)).unwrap_or_else(|| panic!("{row} in {text}"));
                assert!(line.trim_end().ends_with(&row[20..]));
            }
            for said in
                ["Share 2 of 5", "needs 3", "0123-4567-89AB-CDEF", "Bag number", "Witness", "fold here"]
            {
                assert!(text.contains(said), "{said}");
            }
            for said in
                ["gfcombine", "zbarimg", "HOW-TO-RECOVER.md", "page 1 of", common::HASH.get(..8).unwrap()]
            {
                assert!(text.contains(said), "{said}");
            }
            assert_eq!(text.contains("REHEARSAL: protects nothing"), rehearsal);
            assert_eq!(text.contains("Code word"), rows == 9);
            let (rxing, zbar) = read_symbols(&pdf);
            assert_eq!(rxing, [card.text.as_str(); 2], "{media:?} {rows} by rxing");
            assert_eq!(zbar, [card.text.as_str(); 2], "{media:?} {rows} by zbar");
        }
    }
}

#[test]
fn large_type_fits_on_large_paper() {
    for media in [Media::A4, Media::Letter] {
        for rows in [7, 9] {
            let look = Look { type_size: TypeSize::Large, code_word: true, ..Look::on(media) };
            let pdf = with_sheet(&a_card(rows), true, |sheet| share_sheet(sheet, look)).unwrap();
            assert_eq!(inspect(&pdf, media).0, 2);
            assert_eq!(read_symbols(&pdf).0.len(), 2);
        }
    }
    let look = Look { type_size: TypeSize::Large, ..Look::on(Media::A5) };
    let refused = with_sheet(&a_card(9), true, |sheet| share_sheet(sheet, look)).unwrap_err();
    assert_eq!(refused, PaperError::DoesNotFit { what: "the share sheet", media: "A5" });
}

#[test]
fn symbols_can_be_left_off_and_rows_written_by_hand() {
    for media in ALL {
        let look = Look { symbol: Symbol::LeftOff, ..Look::on(media) };
        let pdf = with_sheet(&a_card(7), false, |sheet| share_sheet(sheet, look)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        scan(&pdf, folder.path());
        let done =
            Command::new("zbarimg").args(["--raw", "-q", "page.png"]).current_dir(&folder).output().unwrap();
        assert!(done.stdout.is_empty(), "no symbol");

        let card = a_card(7);
        let mut sheet = by_hand(7);
        // Even if a symbol is handed over, a sheet for handwriting does not print it.
        sheet.symbol = Some((&card.symbol.0, card.symbol.1));
        let pdf = share_sheet(&sheet, Look::on(media)).unwrap();
        let (_, text) = inspect(&pdf, media);
        assert!(text.contains("no I, L, O, U") && !text.contains("2026-11-25"), "it is not made yet: {text}");
        assert!(!text.contains(&card.rows[0][..4]));
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let card = a_card(8);
    let make = |index| {
        with_sheet(&card, false, |sheet| {
            share_sheet(&paper::ShareSheet { index, ..*sheet }, Look::on(Media::A4))
        })
    };
    assert_eq!(*make(2).unwrap(), *make(2).unwrap());
    assert_ne!(*make(2).unwrap(), *make(3).unwrap());
    let make = || document(&imprint(false), Look::on(Media::Letter), &script()).unwrap();
    assert_eq!(make(), make());
}

#[test]
fn what_would_be_cut_off_or_wrong_is_refused() {
    let card = a_card(7);
    let refused = |change: &dyn Fn(&mut paper::ShareSheet<'_>)| {
        with_sheet(&card, false, |sheet| {
            let mut sheet = *sheet;
            change(&mut sheet);
            share_sheet(&sheet, Look::on(Media::A4)).unwrap_err()
        })
    };
    let long = Box::leak("a purpose without end ".repeat(200).into_boxed_str());
    assert_eq!(
        refused(&|s| s.purpose = long),
        PaperError::DoesNotFit { what: "the share sheet", media: "A4" }
    );
    assert_eq!(refused(&|s| s.custodian = "王小明"), PaperError::Unprintable { character: 0x738b });
    assert_eq!(refused(&|s| s.symbol = Some(("0101", 3))), PaperError::Symbol);
    assert_eq!(refused(&|s| s.symbol = Some(("012x", 2))), PaperError::Symbol);
    assert_eq!(refused(&|s| s.imprint.when = When { month: 13, ..s.imprint.when }), PaperError::Date);
    assert!(matches!(refused(&|s| s.rows = Rows::ByHand(200)), PaperError::DoesNotFit { .. }));
}

#[test]
fn documents_break_over_pages_without_breaking_steps() {
    for media in ALL {
        let pdf = document(&imprint(true), Look::on(media), &script()).unwrap();
        let (pages, text) = inspect(&pdf, media);
        assert!(pages > 2);
        let by_page: Vec<&str> = text.split('\u{c}').filter(|p| !p.trim().is_empty()).collect();
        assert_eq!(by_page.len(), pages);
        for (page, number) in by_page.iter().zip(1..) {
            assert!(page.contains(&format!("page {number} of {pages}")));
            assert!(page.contains(&common::HASH[..8]), "the script's hash is on every page");
        }
        let with = |what: &str| by_page.iter().position(|p| p.contains(what)).unwrap();
        assert_eq!(with("Signed by"), with("Security official"), "signatures stay together");
        assert_eq!(
            by_page.iter().filter(|p| p.contains("Token serial")).count(),
            with("Custodian number 30") + 1,
            "the table's head is repeated"
        );
        assert_eq!(text.matches("Wrap the master key").count(), 21);
    }
}

#[test]
fn a_test_page_holds_a_symbol_as_long_as_the_longest_card() {
    let code = qrcode::QrCode::with_error_correction_level(TEST_SYMBOL_TEXT, qrcode::EcLevel::Q).unwrap();
    let longest = a_card(9).symbol.1;
    assert!(u32::try_from(code.width()).unwrap() >= longest, "{} {longest}", code.width());
    let modules: String = code.to_colors().iter().map(|c| c.select('1', '0')).collect();
    for media in ALL {
        let symbol = (modules.as_str(), u32::try_from(code.width()).unwrap());
        let pdf = test_page(&imprint(false), Look::on(media), symbol).unwrap();
        assert_eq!(inspect(&pdf, media).0, 1);
        let folder = tempfile::tempdir().unwrap();
        scan(&pdf, folder.path());
        let read = run("zbarimg", &["--raw", "-q", "page.png"], folder.path());
        assert_eq!(read.trim(), TEST_SYMBOL_TEXT);
    }
}

/// Texts of every kind that a hostile record may hold: long words, control and direction characters, letters of no font.
fn hostile() -> Vec<String> {
    vec![
        "x".repeat(10_000),
        "word ".repeat(1_000),
        "\u{202e}evil\u{7}\u{0}\t\r\nnext".to_owned(),
        "王小明 هند 🙂".repeat(30),
        "\n".repeat(200),
        String::new(),
    ]
}

#[test]
fn what_is_higher_than_a_page_is_cut_and_nothing_is_lost() {
    let looks =
        [(Media::A4, TypeSize::Normal), (Media::Letter, TypeSize::Large), (Media::A5, TypeSize::Normal)];
    for (text, (media, type_size)) in hostile().into_iter().zip(looks.into_iter().cycle()) {
        let cell = || Cow::Owned(text.clone());
        let column = |share| Column { head: "Head".into(), share, fixed: share == 1 };
        let flow =
            Flow { boxes: vec![FlowBox { head: cell(), text: cell(), from: None }], said: "one box".into() };
        let step = Step {
            number: "1".into(),
            who: "who".into(),
            what: cell(),
            why: cell(),
            blanks: vec!["Time".into()],
        };
        let blocks = [
            Block::Heading(1, "Title".into()),
            Block::Heading(2, cell()),
            Block::Text(cell()),
            Block::Framed(cell()),
            Block::Fixed(cell()),
            Block::List(vec!["a point".into(), cell()]),
            Block::Facts(vec![("name".into(), cell()), (cell(), "value".into())]),
            Block::Table(
                vec![column(1), column(9)],
                vec![vec![cell(), cell()], vec!["a".into(), "b".into()]],
            ),
            Block::Flow(flow),
            Block::NewPage,
            Block::Step(step),
            Block::Signatures(vec!["Name of somebody".into(); 60]),
            Block::Signatures(vec![cell()]),
            Block::Blanks(vec![("To be written".into(), 3)]),
            Block::Labels(vec![
                Label { head: cell(), text: cell(), blanks: vec!["Bag".into()] },
                Label { head: "Share 1".into(), text: cell(), blanks: Vec::new() },
                Label { head: "Share 2".into(), text: "of 3".into(), blanks: Vec::new() },
            ]),
        ];
        let look = Look { type_size, ..Look::on(media) };
        let pdf = document(&imprint(true), look, &blocks).unwrap();
        let (_, said) = inspect(&pdf, media);
        let seen = said.matches('x').count();
        assert!(!text.starts_with("xx") || seen >= 8 * 10_000, "{media:?}: {seen}");
        for c in ['\u{202e}', '\u{7}', '王'] {
            assert!(!said.contains(c));
        }
    }
}

#[test]
fn no_heading_stands_last_on_a_page() {
    for lines in 0..60 {
        let mut blocks = vec![Block::Heading(1, "Title".into())];
        blocks.extend((0..lines).map(|n| Block::Text(format!("line {n}").into())));
        blocks.push(Block::Heading(2, "OfATable".into()));
        let column = Column { head: "HeadOfIt".into(), share: 1, fixed: false };
        blocks.push(Block::Table(vec![column], vec![vec!["first row".into()]]));
        let pdf = document(&imprint(false), Look::on(Media::A5), &blocks).unwrap();
        let (_, text) = inspect_any(&pdf, Media::A5);
        let page = text.split('\u{c}').find(|p| p.contains("OfATable")).unwrap();
        assert!(page.contains("HeadOfIt") && page.contains("first row"), "{lines}");
    }
}
