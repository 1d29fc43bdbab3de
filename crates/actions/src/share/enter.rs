//! How a share comes in from its sheet: typed row by row, read from a scan, or typed by a hand scanner.

use crate::share::code_word;
use crate::share::dealt::{Cards as _, DealtSet};
use crate::share::words::{self, share_problem};
use engine::words::{memory, not_an_answer};
use engine::{Cue, Halt, Paper, Stage, WorkWith};
use protocol::{Answer, Ask, Mode, Problem, ROWS_AT_ONCE, ScanOffer, SharePart};
use secrets::SecretText;
use shares::{COLUMNS, Card, MAX_ROWS, ROWS, SealedShare, SetId, Share, ShareError};
use std::io::Read as _;
use std::path::Path;
use store::{disk, not_opened};
use zeroize::Zeroizing;

/// The largest file that is read as a scan, in bytes: a colour picture of A4 at 600 dpi, hardly packed.
const LARGEST: u64 = 64 << 20;
/// Endings of what scanners and cameras write.
const ENDINGS: [&str; 4] = ["pdf", "png", "jpg", "jpeg"];

/// Which share is awaited.
pub(crate) struct Awaited<'a> {
    pub(crate) of: DealtSet<'a>,
    /// The number of the share that was just given out, where one was.
    pub(crate) due: Option<u8>,
    /// Whether a scan is taken; only printed sheets have a symbol.
    pub(crate) scan: bool,
    /// The sheet that a rehearsal handed out as a file.
    pub(crate) handed: Option<String>,
}

/// How it came in, as the record says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    Typed,
    HandScanner,
    Scan,
}

impl How {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Typed => words::TYPED,
            Self::HandScanner => words::HAND_SCANNER,
            Self::Scan => words::SCANNED,
        }
    }
}

/// A share that was dealt, as its custodian enters it; asked again until it is one. `None` where they want to see it, or
/// make its sheet, again.
pub(crate) fn share(
    cue: Cue<'_>,
    stage: &mut dyn Stage,
    awaited: &Awaited<'_>,
    mut problem: Option<Problem>,
) -> Result<Option<(Share, How)>, Halt> {
    let rehearsal = cue.plan.mode == Mode::Rehearsal;
    loop {
        let Some((text, how)) = card(cue, stage, awaited, problem.take())? else { return Ok(None) };
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
                match opened(cue, stage, awaited, &sealed)? {
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
    awaited.due.filter(|due| *due != number).map(|due| words::another_share(number, due))
}

/// The code word, until it opens the share; `None` to enter the sheet again.
fn opened(
    cue: Cue<'_>,
    stage: &mut dyn Stage,
    awaited: &Awaited<'_>,
    sealed: &SealedShare,
) -> Result<Option<Share>, Halt> {
    let mut problem = None;
    loop {
        let ask = Ask::EnterShare {
            custodian: cue.step.actor.name.clone(),
            index: awaited.of.dealing.number_of_locked(sealed).map(u32::from),
            set: awaited.of.set.to_string(),
            part: SharePart::CodeWord,
            row: 1,
            rows: 1,
            at_once: 1,
            columns: 16,
            scan: None,
        };
        match stage.ask(ask, problem.take())? {
            Answer::Secret { text } => {
                let typed = SecretText::new(text.into_text()).map_err(memory)?;
                let word = code_word::written_out(typed.expose())?;
                let trying = || sealed.open(&word).map_err(|e| share_problem(&e));
                match stage.wait_for(words::OPENING_LOCKED, words::A_FEW_SECONDS, trying) {
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
    cue: Cue<'_>,
    stage: &mut dyn Stage,
    awaited: &Awaited<'_>,
    mut problem: Option<Problem>,
) -> Result<Option<(SecretText, How)>, Halt> {
    let mut text = Zeroizing::new(String::with_capacity(256));
    let (mut row, mut rows) = (1, ROWS);
    while row <= rows {
        let ask = Ask::EnterShare {
            custodian: cue.step.actor.name.clone(),
            index: awaited.due.map(u32::from),
            set: awaited.of.set.to_string(),
            part: SharePart::Row,
            row,
            rows,
            at_once: ROWS_AT_ONCE.min(rows + 1 - row),
            columns: COLUMNS,
            scan: awaited.scan.then(|| offer(stage, awaited)),
        };
        let typed = match stage.ask(ask, problem.take())? {
            Answer::Secret { text } => vec![text],
            Answer::Rows { rows } => rows,
            Answer::Path { path } if awaited.scan => match scanned(stage, &path) {
                Ok(text) => return Ok(Some((text, How::Scan))),
                Err(Halt::Problem(p)) => {
                    problem = Some(p.can_try_again());
                    continue;
                }
                Err(other) => return Err(other),
            },
            // To look again at the share means to type all of it again: what was typed may be what was wrong.
            Answer::Back if awaited.due.is_some() => return Ok(None),
            Answer::Back => {
                text.clear();
                (row, rows) = (1, ROWS);
                continue;
            }
            _ => Vec::new(),
        };
        if typed.is_empty() {
            problem = Some(not_an_answer());
        }
        for typed in typed {
            let typed = SecretText::new(typed.into_text()).map_err(memory)?;
            let without = shares::without_scanner_marks(typed.expose());
            let length = without.chars().filter(char::is_ascii_alphanumeric).count();
            if length > 2 * COLUMNS as usize {
                return Ok(Some((typed, How::HandScanner)));
            }
            // Those before the first wrong one are kept.
            if let Err(e) = shares::check_row(row, &typed) {
                problem = Some(share_problem(&e));
                break;
            }
            if row == 1 {
                rows = shares::rows_of(&typed).min(MAX_ROWS);
            }
            // Without its separators a row has 20 characters, so the text never outgrows its place.
            text.extend(without.chars().filter(char::is_ascii_alphanumeric));
            text.push('\n');
            row += 1;
            if row > rows {
                break;
            }
        }
    }
    let text = SecretText::new(std::mem::take(&mut *text)).map_err(memory)?;
    Ok(Some((text, How::Typed)))
}

fn offer(paper: &(impl Paper + ?Sized), awaited: &Awaited<'_>) -> ScanOffer {
    ScanOffer {
        found: paper.scans_on_media(&ENDINGS),
        extensions: ENDINGS.iter().map(|e| (*e).to_owned()).collect(),
        handed: awaited.handed.clone(),
    }
}

/// The one card in a scan. What was read from it is told to be destroyed, whether it turns out to be the right one or
/// not.
fn scanned(stage: &mut dyn Stage, path: &str) -> Result<SecretText, Halt> {
    let file = bytes_of(&outside::meant(path))?;
    let scans = stage.scans()?;
    let mut found = stage.wait_for(words::READING_SCAN, words::UP_TO_A_MINUTE, move || scans.read(&file))?;
    let facts = vec![words::scan_is_secret()];
    stage.ask(Ask::Observe { facts, button: words::I_DESTROY_THE_SCAN.to_owned(), done: false }, None)?;
    match (found.pop(), found.is_empty()) {
        (Some(text), true) => Ok(text),
        _ => Err(words::scan_two_sheets().into()),
    }
}

fn bytes_of(path: &Path) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let (file, size) = outside::file(path).map_err(|e| not_opened(path, &e))?;
    if size > LARGEST {
        return Err(words::scan_too_large(&path.display().to_string()));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(size + 1).unwrap_or(0)));
    file.take(LARGEST).read_to_end(&mut bytes).map_err(|e| disk(path, &e))?;
    Ok(bytes)
}
