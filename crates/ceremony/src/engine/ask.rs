//! Questions to people: prompts, signatures, exceptions and decisions.

use super::{Engine, Halt};
use crate::plan::Planned;
use crate::roster::Person;
use crate::store::{not_a_folder, not_opened};
use outside::NotOpened;
use protocol::{Answer, Ask, Choice, Problem, PromptView, ReadAloud};
use std::path::PathBuf;
use transcript::{Draft, Kind, Level};

impl Engine<'_> {
    /// Asks; an exception raised instead is recorded and decided, then the same question comes again.
    pub(crate) fn ask(&mut self, step: &Planned, ask: Ask, problem: Option<Problem>) -> Result<Answer, Halt> {
        self.ask_or_except(step, ask, problem, Stage::Before)
    }

    /// Asks for a file with one of these endings until a path is answered. What is there is a plain file then; whether
    /// something is there is not known.
    pub(crate) fn file_of_medium(
        &mut self,
        step: &Planned,
        question: &str,
        endings: &[&str],
        mut problem: Option<Problem>,
    ) -> Result<PathBuf, Halt> {
        loop {
            let extensions: Vec<String> = endings.iter().map(|e| (*e).to_owned()).collect();
            let found = crate::media::files(self.media.as_ref(), &extensions);
            let ask = Ask::File { question: question.to_owned(), extensions, found };
            match self.ask(step, ask, problem.take())? {
                Answer::Path { path } if path.trim().is_empty() => {}
                Answer::Path { path } => {
                    let path = outside::meant(&path);
                    match outside::kind(&path) {
                        // What is not there is said by whoever reads it.
                        Ok(outside::Kind::File) | Err(_) => return Ok(path),
                        Ok(kind) => problem = Some(not_opened(&path, &NotOpened::Is(kind))),
                    }
                }
                _ => problem = Some(not_an_answer()),
            }
        }
    }

    /// Asks for a folder until a path is answered, and looks for media again where none is; `writes` is what will be
    /// written into it, where something is. What is there is a folder then; whether something is there is not known.
    pub(crate) fn folder_of_medium(
        &mut self,
        step: &Planned,
        question: &str,
        writes: &[&str],
        mut problem: Option<Problem>,
    ) -> Result<PathBuf, Halt> {
        loop {
            let found = crate::media::folders(self.media.as_ref());
            let writes = writes.iter().map(|name| (*name).to_owned()).collect();
            let ask = Ask::Folder { question: question.to_owned(), found, writes };
            match self.ask(step, ask, problem.take())? {
                Answer::Path { path } if path.trim().is_empty() => {}
                Answer::Path { path } => {
                    let path = outside::meant(&path);
                    match outside::kind(&path) {
                        Ok(outside::Kind::Folder) | Err(_) => return Ok(path),
                        Ok(kind) => problem = Some(not_a_folder(&path, kind)),
                    }
                }
                _ => problem = Some(not_an_answer()),
            }
        }
    }

    /// One person compares a value with another source on a blank list: whether they found every row the same.
    pub(crate) fn finds_the_same(
        &mut self,
        step: &Planned,
        person: &Person,
        what: &str,
        against: &str,
        bytes: &[u8],
    ) -> Result<bool, Halt> {
        let value = ReadAloud::of(bytes);
        let shown: Vec<u32> = value.rows.iter().map(|r| r.number).collect();
        let ask = Ask::Compare {
            person: person.id.clone(),
            name: person.name.clone(),
            what: what.to_owned(),
            against: against.to_owned(),
            value,
        };
        let Answer::Compared { rows } = self.ask(step, ask, None)? else { return Ok(false) };
        Ok(rows.iter().map(|r| r.number).eq(shown) && rows.iter().all(|r| r.same))
    }

    /// Asks about a step that is done: an exception raised here cannot begin it again.
    pub(super) fn ask_after(&mut self, step: &Planned, ask: Ask) -> Result<Answer, Halt> {
        self.ask_or_except(step, ask, None, Stage::Done)
    }

    fn ask_or_except(
        &mut self,
        step: &Planned,
        mut ask: Ask,
        mut problem: Option<Problem>,
        stage: Stage,
    ) -> Result<Answer, Halt> {
        loop {
            let again = again(&ask);
            let answer = self.ask_once(step, ask, problem.take())?;
            let Answer::Exception { report } = answer else { return Ok(answer) };
            let draft = Draft::new(Kind::Exception).fact(Level::Auditor, "expected", report.expected).fact(
                Level::Auditor,
                "happened",
                report.happened,
            );
            let id = self.except(step, draft)?;
            let mut choices = Vec::new();
            if again.is_some() {
                choices.push(choice("go-on", "Go on from here", None));
            }
            self.more_choices(step, stage, &mut choices);
            let question = "An exception was raised. How do you go on?";
            match (self.decide(step, question, &choices, None, Some(&id))?, again) {
                (Decision::GoOn, Some(same)) => ask = same,
                (Decision::GoOn, None) => return Err(Halt::Again),
                (other, _) => return Err(other.halt()),
            }
        }
    }

    /// Records an exception under an id of its own, and gives the id: one may be raised while another is decided.
    fn except(&mut self, step: &Planned, draft: Draft) -> Result<String, Problem> {
        let id = format!("exception-{}", self.journal.head().entries + 1);
        self.append(self.placed(draft, step, false).opens(&id, "An exception has to be decided."))?;
        Ok(id)
    }

    /// Raises an exception that the program itself sees, such as a bag number that differs, and has it decided.
    pub(crate) fn raise(&mut self, step: &Planned, problem: &Problem, expected: &str) -> Result<(), Halt> {
        let draft = Draft::new(Kind::Exception)
            .fact(Level::Public, "code", problem.code.as_str())
            .fact(Level::Auditor, "expected", expected)
            .fact(Level::Auditor, "happened", problem.happened.as_str());
        let id = self.except(step, draft)?;
        let mut choices = vec![choice("go-on", "Go on from here", None)];
        self.more_choices(step, Stage::Before, &mut choices);
        let question = "This is not as it should be. How do you go on?";
        match self.decide(step, question, &choices, Some(problem.clone()), Some(&id))? {
            Decision::GoOn => Ok(()),
            other => Err(other.halt()),
        }
    }

    fn ask_once(&mut self, step: &Planned, ask: Ask, problem: Option<Problem>) -> Result<Answer, Halt> {
        self.prompts += 1;
        let key_stem = format!("{}/{}", step.id, kind_of(&ask));
        let times = self.asked.entry(key_stem.clone()).or_insert(0);
        *times += 1;
        let key = if *times == 1 { key_stem } else { format!("{key_stem}/{times}") };
        let prompt = PromptView { id: self.prompts, key, step: step.view.clone(), ask, problem };
        match self.player.ask(prompt) {
            Ok(Answer::Stop) | Err(_) => Err(Halt::Stop),
            Ok(answer) => Ok(answer),
        }
    }

    /// A step did not come to its end: it is recorded, and a person decides how to go on.
    pub(super) fn failed(&mut self, step: &Planned, problem: &Problem) -> Result<(), Halt> {
        self.append(
            self.placed(Draft::new(Kind::Failed), step, false)
                .fact(Level::Public, "code", problem.code.as_str())
                .fact(Level::Auditor, "happened", problem.happened.as_str()),
        )?;
        let mut choices = Vec::new();
        self.more_choices(step, Stage::Before, &mut choices);
        let question = "This step did not come to its end. How do you go on?";
        match self.decide(step, question, &choices, Some(problem.clone()), None)? {
            Decision::GoOn | Decision::Again => Ok(()),
            other => Err(other.halt()),
        }
    }

    /// A record that has ended takes no more entries, so this decision is not recorded: whether to try the pack again.
    pub(super) fn try_again_after_end(&mut self, step: &Planned, problem: &Problem) -> bool {
        let ask = Ask::Decide {
            question: "The record is complete, but its evidence pack was not written. How do you go on?"
                .to_owned(),
            choices: vec![
                choice("again", "Write the pack again", None),
                choice("stop", "Stop here; resume later", None),
            ],
        };
        matches!(self.ask_once(step, ask, Some(problem.clone())), Ok(Answer::Decided { id, .. }) if id == "again")
    }

    fn more_choices(&self, step: &Planned, stage: Stage, choices: &mut Vec<Choice>) {
        if stage == Stage::Before {
            choices.push(choice("again", "Begin this step again", None));
        }
        if self.backup_begins().is_some() {
            choices.push(choice(
                "back",
                "Make the backup anew",
                Some("Every sheet written so far becomes void and has to be destroyed."),
            ));
        }
        if self.takes_other_parameters(step) {
            choices.push(choice(
                "parameters",
                "Read other import parameters",
                Some("They are compared again; then the ceremony goes on where it stands."),
            ));
        }
        choices.push(choice("stop", "Stop here; resume later", None));
        choices.push(choice(
            "abandon",
            "Give the ceremony up",
            Some("Nothing it made may be used. This cannot be taken back."),
        ));
    }

    /// Asks for a decision, and has the person sign it whom the script names for that. To stop needs no signature:
    /// walking away is always possible.
    fn decide(
        &mut self,
        step: &Planned,
        question: &str,
        choices: &[Choice],
        mut problem: Option<Problem>,
        exception: Option<&str>,
    ) -> Result<Decision, Halt> {
        let question = match self.plan.decider() {
            Some(decider) => format!("{question} {} decides and signs.", decider.name),
            None => question.to_owned(),
        };
        loop {
            let ask = Ask::Decide { question: question.clone(), choices: choices.to_vec() };
            let Answer::Decided { id, reason } = self.ask_once(step, ask, problem.take())? else {
                problem = Some(not_an_answer());
                continue;
            };
            let Some((decision, chosen)) = choices.iter().find_map(|c| {
                let decision = Decision::of(&id).filter(|_| c.id == id)?;
                Some((decision, c.title.clone()))
            }) else {
                problem = Some(not_an_answer());
                continue;
            };
            if decision == Decision::Stop {
                return Ok(decision);
            }
            let Some(decider) = self.plan.decider().cloned() else { return Ok(Decision::Stop) };
            self.signed_by(step, &decider, &format!("I decide: {chosen}."), None)?;
            let mut note = self
                .placed(Draft::new(Kind::Note), step, false)
                .fact(Level::Public, "decision", id)
                .fact(Level::Public, "decided-by", decider.role.as_str())
                .fact(Level::Auditor, "reason", reason);
            if let Some(id) = exception {
                note = note.closes(id);
            }
            self.append(note)?;
            return Ok(decision);
        }
    }

    /// Exceptions that were left open, because the room ended or another one came in between, are decided before
    /// anything else is done. One that was raised in the step at hand offers no going on: the question that it
    /// interrupted is gone with the room, and the step begins again whatever is decided. One that was raised at another
    /// step, such as at the findings of one that was done, has nothing to begin again: the ceremony goes on where it
    /// stands.
    pub(super) fn settle_exceptions(&mut self, step: &Planned) -> Result<(), Halt> {
        let open = |o: &transcript::Obligation| o.id.starts_with("exception-");
        while let Some(left) = self.journal.open_obligations().into_iter().find(open) {
            let raised =
                self.journal.entries().iter().rev().find(|e| e.opens.iter().any(|o| o.id == left.id));
            let here = raised.is_some_and(|e| e.step.as_deref() == Some(&step.id));
            let (mut choices, stage) =
                if here { (Vec::new(), Stage::Before) } else { (vec![go_on_where_it_stands()], Stage::Done) };
            self.more_choices(step, stage, &mut choices);
            let question = "An exception was raised and not decided. How do you go on?";
            match self.decide(step, question, &choices, None, Some(&left.id))? {
                Decision::GoOn | Decision::Again => {}
                other => return Err(other.halt()),
            }
        }
        Ok(())
    }
}

/// How to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    GoOn,
    Again,
    Back,
    Parameters,
    Stop,
    Abandon,
}

/// Whether the step that is asked about is still to come to its outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Before,
    Done,
}

impl Decision {
    /// How a decision other than to go on ends what is being asked.
    fn halt(self) -> Halt {
        match self {
            Self::GoOn | Self::Again => Halt::Again,
            Self::Back => Halt::Back,
            Self::Parameters => Halt::Parameters,
            Self::Stop => Halt::Stop,
            Self::Abandon => Halt::Abandon,
        }
    }

    fn of(id: &str) -> Option<Self> {
        Some(match id {
            "go-on" => Self::GoOn,
            "again" => Self::Again,
            "back" => Self::Back,
            "parameters" => Self::Parameters,
            "stop" => Self::Stop,
            "abandon" => Self::Abandon,
            _ => return None,
        })
    }
}

fn choice(id: &str, title: &str, note: Option<&str>) -> Choice {
    Choice { id: id.to_owned(), title: title.to_owned(), note: note.map(str::to_owned), refused: None }
}

fn go_on_where_it_stands() -> Choice {
    choice("go-on", "Go on where the ceremony stands", None)
}

/// A question that can be asked again after an exception. A row of a share is not kept: the step is begun again.
fn again(ask: &Ask) -> Option<Ask> {
    if matches!(ask, Ask::ShowShare { .. }) {
        return None;
    }
    serde_json::to_value(ask).ok().and_then(|v| serde_json::from_value(v).ok())
}

fn kind_of(ask: &Ask) -> &'static str {
    match ask {
        Ask::Begin { .. } => "begin",
        Ask::Sign { .. } => "sign",
        Ask::Pin { .. } => "pin",
        Ask::NewSecret { .. } => "new-secret",
        Ask::Choose { .. } => "choose",
        Ask::Text { .. } => "text",
        Ask::File { .. } => "file",
        Ask::Folder { .. } => "folder",
        Ask::Compare { .. } => "compare",
        Ask::ShowShare { .. } => "show-share",
        Ask::EnterShare { .. } => "enter-share",
        Ask::Observe { .. } => "observe",
        Ask::Decide { .. } => "decide",
        Ask::Agree { .. } => "agree",
    }
}

pub(crate) fn not_an_answer() -> Problem {
    Problem::new(
        "not-an-answer",
        "That does not answer the question.",
        "Nothing was changed.",
        "Answer what the screen asks.",
    )
    .can_try_again()
}
