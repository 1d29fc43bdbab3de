//! The loop: plays a plan step by step, writing an intent before each action and an outcome after it.
//!
//! Where a run stands is what its transcript says. Secrets live in the vault only; when the process ends they are gone,
//! and on resume the script goes back to the step that makes what was lost, and the record says so.

use crate::action::{Cue, Repertoire};
use crate::believe::{Resumed, signed};
use crate::clock;
use crate::core::{At, Core, run_id};
use crate::memory;
use crate::outcome::Outcome;
use crate::past::Past;
use crate::record::{begun_with, stands};
use crate::replay;
use crate::room::Vault;
use crate::stage::Halt;
use crate::surroundings::{Ended, Player, Surroundings};
use crate::way_back::How;
use crate::words;
use protocol::{Ask, Fact, Problem};
use script::Plan;
use std::path::{Path, PathBuf};
use transcript::runs::Place;
use transcript::{Entry, Journal, Kind};

/// One play of one run.
pub struct Engine<'p> {
    pub(crate) plan: Plan,
    pub(crate) repertoire: &'static Repertoire,
    pub(crate) core: Core<'p>,
    vault: Vault,
    /// The step that is due.
    at: usize,
    /// Why this computer's clock cannot be right, to be said before the first step.
    clock_doubted: Option<String>,
    /// What a run that goes on has to say of itself first.
    resumed: Option<Resumed>,
    /// Whether it has just gone on, and the machine was not looked at yet.
    goes_on_now: bool,
}

impl<'p> Engine<'p> {
    /// Begins a run: copies script and roster into its folder and writes the transcript's first entry.
    pub fn begin(
        plan: Plan,
        repertoire: &'static Repertoire,
        folder: &Path,
        around: Surroundings,
        player: &'p mut dyn Player,
    ) -> Result<Self, Problem> {
        let doubted = clock::at_the_start(plan.mode, (around.now)(), around.newest_record.as_ref());
        let before = memory::ended(folder).map(|runs| runs.place());
        let doubt = doubted.as_ref().ok().and_then(Option::as_ref);
        let first = opened(&plan, folder, &around, doubt, before.as_ref().ok().and_then(Option::as_ref));
        let (clock, rest) = around.split();
        let path = folder.join("transcript.jsonl");
        let new = std::fs::read_dir(folder).is_ok_and(|mut within| within.next().is_none());
        let begin = || -> Result<_, Problem> {
            let doubted = doubted?;
            before?;
            store::write_new(&folder.join("script.toml"), plan.text.as_bytes())?;
            store::write_new(&folder.join("roster.toml"), plan.roster_text.as_bytes())?;
            let first = first.into_parts(Kind::Opened).0;
            Ok((Journal::create(&path, first, clock).map_err(words::journal)?, doubted))
        };
        let (journal, clock_doubted) = begin().inspect_err(|_| {
            // Nothing was asked or done yet: a run that could not begin leaves nothing behind.
            if new {
                let _ = std::fs::remove_dir_all(folder);
            }
        })?;
        let core = Core::new(folder, journal, rest, player);
        Ok(Self {
            plan,
            repertoire,
            core,
            vault: Vault::default(),
            at: 0,
            clock_doubted,
            resumed: None,
            goes_on_now: false,
        })
    }

    /// Goes on with a run from what its transcript says.
    pub fn resume(
        plan: Plan,
        repertoire: &'static Repertoire,
        folder: &Path,
        around: Surroundings,
        player: &'p mut dyn Player,
    ) -> Result<Self, Problem> {
        let doubted = clock::at_the_start(plan.mode, (around.now)(), around.newest_record.as_ref())?;
        let module_sha256 = around.module_sha256.clone();
        let (clock, rest) = around.split();
        let mut journal = Journal::open(&folder.join("transcript.jsonl"), clock).map_err(words::journal)?;
        begun_with(&journal, &plan, &run_id(folder))?;
        let past = Past { entries: journal.entries() };
        // Only the evidence pack may be missing; nothing may be added to a record that has ended.
        if past.ended_as(Kind::Abandoned) && !past.says(&facts::SIGNING_KEY_SHA256) {
            return Err(words::run_abandoned());
        }
        let torn = journal.torn_bytes();
        let cut = journal.cut(signed(journal.entries())).map_err(words::journal)?;
        let core = Core::new(folder, journal, rest, player);
        let (at, over) = (stands(&plan, core.journal.entries()), core.past().ended_as(Kind::Abandoned));
        if over && core.pack_folder(&plan).exists() {
            return Err(words::run_abandoned());
        }
        let at = at.min(plan.steps.len().saturating_sub(1));
        let resumed = Some(Resumed { torn, cut, doubted: doubted.clone(), module_sha256 });
        Ok(Self {
            plan,
            repertoire,
            core,
            vault: Vault::default(),
            at,
            clock_doubted: doubted,
            resumed,
            goes_on_now: false,
        })
    }

    /// The stage at the step that is due, and the vault beside it; none where every step is done.
    fn here(&mut self) -> Option<(At<'_, 'p>, &mut Vault)> {
        // Disjoint parts: the plan is lent out while the core changes, so that no action copies what it looks at.
        let Self { plan, repertoire, core, vault, at, .. } = self;
        let step = plan.steps.get(*at)?;
        Some((At { core, plan, repertoire, step, place: *at }, vault))
    }

    /// Plays to the end or to a stop.
    pub fn play(&mut self) -> Result<Ended, Problem> {
        self.core.show_run(&self.plan, self.repertoire, self.at);
        if let Some(resumed) = self.resumed.take() {
            let Some(at) = self.goes_on(&resumed)? else { return Ok(Ended::Stopped) };
            (self.at, self.goes_on_now) = (at, true);
            self.core.show_run(&self.plan, self.repertoire, self.at);
        }
        loop {
            let doubted = self.clock_doubted.take();
            let (goes_on, mut looked) = (self.goes_on_now, false);
            let Some((mut stage, vault)) = self.here() else { return Ok(Ended::Stopped) };
            if stage.core.past().is_over() {
                return stage.pack_what_ended();
            }
            let said = doubted.map_or(Ok(()), |why| stage.say_of_the_clock(&why));
            let played = said
                .and_then(|()| stage.settle_exceptions())
                .and_then(|()| if goes_on { stage.looks_at_the_machine() } else { Ok(()) })
                .and_then(|()| {
                    looked = true;
                    stage.play_step(vault)
                });
            let next = match played {
                Ok(Some(pack)) => return Ok(Ended::Closed(pack)),
                Ok(None) => stage.after(),
                Err(Halt::Stop) => return Ok(Ended::Stopped),
                Err(Halt::Abandon) => {
                    let draft = stage.entry(Kind::Abandoned, Outcome::new());
                    stage.append(draft)?;
                    vault.empty();
                    return stage.pack_what_ended();
                }
                Err(Halt::Again) => stage.place,
                Err(Halt::Back(decision)) => {
                    match stage.repertoire.ways_back.iter().find(|way| way.decision == decision) {
                        Some(way) => {
                            if matches!(way.how, How::Anew { .. }) {
                                vault.empty();
                            }
                            stage.go_back(way)?
                        }
                        None => stage.place,
                    }
                }
                Err(Halt::Problem(p)) => return Err(*p),
            };
            // Whoever decided to begin again or to go back has not decided on the machine.
            self.goes_on_now &= !looked;
            self.at = next;
            self.core.show_run(&self.plan, self.repertoire, self.at);
        }
    }

    /// Finds out what of the record is believed, and says that the ceremony goes on; gives the step at which it does. None
    /// where people stopped meanwhile.
    fn goes_on(&mut self, resumed: &Resumed) -> Result<Option<usize>, Problem> {
        let Some((mut stage, _)) = self.here() else { return Ok(Some(self.at)) };
        loop {
            match stage.go_on(resumed) {
                Ok(at) => return Ok(Some(at)),
                Err(Halt::Problem(p)) => return Err(*p),
                Err(Halt::Again) => {}
                Err(Halt::Stop | Halt::Abandon | Halt::Back(_)) => return Ok(None),
            }
        }
    }

    /// What is secret and held at this moment, by the names of the materials.
    pub fn held(&self) -> Vec<&'static str> {
        self.vault.names()
    }

    /// The plan that is played.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

/// What the first entry says.
fn opened(
    plan: &Plan,
    folder: &Path,
    around: &Surroundings,
    doubted: Option<&String>,
    before: Option<&Place>,
) -> Outcome {
    let mut says = Outcome::new()
        .fact(&facts::MODE, plan.mode.word())
        .fact(&facts::RUN, run_id(folder))
        .fact(&facts::SCRIPT, plan.script.name.as_str())
        .fact(&facts::SCRIPT_VERSION, plan.script.version)
        .fact(&facts::SCRIPT_SHA256, script::sha256_hex(plan.text.as_bytes()))
        .fact(&facts::ROSTER_SHA256, script::sha256_hex(plan.roster_text.as_bytes()))
        .fact(&facts::PUBLIC_ROSTER_SHA256, script::sha256_hex(plan.roster.public().as_bytes()))
        .fact(&facts::RUNS_ENDED_BEFORE, before.map_or(0, |place| place.lines))
        .fact(&facts::PARAMETERS, plan.values.clone())
        .fact(&facts::PROGRAM, around.program.as_str())
        .fact(&facts::PEOPLE, replay::people(plan));
    if let Some(place) = before {
        says = says.fact(&facts::ENDED_LIST_SHA256, place.digest.as_str());
    }
    if let Some(uri) = &around.token_uri {
        says = says.fact(&facts::TOKEN_URI, uri.as_str());
    }
    if let Some(sha256) = &around.module_sha256 {
        says = says.fact(&facts::MODULE_SHA256, sha256.as_str());
    }
    if let Some(why) = doubted {
        says = says.fact(&facts::CLOCK_DOUBTED, why.as_str());
    }
    says
}

impl At<'_, '_> {
    /// Shows once, before anything is done, that the clock of this computer cannot be right.
    fn say_of_the_clock(&mut self, why: &str) -> Result<(), Halt> {
        let ask = Ask::Observe {
            facts: vec![words::clock_cannot_be_right(why)],
            button: words::SEEN.to_owned(),
            done: false,
        };
        self.asks(ask, None)?;
        Ok(())
    }

    /// The step after this one, as a replay finds it: a detour leads back to where the script stood.
    fn after(&self) -> usize {
        let stands = stands(self.plan, self.core.journal.entries());
        if stands == self.place { self.place + 1 } else { stands }
    }

    fn play_step(&mut self, vault: &mut Vault) -> Result<Option<PathBuf>, Halt> {
        loop {
            let done = self.sign_step().and_then(|()| self.begin_step()).and_then(|()| self.perform(vault));
            match done {
                Ok(Performed::Closed(pack)) => return Ok(Some(pack)),
                Ok(Performed::Shown(facts)) => {
                    if !facts.is_empty() {
                        self.ask_after(Ask::Observe { facts, button: words::SEEN.to_owned(), done: true })?;
                    }
                    return Ok(None);
                }
                // The record has ended, and only its pack is missing.
                Err(Halt::Problem(_)) if self.core.past().is_over() => return Err(Halt::Again),
                Err(Halt::Problem(problem)) => self.failed(&problem)?,
                Err(halt) => return Err(halt),
            }
        }
    }

    /// What begins a step, and the intent: the signatures of those who do it, or a button where nobody signs before it. The
    /// last of these names the act.
    fn begin_step(&mut self) -> Result<(), Halt> {
        let step = self.step;
        self.core.begins = true;
        self.core.signed_with.clear();
        // Every action is signed by who does it: a role in the record that nobody signed for proves nothing.
        if step.action.hands.sign_before() {
            let alone = step.confirmer.is_none().then_some(step.button.as_str());
            self.signs(&step.actor, &step.view.say, None, alone)?;
            if let Some(confirmer) = &step.confirmer {
                self.signs(confirmer, &step.view.say, step.restate.as_ref(), Some(&step.button))?;
            }
        } else if !step.action.asks_first {
            self.asks(Ask::Begin { button: step.button.clone() }, None)?;
        }
        let draft = self.entry(Kind::Intent, Outcome::new());
        self.append(draft)?;
        Ok(())
    }

    /// Does it and records its outcome. What its row uses up is dropped before and after it, with what no later step
    /// needs; where it comes to nothing, what it needs stays for the next attempt.
    fn perform(&mut self, vault: &mut Vault) -> Result<Performed, Halt> {
        let row = self.step.action;
        let action = self.repertoire.find(row.name).ok_or_else(|| words::action_unknown(row.name))?;
        let run = self.core.run.clone();
        let cue = Cue { plan: self.plan, step: self.step, run: &run, repertoire: self.repertoire };
        let outcome = action.play(cue, self, &mut vault.lend(row))?;
        let (draft, shows) = outcome.into_parts(Kind::Outcome);
        let performed = if row.ends {
            Performed::Closed(self.close(draft)?)
        } else {
            let draft = self.outcome(Kind::Outcome, draft);
            self.append(draft)?;
            Performed::Shown(shows.into_iter().chain(self.to_be_noted()).collect())
        };
        vault.forget(row, self.plan.steps.get(self.place + 1..).unwrap_or_default());
        Ok(performed)
    }
}

impl At<'_, '_> {
    /// What of this step's findings somebody writes down, because a later step asks them for it from their own notes.
    fn to_be_noted(&self) -> Vec<Fact> {
        let entries = self.core.journal.entries();
        let outcome = |e: &&Entry| e.kind == Kind::Outcome && e.step.as_ref() == Some(&self.step.id);
        let Some(outcome) = entries.iter().rev().find(outcome) else { return Vec::new() };
        let later = self.plan.steps.iter().skip(self.place + 1);
        let notes = later.filter_map(|step| {
            let restate = step.restate.as_ref().filter(|restate| restate.noted)?;
            let (of, who) = (restate.of.as_ref()?, step.confirmer.as_ref()?);
            let value = outcome.value(of)?;
            let known =
                entries.iter().take_while(|e| e.seq < outcome.seq).any(|e| e.value(of) == Some(value));
            (!known).then(|| words::write_it_down(&who.name, step.view.number, &restate.ask))
        });
        notes.collect()
    }
}

/// How a step was done.
enum Performed {
    /// Its outcome is recorded; this is what people see of it.
    Shown(Vec<Fact>),
    /// The record has ended, and its pack lies there.
    Closed(PathBuf),
}
