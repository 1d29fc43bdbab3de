//! The engine: plays a plan step by step, writing an intent before each act and an outcome after it.
//!
//! Where a run stands is what its transcript says. Secrets live in [`Engine`] only; when the process ends they are
//! gone, and on resume the engine goes back to the step that makes what was lost, and records that.

mod ask;
mod record;
mod room;
mod show;
mod sign;
mod work;

pub(crate) use ask::not_an_answer;
pub use record::stands;
pub(crate) use record::{Standing, closed_by, opened_by, taken_back};
pub(crate) use room::Secrets;
pub use show::outlines;
pub(crate) use sign::signs_with;
pub use work::REHEARSAL_PIN;
pub(crate) use work::SIGN_OF_LIFE;

use crate::action::Hands;
use crate::media::Media;
use crate::plan::{Plan, Planned};
use crate::printing::{Printers, Scans};
use crate::{act, clock, digest};
use protocol::{Answer, Ask, Fact, FromRoom, Problem, PromptView};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
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

/// What a play stands on, passed in so that the engine itself reads no clock, device or environment.
pub struct Surroundings {
    /// Wall and monotonic time for the record.
    pub clock: Box<dyn Clock>,
    /// The time in Unix seconds, for what expires.
    pub now: fn() -> i64,
    /// The newest entry of any record in the state folder, of either mode.
    pub newest_record: Option<clock::Newest>,
    /// Opens the token.
    pub open_token: OpenToken,
    /// The token's address (RFC 7512), where one was named: kept, so that a resumed run finds it.
    pub token_uri: Option<String>,
    /// Serial numbers of tokens that a run of the other mode used: refused in this one.
    pub other_modes_serials: Vec<String>,
    /// What lies on the media.
    pub media: Box<dyn Media>,
    /// The printers of this workstation.
    pub printers: Arc<dyn Printers>,
    /// What reads scans of sheets.
    pub scans: Arc<dyn Scans>,
    /// The roots that a YubiKey's attestation has to lead to.
    pub attestation_roots: piv::Roots,
    /// What is known of the machine and the program's file.
    pub workstation: Workstation,
    /// The program's name, version and hash of itself: self-reported, and recorded as that.
    pub program: String,
}

/// The machine that a ceremony is played on, as the program sees it.
#[derive(Debug, Clone, Default)]
pub struct Workstation {
    /// What it should mend before a production ceremony, one sentence each.
    pub warnings: Vec<String>,
    /// The program's own file.
    pub program_file: PathBuf,
    /// Its SHA-256, self-read; none where it cannot be read.
    pub program_sha256: Option<[u8; 32]>,
}

/// How a play ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Closed, with an evidence pack in this folder.
    Closed(PathBuf),
    /// Given up by decision; with its record, signed, in this folder where the signing key was at hand.
    Abandoned(Option<PathBuf>),
    /// Stopped; it can be resumed.
    Stopped,
}

/// Why an act did not come to its outcome.
pub enum Halt {
    /// A refusal or failure that a person decides about.
    Problem(Box<Problem>),
    /// A person stopped, or the player went away.
    Stop,
    /// The step is begun again, by decision.
    Again,
    /// The backup is made anew, by decision: the script goes back to the step that wraps it.
    Back,
    /// Other import parameters are read, by decision, and the script then goes on where it stood.
    Parameters,
    /// The ceremony is given up, by decision.
    Abandon,
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
    pub(crate) room: Secrets,
    pub(crate) now: fn() -> i64,
    pub(crate) media: Box<dyn Media>,
    pub(crate) printers: Arc<dyn Printers>,
    pub(crate) scans: Arc<dyn Scans>,
    pub(crate) attestation_roots: Arc<piv::Roots>,
    open_token: OpenToken,
    pub(crate) other_modes_serials: Vec<String>,
    pub(crate) workstation: Workstation,
    /// Why this computer's clock cannot be right, to be said before the first step.
    clock_doubted: Option<String>,
    prompts: u64,
    asked: HashMap<String, u32>,
    shown: usize,
    at: usize,
}

impl<'p> Engine<'p> {
    /// Begins a run: copies script and roster into its folder and writes the transcript's first entry.
    pub fn begin(
        plan: Plan,
        folder: &Path,
        around: Surroundings,
        player: &'p mut dyn Player,
    ) -> Result<Self, Problem> {
        let people: Vec<_> = plan.roster.people.iter().map(|p| (p.id.as_str(), [&p.name, &p.role])).collect();
        let mut first = Draft::new(Kind::Opened)
            .fact(Level::Public, "mode", plan.mode.word())
            .fact(Level::Public, "run", run_id(folder))
            .fact(Level::Public, "script", plan.script.name.as_str())
            .fact(Level::Public, "script-version", plan.script.version)
            .fact(Level::Public, "script-sha256", digest::sha256_hex(plan.text.as_bytes()))
            .fact(Level::Public, "roster-sha256", digest::sha256_hex(plan.roster_text.as_bytes()))
            .fact(Level::Public, "parameters", serde_json::json!(plan.values))
            .fact(Level::Public, "program", around.program.as_str())
            .fact(Level::Auditor, "people", serde_json::json!(people));
        if let Some(uri) = &around.token_uri {
            first = first.fact(Level::Internal, "token-uri", uri.as_str());
        }
        let doubted = clock::at_the_start(plan.mode, (around.now)(), around.newest_record.as_ref());
        if let Ok(Some(why)) = &doubted {
            first = first.fact(Level::Public, "clock-doubted", why.as_str());
        }
        let (clock, rest) = around.split();
        let path = folder.join("transcript.jsonl");
        let new = std::fs::read_dir(folder).is_ok_and(|mut within| within.next().is_none());
        let begin = || -> Result<_, Problem> {
            let doubted = doubted?;
            crate::store::write_new(&folder.join("script.toml"), plan.text.as_bytes())?;
            crate::store::write_new(&folder.join("roster.toml"), plan.roster_text.as_bytes())?;
            Ok((Journal::create(&path, first, clock).map_err(journal_problem)?, doubted))
        };
        let (journal, doubted) = begin().inspect_err(|_| {
            // Nothing was asked or done yet: a run that could not begin leaves nothing behind.
            if new {
                let _ = std::fs::remove_dir_all(folder);
            }
        })?;
        Ok(Self { clock_doubted: doubted, ..Self::over(plan, folder, journal, rest, player) })
    }

    /// Goes on with a run from what its transcript says.
    pub fn resume(
        plan: Plan,
        folder: &Path,
        around: Surroundings,
        player: &'p mut dyn Player,
    ) -> Result<Self, Problem> {
        let doubted = clock::at_the_start(plan.mode, (around.now)(), around.newest_record.as_ref())?;
        let (clock, rest) = around.split();
        let path = folder.join("transcript.jsonl");
        let journal = Journal::open(&path, clock).map_err(journal_problem)?;
        record::begun_with(&journal, &plan)?;
        let mut engine = Self::over(plan, folder, journal, rest, player);
        engine.clock_doubted.clone_from(&doubted);
        if engine.is_over() {
            // Only the evidence pack may be missing; nothing may be added to a record that has ended.
            if engine.ended_as(Kind::Abandoned) && (engine.pack_folder().exists() || !engine.can_sign()) {
                return Err(Problem::new(
                    "run-abandoned",
                    "This ceremony was given up by decision; it cannot be gone on with.",
                    "Nothing was added to the record.",
                    "Begin a new ceremony.",
                ));
            }
            engine.at = engine.plan.steps.len().saturating_sub(1);
            return Ok(engine);
        }
        let stands = engine.stands();
        let safe = engine.safe_point(stands);
        let mut resumed = Draft::new(Kind::Resumed).fact(Level::Public, "stood-at", stands + 1);
        if let Some(torn) = engine.journal.torn_bytes() {
            resumed = resumed.fact(Level::Public, "unacknowledged-bytes-set-aside", torn);
        }
        if let Some(why) = doubted {
            resumed = resumed.fact(Level::Public, "clock-doubted", why);
        }
        engine.append(resumed)?;
        engine.at = stands;
        if safe < stands {
            engine.take_back(safe, "secrets of the room were lost when it ended", None)?;
        }
        Ok(engine)
    }

    fn over(plan: Plan, folder: &Path, journal: Journal, rest: Rest, player: &'p mut dyn Player) -> Self {
        Self {
            plan,
            folder: folder.to_owned(),
            run: run_id(folder),
            journal,
            player,
            token: None,
            room: Secrets::default(),
            now: rest.now,
            media: rest.media,
            printers: rest.printers,
            scans: rest.scans,
            attestation_roots: Arc::new(rest.attestation_roots),
            open_token: rest.open_token,
            other_modes_serials: rest.other_modes_serials,
            workstation: rest.workstation,
            clock_doubted: None,
            prompts: 0,
            asked: HashMap::new(),
            shown: 0,
            at: 0,
        }
    }

    /// Plays to the end or to a stop.
    pub fn play(&mut self) -> Result<Ended, Problem> {
        self.show_run();
        while let Some(step) = self.plan.steps.get(self.at).cloned() {
            if self.is_over() {
                return self.pack_what_ended(&step);
            }
            let said = self.say_of_the_clock(&step);
            match said.and_then(|()| self.settle_exceptions(&step)).and_then(|()| self.play_step(&step)) {
                Ok(Some(pack)) => return Ok(Ended::Closed(pack)),
                Ok(None) => self.at = self.after(self.at),
                Err(Halt::Stop) => return Ok(Ended::Stopped),
                Err(Halt::Abandon) => {
                    let draft = self.placed(Draft::new(Kind::Abandoned), &step, false);
                    self.append(draft)?;
                    self.room = Secrets::default();
                    return self.pack_what_ended(&step);
                }
                Err(Halt::Again) => {}
                Err(Halt::Back) => {
                    let to = self.backup_begins().unwrap_or(self.at);
                    self.room = Secrets::default();
                    self.take_back(to, "the backup is made anew, by decision", None)?;
                }
                Err(Halt::Parameters) => self.read_other_parameters()?,
                Err(Halt::Problem(p)) => return Err(*p),
            }
            self.show_run();
        }
        Ok(Ended::Stopped)
    }

    /// Shows once, before anything is done, that the clock of this computer cannot be right.
    fn say_of_the_clock(&mut self, step: &Planned) -> Result<(), Halt> {
        let Some(why) = self.clock_doubted.take() else { return Ok(()) };
        let fact = Fact {
            name: "The clock of this computer cannot be right".to_owned(),
            expected: None,
            observed: format!("{why} A production ceremony does not begin like this; the rehearsal goes on."),
            verdict: protocol::Verdict::Differs,
        };
        self.ask(step, Ask::Observe { facts: vec![fact], button: "Seen; go on".to_owned() }, None)?;
        Ok(())
    }

    /// Writes the pack of a record that has ended; asked again as long as people want to try again.
    fn pack_what_ended(&mut self, step: &Planned) -> Result<Ended, Problem> {
        let closed = self.ended_as(Kind::Closed);
        if !closed && !self.can_sign() {
            return Ok(Ended::Abandoned(None));
        }
        loop {
            let stopped = if closed { Ended::Stopped } else { Ended::Abandoned(None) };
            match act::close::write_pack(self, step) {
                Ok(pack) if closed => return Ok(Ended::Closed(pack)),
                Ok(pack) => return Ok(Ended::Abandoned(Some(pack))),
                Err(Halt::Problem(problem)) if self.try_again_after_end(step, &problem) => {}
                Err(_) => return Ok(stopped),
            }
        }
    }

    fn play_step(&mut self, step: &Planned) -> Result<Option<PathBuf>, Halt> {
        loop {
            let done =
                self.sign_act(step).and_then(|()| self.begin_step(step)).and_then(|()| self.perform(step));
            match done {
                Ok(Outcome { closed: Some(pack), .. }) => return Ok(Some(pack)),
                Ok(outcome) => {
                    let draft = outcome.draft.unwrap_or_else(|| Draft::new(Kind::Outcome));
                    self.append(self.placed(draft, step, true))?;
                    if !outcome.facts.is_empty() {
                        let ask = Ask::Observe { facts: outcome.facts, button: "Seen; go on".to_owned() };
                        self.ask_after(step, ask)?;
                    }
                    return Ok(None);
                }
                // The record has ended, and only its pack is missing.
                Err(Halt::Problem(_)) if self.is_over() => return Err(Halt::Again),
                Err(Halt::Problem(problem)) => self.failed(step, &problem)?,
                Err(halt) => return Err(halt),
            }
        }
    }

    /// The button, the signatures of a dual-control act, and the intent.
    fn begin_step(&mut self, step: &Planned) -> Result<(), Halt> {
        self.ask(step, Ask::Begin { button: step.button.clone() }, None)?;
        // Every act is signed by who does it: a role in the record that nobody signed for proves nothing.
        if matches!(step.action.hands, Hands::One | Hands::Two) {
            self.signed_by(step, &step.actor, &step.view.say, None)?;
            if let Some(confirmer) = &step.confirmer {
                self.signed_by(step, confirmer, &step.view.say, step.restate.as_ref())?;
            }
        }
        self.append(self.placed(Draft::new(Kind::Intent), step, false))?;
        Ok(())
    }
}

/// What is left of [`Surroundings`] once the journal has the clock.
struct Rest {
    now: fn() -> i64,
    open_token: OpenToken,
    other_modes_serials: Vec<String>,
    media: Box<dyn Media>,
    printers: Arc<dyn Printers>,
    scans: Arc<dyn Scans>,
    attestation_roots: piv::Roots,
    workstation: Workstation,
}

impl Surroundings {
    fn split(self) -> (Box<dyn Clock>, Rest) {
        let rest = Rest {
            now: self.now,
            open_token: self.open_token,
            other_modes_serials: self.other_modes_serials,
            media: self.media,
            printers: self.printers,
            scans: self.scans,
            attestation_roots: self.attestation_roots,
            workstation: self.workstation,
        };
        (self.clock, rest)
    }
}

/// A run is named by its folder.
fn run_id(folder: &Path) -> String {
    folder.file_name().and_then(|n| n.to_str()).unwrap_or_default().to_owned()
}

pub(crate) fn memory(e: secrets::SecretError) -> Problem {
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
        format!("The transcript could not be written or read: {}.", e.to_string().trim_end_matches('.')),
        "Everything acknowledged before stays in the transcript.",
        "Check the disk, then resume the ceremony.",
    )
    .can_try_again()
}
