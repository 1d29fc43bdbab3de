//! What the verifier says of packs that somebody wrote anew with a key of their own: every list and signature in them is right.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should stop where it stands")]
mod common;
use std::path::PathBuf;

use common::{Key, Ticks, opened, small};
use transcript::pack::{PackFile, write};
use transcript::{Draft, FileDigest, Journal, Kind, Level, Signer as _, verify};
use verify::Report;

fn sha256(bytes: &[u8]) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    data_encoding::HEXLOWER.encode(digest.as_ref())
}

fn file(name: &str, bytes: &[u8]) -> (PackFile, FileDigest) {
    let digest = FileDigest { name: name.into(), sha256: sha256(bytes), size: bytes.len() as u64 };
    (PackFile { name: name.into(), bytes: bytes.to_vec() }, digest)
}

/// A pack whose record has these entries before its end.
struct Pack {
    dir: tempfile::TempDir,
    key: Key,
}

impl Pack {
    fn of(notes: Vec<Draft>, files: Vec<PackFile>) -> Self {
        let (dir, mut key) = (tempfile::tempdir().unwrap(), Key::new());
        let mut journal =
            Journal::create(&dir.path().join("t.jsonl"), opened(), Box::new(Ticks::default())).unwrap();
        for note in notes {
            journal.append(note).unwrap();
        }
        journal.append(Draft::new(Kind::Closed)).unwrap();
        journal.checkpoint(&mut key).unwrap();
        write(&dir.path().join("pack"), files, &journal, &mut key).unwrap();
        Self { dir, key }
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("pack")
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// Writes the list of files anew, with these lines for all that is not in it, and signs it.
    fn listed(&mut self, change: impl FnOnce(Vec<String>) -> Vec<String>) {
        let sums = std::fs::read_to_string(self.path().join("SHA256SUMS")).unwrap();
        let again = |line: &str| {
            let (_, name) = line.split_once("  ").unwrap();
            let now = std::fs::read(self.path().join(name)).ok();
            now.map_or_else(|| line.to_owned(), |bytes| format!("{}  {name}", sha256(&bytes)))
        };
        let text =
            change(sums.lines().map(again).collect()).iter().map(|l| l.clone() + "\n").collect::<String>();
        self.signed(&text);
    }

    fn signed(&mut self, sums: &str) {
        self.put("SHA256SUMS", sums.as_bytes());
        let signature = self.key.sign(sums.as_bytes()).unwrap();
        self.put("SHA256SUMS.sig", &signature);
    }

    fn report(&self) -> Report {
        verify::pack(&self.path())
    }
}

fn says(report: &Report, what: &str) -> bool {
    report.lines.iter().any(|line| line.says.contains(what))
}

fn unknown(report: &Report, what: &str) -> bool {
    report.not_checked.iter().any(|says| says.contains(what))
}

#[test]
fn one_key_signed_the_record_and_the_pack_and_the_record_names_it() {
    let named = |sha256: &str| Draft::new(Kind::Note).fact(Level::Public, "signing-key-sha256", sha256);
    let dir = tempfile::tempdir().unwrap();
    let (mut key, mut other) = (Key::new(), Key::new());
    let own = sha256(key.public_key());
    for (says, whose, holds) in [(&own, &mut key, true), (&"0".repeat(64), &mut Key::new(), false)] {
        let path = dir.path().join(&says[..8]);
        let mut journal = Journal::create(&path, opened(), Box::new(Ticks::default())).unwrap();
        journal.append(named(says)).unwrap();
        journal.append(Draft::new(Kind::Closed)).unwrap();
        journal.checkpoint(whose).unwrap();
        let pack = dir.path().join(format!("{}-pack", &says[..8]));
        write(&pack, Vec::new(), &journal, whose).unwrap();
        let report = verify::pack(&pack);
        assert_eq!((report.holds, report.first_bad.as_deref()), (holds, (!holds).then_some("signer.pem")));
        assert_eq!(report.signer, Some(sha256(whose.public_key())));
        let pem = std::fs::read(pack.join("signer.pem")).unwrap();
        assert_eq!(verify::fingerprint(&pem), report.signer);
        assert_eq!(verify::fingerprint(&pem[1..]), None);
    }
    // The record is one key's, and the pack another's.
    let journal = small(&dir.path().join("small"), &mut key);
    write(&dir.path().join("theirs"), vec![file("script.toml", b"foo").0], &journal, &mut other).unwrap();
    let report = verify::pack(&dir.path().join("theirs"));
    assert_eq!((report.holds, report.first_bad.as_deref()), (false, Some("signer.pem")));
    // A pack without the key is signed by nobody.
    std::fs::remove_file(dir.path().join("theirs/signer.pem")).unwrap();
    assert_eq!(verify::pack(&dir.path().join("theirs")).signer, None);
}

#[test]
fn what_the_record_names_is_there_as_it_names_it_unless_it_was_removed() {
    let (kept, digest) = file("kept.bin", b"kept");
    let noted = |digest: &FileDigest| Draft::new(Kind::Note).file(digest.clone());
    let good = Pack::of(vec![noted(&digest)], vec![kept]);
    assert!(good.report().holds && says(&good.report(), "1 file is one the transcript recorded."));
    let none = Pack::of(Vec::new(), Vec::new());
    assert!(none.report().holds && !says(&none.report(), "the transcript recorded"));

    let mut other = good;
    other.put("kept.bin", b"other");
    other.listed(|lines| lines);
    let report = other.report();
    assert_eq!((report.holds, report.first_bad.as_deref()), (false, Some("kept.bin")));
    // No copy is made of such a pack, and it is said why.
    let copy = other.dir.path().join("copy");
    let why = transcript::disclose(&other.path(), Level::Public, &copy).unwrap_err().to_string();
    assert!(why.contains("kept.bin") && !copy.exists(), "{why}");
    std::fs::remove_file(other.path().join("kept.bin")).unwrap();
    other.listed(|mut lines| {
        lines.retain(|line| !line.ends_with("kept.bin"));
        lines
    });
    let report = other.report();
    assert_eq!((report.holds, report.first_bad.as_deref()), (false, Some("kept.bin")));

    let removed =
        Draft::new(Kind::TakenBack).fact(Level::Public, "removed-files", serde_json::json!(["kept.bin"]));
    assert!(Pack::of(vec![noted(&digest), removed.clone()], Vec::new()).report().holds);
    // Made again since.
    assert!(!Pack::of(vec![removed, noted(&digest)], Vec::new()).report().holds);
}

#[test]
fn every_file_is_listed_once_and_every_line_is_of_a_file() {
    let pack = || Pack::of(Vec::new(), vec![file("a.txt", b"a").0]);
    let first_bad = |change: &dyn Fn(Vec<String>) -> Vec<String>| {
        let mut pack = pack();
        pack.listed(change);
        let report = pack.report();
        (report.holds, report.first_bad)
    };
    assert!(says(&pack().report(), "6 files are listed once"), "{:?}", pack().report());
    let bad = |name: &str| (false, Some(name.to_owned()));
    assert_eq!(first_bad(&|lines| lines), (true, None));
    assert_eq!(first_bad(&|lines| [&lines[..], &lines[..1]].concat()), bad("HEAD"));
    assert_eq!(first_bad(&|lines| lines[1..].to_vec()), bad("HEAD"));
    let gone = format!("{}  gone.txt", "0".repeat(64));
    assert_eq!(first_bad(&|lines| [&lines[..], std::slice::from_ref(&gone)].concat()), bad("gone.txt"));
    for line in ["no list", "00  ../outside", "00  "] {
        assert_eq!(
            first_bad(&|lines| [&lines[..], &[line.to_owned()]].concat()),
            bad("SHA256SUMS"),
            "{line}"
        );
    }
    for sums in ["", "no newline"] {
        let mut pack = pack();
        pack.signed(sums);
        assert_eq!(pack.report().first_bad.as_deref(), Some("SHA256SUMS"), "{sums:?}");
    }
    // One that is listed rightly and cut short is not read to its end.
    let mut cut = pack();
    let sums = std::fs::read_to_string(cut.path().join("SHA256SUMS")).unwrap();
    cut.signed(sums.trim_end());
    assert_eq!(cut.report().first_bad.as_deref(), Some("SHA256SUMS"));
}

#[test]
fn what_others_left_in_a_pack_is_named_and_no_more() {
    let pack = Pack::of(Vec::new(), Vec::new());
    for name in ["bundle/receipt.json", "bundles/line-1-a/receipt-public-key.pem", "bundle/.DS_Store"] {
        pack.put(name, b"left");
    }
    std::fs::create_dir(pack.path().join("__MACOSX")).unwrap();
    pack.put("__MACOSX/inside", b"left");
    let report = pack.report();
    assert!(report.holds, "{report:#?}");
    for name in ["bundle/receipt.json", "bundles/line-1-a/receipt-public-key.pem", ".DS_Store", "__MACOSX/"] {
        assert!(unknown(&report, name), "{name}: {:?}", report.not_checked);
    }
    for name in ["receipt.json", "other/receipt.json", "bundle/deep/receipt.json", "bundle/answer.json"] {
        let pack = Pack::of(Vec::new(), Vec::new());
        pack.put(name, b"left");
        assert_eq!(pack.report().first_bad.as_deref(), Some(name));
    }
    // A link of such a name is no file that a system left.
    std::os::unix::fs::symlink("HEAD", pack.path().join("Thumbs.db")).unwrap();
    assert!(!pack.report().holds);
}

#[test]
fn a_notice_makes_no_copy_of_a_pack_whose_list_is_signed() {
    let mut pack = Pack::of(Vec::new(), vec![file("a.txt", b"a").0]);
    pack.put("DISCLOSED.txt", b"shortened");
    let line = format!("{}  DISCLOSED.txt", sha256(b"shortened"));
    pack.listed(|lines| [&lines[..], &[line]].concat());
    assert!(pack.report().holds && !unknown(&pack.report(), "shortened copy"));
    pack.put("SHA256SUMS.sig", b"no signature");
    assert_eq!(pack.report().first_bad.as_deref(), Some("SHA256SUMS.sig"));
    // Neither is one whose signature is gone, without the notice.
    let bare = Pack::of(Vec::new(), Vec::new());
    std::fs::remove_file(bare.path().join("SHA256SUMS.sig")).unwrap();
    assert_eq!(bare.report().first_bad.as_deref(), Some("SHA256SUMS.sig"));
}

#[test]
fn a_folder_that_is_no_pack_is_not_read_through() {
    let dir = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("nowhere", dir.path().join("a-link")).unwrap();
    let report = verify::any(dir.path());
    assert_eq!((report.holds, report.lines.len()), (false, 1));
    assert!(says(&report, "no evidence pack"), "{report:?}");
    let deep = Pack::of(Vec::new(), Vec::new());
    deep.put("1/2/3/4/5/6/7/8/file", b"deep");
    assert!(says(&deep.report(), "is there and not listed"), "{:?}", deep.report());
    deep.put("1/2/3/4/5/6/7/8/9/file", b"deeper");
    assert!(says(&deep.report(), "cannot be checked") && !says(&deep.report(), "is there and not listed"));
}

#[test]
fn a_record_alone_says_how_far_it_is_vouched_for() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.jsonl");
    let first = Draft::new(Kind::Opened).fact(Level::Public, "mode", "production");
    let mut journal = Journal::create(&path, first, Box::new(Ticks::default())).unwrap();
    let report = || verify::any(&path);
    assert!(report().holds && says(&report(), "This is a production ceremony."));
    assert!(unknown(&report(), "the last entry is not a signature"), "{:?}", report());
    assert!(says(&report(), "No entry is a signed checkpoint.") && !says(&report(), "Withheld"));
    let mut key = Key::new();
    journal.checkpoint(&mut key).unwrap();
    assert!(!unknown(&report(), "the last entry is not a signature"));
    assert!(says(&report(), "The 1 signed checkpoint verifies."));
    assert_eq!(report().signer, Some(sha256(key.public_key())));
    let mut other = Key::new();
    journal.append(Draft::new(Kind::Note)).unwrap();
    journal.checkpoint(&mut other).unwrap();
    assert!(says(&report(), "All 2 signed checkpoints verify."), "{:?}", report());
    assert_eq!(report().signer, None);
    for key in [key, other] {
        assert!(unknown(&report(), &sha256(key.public_key())), "{:?}", report().not_checked);
    }
    // Parts withheld at one level alone are counted, too.
    let dir = tempfile::tempdir().unwrap();
    let mut key = Key::new();
    let journal = small(&dir.path().join("t.jsonl"), &mut key);
    let pack = dir.path().join("pack");
    write(&pack, vec![file("script.toml", b"foo").0], &journal, &mut key).unwrap();
    for (level, how_many) in
        [(Level::Auditor, "the auditor part of 0"), (Level::Public, "the auditor part of 5")]
    {
        let copy = dir.path().join(format!("{level:?}"));
        transcript::disclose(&pack, level, &copy).unwrap();
        let report = verify::pack(&copy);
        assert!(report.holds && says(&report, how_many) && unknown(&report, "withheld parts"), "{report:?}");
        assert!(unknown(&report, "1 file that the transcript recorded: not in this copy."), "{report:?}");
    }
}
