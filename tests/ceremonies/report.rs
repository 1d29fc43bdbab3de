//! The reports of every kind of record: made again to the byte, whole in their structure, and with nothing above a reader's
//! level.

use crate::struct_tree::{Structure, pdf_text};
use actions::REPERTOIRE;
use actions::report::{NoReport, OfPack, Source};
use paper::Media;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use transcript::{Draft, Journal, Kind, Level, SystemClock};
use whole_program::{kept_pack, run, said};

fn kept() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/packs");
    let mut packs: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    packs.sort();
    assert!(packs.len() > 50);
    packs
}

fn read(pack: &Path, level: Level) -> OfPack {
    OfPack::read(pack, level, &REPERTOIRE).unwrap_or_else(|e| panic!("{}: {e:?}", pack.display()))
}

#[test]
fn a_pack_has_its_reports_and_they_are_made_again_to_the_byte() {
    let dir = tempfile::tempdir().unwrap();
    let (state, pack) = (dir.path().join("state"), dir.path().join("pack"));
    let out = run(&state, &["rehearse", "rehearsal-minimal", "--out", pack.to_str().unwrap()]);
    assert!(out.status.success(), "{}", said(&out));
    let again = |more: &[&str], name: &str| {
        let out = dir.path().join(name);
        let all = [&["report", pack.to_str().unwrap(), "--out", out.to_str().unwrap()], more].concat();
        let done = run(&state, &all);
        (done.status.code(), said(&done), std::fs::read(out).unwrap_or_default())
    };
    for (name, more) in [("report.pdf", &[][..]), ("report.html", &["--html"])] {
        let (code, text, bytes) = again(more, name);
        assert_eq!(code, Some(0), "{text}");
        assert!(bytes == std::fs::read(pack.join(name)).unwrap(), "{name}");
        // Nothing is written over.
        assert_eq!(again(more, name).0, Some(2), "{name}");
    }
    let letter = again(&["--letter"], "letter.pdf").2;
    assert!(letter.len() > 10_000 && letter != std::fs::read(pack.join("report.pdf")).unwrap());
    assert_eq!(again(&["--level", "everything"], "none.pdf").0, Some(2));
    // A copy for the public gives the report that the whole pack gives for the public.
    let copy = dir.path().join("copy");
    let done = run(
        &state,
        &["disclose", pack.to_str().unwrap(), "--level", "public", "--out", copy.to_str().unwrap()],
    );
    assert!(done.status.success(), "{}", said(&done));
    let public = again(&["--level", "public"], "public.pdf").2;
    assert!(public.len() > 10_000 && public == read(&copy, Level::Internal).report(None).pdf().unwrap());
    // No report of what does not verify.
    let script = pack.join("script.toml");
    std::fs::write(&script, [&std::fs::read(&script).unwrap()[..], b"\n"].concat()).unwrap();
    let (code, text, bytes) = again(&[], "changed.pdf");
    assert!(code == Some(2) && bytes.is_empty() && text.contains("does not verify"), "{text}");
}

/// Every text in these parts of a transcript's lines, and in what people signed.
fn texts(transcript: &str, parts: std::ops::Range<usize>) -> BTreeSet<String> {
    fn leaves(value: &Value, into: &mut BTreeSet<String>) {
        match value {
            Value::String(text) => drop(into.insert(text.clone())),
            Value::Array(list) => list.iter().for_each(|v| leaves(v, into)),
            Value::Object(map) => map.values().for_each(|v| leaves(v, into)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    for line in transcript.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        for part in &line["parts"].as_array().unwrap()[parts.clone()] {
            // Of the public part also who acted where; of the others their facts, and not their salts.
            leaves(if part["level"] == "public" { part } else { &part["facts"] }, &mut found);
        }
    }
    found
}

/// Words of the sentence that says where a wrapped file is.
const SENTENCES: [&str; 3] = ["wrapped", "wherever", "copied"];

#[test]
fn every_kept_pack_has_a_report_and_one_for_the_public_has_nothing_above_it() {
    let mut withheld = 0;
    // What a report says by itself, in whatever record.
    let own: String = include_str!("../../crates/documents/src/report/words.rs").to_owned()
        + &facts::ALL
            .iter()
            .flat_map(|room| room.iter())
            .map(|about| about.doc)
            .collect::<Vec<_>>()
            .join("\n");
    for pack in kept() {
        let name = pack.display();
        let of_all = read(&pack, Level::Internal).report(None).html();
        assert!(of_all.starts_with("<!doctype html>") && !of_all.contains("<script"), "{name}");
        let public = read(&pack, Level::Public).report(None).html();
        let record = std::fs::read_to_string(pack.join("transcript.jsonl")).unwrap();
        let known = texts(&record, 0..1);
        for secret in texts(&record, 1..3) {
            // A sentence whose words the public has anyway tells nothing.
            let says = |word: &str| known.iter().any(|text| text.contains(word)) || own.contains(word);
            let mut words = secret.split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()));
            if words.all(|word| word.len() < 5 || says(word) || SENTENCES.contains(&word)) {
                continue;
            }
            withheld += 1;
            let shown = secret.replace('&', "&amp;").replace('\'', "&#39;").replace('"', "&quot;");
            assert!(!public.contains(&shown), "{name} tells the public {secret:?}");
        }
    }
    assert!(withheld > 2_000, "{withheld}");
}

#[test]
fn reports_are_whole_in_their_structure() {
    for name in [
        "byok-aws",
        "byok-plan",
        "given-up",
        "exception-gone-on-with",
        "signed-with-yubikeys",
        "yubikeys-disagreed",
        "stopped-and-resumed",
        "destroy",
        "production-byok-aws",
    ] {
        let pack = kept_pack(name);
        for media in [Media::A4, Media::Letter] {
            let pdf = read(&pack, Level::Internal).report(Some(media)).pdf().unwrap();
            Structure::of(&pdf).is_whole(name);
            let text = pdf_text(&pdf);
            let mut at = 0;
            for heading in [
                "Report: ",
                "Exceptions and decisions",
                "What was made or shown",
                "What could not be shown",
                "Whose key signed",
                "Where the record ends",
                "People, and how each signed",
                "Keys, copies and shares",
                "Timeline",
                "Exceptions, refused attempts and decisions, in full",
                "Step by step",
                "Files",
                "How to check this, and what it proves",
                "What the names mean",
            ] {
                at += text[at..].find(heading).unwrap_or_else(|| panic!("{name}: {heading} out of order"));
            }
            assert_eq!(text.contains("REHEARSAL"), !name.starts_with("production"), "{name}");
        }
    }
}

#[test]
fn what_closed_has_a_certificate_of_one_page_and_what_was_given_up_has_none() {
    let certificate = |name: &str, level| {
        let pack = kept_pack(name);
        let made = read(&pack, level).report(None).certificate()?.unwrap();
        Structure::of(&made).is_whole(name);
        Some(pdf_text(&made))
    };
    for (name, shows) in [
        ("byok-aws", "Its backup was opened with the rebuilt key"),
        ("byok-plan", "Keys of a plan were made"),
        ("drill", "A recovery drill was held"),
        ("recover", "A key was restored from its backup"),
        ("change-custodian", "was replaced"),
        ("destroy", "was destroyed in the token"),
        ("commission-workstation", "People were enrolled"),
        ("byok-receipt", "A receipt of aws-kms"),
        ("production-byok-aws", "The key was wrapped for aws-kms"),
    ] {
        let text = certificate(name, Level::Internal).unwrap_or_else(|| panic!("{name} has none"));
        let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(plain.contains(shows) && plain.contains("What could not be shown"), "{name}: {plain}");
        assert!(plain.contains("page 1 of 1"), "{name}: {plain}");
        assert_eq!(plain.contains("REHEARSAL"), !name.starts_with("production"), "{name}");
        // No word of it is a judgement that nobody here made.
        for never in ["FIPS-validated", "compliant", "HIPAA", "secure"] {
            assert!(!plain.contains(never), "{name}: {never}");
        }
    }
    for name in ["given-up", "yubikeys-given-up", "bag-moved", "leaver"] {
        assert_eq!(certificate(name, Level::Internal), None, "{name}");
    }
    let public = certificate("byok-aws", Level::Public).unwrap();
    assert!(!public.contains("Okafor") && public.contains("Name, role"));
}

/// The card's page says what the card's file says, to the last digit, and only of a card that is whole.
#[test]
fn a_workstation_card_has_a_page_of_its_own() {
    let pack = kept_pack("commission-workstation");
    let made = read(&pack, Level::Internal).report(None).card().unwrap().unwrap();
    Structure::of(&made).is_whole("workstation card");
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let page = squeezed(&pdf_text(&made));
    let is_card = |path: &PathBuf| {
        path.extension().is_some_and(|e| e == "txt") && path.display().to_string().contains("-card-")
    };
    let card = whole_program::files(&pack).into_iter().find(is_card).unwrap();
    let text = std::fs::read_to_string(&card).unwrap();
    let mut shown = 0;
    for line in text.lines().skip(1).filter(|line| !line.is_empty()) {
        // A signature's blanks are drawn; a row that a page breaks off goes on below.
        let words = line.split_whitespace().filter(|word| !word.starts_with('_'));
        for word in words {
            assert!(page.contains(word), "{word:?} of {line:?} is not on the page");
            shown += 1;
        }
    }
    assert!(shown > 100, "{shown}");
    assert!(page.contains("REHEARSAL"));
    // Nobody else's, and not for the public.
    assert!(read(&pack, Level::Public).report(None).card().is_none());
    let other = kept_pack("byok-aws");
    assert!(read(&other, Level::Internal).report(None).card().is_none());
    let changed = text.replacen("WORKSTATION CARD", "WORKSTATION CARE", 1);
    assert_ne!(changed, text);
    assert!(documents::card::blocks(&text).is_some() && documents::card::blocks(&changed).is_none());
}

#[test]
fn what_departed_stands_on_the_first_page_and_in_full() {
    let text = |name: &str| {
        let pack = kept_pack(name);
        pdf_text(&read(&pack, Level::Internal).report(None).pdf().unwrap())
    };
    let given_up = text("given-up");
    assert!(given_up.split('\u{c}').next().unwrap().contains("GIVEN UP"));
    let refused = text("refused-passphrases");
    assert!(refused.matches("a sign-in passphrase was refused").count() >= 2, "{refused}");
    let disagreed = text("yubikeys-disagreed");
    assert!(disagreed.contains("Who disagrees with the record"));
    let resumed = text("stopped-and-resumed");
    assert!(resumed.contains("taken up again after a stop"));
    let exception = text("exception-gone-on-with");
    let first: String = exception.split('\u{c}').take(2).collect();
    assert!(first.contains("exception:") && first.contains("decision"), "{first}");
}

/// A binder counts and names every departure, however many stand on a report's first page.
#[test]
fn a_summary_has_every_departure_that_the_report_tells_in_full() {
    for pack in kept() {
        let transcript = std::fs::read(pack.join("transcript.jsonl")).unwrap();
        let departed = Source::of_transcript(&transcript).summary(&REPERTOIRE).departed.len();
        let html = read(&pack, Level::Internal).report(None).html();
        let in_full = html.lines().filter(|line| line.starts_with("<h3>") && line.contains(" UTC, entry "));
        assert_eq!(departed, in_full.count(), "{}", pack.display());
    }
    // More than the first page shows.
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("record");
    let first = Draft::new(Kind::Opened).fact(Level::Public, "mode", "rehearsal");
    let mut journal = Journal::create(&path, first, Box::new(SystemClock::default())).unwrap();
    for n in 0..9 {
        journal
            .append(Draft::new(Kind::Exception).fact(Level::Public, "happened", format!("no {n}")))
            .unwrap();
    }
    let summary = Source::of_transcript(&journal.bytes().unwrap()).summary(&REPERTOIRE);
    assert_eq!(summary.departed.len(), 9);
    assert!(summary.departed[8].contains("no 8"));
    assert!(format!("{:?}", summary.first_page).contains("And 3 more"));
}

/// The ten questions of `docs/checking-a-pack.md`, and where it says that they are answered.
#[test]
fn ten_questions_are_answered_where_the_page_says() {
    let pack = kept_pack("byok-aws");
    let text = pdf_text(&read(&pack, Level::Internal).report(None).pdf().unwrap());
    let pages: Vec<String> = text.split('\u{c}').map(|page| page.replace('\n', " ")).collect();
    let first = ["REHEARSAL", "closed: every step", "Lasted", "Took part", "Ada Lindqvist, administrator"];
    let made = ["Exceptions and decisions", "What was made or shown", "cmac-aes:"];
    for says in first.into_iter().chain(made) {
        assert!(pages[0].contains(says), "{says} is not on the first page: {}", pages[0]);
    }
    assert!(pages[..2].iter().any(|page| page.contains("What could not be shown")));
    assert!(pages[1].contains("Whose key signed") && pages[1].contains("Where the record ends"));
    let page = include_str!("../../docs/checking-a-pack.md");
    let (_, questions) = page.split_once("## Ten questions").unwrap();
    assert_eq!(questions.lines().filter(|line| line.ends_with(" |") && line.contains('?')).count(), 10);
    let named = questions.split('*').skip(1).step_by(2);
    for heading in named {
        let there = pages.iter().any(|page| page.contains(heading));
        assert!(there, "the report has no {heading}");
    }
}

/// A pack of somebody else's making is no way to a page of theirs.
#[test]
fn a_record_that_departs_gets_no_report() {
    let dir = tempfile::tempdir().unwrap();
    let missing = OfPack::read(dir.path(), Level::Internal, &REPERTOIRE);
    assert!(matches!(missing.err(), Some(NoReport::DoesNotHold(_))));
}
