//! The forger: hands a pack over that they wrote anew from its first entry to its last, and signed with a key of their own.

use std::path::{Path, PathBuf};
use transcript::{Kind, Level};
use whole_program::{forged, intact, run, said};

/// The verifier's answer for a pack, with a signer named or not: exit status and words.
fn verified(state: &Path, pack: &Path, signer: Option<&str>) -> (Option<i32>, String) {
    let mut args = vec!["verify", pack.to_str().unwrap()];
    args.extend(signer.iter().flat_map(|signer| ["--signer", *signer]));
    let out = run(state, &args);
    (out.status.code(), said(&out))
}

/// A folder with a state and the pack of the smallest rehearsal.
fn rehearsed() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let (state, pack) = (dir.path().join("state"), dir.path().join("pack"));
    let out = run(&state, &["rehearse", "rehearsal-minimal", "--out", pack.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    (dir, state, pack)
}

/// On 0.1.0 a pack that was forged whole verified with exit status 0.
#[test]
fn a_pack_that_somebody_else_signed_is_told_from_the_workstations() {
    let dir = tempfile::tempdir().unwrap();
    let (state, pack) = (dir.path().join("state"), dir.path().join("pack"));
    let out = run(&state, &["rehearse", "rehearsal-minimal", "--out", pack.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    let noted = said(&out);
    let noted = noted.lines().find_map(|line| line.strip_prefix("Signed with the key of SHA-256 ")).unwrap();

    let theirs = dir.path().join("theirs");
    forged::pack(&pack, &theirs, &|_| {});
    // Without a signer both look alike, and neither is called good.
    for each in [&pack, &theirs] {
        let (status, words) = verified(&state, each, None);
        assert_eq!(status, Some(3), "{words}");
        assert!(words.contains("Who signed it was not checked"), "{words}");
        assert!(words.contains("Whose key signed it"), "{words}");
    }
    // As people write it down: in groups, in capitals.
    let grouped: Vec<&str> = (0..8).map(|n| &noted[n * 8..n * 8 + 8]).collect();
    for named in [noted.to_owned(), noted.to_uppercase(), grouped.join(" "), grouped.join(":")] {
        let (status, words) = verified(&state, &pack, Some(&named));
        assert_eq!(status, Some(0), "{named}: {words}");
        assert!(words.contains("signed with the key that you named"), "{words}");
        let (status, words) = verified(&state, &theirs, Some(&named));
        assert_eq!(status, Some(1), "{named}: {words}");
        assert!(words.contains("FAILS  It is signed with another key"), "{words}");
    }
    // A signer.pem that came another way; the forged pack's own would prove nothing but itself.
    let pem = dir.path().join("kept.pem");
    std::fs::copy(pack.join("signer.pem"), &pem).unwrap();
    assert_eq!(verified(&state, &pack, pem.to_str()).0, Some(0));
    assert_eq!(verified(&state, &theirs, pem.to_str()).0, Some(1));

    // Half a fingerprint, or something else, is no name.
    for wrong in ["", &noted[..63], "nobody", "/nowhere.pem", pack.join("HEAD").to_str().unwrap()] {
        let (status, words) = verified(&state, &pack, Some(wrong));
        assert_eq!(status, Some(2), "{wrong}: {words}");
        assert!(words.contains("[signer-not-understood]"), "{words}");
    }
    // A shortened copy and the record alone are told apart the same way.
    let public = dir.path().join("public");
    let out = run(
        &state,
        &["disclose", theirs.to_str().unwrap(), "--level", "public", "--out", public.to_str().unwrap()],
    );
    assert!(out.status.success(), "{}", said(&out));
    assert!(intact(&run(&state, &["verify", public.to_str().unwrap()])));
    assert_eq!(verified(&state, &public, Some(noted)).0, Some(1));
    assert_eq!(verified(&state, &theirs.join("transcript.jsonl"), Some(noted)).0, Some(1));
    assert_eq!(verified(&state, &pack.join("transcript.jsonl"), Some(noted)).0, Some(0));
}

/// The card is a file on a stick, and who hands the pack over may have had it in hand.
#[test]
fn a_card_that_somebody_changed_names_no_signer() {
    let dir = tempfile::tempdir().unwrap();
    let (state, pack) = (dir.path().join("state"), dir.path().join("pack"));
    let out = run(&state, &["rehearse", "commission-workstation", "--out", pack.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    let name = |file: &PathBuf| file.to_string_lossy().contains("workstation-card-");
    let card = whole_program::files(&pack).into_iter().find(name).unwrap();
    let text = std::fs::read_to_string(&card).unwrap();
    let theirs = dir.path().join("theirs");
    forged::pack(&pack, &theirs, &|_| {});
    assert_eq!(verified(&state, &pack, card.to_str()).0, Some(0));
    assert_eq!(verified(&state, &theirs, card.to_str()).0, Some(1));

    // Their own key's rows in place of the workstation's; another roster; their key; a card that is half there.
    let key = std::fs::read_to_string(theirs.join("signer.pem")).unwrap();
    let own = std::fs::read_to_string(pack.join("signer.pem")).unwrap();
    let row = text.lines().find(|line| line.starts_with("  1  ")).unwrap();
    let changes = [
        text.replace(row, "  1  0000 0000 0000 0000"),
        text.replace("SHA-256 of the roster\n  ", "SHA-256 of the roster\n  0"),
        text.replace(&own, &key),
        text[..text.len() / 2].to_owned(),
        text.replace(": a passphrase", ": a YubiKey of their own"),
    ];
    for (n, changed) in changes.iter().enumerate() {
        assert_ne!(*changed, text, "change {n} changes nothing");
        let path = whole_program::write(dir.path(), &format!("card-{n}.txt"), changed.as_bytes());
        for pack in [&pack, &theirs] {
            let (status, words) = verified(&state, pack, path.to_str());
            assert_eq!(status, Some(2), "{n}: {words}");
            assert!(words.contains("[card-changed]"), "{n}: {words}");
        }
    }
    // With openssl alone, as the format's page says.
    let page = include_str!("../../docs/formats/workstation-card.md");
    let commands = page.split_once("```sh\n").unwrap().1.split_once("```").unwrap().0;
    let commands = commands.replace("workstation-card-N.txt", card.to_str().unwrap());
    let out =
        std::process::Command::new("sh").args(["-euc", &commands]).current_dir(dir.path()).output().unwrap();
    let digest = said(&run(&state, &["verify", pack.to_str().unwrap()]));
    assert!(said(&out).contains("Verified OK"), "{}", said(&out));
    let fingerprint = said(&out).split_whitespace().next().unwrap().to_owned();
    assert_eq!(fingerprint.len(), 64);
    assert!(digest.contains(&fingerprint), "{digest}");
}

/// A bundle's manifest is signed as part of a pack only: alone it is nobody's.
#[test]
fn a_bundle_alone_is_signed_by_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let (state, pack) = (dir.path().join("state"), dir.path().join("pack"));
    let out = run(&state, &["rehearse", "byok-google", "--out", pack.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    let noted = said(&out);
    let noted = noted.lines().find_map(|line| line.strip_prefix("Signed with the key of SHA-256 ")).unwrap();
    assert_eq!(verified(&state, &pack.join("bundle"), None).0, Some(3));
    let (status, words) = verified(&state, &pack.join("bundle"), Some(noted));
    assert_eq!(status, Some(1), "{words}");
    assert!(words.contains("No one key signed this"), "{words}");
}

/// On 0.1.0 the roster in a pack could be another one than the one that was played with: only names were compared.
#[test]
fn another_roster_in_a_pack_does_not_follow() {
    let (dir, state, pack) = rehearsed();
    let roster = std::fs::read_to_string(pack.join("roster.toml")).unwrap();
    let with = |line: &str, name: &str| {
        let at = roster.rfind("role = \"custodian\"\n").unwrap() + "role = \"custodian\"\n".len();
        std::fs::write(pack.join("roster.toml"), format!("{}{line}{}", &roster[..at], &roster[at..]))
            .unwrap();
        let theirs = dir.path().join(name);
        forged::pack(&pack, &theirs, &|_| {});
        verified(&state, &theirs, None)
    };
    let (status, words) = with("", "same");
    assert_eq!(status, Some(3), "{words}");
    for (line, name) in [("reports-to = \"adm\"\n", "place"), ("# One more line.\n", "comment")] {
        let (status, words) = with(line, name);
        assert_eq!(status, Some(1), "{words}");
        assert!(words.contains("roster.toml is not the roster that the record names"), "{words}");
    }
}

/// On 0.1.0 a rehearsal was rewritten as production and verified, while its bundle still said what it was.
#[test]
fn a_rehearsal_rewritten_as_production_does_not_verify() {
    let dir = tempfile::tempdir().unwrap();
    let (state, pack) = (dir.path().join("state"), dir.path().join("pack"));
    let out = run(&state, &["rehearse", "byok-google", "--out", pack.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    let theirs = dir.path().join("theirs");
    forged::pack(&pack, &theirs, &|entry| {
        for facts in entry.facts.values_mut() {
            if let Some(mode) = facts.get_mut("mode") {
                *mode = "production".into();
            }
        }
    });
    let (status, words) = verified(&state, &theirs, None);
    assert_eq!(status, Some(1), "{words}");
    assert!(words.contains("says that it is of the other mode than the record"), "{words}");
}

/// Without its script and its people a record follows whatever one likes; only a copy for a reader has neither.
#[test]
fn a_pack_without_its_script_or_people_is_no_copy_for_a_reader() {
    let (dir, state, pack) = rehearsed();
    for missing in ["script.toml", "roster.toml"] {
        let (from, theirs) = (dir.path().join("from"), dir.path().join(format!("without-{missing}")));
        let copied = std::process::Command::new("cp").arg("-r").args([&pack, &from]).status().unwrap();
        assert!(copied.success());
        std::fs::remove_file(from.join(missing)).unwrap();
        forged::pack(&from, &theirs, &|_| {});
        let (status, words) = verified(&state, &theirs, None);
        assert_eq!(status, Some(1), "{missing}: {words}");
        assert!(words.contains("its script or its roster is not in the pack"), "{words}");
        std::fs::remove_dir_all(&from).unwrap();
    }
}

/// A file that the record names may be missing from its pack where the record says that it was removed: going back does that,
/// and nobody else can say so.
#[test]
fn a_note_that_files_were_removed_hides_none() {
    let (dir, state, pack) = rehearsed();
    let entries = whole_program::pack::entries(&pack);
    let named = |e: &transcript::Entry| e.files.first().map(|file| file.name.clone());
    let file = entries.iter().find_map(named).unwrap();
    std::fs::remove_file(pack.join(&file)).unwrap();
    for kind in [Kind::Outcome, Kind::Checkpoint, Kind::Intent, Kind::Closed] {
        let theirs = dir.path().join(format!("{kind:?}"));
        let last = entries.iter().rfind(|e| e.kind == kind).unwrap().seq;
        forged::pack(&pack, &theirs, &|entry| {
            if entry.seq == last {
                let facts = entry.facts.entry(Level::Public).or_default();
                facts.insert("removed-files".to_owned(), serde_json::json!([file]));
            }
        });
        let (status, words) = verified(&state, &theirs, None);
        assert_eq!(status, Some(1), "{kind:?}: {words}");
        // A signature is made anew, so nothing was said there, and the file is missed.
        let why =
            if kind == Kind::Checkpoint { "was recorded and is not here" } else { "it removes other files" };
        assert!(words.contains(why), "{kind:?}: {words}");
    }
}

/// Whoever has the key that signs packs writes a report that says something else than the record: it was taken for part of a
/// pack that holds, as long as nobody made the report again.
#[test]
fn a_report_that_says_something_else_than_the_record_is_told() {
    let (dir, state, pack) = rehearsed();
    let (status, words) = verified(&state, &pack, None);
    assert_eq!(status, Some(3), "{words}");
    assert!(words.contains("the same to the byte: report.pdf, report.html"), "{words}");

    let theirs = dir.path().join("theirs");
    let mut forger = forged::pack(&pack, &theirs, &|_| {});
    assert!(!verified(&state, &theirs, None).1.contains("report.pdf"));
    let mut put = |name: &str, bytes: &[u8]| {
        forged::put(&theirs, name, bytes, &mut forger);
        verified(&state, &theirs, None)
    };
    let made = |name: &str, more: &[&str]| {
        let to = dir.path().join(name);
        let out = run(
            &state,
            &[&["report", theirs.to_str().unwrap(), "--out", to.to_str().unwrap()], more].concat(),
        );
        assert!(out.status.success(), "{}", said(&out));
        std::fs::read(to).unwrap()
    };
    // What the record makes is taken; the true pack's, or one in which a word was changed, is not.
    let html = made("made.html", &["--html"]);
    let (status, words) = put("report.html", &html);
    assert_eq!(status, Some(3), "{words}");
    assert!(words.contains("the same to the byte: report.html."), "{words}");
    let changed = String::from_utf8(html.clone()).unwrap().replacen("REHEARSAL", "PRODUCTION", 1);
    assert_ne!(changed.as_bytes(), html);
    let (status, words) = put("report.html", changed.as_bytes());
    assert_eq!(status, Some(1), "{words}");
    assert!(words.contains("FAILS  Not what the record says: report.html."), "{words}");
    assert_eq!(put("report.html", &html).0, Some(3));
    let (status, words) = put("report.pdf", &std::fs::read(pack.join("report.pdf")).unwrap());
    assert_eq!(status, Some(1), "{words}");
    assert_eq!(put("report.pdf", &made("made.pdf", &[])).0, Some(3));
    let (status, words) = put("certificate.pdf", b"%PDF-1.7 The key was made in a validated device.");
    assert_eq!(status, Some(1), "{words}");
    assert!(words.contains("FAILS  Not what the record says: certificate.pdf."), "{words}");
}

/// Another version of the program may set a page otherwise: that is said, and not held against the pack.
#[test]
fn a_report_of_another_version_is_no_forgery_and_not_vouched_for() {
    let (dir, state, pack) = rehearsed();
    let theirs = dir.path().join("theirs");
    let mut forger = forged::pack(&pack, &theirs, &|entry| {
        for facts in entry.facts.values_mut() {
            if let Some(program) = facts.get_mut("program") {
                *program = "cofferdam 0.0.9, sha256 unreadable, self-reported".into();
            }
        }
    });
    forged::put(&theirs, "report.pdf", b"%PDF-1.7", &mut forger);
    let (status, words) = verified(&state, &theirs, None);
    assert_eq!(status, Some(3), "{words}");
    assert!(words.contains("say what the record says: report.pdf. Another version"), "{words}");
}
