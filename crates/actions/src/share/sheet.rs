//! Making a custodian's sheet: printed on a printer of this workstation, written by hand, or, in a rehearsal, handed out
//! as a file.

use crate::share::making::{Made, Making, Sheets};
use crate::share::print;
use crate::share::words::{self};
use engine::printing::Queue;
use engine::words::not_an_answer;
use engine::{AskPeople, Halt, Outcome, Paper, Stage};
use protocol::{Answer, Ask, Mode, Problem};
use store::write_new;

/// The answers to how a sheet is made.
const FILE: &str = "file";
const BY_HAND: &str = "by-hand";

enum Way {
    ByHand,
    File,
    Queue(Queue),
}

impl Making<'_> {
    /// The sheet, made one way or another.
    pub(crate) fn sheet(&mut self, stage: &mut dyn Stage) -> Result<Made, Halt> {
        if self.sheets == Sheets::Written {
            self.by_hand(stage)?;
            return Ok(Made::ByHand);
        }
        let mut problem = None;
        loop {
            match self.chosen(stage, problem.take())? {
                Way::ByHand => {
                    self.by_hand(stage)?;
                    return Ok(Made::ByHand);
                }
                Way::File => match self.handed(stage) {
                    Ok(path) => {
                        self.code_word(stage)?;
                        return Ok(Made::Handed(path));
                    }
                    Err(Halt::Problem(p)) => problem = Some(p.can_try_again()),
                    Err(other) => return Err(other),
                },
                Way::Queue(queue) => match print::printed(self, stage, &queue) {
                    Ok(true) => {
                        self.code_word(stage)?;
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
        stage: &mut (impl AskPeople + Paper + ?Sized),
        mut problem: Option<Problem>,
    ) -> Result<Way, Halt> {
        let mode = self.cue.plan.mode;
        let printers = stage.printers()?;
        let (queues, silent) = match printers.queues(mode) {
            Ok(queues) => (queues, None),
            // Said at the choice itself: it keeps nobody from the other ways.
            Err(p) => (Vec::new(), Some(words::no_service(&p))),
        };
        // An open share must not lie on a disk, not for a minute; a locked one tells nothing without its code word.
        let on_disk = mode == Mode::Production
            && self.sheets == Sheets::Printed
            && printers.waits_in_memory() != Some(true);
        let (mut choices, mut refused) = (Vec::new(), Vec::new());
        let without = silent.or_else(|| queues.is_empty().then(|| words::NO_PRINTER.to_owned()));
        refused.extend(without.map(words::on_a_printer));
        if mode == Mode::Rehearsal {
            choices.push(words::as_a_file(FILE));
        }
        let id_of = |queue: &Queue| format!("print-{}", queue.name);
        for queue in &queues {
            let choice = words::on_the_queue(&id_of(queue), queue, on_disk);
            let list = if choice.refused.is_none() { &mut choices } else { &mut refused };
            list.push(choice);
        }
        choices.push(words::written_by_hand(BY_HAND));
        choices.append(&mut refused);
        loop {
            let ask =
                Ask::Choose { question: words::how_is_it_made(self.cue.step.turn), choices: choices.clone() };
            let Answer::Chosen { id } = stage.ask(ask, problem.take())? else {
                problem = Some(not_an_answer());
                continue;
            };
            let usable = choices.iter().any(|c| c.id == id && c.refused.is_none());
            match id.as_str() {
                FILE if usable => return Ok(Way::File),
                BY_HAND => return Ok(Way::ByHand),
                _ => {}
            }
            if let Some(queue) = queues.iter().find(|q| usable && id == id_of(q)) {
                return Ok(Way::Queue(queue.clone()));
            }
            problem = Some(not_an_answer());
        }
    }

    fn handed(&mut self, stage: &mut dyn Stage) -> Result<String, Halt> {
        let sheet = self.pdf(stage)?;
        let turn = self.cue.step.turn;
        let note =
            Outcome::new().fact(&facts::NOTE, words::HANDED_OUT_AS_A_FILE).fact(&facts::SHARE_INDEX, turn);
        stage.note(note)?;
        let entries = stage.past().entries.len();
        let path = stage.folder().join(format!("rehearsal-share-sheet-{turn}-{entries}.pdf"));
        write_new(&path, &sheet)?;
        Ok(path.display().to_string())
    }
}
