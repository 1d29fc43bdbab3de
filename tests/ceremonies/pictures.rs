//! How each kind of document looks: its pages as pictures, held against those that somebody looked at. Renderers differ in
//! their edges, so small squares are compared by how dark they are. `COFFERDAM_BLESS=1` keeps new ones: look at them first.

use actions::REPERTOIRE;
use actions::report::{OfPack, Source};
use documents::binder::{self, BinderOf};
use documents::booklet::{self, BookletOf};
use documents::forms::{self, FormsOf};
use paper::{Media, When};
use protocol::Mode;
use register::Register;
use script::Plan;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use transcript::Level;
use transcript::runs::Runs;
use whole_program::kept_pack;

/// The day that they are printed.
pub(crate) const WHEN: When = When { year: 2026, month: 11, day: 30, hour: 9, minute: 0 };
/// Pixels of a square's side, and how much darker or lighter a square may be, of 255.
const SQUARE: u32 = 8;
const DIFFERENCE: u32 = 40;

fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/pictures").join(name)
}

/// How dark each square of a picture is, row by row.
fn squares(picture: &image::GrayImage) -> Vec<u32> {
    let (wide, high) = (picture.width() / SQUARE, picture.height() / SQUARE);
    let mean = |x: u32, y: u32| {
        let all = (0..SQUARE).flat_map(|dy| (0..SQUARE).map(move |dx| (dx, dy)));
        let sum: u32 =
            all.map(|(dx, dy)| u32::from(picture.get_pixel(x * SQUARE + dx, y * SQUARE + dy).0[0])).sum();
        sum / (SQUARE * SQUARE)
    };
    (0..high).flat_map(|y| (0..wide).map(move |x| (x, y))).map(|(x, y)| mean(x, y)).collect()
}

/// The first pages of a document look as they were kept.
fn looks(name: &str, pdf: &[u8], pages: u32) {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("a.pdf"), pdf).unwrap();
    for page in 1..=pages {
        let number = page.to_string();
        let done = Command::new("pdftoppm")
            .args(["-r", "36", "-gray", "-png", "-singlefile", "-f", &number, "-l", &number, "a.pdf", "page"])
            .current_dir(dir.path())
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let file = kept(&format!("{name}-{page}.png"));
        if std::env::var_os("COFFERDAM_BLESS").is_some() {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::copy(dir.path().join("page.png"), &file).unwrap();
        }
        let [now, before] =
            [dir.path().join("page.png"), file].map(|path| image::open(path).unwrap().into_luma8());
        assert_eq!(now.dimensions(), before.dimensions(), "{name}, page {page}");
        let apart: Vec<u32> =
            squares(&now).iter().zip(squares(&before)).map(|(a, b)| a.abs_diff(b)).collect();
        let worst = apart.iter().max().copied().unwrap_or(0);
        let other = apart.iter().filter(|apart| **apart > DIFFERENCE / 4).count();
        assert!(
            worst <= DIFFERENCE && other * 50 <= apart.len(),
            "{name}, page {page}: {worst}, {other} squares"
        );
    }
}

/// A script or a roster that ships.
pub(crate) fn shipped(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../ceremonies").join(name)).unwrap()
}

/// The rehearsal of a script that ships, with this roster and these parameters.
pub(crate) fn planned(script: &str, roster: &str, values: &[(&str, &str)]) -> Plan {
    let values: BTreeMap<_, _> = values.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    let made = Plan::make(&shipped(script), roster, Mode::Rehearsal, &values, &REPERTOIRE);
    made.unwrap_or_else(|found| panic!("{found:?}"))
}

#[test]
fn documents_look_as_somebody_saw_them() {
    let of = |name: &str| OfPack::read(&kept_pack(name), Level::Internal, &REPERTOIRE).unwrap();
    let aws = of("byok-aws");
    looks("report-a4", &aws.report(Some(Media::A4)).pdf().unwrap(), 5);
    looks("report-letter", &aws.report(Some(Media::Letter)).pdf().unwrap(), 2);
    let real = of("production-byok-aws");
    looks("report-production", &real.report(None).pdf().unwrap(), 2);
    looks("report-given-up", &of("given-up").report(None).pdf().unwrap(), 1);
    looks("certificate", &of("drill").report(None).certificate().unwrap().unwrap(), 1);

    looks("workstation-card", &of("commission-workstation").report(None).card().unwrap().unwrap(), 2);

    let plan = planned("rehearsal-minimal.toml", &shipped("rehearsal-roster.toml"), &[]);
    for (name, media, large) in
        [("booklet-a4", Media::A4, false), ("booklet-letter-large", Media::Letter, true)]
    {
        let of =
            BookletOf { plan: &plan, to_fetch: None, notice: None, approved: None, when: WHEN, media, large };
        looks(name, &booklet::pdf(&of).unwrap(), 4);
    }
    let of = FormsOf { plan: &plan, to_fetch: Some("fetch --this"), when: WHEN, media: Media::A4 };
    looks("forms", &forms::pdf(&of).unwrap(), 3);
    looks("blank-sheet", &forms::blank_sheets(&of).unwrap()[0].1, 1);

    let transcripts: Vec<(String, Vec<u8>)> = ["byok-aws", "byok-receipt", "drill", "leaver"]
        .map(|name| (name.to_owned(), std::fs::read(kept_pack(name).join("transcript.jsonl")).unwrap()))
        .into();
    let of = BinderOf {
        from: "2026-01-01",
        to: "2026-12-31",
        rehearsal: true,
        when: WHEN,
        media: Media::A4,
        register: &Register::of_transcripts(&transcripts, &Runs::default()),
        ceremonies: transcripts.iter().map(|(_, t)| Source::of_transcript(t).summary(&REPERTOIRE)).collect(),
        listed: 4,
        wrong: &[],
    };
    looks("binder", &binder::pdf(&of).unwrap(), 4);
}
