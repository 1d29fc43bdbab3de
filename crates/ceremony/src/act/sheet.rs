//! Making a custodian's sheet: printed on a printer of this workstation, written by hand, or, in a rehearsal, handed out
//! as a file.

use super::{backup, out_of_order, paper_problem, share_problem, sheet_text};
use crate::engine::{Engine, Halt, memory, not_an_answer};
use crate::plan::Planned;
use crate::printing::Queue;
use crate::store::write_new;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use protocol::{Answer, Ask, Choice, Fact, Mode, Private, Problem, SharePage, SharePart, ShareRow, Verdict};
use secrets::SecretText;
use shares::{Cost, SealedShare, Share};
use transcript::{Draft, Kind, Level};
use zeroize::Zeroizing;

/// Characters of a code word, in groups of four: 80 bits, so that whoever has what a printer remembered cannot try them
/// all.
const CODE_WORD: usize = 16;
/// Digits and capital letters without I, L, O and U, as in the rows of a card.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What the script says of its sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sheets {
    /// Every row is written by hand.
    Written,
    /// Printed.
    Printed,
    /// Printed locked with a code word that is written by hand, so that no printer has seen all of it.
    PrintedWithCodeWord,
}

impl Sheets {
    pub(super) fn of(engine: &Engine<'_>) -> Self {
        match engine.plan.value("sheets") {
            "printed" => Self::Printed,
            "printed-with-codeword" => Self::PrintedWithCodeWord,
            _ => Self::Written,
        }
    }
}

/// How the sheet at hand came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Made {
    /// By hand.
    ByHand,
    /// By a printer.
    Printed(Queue),
    /// Handed out as a file, in a rehearsal.
    Handed(String),
}

/// The making of one custodian's sheet, as often as it takes.
pub(super) struct Making {
    sheets: Sheets,
    locked: Option<(SealedShare, SecretText)>,
    /// How many copies went to a printer.
    pub(super) copies: u32,
}

impl Making {
    pub(super) fn of(engine: &Engine<'_>) -> Self {
        Self { sheets: Sheets::of(engine), locked: None, copies: 0 }
    }

    /// Whether the sheet has a symbol that can be scanned.
    pub(super) fn scannable(engine: &Engine<'_>, made: &Made) -> bool {
        !matches!(made, Made::ByHand) && engine.plan.value("qr") != "no"
    }

    /// How the sheet came about, as the record says it.
    pub(super) fn words(&self, made: &Made) -> &'static str {
        match (made, self.locked.is_some()) {
            (Made::ByHand, _) => "written by hand",
            (Made::Printed(_), false) => "printed",
            (Made::Printed(_), true) => "printed, locked with a code word written by hand",
            (Made::Handed(_), false) => "handed out as a file, in a rehearsal",
            (Made::Handed(_), true) => "handed out as a file, locked with a code word, in a rehearsal",
        }
    }

    /// The sheet, made one way or another.
    pub(super) fn sheet(&mut self, engine: &mut Engine<'_>, step: &Planned) -> Result<Made, Halt> {
        if self.sheets == Sheets::Written {
            by_hand(engine, step)?;
            return Ok(Made::ByHand);
        }
        let mut problem = None;
        loop {
            match self.chosen(engine, step, problem.take())? {
                Way::ByHand => {
                    by_hand(engine, step)?;
                    return Ok(Made::ByHand);
                }
                Way::File => match self.handed(engine, step) {
                    Ok(path) => {
                        self.code_word(engine, step)?;
                        return Ok(Made::Handed(path));
                    }
                    Err(Halt::Problem(p)) => problem = Some(p.can_try_again()),
                    Err(other) => return Err(other),
                },
                Way::Queue(queue) => match self.printed(engine, step, &queue) {
                    Ok(true) => {
                        self.code_word(engine, step)?;
                        return Ok(Made::Printed(queue));
                    }
                    Ok(false) => {}
                    Err(Halt::Problem(p)) => problem = Some(p.can_try_again()),
                    Err(other) => return Err(other),
                },
            }
        }
    }

    /// Asks which way. In a rehearsal the file comes first: who rehearses unattended must not print.
    fn chosen(
        &self,
        engine: &mut Engine<'_>,
        step: &Planned,
        mut problem: Option<Problem>,
    ) -> Result<Way, Halt> {
        let mode = engine.plan.mode;
        let (queues, silent) = match engine.printers.queues(mode) {
            Ok(queues) => (queues, None),
            // Said at the choice itself: it keeps nobody from the other ways.
            Err(p) => (Vec::new(), Some(format!("{} {}", p.happened, p.todo))),
        };
        // An open share must not lie on a disk, not for a minute; a locked one tells nothing without its code word.
        let on_disk = mode == Mode::Production
            && self.sheets == Sheets::Printed
            && engine.printers.waits_in_memory() != Some(true);
        let (mut choices, mut refused) = (Vec::new(), Vec::new());
        let without = silent.or_else(|| queues.is_empty().then(|| NO_PRINTER.to_owned()));
        refused.extend(without.map(|why| choice("print", "On a printer", None, Some(why))));
        if mode == Mode::Rehearsal {
            let note = "In a rehearsal only. Print it elsewhere, or read it back as if it were a scan.";
            choices.push(choice("file", "As a file in the run's folder", Some(note.to_owned()), None));
        }
        for queue in &queues {
            let why = queue.refused.clone().or_else(|| on_disk.then(|| ON_DISK.to_owned()));
            let id = format!("print-{}", queue.name);
            let title = format!("On the printer {}", queue.name);
            let list = if why.is_none() { &mut choices } else { &mut refused };
            list.push(choice(&id, &title, Some(queue.device.clone()), why));
        }
        let note = "No printer has a memory of it.";
        choices.push(choice("by-hand", "Written by hand, row by row", Some(note.to_owned()), None));
        choices.append(&mut refused);
        loop {
            let ask = Ask::Choose {
                question: format!("How is the sheet of share {} made?", step.turn),
                choices: choices.clone(),
            };
            let Answer::Chosen { id } = engine.ask(step, ask, problem.take())? else {
                problem = Some(not_an_answer());
                continue;
            };
            let usable = choices.iter().any(|c| c.id == id && c.refused.is_none());
            match id.as_str() {
                "file" if usable => return Ok(Way::File),
                "by-hand" => return Ok(Way::ByHand),
                _ => {}
            }
            let queue = queues.iter().find(|q| usable && id == format!("print-{}", q.name));
            if let Some(queue) = queue {
                return Ok(Way::Queue(queue.clone()));
            }
            problem = Some(not_an_answer());
        }
    }

    /// Prints, and has the custodian look. False where they want another way.
    fn printed(&mut self, engine: &mut Engine<'_>, step: &Planned, queue: &Queue) -> Result<bool, Halt> {
        let paper = engine.plan.value("paper").to_owned();
        if engine.room.tried_printer.as_ref() != Some(&queue.name) {
            let page = sheet_text::test_page(engine).map_err(|e| paper_problem(&e))?;
            send(engine, step, queue, &paper, "Test page", Zeroizing::new(page))?;
            let question = format!("Look at the test page from {}. Is everything as it says?", queue.name);
            let choices = vec![
                choice("good", "Yes, print the sheet on it", None, None),
                choice("other", "No; choose another way", None, None),
            ];
            if picked(engine, step, &question, &choices)? == "other" {
                return Ok(false);
            }
            engine.room.tried_printer = Some(queue.name.clone());
        }
        loop {
            let sheet = self.pdf(engine, step)?;
            self.copies += 1;
            let note = Draft::new(Kind::Note)
                .fact(Level::Public, "note", "a share sheet is sent to a printer")
                .fact(Level::Public, "share-index", step.turn)
                .fact(Level::Public, "copy", self.copies)
                .fact(Level::Auditor, "printer", format!("{} ({})", queue.name, queue.device));
            // Before it is sent: a copy that the record does not know of must not be.
            engine.append(engine.placed(note, step, false))?;
            let sent = send(engine, step, queue, &paper, "Sheet", sheet);
            let failure = match sent {
                Ok(()) => None,
                // The printer may have printed a part of it, or may still.
                Err(Halt::Problem(p)) => Some(*p),
                Err(other) => return Err(other),
            };
            let (bad, question) = match &failure {
                None => {
                    (false, "Take the sheet from the printer. Is it whole, and can every character be read?")
                }
                Some(_) => {
                    (true, "The sheet may have come out in part, or may still come. How do you go on?")
                }
            };
            let mut choices = vec![
                choice("again", "Destroy what came out, and print again", None, None),
                choice("other", "Destroy what came out, and choose another way", None, None),
            ];
            let whole = choice("whole", "It came out, is whole, and can be read", None, None);
            choices.insert(if bad { 2 } else { 0 }, whole);
            match picked_after(engine, step, question, &choices, failure)?.as_str() {
                "whole" => {
                    self.remembered(engine, step, queue)?;
                    return Ok(true);
                }
                "again" => spoiled(engine, step)?,
                _ => {
                    spoiled(engine, step)?;
                    return Ok(false);
                }
            }
        }
    }

    /// What a printer and its service may keep, said before the custodian goes on.
    fn remembered(&self, engine: &mut Engine<'_>, step: &Planned, queue: &Queue) -> Result<(), Halt> {
        let waits = match engine.printers.waits_in_memory() {
            Some(true) => "kept the job in memory; it is gone when this computer is switched off",
            Some(false) => "kept the job on its disk, and may keep it for a day",
            None => "may have kept the job; this program cannot see where",
        };
        let printer = match self.sheets {
            Sheets::PrintedWithCodeWord => {
                "it may remember the sheet, but not the code word, which you write now"
            }
            _ => {
                "it may remember the sheet: clear its jobs, and switch it off and on before anything else is printed"
            }
        };
        let said = |name: &str, observed: &str| Fact {
            name: name.to_owned(),
            expected: None,
            observed: observed.to_owned(),
            verdict: Verdict::NotProvable,
        };
        let facts = vec![
            said(&format!("The printer {}", queue.name), printer),
            said("The print service of this computer", waits),
        ];
        let button = "I have cleared the printer as far as it lets me".to_owned();
        engine.ask(step, Ask::Observe { facts, button }, None)?;
        Ok(())
    }

    fn handed(&mut self, engine: &mut Engine<'_>, step: &Planned) -> Result<String, Halt> {
        let sheet = self.pdf(engine, step)?;
        let note = Draft::new(Kind::Note)
            .fact(Level::Public, "note", "a rehearsal's share sheet is handed out as a file")
            .fact(Level::Public, "share-index", step.turn);
        engine.append(engine.placed(note, step, false))?;
        let entries = engine.journal.head().entries;
        let path = engine.folder.join(format!("rehearsal-share-sheet-{}-{entries}.pdf", step.turn));
        write_new(&path, &sheet)?;
        Ok(path.display().to_string())
    }

    /// The sheet's PDF, whose bytes are wiped after use.
    fn pdf(&mut self, engine: &Engine<'_>, step: &Planned) -> Result<Zeroizing<Vec<u8>>, Halt> {
        let (share, dealing) = (due(engine, step)?, &backup::dealing(engine)?);
        if self.sheets != Sheets::PrintedWithCodeWord {
            let symbol = share.qr().map_err(|e| share_problem(&e))?;
            let card = sheet_text::Card { share, dealing, rows: share.rows(), symbol, locked: false };
            return sheet_text::sheet(engine, step, &card).map_err(|e| paper_problem(&e).into());
        }
        if self.locked.is_none() {
            let cost = if share.rehearsal() { Cost::LEAST } else { Cost::USUAL };
            let word = fresh_code_word()?;
            let sealed = share.seal(&word, cost).map_err(|e| share_problem(&e))?;
            self.locked = Some((sealed, word));
        }
        let (sealed, _) = self.locked.as_ref().ok_or_else(out_of_order)?;
        let symbol = sealed.qr().map_err(|e| share_problem(&e))?;
        let card = sheet_text::Card { share, dealing, rows: sealed.rows(), symbol, locked: true };
        sheet_text::sheet(engine, step, &card).map_err(|e| paper_problem(&e).into())
    }

    /// Shows the code word, for the custodian to write on the sheet.
    fn code_word(&self, engine: &mut Engine<'_>, step: &Planned) -> Result<(), Halt> {
        let Some((sealed, word)) = &self.locked else { return Ok(()) };
        let dealing = backup::dealing(engine)?;
        loop {
            let page = SharePage {
                custodian: step.actor.name.clone(),
                index: u32::from(step.turn),
                set: sealed.set().to_string(),
                count: u32::from(dealing.count()),
                needs: dealing.needs_with(step.turn),
                part: SharePart::CodeWord,
                row: ShareRow { number: 1, text: Private::new(word.expose().to_owned()) },
                rows: 1,
            };
            if engine.ask(step, Ask::ShowShare { page }, None)? == Answer::Go {
                return Ok(());
            }
        }
    }
}

/// Why a printer cannot be used for an open share.
const ON_DISK: &str = "What waits to be printed lies on this computer's disk here. Keep /var/spool/cups in memory \
                       (docs/printing.md), or begin with sheets=printed-with-codeword.";

const NO_PRINTER: &str =
    "The print service of this computer has no printer. Add one that is on a cable (docs/printing.md).";

enum Way {
    ByHand,
    File,
    Queue(Queue),
}

fn choice(id: &str, title: &str, note: Option<String>, refused: Option<String>) -> Choice {
    Choice { id: id.to_owned(), title: title.to_owned(), note, refused }
}

fn picked(
    engine: &mut Engine<'_>,
    step: &Planned,
    question: &str,
    choices: &[Choice],
) -> Result<String, Halt> {
    picked_after(engine, step, question, choices, None)
}

fn picked_after(
    engine: &mut Engine<'_>,
    step: &Planned,
    question: &str,
    choices: &[Choice],
    mut problem: Option<Problem>,
) -> Result<String, Halt> {
    loop {
        let ask = Ask::Choose { question: question.to_owned(), choices: choices.to_vec() };
        match engine.ask(step, ask, problem.take())? {
            Answer::Chosen { id } if choices.iter().any(|c| c.id == id) => return Ok(id),
            _ => problem = Some(not_an_answer()),
        }
    }
}

/// Another copy of the sheet would be another copy of the share: the custodian says that this one is gone.
fn spoiled(engine: &mut Engine<'_>, step: &Planned) -> Result<(), Halt> {
    let facts = vec![Fact {
        name: "The spoiled sheet".to_owned(),
        expected: None,
        observed: "look into the printer's tray too; shred it or burn it before the next one is made"
            .to_owned(),
        verdict: Verdict::NotProvable,
    }];
    let button = "Nothing of it is left".to_owned();
    engine.ask(step, Ask::Observe { facts, button }, None)?;
    let note = Draft::new(Kind::Note)
        .fact(Level::Public, "note", "a spoiled share sheet was destroyed, as its custodian says")
        .fact(Level::Public, "share-index", step.turn);
    engine.append(engine.placed(note, step, false))?;
    Ok(())
}

fn send(
    engine: &mut Engine<'_>,
    step: &Planned,
    queue: &Queue,
    paper: &str,
    title: &str,
    pdf: Zeroizing<Vec<u8>>,
) -> Result<(), Halt> {
    let printers = engine.printers.clone();
    let doing = format!("Printing on {}", queue.name);
    engine.wait_for(step, &doing, "up to a minute", move || printers.print(&queue.name, paper, title, &pdf))
}

/// The share of this turn: they were dealt in the order of their numbers.
pub(super) fn due<'e>(engine: &'e Engine<'_>, step: &Planned) -> Result<&'e Share, Problem> {
    let at = usize::from(step.turn).checked_sub(1);
    at.and_then(|at| engine.room.shares.get(at)).ok_or_else(out_of_order)
}

/// Shows the share a row at a time: neither the pipe nor the page ever holds two.
fn by_hand(engine: &mut Engine<'_>, step: &Planned) -> Result<(), Halt> {
    let dealing = backup::dealing(engine)?;
    let mut at = 0;
    loop {
        let share = due(engine, step)?;
        let rows = share.rows();
        let Some(row) = rows.get(at) else { return Ok(()) };
        let page = SharePage {
            custodian: step.actor.name.clone(),
            index: u32::from(step.turn),
            set: share.set().to_string(),
            count: u32::from(dealing.count()),
            needs: dealing.needs_with(step.turn),
            part: SharePart::Row,
            row: ShareRow {
                number: u32::try_from(at + 1).unwrap_or(u32::MAX),
                text: Private::new(row.to_string()),
            },
            rows: u32::try_from(rows.len()).unwrap_or(u32::MAX),
        };
        match engine.ask(step, Ask::ShowShare { page }, None)? {
            Answer::Go => at += 1,
            Answer::Back => at = at.saturating_sub(1),
            // A row is shown again rather than passed over.
            _ => {}
        }
    }
}

fn fresh_code_word() -> Result<SecretText, Problem> {
    let mut random = Zeroizing::new([0u8; CODE_WORD]);
    SystemRandom::new().fill(&mut *random).map_err(|_| share_problem(&shares::ShareError::Random))?;
    let mut text = Zeroizing::new(String::with_capacity(CODE_WORD));
    // 32 divides 256, so every character is as likely as any other.
    text.extend(random.iter().filter_map(|b| ALPHABET.get(usize::from(b % 32))).map(|b| char::from(*b)));
    written_out(&text)
}

/// A code word as it is written on the sheet, `K7QM-2XNA-9RTD-5HJW`, however it was typed. It is the passphrase itself:
/// other programs have to be told it in just this form.
pub(super) fn written_out(typed: &str) -> Result<SecretText, Problem> {
    let mut text = String::with_capacity(2 * typed.len() + 8);
    let characters = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
    for (at, c) in characters.enumerate() {
        if at > 0 && at % 4 == 0 {
            text.push('-');
        }
        text.push(match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        });
    }
    SecretText::new(text).map_err(memory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_word_is_the_same_however_it_is_typed() {
        let word = fresh_code_word().unwrap();
        assert_eq!(word.expose().len(), 19);
        assert_ne!(word.expose(), fresh_code_word().unwrap().expose());
        for typed in ["K7QM-2XNA-9RTD-0H1W", "k7qm 2xna 9rtd ohlw", "K7QM2XNA9RTD0HIW"] {
            assert_eq!(written_out(typed).unwrap().expose(), "K7QM-2XNA-9RTD-0H1W");
        }
    }
}
