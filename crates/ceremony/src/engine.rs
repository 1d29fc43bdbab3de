//! The engine: plays a plan step by step, writing an intent before each act and an outcome after it.
//!
//! Where a run stands is what its transcript says. Secrets live in [`Engine`] only; when the process ends they are
//! gone, and on resume the engine goes back to the step that makes what was lost, and records that.

use crate::action::{ACTIONS, Material};
use crate::plan::{Plan, Planned};
use crate::{act, digest};
use protocol::{
    ActView, Answer, Ask, Choice, Fact, FinishedView, FromRoom, ObligationView, Problem, ProgressView,
    PromptView, RecordLine, RunState, RunView, StepOutline, StepState,
};
use secrets::{SecretBytes, SecretText};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use transcript::{Clock, Draft, Journal, Kind, Level};

/// Shows prompts to people and hands back their answers: the window, the terminal or an answers file.
pub trait Player {
    /// Asks and waits. An error ends the room; the ceremony can be resumed.
    fn ask(&mut self, prompt: PromptView) -> std::io::Result<Answer>;
    /// Shows; nothing is answered.
    fn show(&mut self, message: FromRoom);
}

/// Opens the token that the run uses.
pub type OpenToken = Box<dyn FnMut() -> Result<Box<dyn tokens::Token>, Problem> + Send>;

/// How a play ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Closed, with an evidence pack in this folder.
    Closed(PathBuf),
    /// Stopped; it can be resumed.
    Stopped,
}

/// Why an act did not come to its outcome.
pub enum Halt {
    /// A refusal or failure that a person decides about.
    Problem(Box<Problem>),
    /// A person stopped, or the player went away.
    Stop,
}

impl From<Problem> for Halt {
    fn from(p: Problem) -> Self {
        Self::Problem(Box::new(p))
    }
}

/// What an act found: facts for the record and for the people.
#[derive(Default)]
pub struct Outcome {
    pub(crate) draft: Option<Draft>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) closed: Option<PathBuf>,
}

/// One play of one run.
pub struct Engine<'p> {
    pub(crate) plan: Plan,
    pub(crate) folder: PathBuf,
    pub(crate) run: String,
    pub(crate) journal: Journal,
    pub(crate) player: &'p mut dyn Player,
    pub(crate) token: Option<Box<dyn tokens::Token>>,
    pub(crate) open_token: OpenToken,
    pub(crate) room: Secrets,
    prompts: u64,
    asked: HashMap<String, u32>,
    shown: usize,
    at: usize,
}

/// What lives in this process only.
#[derive(Default)]
pub(crate) struct Secrets {
    pub(crate) backup_key: Option<SecretBytes>,
    pub(crate) shares: Vec<shares::Share>,
    pub(crate) read_back: Vec<shares::Share>,
}

impl<'p> Engine<'p> {
    /// Begins a run: copies script and roster into its folder and writes the transcript's first entry.
    pub fn begin(
        plan: Plan,
        folder: &Path,
        clock: Box<dyn Clock>,
        open_token: OpenToken,
        player: &'p mut dyn Player,
    ) -> Result<Self, Problem> {
        crate::store::write_new(&folder.join("script.toml"), plan.text.as_bytes())?;
        crate::store::write_new(&folder.join("roster.toml"), plan.roster_text.as_bytes())?;
        let run = run_id(folder);
        let first = Draft::new(Kind::Opened)
            .fact(Level::Public, "mode", plan.mode.word())
            .fact(Level::Public, "run", run.as_str())
            .fact(Level::Public, "script", plan.script.name.as_str())
            .fact(Level::Public, "script-version", plan.script.version)
            .fact(Level::Public, "script-sha256", digest::hex(&digest::sha256(plan.text.as_bytes())))
            .fact(Level::Public, "roster-sha256", digest::hex(&digest::sha256(plan.roster_text.as_bytes())))
            .fact(Level::Public, "parameters", serde_json::json!(plan.values))
            .fact(
                Level::Public,
                "program",
                concat!("cofferdam ", env!("CARGO_PKG_VERSION"), ", self-reported"),
            )
            .fact(
                Level::Auditor,
                "people",
                serde_json::json!(
                    plan.roster
                        .people
                        .iter()
                        .map(|p| (p.id.as_str(), [&p.name, &p.role]))
                        .collect::<Vec<_>>()
                ),
            );
        let journal =
            Journal::create(&folder.join("transcript.jsonl"), first, clock).map_err(journal_problem)?;
        Ok(Self::over(plan, folder, journal, open_token, player))
    }

    /// Goes on with a run from what its transcript says.
    pub fn resume(
        plan: Plan,
        folder: &Path,
        clock: Box<dyn Clock>,
        open_token: OpenToken,
        player: &'p mut dyn Player,
    ) -> Result<Self, Problem> {
        let journal = Journal::open(&folder.join("transcript.jsonl"), clock).map_err(journal_problem)?;
        begun_with(&journal, &plan)?;
        let mut engine = Self::over(plan, folder, journal, open_token, player);
        if engine.is_closed() {
            // Only the evidence pack may be missing; nothing may be added to a closed record.
            engine.at = engine.plan.steps.len().saturating_sub(1);
            return Ok(engine);
        }
        let stands = engine.stands();
        let safe = engine.safe_point(stands);
        let mut resumed = Draft::new(Kind::Resumed).fact(Level::Public, "stood-at", stands + 1);
        if let Some(torn) = engine.journal.torn_bytes() {
            resumed = resumed.fact(Level::Public, "unacknowledged-bytes-set-aside", torn);
        }
        engine.append(resumed)?;
        if safe < stands {
            let id = engine.plan.steps.get(safe).map_or(String::new(), |s| s.id.clone());
            let mut back = Draft::new(Kind::TakenBack).fact(Level::Public, "to", id.as_str()).fact(
                Level::Public,
                "because",
                "secrets of the room were lost when it ended; sheets written since are void and have to be destroyed",
            );
            // What those steps owed is owed again when they are played again.
            for owed in engine.journal.open_obligations() {
                let again = engine.plan.steps.get(safe..stands).unwrap_or_default();
                if again.iter().any(|s| s.action.opens.contains(&owed.id.as_str())) {
                    back = back.closes(&owed.id);
                }
            }
            engine.append(back)?;
        }
        engine.at = safe;
        Ok(engine)
    }

    fn over(
        plan: Plan,
        folder: &Path,
        journal: Journal,
        open_token: OpenToken,
        player: &'p mut dyn Player,
    ) -> Self {
        Self {
            plan,
            folder: folder.to_owned(),
            run: run_id(folder),
            journal,
            player,
            token: None,
            open_token,
            room: Secrets::default(),
            prompts: 0,
            asked: HashMap::new(),
            shown: 0,
            at: 0,
        }
    }

    /// Whether the closing entry is in the record.
    pub(crate) fn is_closed(&self) -> bool {
        self.journal.entries().iter().any(|e| e.kind == Kind::Closed)
    }

    /// The first step without an outcome, as a replay finds it.
    fn stands(&self) -> usize {
        let place = |id: &str| self.plan.steps.iter().position(|s| s.id == id);
        let mut at = 0;
        for entry in self.journal.entries() {
            match entry.kind {
                Kind::Outcome => at = entry.step.as_deref().and_then(place).map_or(at, |p| p + 1),
                Kind::TakenBack => {
                    at = entry.value("to").and_then(|v| v.as_str()).and_then(place).unwrap_or(at);
                }
                _ => {}
            }
        }
        at
    }

    /// Where to go back to: before the first maker of anything lost that a later step still needs.
    fn safe_point(&self, stands: usize) -> usize {
        let mut safe = stands;
        loop {
            let lost = |m: &Material| {
                m.is_volatile() && self.plan.steps.iter().skip(safe).any(|s| s.action.needs.contains(m))
            };
            let earlier =
                self.plan.steps.iter().take(safe).position(|s| s.action.makes.iter().any(|m| lost(m)));
            match earlier {
                Some(p) if p < safe => safe = p,
                _ => return safe,
            }
        }
    }

    /// Plays to the end or to a stop.
    pub fn play(&mut self) -> Result<Ended, Problem> {
        self.show_run();
        while let Some(step) = self.plan.steps.get(self.at).cloned() {
            match self.play_step(&step) {
                Ok(Some(pack)) => return Ok(Ended::Closed(pack)),
                Ok(None) => self.at += 1,
                Err(Halt::Stop) => return Ok(Ended::Stopped),
                Err(Halt::Problem(p)) => return Err(*p),
            }
            self.show_run();
        }
        Ok(Ended::Stopped)
    }

    fn play_step(&mut self, step: &Planned) -> Result<Option<PathBuf>, Halt> {
        loop {
            if self.is_closed() {
                return act::close::write_pack(self, step).map(Some);
            }
            self.begin_step(step)?;
            match act::perform(self, step) {
                Ok(outcome) => {
                    let draft = outcome.draft.unwrap_or_else(|| Draft::new(Kind::Outcome));
                    if outcome.closed.is_none() {
                        self.append(self.placed(draft, step, true))?;
                        if !outcome.facts.is_empty() {
                            let ask = Ask::Observe { facts: outcome.facts, button: "Continue".to_owned() };
                            self.ask(step, ask, None)?;
                        }
                    }
                    return Ok(outcome.closed);
                }
                Err(Halt::Stop) => return Err(Halt::Stop),
                Err(Halt::Problem(problem)) => self.failed(step, &problem)?,
            }
        }
    }

    /// The button, the signatures of a dual-control act, and the intent.
    fn begin_step(&mut self, step: &Planned) -> Result<(), Halt> {
        self.ask(step, Ask::Begin { button: step.button.clone() }, None)?;
        if let Some(confirmer) = &step.confirmer {
            for person in [&step.actor, confirmer] {
                self.signed_by(step, person, &step.view.say)?;
            }
        }
        self.append(self.placed(Draft::new(Kind::Intent), step, false))?;
        Ok(())
    }

    /// One person's passphrase; wrong ones are recorded and asked again.
    pub(crate) fn signed_by(
        &mut self,
        step: &Planned,
        person: &crate::roster::Person,
        purpose: &str,
    ) -> Result<(), Halt> {
        let mut problem = None;
        loop {
            let ask = Ask::Sign {
                person: person.id.clone(),
                name: person.name.clone(),
                purpose: purpose.to_owned(),
                restate: None,
                hint: person.rehearsal_passphrase.clone(),
            };
            let Answer::Signature { passphrase, .. } = self.ask(step, ask, problem.take())? else {
                problem = Some(not_an_answer());
                continue;
            };
            let typed = SecretText::new(passphrase.into_text()).map_err(|e| memory(&e))?;
            if person.signs_with(&typed) {
                return Ok(());
            }
            self.append(
                self.placed(Draft::new(Kind::Note), step, false)
                    .fact(Level::Public, "note", "a sign-in passphrase was refused")
                    .fact(Level::Auditor, "person", person.id.as_str()),
            )?;
            problem = Some(
                Problem::new(
                    "wrong-passphrase",
                    format!("That is not the passphrase of {}.", person.name),
                    "Nothing was done; the attempt is in the record.",
                    "Type it again. Passphrases tell capital letters from small ones.",
                )
                .can_try_again(),
            );
        }
    }

    fn failed(&mut self, step: &Planned, problem: &Problem) -> Result<(), Halt> {
        self.append(
            self.placed(Draft::new(Kind::Failed), step, false)
                .fact(Level::Public, "code", problem.code.as_str())
                .fact(Level::Auditor, "happened", problem.happened.as_str()),
        )?;
        let choice = |id: &str, title: &str| Choice {
            id: id.to_owned(),
            title: title.to_owned(),
            note: None,
            refused: None,
        };
        let ask = Ask::Decide {
            question: "This step did not come to its end. How do you go on?".to_owned(),
            choices: vec![choice("again", "Do the step again"), choice("stop", "Stop here; resume later")],
        };
        match self.ask(step, ask, Some(problem.clone()))? {
            Answer::Decided { id, reason } if id == "again" => {
                self.append(
                    self.placed(Draft::new(Kind::Note), step, false)
                        .fact(Level::Public, "note", "the step is done again by decision")
                        .fact(Level::Auditor, "reason", reason),
                )?;
                Ok(())
            }
            _ => Err(Halt::Stop),
        }
    }

    /// Asks; an exception raised instead is recorded and decided, then the same question comes again.
    pub(crate) fn ask(
        &mut self,
        step: &Planned,
        mut ask: Ask,
        mut problem: Option<Problem>,
    ) -> Result<Answer, Halt> {
        loop {
            let again = again(&mut ask);
            let answer = self.ask_once(step, ask, problem.take())?;
            let Answer::Exception { report } = answer else { return Ok(answer) };
            self.append(
                self.placed(Draft::new(Kind::Exception), step, false)
                    .fact(Level::Auditor, "expected", report.expected)
                    .fact(Level::Auditor, "happened", report.happened)
                    .opens("exception-decided", "The exception has to be decided."),
            )?;
            let decide = Ask::Decide {
                question: "An exception was raised. How do you go on?".to_owned(),
                choices: vec![
                    Choice { id: "go-on".into(), title: "Go on from here".into(), note: None, refused: None },
                    Choice {
                        id: "stop".into(),
                        title: "Stop here; resume later".into(),
                        note: None,
                        refused: None,
                    },
                ],
            };
            let (id, reason) = match self.ask_once(step, decide, None)? {
                Answer::Decided { id, reason } => (id, reason),
                _ => ("stop".to_owned(), "no decision".to_owned()),
            };
            self.append(
                self.placed(Draft::new(Kind::Note), step, false)
                    .fact(Level::Public, "decision", id.as_str())
                    .fact(Level::Auditor, "reason", reason)
                    .closes("exception-decided"),
            )?;
            match again {
                Some(same) if id == "go-on" => ask = same,
                _ => return Err(Halt::Stop),
            }
        }
    }

    fn ask_once(&mut self, step: &Planned, ask: Ask, problem: Option<Problem>) -> Result<Answer, Halt> {
        self.prompts += 1;
        let stem = format!("{}/{}", step.id, kind_of(&ask));
        let times = self.asked.entry(stem.clone()).or_insert(0);
        *times += 1;
        let key = if *times == 1 { stem } else { format!("{stem}/{times}") };
        let prompt = PromptView { id: self.prompts, key, step: step.view.clone(), ask, problem };
        match self.player.ask(prompt) {
            Ok(Answer::Stop) | Err(_) => Err(Halt::Stop),
            Ok(answer) => Ok(answer),
        }
    }

    /// Says that long work goes on.
    pub(crate) fn working(&mut self, doing: &str, usual: &str) {
        self.player.show(FromRoom::Progress {
            progress: ProgressView {
                doing: doing.to_owned(),
                elapsed: 0,
                usual: usual.to_owned(),
                keep: "Do not unplug the token or the power.".to_owned(),
            },
        });
    }

    /// The open token; opened and unlocked on first use in this process.
    pub(crate) fn unlock(&mut self, step: &Planned) -> Result<(), Halt> {
        if self.token.is_some() {
            return Ok(());
        }
        let mut token = (self.open_token)()?;
        let info = token.info().clone();
        let mut problem = None;
        loop {
            let ask = Ask::Pin {
                of: protocol::PinOf {
                    label: info.label.clone(),
                    model: format!("{} {}", info.manufacturer, info.model),
                    serial: info.serial.clone(),
                },
                tries_left: token.tries_left(),
                hint: (self.plan.mode == protocol::Mode::Rehearsal && tokens::rehearsal::is_rehearsal(&info))
                    .then(|| REHEARSAL_PIN.to_owned()),
            };
            let Answer::Secret { text } = self.ask(step, ask, problem.take())? else {
                problem = Some(not_an_answer());
                continue;
            };
            let pin = SecretText::new(text.into_text()).map_err(|e| memory(&e))?;
            match token.log_in(&pin) {
                Ok(()) => break,
                Err(e @ tokens::TokenError::WrongPin { .. }) => {
                    self.append(self.placed(Draft::new(Kind::Note), step, false).fact(
                        Level::Public,
                        "note",
                        "the token refused a PIN",
                    ))?;
                    problem = Some(
                        Problem::new(
                            "wrong-pin",
                            e.to_string(),
                            "Nothing was done; the attempt is in the record.",
                            "Check the PIN before you try again: some tokens lock after a few wrong ones.",
                        )
                        .can_try_again(),
                    );
                }
                Err(e) => return Err(act::token_problem(&e).into()),
            }
        }
        self.token = Some(token);
        Ok(())
    }

    /// Adds where and who to a draft; an outcome also opens and closes what its action does.
    pub(crate) fn placed(&self, draft: Draft, step: &Planned, outcome: bool) -> Draft {
        let mut draft = draft
            .at(&step.act, &step.id)
            .by(&step.actor.role, step.confirmer.as_ref().map(|c| c.role.as_str()));
        if outcome {
            let owed: Vec<String> = self.journal.open_obligations().into_iter().map(|o| o.id).collect();
            for id in step.action.opens.iter().filter(|id| !step.action.closes.contains(id)) {
                if !owed.iter().any(|o| o == id) {
                    draft = draft.opens(id, says(id));
                }
            }
            for id in step.action.closes.iter().filter(|id| owed.iter().any(|o| o == *id)) {
                draft = draft.closes(id);
            }
        }
        draft
    }

    /// Appends, and shows the players what was acknowledged.
    pub(crate) fn append(&mut self, draft: Draft) -> Result<(), Problem> {
        self.journal.append(draft).map_err(journal_problem)?;
        self.show_record();
        Ok(())
    }

    pub(crate) fn show_record(&mut self) {
        let new: Vec<RecordLine> = self.journal.entries().iter().skip(self.shown).map(record_line).collect();
        self.shown = self.journal.entries().len();
        for line in new {
            self.player.show(FromRoom::Recorded { line });
        }
    }

    fn show_run(&mut self) {
        self.show_record();
        let run = self.run_view();
        self.player.show(FromRoom::Run { run });
    }

    fn run_view(&self) -> RunView {
        let mut acts: Vec<ActView> = Vec::new();
        let mut last = "";
        for (n, step) in self.plan.steps.iter().enumerate() {
            if last != step.act {
                acts.push(ActView { title: step.act_title.clone(), steps: Vec::new() });
                last = &step.act;
            }
            let state = match n.cmp(&self.at) {
                std::cmp::Ordering::Less => StepState::Done,
                std::cmp::Ordering::Equal => StepState::Now,
                std::cmp::Ordering::Greater => StepState::Ahead,
            };
            if let Some(act) = acts.last_mut() {
                act.steps.push(outline(step, state));
            }
        }
        RunView {
            run: self.run.clone(),
            title: self.plan.script.title.clone(),
            mode: self.plan.mode,
            hash_words: protocol::words_of(
                digest::sha256(self.plan.text.as_bytes()).get(..4).unwrap_or_default(),
            ),
            acts,
            obligations: self
                .journal
                .open_obligations()
                .into_iter()
                .map(|o| ObligationView {
                    closed_by: ACTIONS
                        .iter()
                        .find(|a| a.closes.contains(&o.id.as_str()))
                        .and_then(|a| self.plan.steps.iter().find(|s| s.action.name == a.name))
                        .map(|s| s.view.say.clone()),
                    id: o.id,
                    says: o.says,
                })
                .collect(),
            deadline: self.fact("valid-to-utc"),
            entries: u32::try_from(self.journal.entries().len()).unwrap_or(u32::MAX),
        }
    }

    /// The newest text fact of that name in the record: how a step learns what an earlier one made.
    pub(crate) fn fact(&self, name: &str) -> Option<String> {
        self.journal
            .entries()
            .iter()
            .rev()
            .find_map(|e| e.value(name))
            .and_then(|v| v.as_str())
            .map(str::to_owned)
    }

    /// What players show at the end.
    pub fn finished(&self, ended: &Ended) -> FinishedView {
        let closed = matches!(ended, Ended::Closed(_));
        let noted = |name: &str, key: &str| {
            self.fact(key).map(|observed| Fact {
                name: name.to_owned(),
                expected: None,
                observed,
                verdict: protocol::Verdict::Noted,
            })
        };
        FinishedView {
            run: self.run.clone(),
            title: self.plan.script.title.clone(),
            mode: self.plan.mode,
            state: if closed { RunState::Closed } else { RunState::Open },
            pack: match ended {
                Ended::Closed(p) => Some(p.display().to_string()),
                Ended::Stopped => None,
            },
            made: [
                noted("Master key", "key-label"),
                noted("Check value", "check-value"),
                noted("Share set", "share-set"),
                noted("Wrapped for", "key-arn"),
                noted("Route", "rung"),
            ]
            .into_iter()
            .flatten()
            .collect(),
            head: closed.then(|| protocol::ReadAloud::of(&self.journal.head().chain)),
            next: if closed {
                vec![
                    "Carry the folder bundle of the evidence pack to the online team and run import.sh or import.ps1.".into(),
                    "Keep the wrapped backup file and the share sheets apart from each other.".into(),
                    "Keep the transcript's head on paper, away from this workstation.".into(),
                ]
            } else {
                vec![format!("Go on later: coffer resume {}", self.run)]
            },
            verified: None,
        }
    }
}

/// The PIN of the embedded token, which protects nothing but practice.
pub const REHEARSAL_PIN: &str = "135790";

/// A run is named by its folder.
fn run_id(folder: &Path) -> String {
    folder.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned()
}

/// Refuses a plan other than the one the record was opened with: script and roster lie beside it, and what lies on a
/// disk can be changed while the room is closed.
fn begun_with(journal: &Journal, plan: &Plan) -> Result<(), Problem> {
    let first = journal.entries().first();
    let same = |name: &str, now: serde_json::Value| first.and_then(|e| e.value(name)) == Some(&now);
    let hash = |text: &str| digest::hex(&digest::sha256(text.as_bytes())).into();
    if same("mode", plan.mode.word().into())
        && same("script-sha256", hash(&plan.text))
        && same("roster-sha256", hash(&plan.roster_text))
        && same("parameters", serde_json::json!(plan.values))
    {
        return Ok(());
    }
    Err(Problem::new(
        "run-changed",
        "The script, roster or parameters beside the record are not the ones it was opened with.",
        "Nothing was added to the record.",
        "Restore the run's folder from its copy, or begin a new ceremony.",
    ))
}

/// What an obligation owes, in a sentence.
fn says(id: &str) -> &'static str {
    match id {
        "master-key-backed-up" => "The master key has to be backed up, and the backup rebuilt and matched.",
        "shares-read-back" => "Every share has to be read back from its sheet.",
        "bundle-re-read" => "The bundle has to be written and read back.",
        _ => "This has to be settled before the end.",
    }
}

/// A question that can be asked again after an exception. A share page is not kept: the step is begun again.
fn again(ask: &mut Ask) -> Option<Ask> {
    if matches!(ask, Ask::ShowShare { .. }) {
        return None;
    }
    serde_json::to_value(&*ask).ok().and_then(|v| serde_json::from_value(v).ok())
}

fn kind_of(ask: &Ask) -> &'static str {
    match ask {
        Ask::Begin { .. } => "begin",
        Ask::Sign { .. } => "sign",
        Ask::Pin { .. } => "pin",
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

fn outline(step: &Planned, state: StepState) -> StepOutline {
    StepOutline {
        id: step.id.clone(),
        number: step.view.number,
        say: step.view.say.clone(),
        why: step.view.why.clone(),
        actor: step.actor.name.clone(),
        confirmer: step.confirmer.as_ref().map(|c| c.name.clone()),
        irreversible: step.view.irreversible,
        seconds: step.view.seconds,
        state,
    }
}

/// The plan's acts and steps before anything is played.
pub fn outlines(plan: &Plan) -> Vec<ActView> {
    let mut acts: Vec<ActView> = Vec::new();
    for step in &plan.steps {
        if acts.last().is_none_or(|a| a.title != step.act_title) {
            acts.push(ActView { title: step.act_title.clone(), steps: Vec::new() });
        }
        if let Some(act) = acts.last_mut() {
            act.steps.push(outline(step, StepState::Ahead));
        }
    }
    acts
}

fn record_line(entry: &transcript::Entry) -> RecordLine {
    let word = match entry.kind {
        Kind::Opened => "The record was opened.",
        Kind::Intent => "About to do",
        Kind::Outcome => "Done",
        Kind::Failed => "Did not come to its end",
        Kind::Checkpoint => "The record so far was signed.",
        Kind::Resumed => "The ceremony was resumed.",
        Kind::TakenBack => "Taken back to the last safe point.",
        Kind::Exception => "An exception was raised",
        Kind::Note => "Noted",
        Kind::Closed => "The ceremony was closed.",
        Kind::Abandoned => "The ceremony was given up.",
    };
    let says = entry.step.as_ref().map_or_else(|| word.to_owned(), |s| format!("{word}: {s}"));
    RecordLine {
        seq: u32::try_from(entry.seq).unwrap_or(u32::MAX),
        at: entry.utc.get(11..19).unwrap_or_default().to_owned(),
        says,
        chain: digest::hex(entry.chain.get(..4).unwrap_or_default()),
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

pub(crate) fn memory(e: &secrets::SecretError) -> Problem {
    Problem::new(
        "no-locked-memory",
        e.to_string(),
        "Nothing was changed.",
        "Close other programs or raise the limit, then try again.",
    )
}

pub(crate) fn journal_problem(e: impl std::fmt::Display) -> Problem {
    Problem::new(
        "transcript-failed",
        format!("The transcript could not be written or read: {e}."),
        "Everything acknowledged before stays in the transcript.",
        "Check the disk, then resume the ceremony.",
    )
    .can_try_again()
}
