//! The documents at their largest: 255 custodians with the longest names, words that are two fifths longer as another language
//! has them, a plan of ten thousand lines.

use crate::fits::fits;
use crate::pictures::{WHEN, planned, shipped};
use crate::struct_tree::{Structure, pdf_text};
use actions::REPERTOIRE;
use actions::report::{OfPack, Source};
use documents::binder::{self, BinderOf};
use documents::booklet::{self, BookletOf};
use documents::forms::{self, FormsOf};
use paper::{Block, Column, Flow, FlowBox, Imprint, Label, Look, Media, Step, TypeSize};
use protocol::{Answer, Ask, Private, RunState};
use register::Register;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;
use transcript::{Draft, Journal, Kind, Level, SystemClock};
use whole_program::enrolled::start;
use whole_program::room::Room;
use whole_program::{kept_pack, run, said};

/// A text whose words are two fifths longer.
fn longer<'a>(text: &str) -> Cow<'a, str> {
    let mut out = String::new();
    for word in text.split_inclusive([' ', '\n']) {
        let letters: String = word.chars().take_while(|c| c.is_alphabetic()).collect();
        let whole = letters.chars().count();
        // What is compared letter by letter, a path or a value, is as long in every language.
        let plain = word[letters.len()..].chars().all(|c| " \n.,:;)?!".contains(c));
        if whole >= 3 && plain {
            out.push_str(&letters);
            out.extend(letters.to_lowercase().chars().take(whole * 2 / 5));
            out.push_str(&word[letters.len()..]);
        } else {
            out.push_str(word);
        }
    }
    out.into()
}

fn all_longer<'a>(texts: &[Cow<'_, str>]) -> Vec<Cow<'a, str>> {
    texts.iter().map(|text| longer(text)).collect()
}

fn stretched<'a>(block: &Block<'_>) -> Block<'a> {
    match block {
        Block::Heading(level, text) => Block::Heading(*level, longer(text)),
        Block::Text(text) => Block::Text(longer(text)),
        Block::List(points) => Block::List(all_longer(points)),
        Block::Fixed(text) => Block::Fixed(text.to_string().into()),
        Block::Framed(text) => Block::Framed(longer(text)),
        Block::Flow(flow) => Block::Flow(Flow {
            boxes: flow
                .boxes
                .iter()
                .map(|b| FlowBox { head: longer(&b.head), text: longer(&b.text), from: b.from })
                .collect(),
            said: longer(&flow.said),
        }),
        Block::NewPage => Block::NewPage,
        Block::Facts(facts) => {
            Block::Facts(facts.iter().map(|(name, value)| (longer(name), longer(value))).collect())
        }
        Block::Table(columns, rows) => Block::Table(
            columns
                .iter()
                .map(|c| Column { head: longer(&c.head), share: c.share, fixed: c.fixed })
                .collect(),
            rows.iter().map(|row| all_longer(row)).collect(),
        ),
        Block::Step(step) => Block::Step(Step {
            number: step.number.to_string().into(),
            who: longer(&step.who),
            what: longer(&step.what),
            why: longer(&step.why),
            blanks: all_longer(&step.blanks),
        }),
        Block::Blanks(blanks) => Block::Blanks(blanks.iter().map(|(says, n)| (longer(says), *n)).collect()),
        Block::Labels(labels) => Block::Labels(
            labels
                .iter()
                .map(|l| Label {
                    head: longer(&l.head),
                    text: longer(&l.text),
                    blanks: all_longer(&l.blanks),
                })
                .collect(),
        ),
        Block::Signatures(names) => Block::Signatures(all_longer(names)),
    }
}

/// Sets blocks as they are and with longer words, and holds all that is on the pages.
fn in_any_language(name: &str, blocks: &[Block<'_>], media: Media, type_size: TypeSize) {
    let imprint =
        Imprint { title: name, script_hash: &"0a".repeat(32), language: "en", when: WHEN, rehearsal: false };
    let set = |blocks: &[Block<'_>]| {
        let pdf = paper::document(&imprint, Look { type_size, ..Look::on(media) }, blocks).unwrap();
        Structure::of(&pdf).is_whole(name);
        fits(name, &pdf, media)
    };
    let longer: Vec<Block<'_>> = blocks.iter().map(stretched).collect();
    let ((pages, words), (pages_longer, words_longer)) = (set(blocks), set(&longer));
    assert!(words > 60 && pages_longer >= pages, "{name}: {words}, {pages}, {pages_longer}");
    // The foot of each page more, and words that are broken because they are wider than their column.
    assert!(words_longer >= words, "{name}: {words_longer} of {words}");
}

#[test]
fn longer_words_fit_every_document() {
    let transcripts: Vec<(String, Vec<u8>)> = ["byok-aws", "byok-receipt", "drill", "leaver", "destroy"]
        .map(|name| (name.to_owned(), std::fs::read(kept_pack(name).join("transcript.jsonl")).unwrap()))
        .into();
    let register = Register::of_transcripts(&transcripts, &transcript::runs::Runs::default());
    let plan = planned("byok-aws.toml", &shipped("rehearsal-roster.toml"), &[]);
    for (media, large) in [(Media::A4, TypeSize::Normal), (Media::Letter, TypeSize::Large)] {
        for name in ["byok-aws", "byok-plan", "yubikeys-disagreed", "given-up", "change-custodian"] {
            let report =
                OfPack::read(&kept_pack(name), Level::Internal, &REPERTOIRE).unwrap().report(Some(media));
            in_any_language(name, report.blocks(), media, large);
        }
        let of = BookletOf {
            plan: &plan,
            to_fetch: Some("fetch --this"),
            notice: None,
            approved: None,
            when: WHEN,
            media,
            large: large == TypeSize::Large,
        };
        in_any_language("booklet", &booklet::blocks(&of), media, large);
        let of = FormsOf { plan: &plan, to_fetch: Some("fetch --this"), when: WHEN, media };
        in_any_language("forms", &forms::blocks(&of), media, large);
        let of = BinderOf {
            from: "2026-01-01",
            to: "2026-12-31",
            rehearsal: true,
            when: WHEN,
            media,
            register: &register,
            ceremonies: transcripts
                .iter()
                .map(|(_, t)| Source::of_transcript(t).summary(&REPERTOIRE))
                .collect(),
            listed: 5,
            wrong: &[],
        };
        in_any_language("binder", &binder::blocks(&of), media, large);
    }
}

/// A roster of so many custodians, each with a name of 120 letters.
fn crowd(custodians: usize) -> String {
    let before = shipped("rehearsal-roster.toml");
    let (head, _) = before.split_once("[[person]]").unwrap();
    let mut roster = head.to_owned();
    let others = before.split("[[person]]").skip(1).filter(|person| !person.contains("\"custodian\""));
    for person in others {
        roster.push_str("[[person]]");
        roster.push_str(person);
    }
    for n in 0..custodians {
        let mut name = format!("Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh {n:03} ");
        name += &"Maximiliane ".repeat(20);
        let name: String = name.chars().take(120).collect();
        let _ = write!(
            roster,
            "[[person]]\nid = \"c{n}\"\nname = \"{}\"\nrole = \"custodian\"\nrehearsal-passphrase = \"p{n}\"\n\n",
            name.trim()
        );
    }
    roster
}

#[test]
fn two_hundred_and_fifty_five_custodians_have_all_their_papers() {
    let values = [("shares", "255"), ("threshold", "128")];
    let plan = planned("rehearsal-minimal.toml", &crowd(255), &values);
    for (media, large) in [(Media::A4, false), (Media::Letter, true)] {
        let of =
            BookletOf { plan: &plan, to_fetch: None, notice: None, approved: None, when: WHEN, media, large };
        let made = booklet::pdf(&of).unwrap();
        Structure::of(&made).is_whole("booklet");
        let (pages, _) = fits("booklet", &made, media);
        assert!(pages > 100, "{pages}");
        let of = FormsOf { plan: &plan, to_fetch: None, when: WHEN, media };
        let made = forms::pdf(&of).unwrap();
        fits("forms", &made, media);
        assert!(pdf_text(&made).contains("Share 255 of 255"));
        let sheets = forms::blank_sheets(&of).unwrap();
        assert_eq!(sheets.len(), 255);
        for (name, sheet) in sheets.iter().step_by(100) {
            fits(name, sheet, media);
        }
    }
}

/// The most custodians that a set can have, through a whole ceremony: the numbers of their shares end where a byte does.
#[test]
#[ignore = "takes a minute: make soak"]
fn two_hundred_and_fifty_five_custodians_play_a_ceremony() {
    let dir = tempfile::tempdir().unwrap();
    let roster = dir.path().join("roster.toml");
    std::fs::write(&roster, crowd(255)).unwrap();
    let mut room = Room::open(dir.path());
    let parameters = [("shares", "255"), ("threshold", "128")];
    let done = room.play(&start("rehearsal-minimal", &roster, &parameters), &mut |prompt, _| {
        let Ask::Agree { person, .. } = &prompt.ask else { return None };
        let passphrase = Private::new(person.strip_prefix('c').map(|n| format!("p{n}"))?);
        Some(Answer::Agreement { agrees: true, reason: None, passphrase })
    });
    assert_eq!(done.state, RunState::Closed, "{:?}", room.problems);
    let pack = done.pack.unwrap();
    let out = run(dir.path(), &["verify", &pack]);
    assert_eq!(out.status.code(), Some(3), "{}", said(&out));
    let report = std::fs::read(Path::new(&pack).join("report.pdf")).unwrap();
    let (pages, _) = fits("report", &report, Media::A4);
    assert!(pages > 60, "{pages}");
    assert!(pdf_text(&report).contains("Featherstonehaugh 254"));
}

/// The record of a plan of so many lines, each made, backed up and wrapped.
fn record_of_a_plan(lines: u64) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let first = Draft::new(Kind::Opened).fact(Level::Public, "mode", "production");
    let mut journal =
        Journal::create(&dir.path().join("record"), first, Box::new(SystemClock::default())).unwrap();
    let value = |line: u64| format!("cmac-aes:{line:032x}");
    for line in 1..=lines {
        let made = Draft::new(Kind::Note)
            .at("keys", "make-plan")
            .by("administrator", None)
            .fact(Level::Public, "plan-line", line)
            .fact(Level::Public, "plan-made-label", format!("ward-{line:05}-imaging-archive"))
            .fact(Level::Public, "plan-key-type", "aes-256")
            .fact(Level::Public, "plan-target", "aws-kms")
            .fact(Level::Public, "plan-made-check-value", value(line));
        journal.append(made).unwrap();
    }
    for line in 1..=lines {
        let backed = Draft::new(Kind::Note)
            .at("backup", "back-up-plan")
            .by("administrator", None)
            .fact(Level::Public, "plan-line", line)
            .fact(Level::Public, "plan-backed-check-value", value(line));
        journal.append(backed).unwrap();
    }
    journal.append(Draft::new(Kind::Closed)).unwrap();
    journal.bytes().unwrap()
}

#[test]
fn a_plan_of_ten_thousand_lines_has_a_report_with_each() {
    let record = record_of_a_plan(10_000);
    let report = Source::of_transcript(&record).report(&REPERTOIRE);
    let pdf = report.pdf().unwrap();
    let (pages, _) = fits("report", &pdf, Media::A4);
    let text = pdf_text(&pdf);
    for line in [1, 255, 256, 4_999, 10_000] {
        assert_eq!(text.matches(&format!("ward-{line:05}")).count(), 1, "{line}");
    }
    // A page of them, not one of each: what the steps say of them is said in sum.
    assert!((300..1_000).contains(&pages), "{pages}");
    assert!(report.html().matches("<tr>").count() > 10_000);
}
