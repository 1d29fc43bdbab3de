//! The fixed transcript in `vectors/small.jsonl`, whose values `docs/formats/transcript.md` quotes.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]
mod common;
use common::{Key, small};
use transcript::{Head, verify};

const VECTOR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/small.jsonl");
const HEAD: &str = include_str!("vectors/small.head");

#[test]
fn the_fixed_transcript_verifies_to_its_head() {
    let bytes = std::fs::read(VECTOR).unwrap();
    let report = verify::transcript(&bytes);
    assert!(report.holds, "{report:#?}");
    // Read through the journal on a copy, as opening takes a lock and may cut.
    let dir = tempfile::tempdir().unwrap();
    let copy = dir.path().join("small.jsonl");
    std::fs::write(&copy, bytes).unwrap();
    let journal = transcript::Journal::open(&copy, Box::new(common::Ticks::default())).unwrap();
    assert_eq!(journal.head().text(), HEAD);
    assert_eq!(journal.head(), Head { entries: 5, chain: journal.entries()[4].chain });
}

#[test]
#[ignore = "writes the vector anew; the document must then be changed with it"]
fn write_the_vector() {
    let _ = std::fs::remove_file(VECTOR);
    let journal = small(std::path::Path::new(VECTOR), &mut Key::new());
    std::fs::write(VECTOR.replace(".jsonl", ".head"), journal.head().text()).unwrap();
}
