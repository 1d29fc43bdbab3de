//! Documents, against the Typst compiler on equal content: the same headings, facts and rows in the same fonts, each timed
//! inside its own process. Typst comes from `PyPI`, by `make bench`.

use crate::table;
use actions::REPERTOIRE;
use actions::report::OfPack;
use paper::{Block, Column, Imprint, Look, Media, When, document};
use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use transcript::Level;

const ROUNDS: usize = 5;
/// Rows of a report of some forty pages.
const ROWS: usize = 820;
const HEADS: [(&str, u8); 4] = [("Entry", 10), ("At", 20), ("Step", 40), ("Value", 30)];

const IMPRINT: Imprint<'static> = Imprint {
    title: "A long report",
    script_hash: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    language: "en",
    when: When { year: 2026, month: 11, day: 30, hour: 9, minute: 0 },
    rehearsal: false,
};

pub(crate) fn measure() {
    let dir = tempfile::tempdir().expect("a folder");
    for (what, rows, goal) in
        [("papers: a report, to Typst", ROWS, 0.3), ("papers: one page, to Typst", 12, 0.7)]
    {
        let blocks = blocks(rows);
        let source = dir.path().join("a.typ");
        std::fs::write(&source, as_typst(rows)).expect("a file");
        let rounds: Vec<(Duration, Duration)> =
            (0..ROUNDS).map(|_| (ours(&blocks), typst(&source))).collect();
        table::line(what, &rounds, Some(goal));
    }
    closing();
    let many = blocks(100_000);
    let (before, start) = (peak(), Instant::now());
    let pdf = document(&IMPRINT, Look::on(Media::A4), &many).expect("a document");
    table::note(&format!(
        "a table of 100,000 rows: {:.1} s, {} MiB of PDF, {} MiB more memory",
        start.elapsed().as_secs_f64(),
        pdf.len() >> 20,
        (peak() - before) >> 10
    ));
}

/// What a ceremony's end takes longer for its documents.
fn closing() {
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus/packs/byok-aws");
    let read = OfPack::read(&pack, Level::Internal, &REPERTOIRE).expect("a pack that verifies");
    let times = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        let report = read.report(None);
        let pdf = report.pdf().expect("a report");
        let page = report.html();
        let certificate = report.certificate().expect("a certificate").expect("a page");
        assert!(!pdf.is_empty() && !page.is_empty() && !certificate.is_empty(), "documents");
        start.elapsed().as_secs_f64()
    });
    let took = table::median(times);
    table::note(&format!(
        "the end of byok-aws takes {:.0} ms longer for its report and certificate",
        took * 1e3
    ));
}

/// The most memory that this process has had, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("a process");
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).expect("a peak");
    line.split_whitespace().nth(1).and_then(|n| n.parse().ok()).expect("a number")
}

fn row(n: usize) -> [String; 4] {
    [
        n.to_string(),
        format!("2026-11-30 {:02}:{:02} UTC", n / 60 % 24, n % 60),
        format!("Wrap the master key for the provider, inside the token, as line {n} of the plan says."),
        format!("cmac-aes:{:032x}", n * 7919),
    ]
}

fn blocks(rows: usize) -> Vec<Block<'static>> {
    let column =
        |(head, share): (&'static str, u8)| Column { head: head.into(), share, fixed: head == "Value" };
    vec![
        Block::Heading(1, IMPRINT.title.into()),
        Block::Text("Every entry of the record, in order.".into()),
        Block::Table(HEADS.map(column).into(), (0..rows).map(|n| row(n).map(Cow::from).into()).collect()),
    ]
}

fn ours(blocks: &[Block<'_>]) -> Duration {
    let start = Instant::now();
    let pdf = document(&IMPRINT, Look::on(Media::A4), blocks).expect("a document");
    assert!(!pdf.is_empty(), "a document");
    start.elapsed()
}

fn as_typst(rows: usize) -> String {
    let mut text = String::from(
        "#set page(paper: \"a4\", margin: 15mm, numbering: \"1 of 1\")\n#set text(font: \"IBM Plex Sans\", size: 11.5pt, lang: \
         \"en\")\n#set document(title: \"A long report\")\n= A long report\nEvery entry of the record, in order.\n\
         #table(columns: (10fr, 20fr, 40fr, 30fr), stroke: none, table.header([Entry], [At], [Step], [Value]),\n",
    );
    for n in 0..rows {
        let [entry, at, step, value] = row(n);
        let _ = writeln!(
            text,
            "[{entry}], [{at}], [{step}], text(font: \"IBM Plex Mono\")[{value}], table.hline(),"
        );
    }
    text.push_str(")\n");
    text
}

/// One compilation, in a process of its own: Typst remembers what it laid out before. Its start and the loading of its library
/// are not counted.
const COMPILE: &str = "
import sys, time, typst
begun = time.perf_counter()
pdf = typst.compile(sys.argv[1], font_paths=[sys.argv[2]], ignore_system_fonts=True)
assert len(pdf) > 1000
print(time.perf_counter() - begun)
";

fn typst(source: &Path) -> Duration {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let python = root.join("target/tools/typst/bin/python");
    assert!(python.is_file(), "Typst is not here: run `make bench`");
    let done = Command::new(python)
        .args(["-c", COMPILE])
        .arg(source)
        .arg(root.join("crates/paper/fonts"))
        .output()
        .expect("a Python");
    let seconds = String::from_utf8_lossy(&done.stdout).trim().parse();
    Duration::from_secs_f64(seconds.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&done.stderr))))
}
