//! What the record keeps through tampering, cuts, locks and rule-breaking.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it stands")]
mod common;
use common::{Key, Ticks, opened, small};
use transcript::{Draft, Journal, JournalError, Kind, Level, verify};

#[test]
fn every_flipped_byte_is_found_and_its_entry_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.jsonl");
    drop(small(&path, &mut Key::new()));
    let good = std::fs::read(&path).unwrap();
    let report = verify::transcript(&good);
    assert!(report.holds, "{report:?}");
    assert_eq!(report.mode.as_deref(), Some("rehearsal"));
    assert!(report.lines[0].says.contains("REHEARSAL"));
    let mut entry = 1;
    for at in 0..good.len() {
        for mask in [0x01, 0x20, 0x80] {
            let mut bad = good.clone();
            bad[at] ^= mask;
            let report = verify::transcript(&bad);
            assert!(!report.holds, "byte {at} ^ {mask:#x} went unseen");
            assert_eq!(report.first_bad, Some(format!("entry {entry}")), "byte {at}");
        }
        entry += usize::from(good[at] == b'\n');
    }
}

#[test]
fn dropped_swapped_and_doubled_lines_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.jsonl");
    drop(small(&path, &mut Key::new()));
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    for order in [vec![0, 2, 3, 4], vec![0, 2, 1, 3, 4], vec![0, 1, 1, 2, 3, 4], vec![1, 2, 3, 4], vec![]] {
        let bad: String = order.iter().map(|at| lines[*at]).collect();
        assert!(!verify::transcript(bad.as_bytes()).holds, "{order:?}");
    }
}

#[test]
fn a_cut_at_any_byte_keeps_exactly_the_whole_lines() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.jsonl");
    drop(small(&path, &mut Key::new()));
    let good = std::fs::read(&path).unwrap();
    for at in 0..=good.len() {
        let cut = dir.path().join("cut.jsonl");
        let aside = dir.path().join("cut.jsonl.torn-1");
        let _ = std::fs::remove_file(&aside);
        std::fs::write(&cut, &good[..at]).unwrap();
        let whole = good[..at].iter().rposition(|b| *b == b'\n').map_or(0, |nl| nl + 1);
        let opened = Journal::open(&cut, Box::new(Ticks::default()));
        if whole == 0 {
            assert!(matches!(opened, Err(JournalError::Empty(_))));
            assert_eq!(std::fs::read(&cut).unwrap(), good[..at]);
            continue;
        }
        let journal = opened.unwrap();
        assert_eq!(journal.entries().len(), good[..at].split(|b| *b == b'\n').count() - 1);
        assert_eq!(std::fs::read(&cut).unwrap(), good[..whole]);
        if whole == at {
            assert_eq!(journal.torn_bytes(), None);
            assert!(!aside.exists());
        } else {
            assert_eq!(journal.torn_bytes(), Some((at - whole) as u64));
            assert_eq!(std::fs::read(&aside).unwrap(), good[whole..at]);
        }
    }
}

#[test]
fn what_is_cut_off_lies_beside_the_record_byte_for_byte() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.jsonl");
    let mut journal = Journal::create(&path, opened(), Box::new(Ticks::default())).unwrap();
    for n in 0..5 {
        journal.append(Draft::new(Kind::Note).fact(Level::Public, "n", n)).unwrap();
    }
    let good = std::fs::read(&path).unwrap();
    let lines = |range: std::ops::Range<usize>| {
        good.split_inclusive(|b| *b == b'\n').skip(range.start).take(range.len()).collect::<Vec<_>>().concat()
    };
    for nothing in [6, 7, u64::MAX] {
        assert_eq!(journal.cut(nothing).unwrap(), None);
    }
    assert_eq!(std::fs::read(&path).unwrap(), good);
    let cut = journal.cut(4).unwrap().unwrap();
    assert_eq!((cut.file.as_str(), cut.entries), ("set-aside-1.jsonl", 2));
    let aside = std::fs::read(dir.path().join(&cut.file)).unwrap();
    assert_eq!(aside, lines(4..6));
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &aside);
    assert_eq!(cut.sha256, data_encoding::HEXLOWER.encode(digest.as_ref()));
    assert_eq!(std::fs::read(&path).unwrap(), lines(0..4));
    assert_eq!((journal.entries().len(), journal.head().entries), (4, 4));
    // It goes on behind what was kept, and the next piece gets another name; the first entry always stays.
    journal.append(Draft::new(Kind::Note).fact(Level::Public, "n", 9)).unwrap();
    assert!(verify::transcript(&std::fs::read(&path).unwrap()).first_bad.is_none());
    let cut = journal.cut(0).unwrap().unwrap();
    assert_eq!((cut.file.as_str(), cut.entries), ("set-aside-2.jsonl", 4));
    assert_eq!(std::fs::read(&path).unwrap(), lines(0..1));
    drop(journal);
    assert_eq!(Journal::open(&path, Box::new(Ticks::default())).unwrap().entries().len(), 1);
}

#[test]
fn what_was_written_is_what_is_read_and_it_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.jsonl");
    let mut journal = Journal::create(&path, opened(), Box::new(Ticks::default())).unwrap();
    journal.append(Draft::new(Kind::Note).opens("a", "Do a").fact(Level::Auditor, "n", 7)).unwrap();
    journal.checkpoint(&mut Key::new()).unwrap();
    let (entries, head) = (journal.entries().to_vec(), journal.head());
    assert!(matches!(Journal::open(&path, Box::new(Ticks::default())), Err(JournalError::Locked(_))));
    drop(journal);
    let mut journal = Journal::open(&path, Box::new(Ticks::default())).unwrap();
    assert_eq!((journal.entries(), journal.head()), (&entries[..], head));
    assert_eq!(journal.open_obligations()[0].id, "a");
    assert_eq!(journal.entries()[1].value("n"), Some(&7.into()));
    assert_eq!(journal.append(Draft::new(Kind::Resumed)).unwrap().seq, 4);
    assert!(verify::transcript(&std::fs::read(&path).unwrap()).holds);
}

#[test]
fn rules_are_kept_and_a_refusal_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.jsonl");
    let clock = || Box::new(Ticks::default());
    assert!(matches!(
        Journal::create(&path, Draft::new(Kind::Opened), clock()),
        Err(JournalError::Refused(_))
    ));
    assert!(!path.exists());
    let mut journal = Journal::create(&path, opened(), clock()).unwrap();
    assert!(matches!(Journal::create(&path, opened(), clock()), Err(JournalError::Exists(_))));
    for bad in [opened(), Draft::new(Kind::Checkpoint), Draft::new(Kind::Note).closes("x")] {
        assert!(matches!(journal.append(bad), Err(JournalError::Refused(_))));
    }
    assert_eq!(journal.entries().len(), 1);
    journal.append(Draft::new(Kind::Abandoned)).unwrap();
    assert!(journal.append(Draft::new(Kind::Note)).is_err());
    journal.checkpoint(&mut Key::new()).unwrap();
    assert!(journal.checkpoint(&mut Key::new()).is_err());
    drop(journal);
    assert_eq!(Journal::open(&path, clock()).unwrap().entries().len(), 3);
}

#[test]
fn a_record_beside_the_program_is_made_and_one_in_a_folder_that_is_gone_is_not_cut() {
    let dir = tempfile::tempdir().unwrap();
    // No other test here names a file without its folder.
    std::env::set_current_dir(dir.path()).unwrap();
    drop(Journal::create("t.jsonl".as_ref(), opened(), Box::new(Ticks::default())).unwrap());
    assert_eq!(Journal::open("t.jsonl".as_ref(), Box::new(Ticks::default())).unwrap().entries().len(), 1);
    let path = dir.path().join("room/t.jsonl");
    std::fs::create_dir(dir.path().join("room")).unwrap();
    let mut journal = Journal::create(&path, opened(), Box::new(Ticks::default())).unwrap();
    journal.append(Draft::new(Kind::Note)).unwrap();
    std::fs::rename(dir.path().join("room"), dir.path().join("elsewhere")).unwrap();
    assert!(matches!(journal.cut(1), Err(JournalError::Io { .. })));
    assert_eq!(journal.entries().len(), 2);
}
