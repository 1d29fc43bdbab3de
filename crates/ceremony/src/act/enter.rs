//! How a share comes in from its sheet: typed row by row, read from a scan, or typed by a hand scanner.

use super::{sentence, share_problem, sheet};
use crate::dealing::DealtSet;
use crate::engine::{Engine, Halt, memory, not_an_answer};
use crate::plan::Planned;
use crate::store::{disk, not_opened};
use protocol::{Answer, Ask, Fact, Mode, Problem, ScanOffer, SharePart, Verdict};
use secrets::SecretText;
use shares::{COLUMNS, Card, MAX_ROWS, ROWS, SetId, Share, ShareError};
use std::io::Read as _;
use std::path::Path;
use zeroize::Zeroizing;

/// The largest file that is read as a scan, in bytes: a colour picture of A4 at 600 dpi, hardly packed.
const LARGEST: u64 = 64 << 20;
/// Endings of what scanners and cameras write.
const ENDINGS: [&str; 4] = ["pdf", "png", "jpg", "jpeg"];

/// Which share is awaited.
pub(super) struct Awaited<'a> {
    pub(super) of: DealtSet<'a>,
    /// The number of the share that was just given out, where one was.
    pub(super) due: Option<u8>,
    /// Whether a scan is taken; only printed sheets have a symbol.
    pub(super) scan: bool,
    /// The sheet that a rehearsal handed out as a file.
    pub(super) handed: Option<String>,
}

/// How it came in, as the record says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Typed,
    HandScanner,
    Scan,
}

impl How {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Typed => "typed row by row",
            Self::HandScanner => "typed by a hand scanner, as one text",
            Self::Scan => "read from a scan, whose destruction its custodian promised",
        }
    }
}

/// A share that was dealt, as its custodian enters it; asked again until it is one. `None` where they want to see it, or
/// make its sheet, again.
pub(super) fn share(
    engine: &mut Engine<'_>,
    step: &Planned,
    awaited: &Awaited<'_>,
    mut problem: Option<Problem>,
) -> Result<Option<(Share, How)>, Halt> {
    let rehearsal = engine.plan.mode == Mode::Rehearsal;
    loop {
        let Some((text, how)) = card(engine, step, awaited, problem.take())? else { return Ok(None) };
        let share = match Card::parse(&text) {
            Ok(Card::Open(share)) => share,
            Ok(Card::Sealed(sealed)) => {
                // What its clear part says is looked at first: nobody types a code word for the wrong sheet.
                let number = awaited.of.dealing.number_of_locked(&sealed);
                let wrong = wrong_head(awaited, rehearsal, sealed.set(), sealed.rehearsal(), number);
                if wrong.is_some() {
                    problem = wrong;
                    continue;
                }
                match opened(engine, step, awaited, &sealed)? {
                    Some(share) => share,
                    None => continue,
                }
            }
            Err(e) => {
                problem = Some(share_problem(&e));
                continue;
            }
        };
        let number = awaited.of.dealing.number_of(&share);
        problem = wrong_head(awaited, rehearsal, share.set(), share.rehearsal(), number)
            .or_else(|| awaited.of.has(&share, rehearsal).err().map(|e| share_problem(&e)));
        if problem.is_none() {
            return Ok(Some((share, how)));
        }
    }
}

fn wrong_head(
    awaited: &Awaited<'_>,
    rehearsal: bool,
    set: SetId,
    practice: bool,
    number: Option<u8>,
) -> Option<Problem> {
    if set != awaited.of.set {
        return Some(share_problem(&ShareError::AnotherSet { found: set, expected: awaited.of.set }));
    }
    if practice != rehearsal {
        return Some(share_problem(&ShareError::WrongMode { rehearsal: practice }));
    }
    // The right set, and no share that it has: somebody made a card of their own.
    let Some(number) = number else { return Some(share_problem(&ShareError::MixedSets)) };
    awaited.due.filter(|due| *due != number).map(|due| another_share(number, due))
}

/// The code word, until it opens the share; `None` to enter the sheet again.
fn opened(
    engine: &mut Engine<'_>,
    step: &Planned,
    awaited: &Awaited<'_>,
    sealed: &shares::SealedShare,
) -> Result<Option<Share>, Halt> {
    let mut problem = None;
    loop {
        let ask = Ask::EnterShare {
            custodian: step.actor.name.clone(),
            index: awaited.of.dealing.number_of_locked(sealed).map(u32::from),
            set: awaited.of.set.to_string(),
            part: SharePart::CodeWord,
            row: 1,
            rows: 1,
            columns: 16,
            scan: None,
        };
        match engine.ask(step, ask, problem.take())? {
            Answer::Secret { text } => {
                let typed = SecretText::new(text.into_text()).map_err(memory)?;
                let word = sheet::written_out(typed.expose())?;
                let trying = || sealed.open(&word).map_err(|e| share_problem(&e));
                match engine.wait_for(step, "Opening the locked share", "a few seconds", trying) {
                    Ok(share) => return Ok(Some(share)),
                    Err(Halt::Problem(p)) => problem = Some(*p),
                    Err(other) => return Err(other),
                }
            }
            Answer::Back => return Ok(None),
            _ => problem = Some(not_an_answer()),
        }
    }
}

/// The text of a card: its rows, each tried at once, so that a slip of the pen is found while the custodian still has
/// the row before them; or all of it at once. `None` where they want to see it again.
fn card(
    engine: &mut Engine<'_>,
    step: &Planned,
    awaited: &Awaited<'_>,
    mut problem: Option<Problem>,
) -> Result<Option<(SecretText, How)>, Halt> {
    let mut text = Zeroizing::new(String::with_capacity(256));
    let (mut row, mut rows) = (1, ROWS);
    while row <= rows {
        let ask = Ask::EnterShare {
            custodian: step.actor.name.clone(),
            index: awaited.due.map(u32::from),
            set: awaited.of.set.to_string(),
            part: SharePart::Row,
            row,
            rows,
            columns: COLUMNS,
            scan: awaited.scan.then(|| offer(engine, awaited)),
        };
        match engine.ask(step, ask, problem.take())? {
            Answer::Secret { text: typed } => {
                let typed = SecretText::new(typed.into_text()).map_err(memory)?;
                let without = shares::without_scanner_marks(typed.expose());
                let length = without.chars().filter(char::is_ascii_alphanumeric).count();
                if length > 2 * COLUMNS as usize {
                    return Ok(Some((typed, How::HandScanner)));
                }
                match shares::check_row(row, &typed) {
                    Ok(()) => {
                        if row == 1 {
                            rows = shares::rows_of(&typed).min(MAX_ROWS);
                        }
                        // Without its separators a row has 20 characters, so the text never outgrows its place.
                        text.extend(without.chars().filter(char::is_ascii_alphanumeric));
                        text.push('\n');
                        row += 1;
                    }
                    Err(e) => problem = Some(share_problem(&e)),
                }
            }
            Answer::Path { path } if awaited.scan => match scanned(engine, step, &path) {
                Ok(text) => return Ok(Some((text, How::Scan))),
                Err(Halt::Problem(p)) => problem = Some(p.can_try_again()),
                Err(other) => return Err(other),
            },
            // To look again at the share means to type all of it again: what was typed may be what was wrong.
            Answer::Back if awaited.due.is_some() => return Ok(None),
            Answer::Back => {
                text.clear();
                (row, rows) = (1, ROWS);
            }
            _ => problem = Some(not_an_answer()),
        }
    }
    let text = SecretText::new(std::mem::take(&mut *text)).map_err(memory)?;
    Ok(Some((text, How::Typed)))
}

fn offer(engine: &Engine<'_>, awaited: &Awaited<'_>) -> ScanOffer {
    let extensions: Vec<String> = ENDINGS.iter().map(|e| (*e).to_owned()).collect();
    ScanOffer {
        found: crate::media::files(engine.media.as_ref(), &extensions),
        extensions,
        handed: awaited.handed.clone(),
    }
}

/// The one card in a scan. What was read from it is told to be destroyed, whether it turns out to be the right one or
/// not.
fn scanned(engine: &mut Engine<'_>, step: &Planned, path: &str) -> Result<SecretText, Halt> {
    let file = bytes_of(&outside::meant(path))?;
    let scans = engine.scans.clone();
    let mut found = engine.wait_for(step, "Reading the scan", "up to a minute", move || scans.read(&file))?;
    let facts = vec![Fact {
        name: "The scan".to_owned(),
        expected: None,
        observed:
            "is as secret as the sheet. Take its medium out now and destroy it, and clear the scanner's own \
                   memory. This program made no copy of it."
                .to_owned(),
        verdict: Verdict::NotProvable,
    }];
    let button = "I destroy the scan and its medium".to_owned();
    engine.ask(step, Ask::Observe { facts, button }, None)?;
    match (found.pop(), found.is_empty()) {
        (Some(text), true) => Ok(text),
        _ => Err(Problem::new(
            "scan-two-sheets",
            "There are two different shares in this scan.",
            "No share was taken.",
            "Scan one sheet alone, or type the rows of one.",
        )
        .into()),
    }
}

fn bytes_of(path: &Path) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let (file, size) = outside::file(path).map_err(|e| not_opened(path, &e))?;
    if size > LARGEST {
        return Err(Problem::new(
            "scan-file-too-large",
            format!("{} is not a scan of a page: it is larger than 64 MiB.", path.display()),
            "Nothing was read from it.",
            "Scan one page at 300 dpi in grey, or type the rows.",
        ));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(size + 1).unwrap_or(0)));
    file.take(LARGEST).read_to_end(&mut bytes).map_err(|e| disk(path, &e))?;
    Ok(bytes)
}

fn another_share(found: u8, due: u8) -> Problem {
    Problem::new(
        "another-share",
        format!("This is share {found}, and share {due} is due."),
        "No share was taken.",
        "Take the sheet that was just made, and enter that one.",
    )
    .can_try_again()
}

/// Why a scan gave nothing, in the three sentences. The codes are those of the reader.
pub fn scan_problem(code: &str, why: &str) -> Problem {
    Problem::new(code, sentence(why), "No share was taken.", "Scan the sheet again, or type its rows.")
        .can_try_again()
}
