//! The commands: playing, resuming, rehearsing, verifying.

use crate::check as checker;
use crate::desk::{Begun, Desk, LARGEST_TEXT, Wanted, named};
use crate::player::{Seen, Terminal, read_row, tell};
use crate::screen::{self, note, say};
use ceremony::unattended::{Answers, Unattended};
use ceremony::{Ended, Engine, Plan, Player};
use protocol::{Mode, Problem, ReadAloud};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use transcript::count;

/// Exit status of a check that found something.
const FOUND: u8 = 1;

pub(crate) type Values = BTreeMap<String, String>;

pub(crate) fn check(wanted: &Wanted<'_>) -> ExitCode {
    match wanted.plan_or_all() {
        Ok(plan) => {
            let steps = count(plan.steps.len(), "step", "steps");
            say(format!("{}: {steps}, nothing found against it.", plan.script.name));
            if let Some(notice) = ceremony::custody::notice(&plan) {
                say(notice);
            }
            ExitCode::SUCCESS
        }
        Err(problems) => {
            for p in problems {
                say(format!("{} [{}]", p.happened, p.code));
                say(format!("    {}", p.todo));
                if let Some(detail) = p.detail {
                    detail.lines().for_each(|line| say(format!("    {line}")));
                }
            }
            ExitCode::from(FOUND)
        }
    }
}

pub(crate) fn print(wanted: &Wanted<'_>) -> Result<ExitCode, Problem> {
    let review = Desk::review(wanted)?;
    say(&review.title);
    say("");
    review.purpose.lines().for_each(say);
    say("");
    say(format!("About {}.", count(review.minutes, "minute", "minutes")));
    say("");
    say("The script's SHA-256, to read aloud:");
    read_aloud(&review.hash);
    headed("Who takes part");
    for role in &review.roles {
        let names: Vec<_> = role.people.iter().map(|p| p.name.as_str()).collect();
        say(format!("  {}: {}", role.title, names.join(", ")));
        say(format!("    {}", role.duty));
    }
    for (title, list) in [
        ("On the table", &review.materials),
        ("Left behind", &review.makes),
        ("Said before the day", &review.notices),
    ] {
        headed(title);
        for line in list {
            say(format!("  {line}"));
        }
    }
    if let Some(commands) = &review.to_fetch {
        headed("Fetched online before the day");
        for line in commands.lines() {
            say(format!("  {line}"));
        }
    }
    for act in &review.acts {
        headed(&act.title.to_uppercase());
        for step in &act.steps {
            let with = step.confirmer.as_ref().map_or(String::new(), |c| format!(", confirmed by {c}"));
            say(format!("{:>3}. {}", step.number, step.say));
            say(format!("     {}{with}. {}", step.actor, step.why));
        }
    }
    for p in &review.problems {
        headed(&format!("Cannot be played like this: {}", p.happened));
    }
    Ok(if review.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}

/// What stands above a part, behind an empty line.
fn headed(title: &str) {
    say("");
    say(title);
}

fn read_aloud(value: &ReadAloud) {
    value.rows.iter().for_each(read_row);
}

pub(crate) fn play(
    desk: &Desk,
    plan: Plan,
    token: Option<String>,
    answers: Option<&Path>,
) -> Result<ExitCode, Problem> {
    let around = desk.surroundings(plan.mode, token)?;
    let mut player = player(plan.mode, answers, &plan)?;
    let folder = desk.new_run(&plan)?;
    note(format!("Run {}", folder.display()));
    let mut seen = Seen(player.as_player());
    let mut engine = Engine::begin(plan, &folder, around, &mut seen)?;
    let ended = engine.play()?;
    let finished = engine.finished(&ended);
    drop(engine);
    Ok(end(&ended, &finished, player.missing()))
}

pub(crate) fn resume(
    desk: &Desk,
    run: &str,
    mode: Mode,
    token: Option<String>,
    answers: Option<&Path>,
) -> Result<ExitCode, Problem> {
    let Begun { plan, folder, token: begun_with } = desk.plan_of(run, mode)?;
    let around = desk.surroundings(mode, token.or(begun_with))?;
    let mut player = player(mode, answers, &plan)?;
    let mut seen = Seen(player.as_player());
    let mut engine = Engine::resume(plan, &folder, around, &mut seen)?;
    let ended = engine.play()?;
    let finished = engine.finished(&ended);
    drop(engine);
    Ok(end(&ended, &finished, player.missing()))
}

pub(crate) fn end(ended: &Ended, finished: &protocol::FinishedView, missing: Option<&str>) -> ExitCode {
    for fact in &finished.made {
        say(format!("{}: {}", fact.name, fact.observed));
    }
    if let Some(head) = &finished.head {
        say("The transcript's head:");
        read_aloud(head);
    }
    for next in &finished.next {
        say(format!("Next: {next}"));
    }
    match ended {
        Ended::Closed(pack) => {
            say(format!("Evidence pack: {}", pack.display()));
            ExitCode::SUCCESS
        }
        Ended::Abandoned(pack) => {
            say("The ceremony was given up.");
            if let Some(pack) = pack {
                say(format!("Its signed record: {}", pack.display()));
            }
            ExitCode::from(FOUND)
        }
        Ended::Stopped => {
            if let Some(missing) = missing {
                note(format!("Stopped at {missing}"));
            }
            ExitCode::from(FOUND)
        }
    }
}

/// Copies a pack and reads every file back. What cannot be copied whole is taken away again.
pub(crate) fn copy_pack(from: &Path, to: &Path) -> Result<u32, Problem> {
    let there = || ceremony::store::disk(to, &std::io::ErrorKind::AlreadyExists.into());
    let mut files = 0;
    let copied = if to.symlink_metadata().is_ok() {
        Err(there())
    } else {
        ceremony::store::whole_folder(to, |partial| {
            files = copy_into(from, partial)?;
            Ok(())
        })
    };
    copied.map(|()| files).map_err(|p| Problem {
        code: "copy-failed".to_owned(),
        happened: format!("The pack could not be copied to {}: {}", to.display(), p.happened),
        unchanged: format!("The pack in the run's folder is unchanged. {}", p.unchanged),
        ..p
    })
}

/// Copies what a folder holds into another that is there.
fn copy_into(from: &Path, to: &Path) -> Result<u32, Problem> {
    let failed = |e: std::io::Error| ceremony::store::disk(from, &e);
    let mut files = 0;
    for entry in std::fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| outside::left_behind(name).is_some()) {
            continue;
        }
        let dest = to.join(name);
        if entry.file_type().map_err(failed)?.is_dir() {
            std::fs::create_dir(&dest).map_err(|e| ceremony::store::disk(&dest, &e))?;
            files += copy_into(&entry.path(), &dest)?;
        } else {
            let bytes = ceremony::store::read_outside(&entry.path(), outside::LARGEST_RECORD)?;
            ceremony::store::write_new(&dest, &bytes)?;
            files += 1;
        }
    }
    Ok(files)
}

pub(crate) fn verify(path: &Path, json: bool) -> ExitCode {
    let found = checker::verify(path);
    if json {
        screen::json(protocol::json(&found));
    } else {
        for line in &found.lines {
            say(format!("{}  {}", if line.holds { "holds" } else { "FAILS" }, line.says));
        }
        for line in &found.not_checked {
            say(format!("not checked  {line}"));
        }
        say(if found.holds { "Everything that was checked holds." } else { "This does not hold." });
    }
    if found.holds { ExitCode::SUCCESS } else { ExitCode::from(FOUND) }
}

pub(crate) fn disclose(pack: &Path, level: &str, out: &Path) -> Result<ExitCode, Problem> {
    let level = match level {
        "public" => transcript::Level::Public,
        "auditor" => transcript::Level::Auditor,
        "internal" => transcript::Level::Internal,
        _ => {
            return Err(Problem::new(
                "level-unknown",
                format!("\"{level}\" is no disclosure level."),
                "Nothing was copied.",
                "Say public, auditor or internal.",
            ));
        }
    };
    transcript::disclose(&outside::meant_path(pack), level, out).map_err(|e| {
        Problem::new(
            "not-disclosed",
            format!("The pack could not be copied: {e}."),
            "The pack is unchanged.",
            "Check both folders.",
        )
    })?;
    say(out.display().to_string());
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn enrol() -> Result<ExitCode, Problem> {
    let failed =
        |e: String| Problem::new("not-enrolled", e, "Nothing was written.", "Try again in a terminal.");
    let typed = crate::unseen::typed("Passphrase: ").map_err(|e| failed(e.to_string()))?;
    let typed = secrets::SecretText::new(typed).map_err(|e| failed(e.to_string()))?;
    if typed.expose().chars().count() < ceremony::roster::SHORTEST_PASSPHRASE {
        return Err(failed("A passphrase needs at least 12 characters.".to_owned()));
    }
    say(ceremony::roster::verifier(&typed).map_err(failed)?);
    Ok(ExitCode::SUCCESS)
}

enum AnyPlayer {
    People(Terminal),
    File(Box<Unattended>),
}

impl AnyPlayer {
    /// What an answers file had no answer to.
    fn missing(&self) -> Option<&str> {
        match self {
            Self::People(_) => None,
            Self::File(unattended) => unattended.missing(),
        }
    }

    fn as_player(&mut self) -> &mut dyn Player {
        match self {
            Self::People(t) => t,
            Self::File(u) => u.as_mut(),
        }
    }
}

fn player(mode: Mode, answers: Option<&Path>, plan: &Plan) -> Result<AnyPlayer, Problem> {
    let Some(path) = answers else { return Ok(AnyPlayer::People(Terminal)) };
    if mode == Mode::Production {
        return Err(Problem::new(
            "answers-in-production",
            "A production ceremony cannot be answered from a file: a file is not two people.",
            "Nothing was started.",
            "Play it in the window or the terminal.",
        ));
    }
    let unreadable = |e: String| {
        Problem::new(
            "answers-unreadable",
            "The answers file cannot be read.",
            "Nothing was started.",
            "Mend it.",
        )
        .with_detail(e)
    };
    let path = &*outside::meant_path(path);
    let bytes = outside::read(path, LARGEST_TEXT)
        .map_err(|e| named(path, &e).unwrap_or_else(|| unreadable(e.to_string())))?;
    let text = crate::desk::text_of(bytes, "answers file", &path.display().to_string())?;
    let text = incoming::text(text.as_bytes()).unwrap_or_default();
    let mut answers: Answers = toml::from_str(&text).map_err(|e| unreadable(e.message().to_owned()))?;
    for p in &plan.roster.people {
        if let Some(hint) = &p.rehearsal_passphrase {
            answers.passphrases.entry(p.id.clone()).or_insert_with(|| hint.clone());
        }
    }
    Ok(AnyPlayer::File(Box::new(Unattended::new(answers, Box::new(tell)))))
}
