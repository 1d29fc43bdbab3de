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

/// Records of version 1 stood under no signature until they ended, and could say less: they are told apart at once.
#[test]
fn a_record_of_another_version_is_refused() {
    let text = include_str!("vectors/small.jsonl");
    for other in ["\"v\":1}", "\"v\":3}", "\"v\":0}"] {
        let report = verify::transcript(text.replace("\"v\":2}", other).as_bytes());
        assert!(!report.holds);
        assert_eq!(report.first_bad.as_deref(), Some("entry 1"));
        assert!(report.lines.iter().any(|line| line.says.contains("version")), "{:?}", report.lines);
    }
}
