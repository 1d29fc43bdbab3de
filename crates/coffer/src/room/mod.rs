//! The room: holds token, secrets and transcript, and talks to a window over standard input and output.

mod readers;
mod watch;
mod words;

use crate::desk::{Begun, Desk, Wanted, WrittenBy, copy_pack};
use crate::pages::{booklet, check, estate, foreign, places, record, story};
use crate::rehearse::Practice;
use actions::REPERTOIRE;
use engine::{Engine, Player};
use protocol::{
    Answer, ExportedView, FromRoom, LockedBy, Mode, PROTOCOL_VERSION, Problem, PromptView, RecordLine,
    RunView, Settings, ToRoom, WipedReader, read_line, write_shown,
};
use readers::Readers;
use script::Plan;
use secrets::leaving_no_trace;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use watch::Watch;

/// The pipe, with what a reloaded page has to be told again.
struct Pipe<'d> {
    input: WipedReader<File>,
    output: Arc<Mutex<File>>,
    readers: Readers,
    run: Option<RunView>,
    lines: Vec<RecordLine>,
    /// What was made for a rehearsal that was begun so, and its run.
    practice: Option<(Practice, String)>,
    desk: &'d Desk,
}

pub(crate) fn serve(desk: &Desk) -> Result<ExitCode, Problem> {
    // The bare descriptors: the standard library's own streams keep buffers that nobody wipes.
    let bare = |fd: std::os::fd::BorrowedFd<'_>| {
        fd.try_clone_to_owned().map(File::from).map_err(|e| words::no_pipe().with_detail(e.to_string()))
    };
    let mut pipe = Pipe {
        input: WipedReader::new(bare(io::stdin().as_fd())?),
        output: Arc::new(Mutex::new(bare(io::stdout().as_fd())?)),
        readers: Readers::default(),
        run: None,
        lines: Vec::new(),
        practice: None,
        desk,
    };
    pipe.send(&FromRoom::Hello { protocol: PROTOCOL_VERSION, version: env!("CARGO_PKG_VERSION").to_owned() });
    loop {
        match leaving_no_trace(|| read_line::<ToRoom>(&mut pipe.input)) {
            Ok(Some(message)) => {
                if let Err(problem) = serve_one(desk, &mut pipe, message) {
                    pipe.send(&FromRoom::Refused { problem });
                }
            }
            Ok(None) => return Ok(ExitCode::SUCCESS),
            Err(e) => {
                pipe.send(&FromRoom::Refused { problem: words::not_understood().with_detail(e.to_string()) });
            }
        }
    }
}

fn serve_one(desk: &Desk, pipe: &mut Pipe<'_>, message: ToRoom) -> Result<(), Problem> {
    match message {
        ToRoom::Home | ToRoom::Again => pipe.send(&FromRoom::Home { home: desk.home() }),
        ToRoom::Review { script, mode, parameters, roster } => {
            // Every record of a ceremony that ended is read for them: once.
            let rosters = desk.rosters(mode);
            let roster = desk.chosen_roster(mode, roster.as_deref(), &rosters)?;
            let roster = roster.as_deref();
            desk.lists_script(&script)?;
            let wanted = Wanted { script: &script, roster, mode, values: &parameters };
            let mut review = Desk::review(&wanted)?;
            review.rosters = rosters;
            if let Ok(plan) = wanted.plan() {
                review.tasks = desk.tasks(&plan, review.minutes);
            }
            pipe.send(&FromRoom::Review { review });
        }
        ToRoom::Papers { script, mode, parameters, roster, folder, letter } => {
            let roster = desk.chosen_roster(mode, roster.as_deref(), &desk.rosters(mode))?;
            desk.lists_script(&script)?;
            let wanted = Wanted { script: &script, roster: roster.as_deref(), mode, values: &parameters };
            let (to, files) = booklet::all_into(desk, &wanted, &outside::meant(&folder), letter)?;
            pipe.send(&FromRoom::Exported {
                exported: ExportedView { path: to.display().to_string(), files },
            });
        }
        ToRoom::Start { script, mode, parameters, roster, token } => {
            let plan = listed_plan(desk, mode, &script, roster.as_deref(), &parameters)?;
            let around = desk.surroundings(&plan, token.map(|text| (text, WrittenBy::Anybody)))?;
            let folder = desk.new_run(&plan)?;
            pipe.lines.clear();
            play(pipe, |pipe| Engine::begin(plan, &REPERTOIRE, &folder, around, pipe))?;
        }
        ToRoom::Practise { script, parameters, roster } => {
            let plan = listed_plan(desk, Mode::Rehearsal, &script, roster.as_deref(), &parameters)?;
            // What an earlier ceremony is played for comes first; the surroundings are those after it.
            let practice = Practice::made(desk, &plan, &desk.practice_folder()?)?;
            let around = desk.surroundings(&plan, None)?;
            let folder = desk.new_run(&plan)?;
            practise(pipe, &folder, Some(practice), |pipe| {
                Engine::begin(plan, &REPERTOIRE, &folder, around, pipe)
            })?;
        }
        ToRoom::Resume { run, token } => {
            let Begun { plan, folder, token: begun_with } = find(desk, &run)?;
            let token = token.or(begun_with).map(|text| (text, WrittenBy::Anybody));
            let around = desk.surroundings(&plan, token)?;
            let practice = Practice::kept(desk, &plan, &run);
            practise(pipe, &folder, practice, |pipe| {
                Engine::resume(plan, &REPERTOIRE, &folder, around, pipe)
            })?;
        }
        ToRoom::Ledger { mode } => pipe.send(&FromRoom::Ledger { ledger: story::of(desk, mode)? }),
        ToRoom::Estate { mode } => pipe.send(&FromRoom::Estate { estate: estate::of(desk, mode)? }),
        ToRoom::Calendar { folder } => {
            pipe.send(&FromRoom::Exported { exported: story::calendar(desk, &folder)? });
        }
        ToRoom::Read { path } => {
            for part in record::read(&path)? {
                pipe.send(&part);
            }
        }
        // No ceremony is played whose people's YubiKeys could be watched.
        ToRoom::Look => {}
        ToRoom::Browse { folder } => pipe.send(&listed(desk, folder.as_deref())?),
        ToRoom::Settings { change } => pipe.send(&set(desk, change)?),
        ToRoom::Answer { .. } => {
            return Err(words::no_question());
        }
        ToRoom::Devices => {
            pipe.readers.watched(&pipe.output);
            pipe.send(&FromRoom::Devices { devices: crate::pages::devices::list(&desk.named.modules) });
        }
        ToRoom::Verify { path, signer } => {
            let verified = foreign::verify(&path, signer.as_deref())?;
            pipe.send(&FromRoom::Verified { verified });
        }
        ToRoom::Export { run, folder } => {
            let Begun { plan, folder: from, .. } = find(desk, &run)?;
            let closed = format!("{}-evidence", plan.mode.word());
            let given_up = format!("{}-abandoned-evidence", plan.mode.word());
            let name = if from.join(&closed).is_dir() { closed } else { given_up };
            let to = outside::meant(&folder).join(format!("{name}-{run}"));
            if desk.holds(&to) {
                return Err(words::not_a_copy(&to.display()));
            }
            let files = copy_pack(&from.join(&name), &to)?;
            pipe.send(&FromRoom::Exported {
                exported: ExportedView { path: to.display().to_string(), files },
            });
        }
    }
    Ok(())
}

/// Writes a whole message, whoever else writes.
fn told(output: &Mutex<File>, message: &FromRoom) {
    let _ = write_shown(&mut *output.lock().unwrap_or_else(PoisonError::into_inner), message);
}

/// What there is to choose from.
fn listed(desk: &Desk, folder: Option<&str>) -> Result<FromRoom, Problem> {
    Ok(FromRoom::Places { places: places::of(desk, folder)? })
}

/// Sets the window, or says how it is set.
fn set(desk: &Desk, change: Option<Settings>) -> Result<FromRoom, Problem> {
    let settings = change.map_or_else(|| Ok(desk.settings()), |settings| desk.set(settings))?;
    Ok(FromRoom::Settings { settings })
}

/// The plan of a script that the page may choose, with a roster that it may choose.
fn listed_plan(
    desk: &Desk,
    mode: Mode,
    script: &str,
    roster: Option<&str>,
    values: &BTreeMap<String, String>,
) -> Result<Plan, Problem> {
    let roster = desk.chosen_roster(mode, roster, &desk.rosters(mode))?;
    desk.lists_script(script)?;
    Wanted { script, roster: roster.as_deref(), mode, values }.plan()
}

/// A run of either mode. The first refusal says more where neither store has it.
fn find(desk: &Desk, run: &str) -> Result<Begun, Problem> {
    desk.plan_of(run, Mode::Rehearsal).or_else(|first| match desk.store(Mode::Production)?.run(run) {
        Ok(_) => desk.plan_of(run, Mode::Production),
        Err(_) => Err(first),
    })
}

/// Plays with what was made for a rehearsal, where it was begun so.
fn practise<'d, F>(
    pipe: &mut Pipe<'d>,
    run: &Path,
    practice: Option<Practice>,
    open: F,
) -> Result<(), Problem>
where
    F: for<'p> FnOnce(&'p mut Pipe<'d>) -> Result<Engine<'p>, Problem>,
{
    pipe.lines.clear();
    let id = run.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
    pipe.practice = practice.map(|practice| (practice, id));
    if let Some((practice, id)) = &pipe.practice {
        practice.keep(id);
    }
    let played = play(pipe, open);
    pipe.practice = None;
    played
}

fn play<'d, F>(pipe: &mut Pipe<'d>, open: F) -> Result<(), Problem>
where
    F: for<'p> FnOnce(&'p mut Pipe<'d>) -> Result<Engine<'p>, Problem>,
{
    let mut engine = open(pipe)?;
    let ended = engine.play()?;
    let mut finished = engine.finished(&ended);
    drop(engine);
    finished.verified = finished.pack.as_ref().map(|p| check::verify(Path::new(p), None));
    pipe.run = None;
    pipe.send(&FromRoom::Finished { finished });
    Ok(())
}

impl Player for Pipe<'_> {
    fn ask(&mut self, mut prompt: PromptView) -> io::Result<Answer> {
        if let Some((practice, _)) = &mut self.practice {
            prompt.practice = practice.at(&prompt);
        }
        let open = prompt.id;
        let mut watch = Watch::over(&prompt.watches);
        let offered: Vec<String> = prompt.ask.offered().into_iter().map(str::to_owned).collect();
        let message = FromRoom::Prompt { prompt };
        self.send(&message);
        loop {
            match leaving_no_trace(|| read_line::<ToRoom>(&mut self.input)) {
                Ok(Some(ToRoom::Answer { prompt, answer })) if prompt == open => {
                    if let Some((practice, run)) = &mut self.practice
                        && practice.hears(&answer)
                    {
                        practice.keep(run);
                    }
                    return Ok(answer.as_meant(&offered));
                }
                Ok(Some(ToRoom::Answer { .. })) => {}
                Ok(Some(ToRoom::Again)) => {
                    if let Some(run) = self.run.clone() {
                        self.send(&FromRoom::Run { run });
                    }
                    for line in self.lines.clone() {
                        self.send(&FromRoom::Recorded { line });
                    }
                    self.send(&message);
                }
                Ok(Some(ToRoom::Verify { path, signer })) => {
                    let verified = foreign::verify(&path, signer.as_deref());
                    self.says(verified.map(|verified| FromRoom::Verified { verified }));
                }
                Ok(Some(ToRoom::Look)) => {
                    if watch.sees_one_gone() {
                        return Ok(Answer::Lock { why: LockedBy::Yubikey });
                    }
                }
                Ok(Some(ToRoom::Settings { change })) => self.says(set(self.desk, change)),
                Ok(Some(ToRoom::Browse { folder })) => self.says(listed(self.desk, folder.as_deref())),
                Ok(Some(_)) => self.send(&FromRoom::Refused { problem: words::busy() }),
                Ok(None) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Err(e) if e.kind() == io::ErrorKind::InvalidData => {
                    self.send(&FromRoom::Refused {
                        problem: words::not_understood().with_detail(e.to_string()),
                    });
                }
                Err(e) => return Err(e),
            }
        }
    }

    fn show(&mut self, message: FromRoom) {
        match &message {
            FromRoom::Run { run } => self.run = Some(run.clone()),
            FromRoom::Recorded { line } => self.lines.push(line.clone()),
            _ => {}
        }
        self.send(&message);
    }
}

impl Pipe<'_> {
    fn says(&mut self, what: Result<FromRoom, Problem>) {
        self.send(&what.unwrap_or_else(|problem| FromRoom::Refused { problem }));
    }

    /// A window that went away shows itself at the next read.
    fn send(&mut self, message: &FromRoom) {
        told(&self.output, message);
    }
}
