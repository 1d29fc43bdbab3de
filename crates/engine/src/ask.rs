//! Questions to people: prompts, exceptions and decisions.

use crate::core::At;
use crate::outcome::Outcome;
use crate::sign::signs_with;
use crate::stage::{Compared, Halt};
use crate::way_back::WayBack;
use crate::words;
use outside::{Kind as Found, NotOpened};
use protocol::{Answer, Ask, Choice, Problem, PromptView, ProofView, ReadAloud, RoundView};
use script::{Hands, Person};
use secrets::SecretText;
use std::path::PathBuf;
use store::{not_a_folder, not_opened};
use transcript::Kind;

impl At<'_, '_> {
    /// Asks; an exception raised instead is recorded and decided, then the same question comes again.
    pub(crate) fn asks(&mut self, ask: Ask, problem: Option<Problem>) -> Result<Answer, Halt> {
        self.ask_or_except(ask, problem, Stage::Before, None)
    }

    /// Asks for a file with one of these endings until a path is answered. What is there is a plain file then; whether
    /// something is there is not known.
    pub(crate) fn asks_for_file(
        &mut self,
        question: &str,
        endings: &[&str],
        mut problem: Option<Problem>,
    ) -> Result<PathBuf, Halt> {
        loop {
            let extensions: Vec<String> = endings.iter().map(|e| (*e).to_owned()).collect();
            let found = crate::media::files(self.core.media.as_ref(), &extensions);
            let ask = Ask::File { question: question.to_owned(), extensions, found };
            match self.asks(ask, problem.take())? {
                Answer::Path { path } if path.trim().is_empty() => {}
                Answer::Path { path } => {
                    let path = outside::meant(&path);
                    match outside::kind(&path) {
                        // What is not there is said by whoever reads it.
                        Ok(Found::File) | Err(_) => return Ok(path),
                        Ok(kind) => problem = Some(not_opened(&path, &NotOpened::Is(kind))),
                    }
                }
                _ => problem = Some(words::not_an_answer()),
            }
        }
    }

    /// Asks for a folder until a path is answered, and looks for media again where none is; `writes` is what will be
    /// written into it, where something is. What is there is a folder then; whether something is there is not known.
    pub(crate) fn asks_for_folder(
        &mut self,
        question: &str,
        writes: &[&str],
        mut problem: Option<Problem>,
    ) -> Result<PathBuf, Halt> {
        loop {
            let found = crate::media::folders(self.core.media.as_ref());
            let writes = writes.iter().map(|name| (*name).to_owned()).collect();
            let ask = Ask::Folder { question: question.to_owned(), found, writes };
            match self.asks(ask, problem.take())? {
                Answer::Path { path } if path.trim().is_empty() => {}
                Answer::Path { path } => {
                    let path = outside::meant(&path);
                    match outside::kind(&path) {
                        Ok(Found::Folder) | Err(_) => return Ok(path),
                        Ok(kind) => problem = Some(not_a_folder(&path, kind)),
                    }
                }
                _ => problem = Some(words::not_an_answer()),
            }
        }
    }

    /// One person compares a value with another source on a blank list, and signs that on the same screen where `says` is
    /// what they sign.
    pub(crate) fn compares(
        &mut self,
        person: &Person,
        of: &Compared<'_>,
        says: Option<&str>,
    ) -> Result<Sameness, Halt> {
        let value = ReadAloud::of(of.bytes);
        let shown: Vec<u32> = value.rows.iter().map(|r| r.number).collect();
        let ask = Ask::Compare {
            person: person.id.clone(),
            name: person.name.clone(),
            what: of.what.to_owned(),
            against: of.against.to_owned(),
            value,
        };
        let signs = says.map(|says| ProofView {
            name: person.name.clone(),
            says: says.to_owned(),
            hint: person.rehearsal_passphrase.clone(),
            yubikey: signs_with(person),
        });
        let (answer, typed) = match self.ask_or_except(ask, None, Stage::Before, signs.as_ref())? {
            Answer::Signed { answer, passphrase } if signs.is_some() => {
                (*answer, Some(SecretText::new(passphrase.into_text()).map_err(words::memory)?))
            }
            answer => (answer, None),
        };
        let Answer::Compared { rows } = answer else { return Ok(Sameness { same: false, typed: None }) };
        let same = rows.iter().map(|r| r.number).eq(shown) && rows.iter().all(|r| r.same);
        Ok(Sameness { same, typed })
    }

    /// Asks about a step that is done: an exception raised here cannot begin it again.
    pub(super) fn ask_after(&mut self, ask: Ask) -> Result<Answer, Halt> {
        self.ask_or_except(ask, None, Stage::Done, None)
    }

    fn ask_or_except(
        &mut self,
        mut ask: Ask,
        mut problem: Option<Problem>,
        stage: Stage,
        signs: Option<&ProofView>,
    ) -> Result<Answer, Halt> {
        loop {
            let again = again(&ask);
            let answer = self.ask_behind_a_lock(ask, problem.take().as_ref(), signs)?;
            let Answer::Exception { report } = answer else { return Ok(answer) };
            let says = Outcome::new()
                .fact(&facts::EXPECTED, report.expected)
                .fact(&facts::HAPPENED, report.happened);
            let id = self.except(says)?;
            let mut choices = Vec::new();
            if again.is_some() {
                choices.push(words::go_on_from_here());
            }
            self.more_choices(stage, &mut choices);
            match (self.decide(words::EXCEPTION_RAISED, &choices, None, Some(&id))?, again) {
                (Decision::GoOn, Some(same)) => ask = same,
                (Decision::GoOn, None) => return Err(Halt::Again),
                (other, _) => return Err(other.halt()),
            }
        }
    }

    /// Records an exception under an id of its own, and gives the id: one may be raised while another is decided.
    fn except(&mut self, says: Outcome) -> Result<String, Problem> {
        let id = format!("{EXCEPTION}{}", self.core.journal.head().entries + 1);
        let draft = self.entry(Kind::Exception, says).opens(&id, words::EXCEPTION_OWED);
        self.append(draft)?;
        Ok(id)
    }

    /// Raises an exception that the program itself sees, such as a bag number that differs, and has it decided.
    pub(crate) fn raises(&mut self, problem: &Problem, expected: &str) -> Result<(), Halt> {
        let says = Outcome::new()
            .fact(&facts::CODE, problem.code.as_str())
            .fact(&facts::EXPECTED, expected)
            .fact(&facts::HAPPENED, problem.happened.as_str());
        let id = self.except(says)?;
        let mut choices = vec![words::go_on_from_here()];
        self.more_choices(Stage::Before, &mut choices);
        match self.decide(words::NOT_AS_IT_SHOULD_BE, &choices, Some(problem.clone()), Some(&id))? {
            Decision::GoOn => Ok(()),
            other => Err(other.halt()),
        }
    }

    pub(crate) fn ask_once(
        &mut self,
        ask: Ask,
        problem: Option<Problem>,
        signs: Option<&ProofView>,
    ) -> Result<Answer, Halt> {
        self.core.prompts += 1;
        let round = self.round(&ask);
        let signs = signs.cloned();
        let others = matches!(ask, Ask::Sign { .. } | Ask::Agree { .. }) || signs.is_some();
        let watches = if others { Vec::new() } else { self.core.signed_with.clone() };
        let key_stem = format!("{}/{}", self.step.id, ask.kind());
        let times = self.core.asked.entry(key_stem.clone()).or_insert(0);
        *times += 1;
        let key = if *times == 1 { key_stem } else { format!("{key_stem}/{times}") };
        let prompt = PromptView {
            id: self.core.prompts,
            key,
            step: self.step.view.clone(),
            ask,
            begins: std::mem::take(&mut self.core.begins),
            signs,
            watches,
            locked: self.core.locked.clone(),
            round,
            problem,
            practice: None,
            stop: self.if_stopped(),
        };
        match self.core.player.ask(prompt) {
            Ok(Answer::Stop) | Err(_) => Err(Halt::Stop),
            Ok(answer) => Ok(answer),
        }
    }

    /// Whose turn it is, where a step asks everyone for the same.
    fn round(&self, ask: &Ask) -> Option<RoundView> {
        let row = self.step.action;
        let asked = match ask {
            Ask::Agree { person, .. } => person,
            Ask::Sign { person, purpose, .. } if row.says.iter().any(|says| purpose.starts_with(says)) => {
                person
            }
            _ => return None,
        };
        let everyone = self.plan.everyone();
        let at = everyone.iter().position(|one| one.id == *asked).filter(|_| row.hands == Hands::Everyone)?;
        let names = |people: &[Person]| people.iter().map(|one| one.name.clone()).collect();
        let (done, rest) = everyone.split_at(at);
        Some(RoundView { done: names(done), ahead: names(rest.get(1..).unwrap_or_default()) })
    }

    /// A step did not come to its end: it is recorded, and a person decides how to go on.
    pub(super) fn failed(&mut self, problem: &Problem) -> Result<(), Halt> {
        let says = Outcome::new()
            .fact(&facts::CODE, problem.code.as_str())
            .fact(&facts::HAPPENED, problem.happened.as_str());
        let draft = self.entry(Kind::Failed, says);
        self.append(draft)?;
        let mut choices = Vec::new();
        self.more_choices(Stage::Before, &mut choices);
        match self.decide(words::NOT_AT_ITS_END, &choices, Some(problem.clone()), None)? {
            Decision::GoOn | Decision::Again => Ok(()),
            other => Err(other.halt()),
        }
    }

    /// A record that has ended takes no more entries, so this decision is not recorded: whether to try the pack again.
    pub(super) fn try_again_after_end(&mut self, problem: &Problem) -> bool {
        let ask = Ask::Decide {
            question: words::PACK_NOT_WRITTEN.to_owned(),
            choices: vec![words::write_again(), words::stop_here()],
        };
        matches!(self.ask_behind_a_lock(ask, Some(problem), None), Ok(Answer::Decided { id, .. }) if id == AGAIN)
    }

    fn more_choices(&self, stage: Stage, choices: &mut Vec<Choice>) {
        if stage == Stage::Before {
            choices.push(words::begin_again());
        }
        let ways = self.repertoire.ways_back_at(self.plan, self.place);
        choices.extend(ways.into_iter().map(|way| words::choice(way.decision, way.title, Some(way.note))));
        choices.push(words::stop_here());
        choices.push(words::give_up());
    }

    /// Asks for a decision, and has the person sign it whom the script names for that. To stop needs no signature:
    /// walking away is always possible.
    fn decide(
        &mut self,
        question: &str,
        choices: &[Choice],
        mut problem: Option<Problem>,
        exception: Option<&str>,
    ) -> Result<Decision, Halt> {
        let question = match self.plan.decider() {
            Some(decider) => words::decides(question, &decider.name),
            None => question.to_owned(),
        };
        loop {
            let ask = Ask::Decide { question: question.clone(), choices: choices.to_vec() };
            let Answer::Decided { id, reason } =
                self.ask_behind_a_lock(ask, problem.take().as_ref(), None)?
            else {
                problem = Some(words::not_an_answer());
                continue;
            };
            let Some((decision, chosen)) = choices.iter().find_map(|c| {
                let decision = Decision::of(&id, self.repertoire.ways_back).filter(|_| c.id == id)?;
                Some((decision, c.title.clone()))
            }) else {
                problem = Some(words::not_an_answer());
                continue;
            };
            if decision == Decision::Stop {
                return Ok(decision);
            }
            let Some(decider) = self.plan.decider().cloned() else { return Ok(Decision::Stop) };
            self.signs(&decider, &words::i_decide(&chosen), None, None)?;
            let says = Outcome::new()
                .fact(&facts::DECISION, id)
                .fact(&facts::DECIDED_BY, decider.role.as_str())
                .fact(&facts::REASON, reason);
            self.note(exception.into_iter().fold(says, Outcome::closes))?;
            return Ok(decision);
        }
    }

    /// Exceptions that were left open, because the room ended or another one came in between, are decided before
    /// anything else is done. One that was raised in the step at hand offers no going on: the question that it
    /// interrupted is gone with the room, and the step begins again whatever is decided. One that was raised at another
    /// step, such as at the findings of one that was done, has nothing to begin again: the ceremony goes on where it
    /// stands.
    pub(super) fn settle_exceptions(&mut self) -> Result<(), Halt> {
        while let Some(left) = self.exception_left() {
            let raised = self.core.journal.entries().iter().rev();
            let raised = raised.clone().find(|e| e.opens.iter().any(|o| o.id == left));
            let here = raised.is_some_and(|e| e.step.as_deref() == Some(&self.step.id));
            let (mut choices, stage) = if here {
                (Vec::new(), Stage::Before)
            } else {
                (vec![words::go_on_where_it_stands()], Stage::Done)
            };
            self.more_choices(stage, &mut choices);
            match self.decide(words::EXCEPTION_NOT_DECIDED, &choices, None, Some(&left))? {
                Decision::GoOn | Decision::Again => {}
                other => return Err(other.halt()),
            }
        }
        Ok(())
    }

    fn exception_left(&self) -> Option<String> {
        self.core.past().owed().into_iter().map(|o| &o.id).find(|id| id.starts_with(EXCEPTION)).cloned()
    }
}

/// What somebody who compared found.
pub(crate) struct Sameness {
    /// Whether every row was the same.
    pub(crate) same: bool,
    /// What they typed to sign that, where they did with the answer.
    pub(crate) typed: Option<SecretText>,
}

/// How the ids of exceptions begin.
pub(crate) const EXCEPTION: &str = "exception-";
/// What people can always decide, as the record names it.
pub(crate) const GO_ON: &str = "go-on";
pub(crate) const AGAIN: &str = "again";
pub(crate) const STOP: &str = "stop";
pub(crate) const ABANDON: &str = "abandon";

/// What a decision is called on the screen, and so in the sentence that is signed for it.
pub(crate) fn titles(decision: &str, ways: &[WayBack]) -> Vec<String> {
    match decision {
        GO_ON => vec![words::go_on_from_here().title, words::go_on_where_it_stands().title],
        AGAIN => vec![words::begin_again().title],
        ABANDON => vec![words::give_up().title],
        other => ways.iter().filter(|way| way.decision == other).map(|way| way.title.to_owned()).collect(),
    }
}

/// How to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    GoOn,
    Again,
    Back(&'static str),
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
            Self::Back(way) => Halt::Back(way),
            Self::Stop => Halt::Stop,
            Self::Abandon => Halt::Abandon,
        }
    }

    fn of(id: &str, ways: &'static [WayBack]) -> Option<Self> {
        Some(match id {
            GO_ON => Self::GoOn,
            AGAIN => Self::Again,
            STOP => Self::Stop,
            ABANDON => Self::Abandon,
            other => Self::Back(ways.iter().find(|way| way.decision == other)?.decision),
        })
    }
}

/// A question that can be asked again after an exception. A row of a share is not kept: the step is begun again.
pub(crate) fn again(ask: &Ask) -> Option<Ask> {
    if matches!(ask, Ask::ShowShare { .. }) {
        return None;
    }
    serde_json::to_value(ask).ok().and_then(|v| serde_json::from_value(v).ok())
}
