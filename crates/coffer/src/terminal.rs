//! The commands: playing, resuming, rehearsing, verifying.

use crate::check as checker;
use crate::desk::{Begun, Desk, Wanted};
use crate::player::{Terminal, tell};
use ceremony::unattended::{Answers, Unattended};
use ceremony::{Ended, Engine, Plan, Player};
use protocol::{Mode, Problem, ReadAloud};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

/// Exit status of a check that found something.
const FOUND: u8 = 1;

pub(crate) type Values = BTreeMap<String, String>;

pub(crate) fn check(wanted: &Wanted<'_>) -> ExitCode {
    match wanted.plan_or_all() {
        Ok(plan) => {
            println!("{}: {} steps, nothing found against it.", plan.script.name, plan.steps.len());
            if let Some(notice) = ceremony::custody::notice(&plan) {
                println!("{notice}");
            }
            ExitCode::SUCCESS
        }
        Err(problems) => {
            for p in problems {
                println!("{} [{}]", p.happened, p.code);
                println!("    {}", p.todo);
                if let Some(detail) = p.detail {
                    println!("    {}", detail.replace('\n', "\n    "));
                }
            }
            ExitCode::from(FOUND)
        }
    }
}

pub(crate) fn print(wanted: &Wanted<'_>) -> Result<ExitCode, Problem> {
    let review = Desk::review(wanted)?;
    println!(
        "{}\n\n{}\n\nAbout {} minutes.\n\nThe script's SHA-256, to read aloud:",
        review.title, review.purpose, review.minutes
    );
    read_aloud(&review.hash);
    println!("\nWho takes part");
    for role in &review.roles {
        let names: Vec<_> = role.people.iter().map(|p| p.name.as_str()).collect();
        println!("  {}: {}\n    {}", role.title, names.join(", "), role.duty);
    }
    for (title, list) in [
        ("On the table", &review.materials),
        ("Left behind", &review.makes),
        ("Said before the day", &review.notices),
    ] {
        println!("\n{title}");
        for line in list {
            println!("  {line}");
        }
    }
    if let Some(commands) = &review.to_fetch {
        println!("\nFetched online before the day");
        for line in commands.lines() {
            println!("  {line}");
        }
    }
    for act in &review.acts {
        println!("\n{}", act.title.to_uppercase());
        for step in &act.steps {
            let with = step.confirmer.as_ref().map_or(String::new(), |c| format!(", confirmed by {c}"));
            println!("{:>3}. {}\n     {}{with}. {}", step.number, step.say, step.actor, step.why);
        }
    }
    for p in &review.problems {
        println!("\nCannot be played like this: {}", p.happened);
    }
    Ok(if review.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}

fn read_aloud(value: &ReadAloud) {
    for row in &value.rows {
        println!("  {}  {}\n     {}", row.number, row.hex.join(" "), row.words.join(" "));
    }
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
    eprintln!("Run {}", folder.display());
    let mut engine = Engine::begin(plan, &folder, around, player.as_player())?;
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
    let mut engine = Engine::resume(plan, &folder, around, player.as_player())?;
    let ended = engine.play()?;
    let finished = engine.finished(&ended);
    drop(engine);
    Ok(end(&ended, &finished, player.missing()))
}

pub(crate) fn end(ended: &Ended, finished: &protocol::FinishedView, missing: Option<&str>) -> ExitCode {
    for fact in &finished.made {
        println!("{}: {}", fact.name, fact.observed);
    }
    if let Some(head) = &finished.head {
        println!("The transcript's head:");
        read_aloud(head);
    }
    for next in &finished.next {
        println!("Next: {next}");
    }
    match ended {
        Ended::Closed(pack) => {
            println!("Evidence pack: {}", pack.display());
            ExitCode::SUCCESS
        }
        Ended::Abandoned(pack) => {
            println!("The ceremony was given up.");
            if let Some(pack) = pack {
                println!("Its signed record: {}", pack.display());
            }
            ExitCode::from(FOUND)
        }
        Ended::Stopped => {
            if let Some(missing) = missing {
                eprintln!("Stopped at {missing}");
            }
            ExitCode::from(FOUND)
        }
    }
}

/// Copies a pack and reads every file back.
pub(crate) fn copy_pack(from: &Path, to: &Path) -> Result<u32, Problem> {
    let failed = |e: std::io::Error| {
        Problem::new(
            "copy-failed",
            format!("The pack could not be copied to {}.", to.display()),
            "The pack in the run's folder is unchanged.",
            "Check the medium and choose a folder that is not there yet.",
        )
        .can_try_again()
        .with_detail(e.to_string())
    };
    std::fs::create_dir(to).map_err(failed)?;
    let mut files = 0;
    for entry in std::fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let dest = to.join(entry.file_name());
        if entry.file_type().map_err(failed)?.is_dir() {
            files += copy_pack(&entry.path(), &dest)?;
        } else {
            ceremony::store::write_new(&dest, &std::fs::read(entry.path()).map_err(failed)?)?;
            files += 1;
        }
    }
    Ok(files)
}

pub(crate) fn verify(path: &Path, json: bool) -> ExitCode {
    let found = checker::verify(path);
    if json {
        println!("{}", serde_json::to_string_pretty(&found).unwrap_or_default());
    } else {
        for line in &found.lines {
            println!("{}  {}", if line.holds { "holds" } else { "FAILS" }, line.says);
        }
        for line in &found.not_checked {
            println!("not checked  {line}");
        }
        println!(
            "{}",
            if found.holds { "Everything that was checked holds." } else { "This does not hold." }
        );
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
                format!("{level:?} is no disclosure level."),
                "Nothing was copied.",
                "Say public, auditor or internal.",
            ));
        }
    };
    transcript::disclose(pack, level, out).map_err(|e| {
        Problem::new(
            "not-disclosed",
            format!("The pack could not be copied: {e}."),
            "The pack is unchanged.",
            "Check both folders.",
        )
    })?;
    println!("{}", out.display());
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
    println!("{}", ceremony::roster::verifier(&typed).map_err(failed)?);
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
    let text = std::fs::read_to_string(path).map_err(|e| unreadable(e.to_string()))?;
    let mut answers: Answers = toml::from_str(&text).map_err(|e| unreadable(e.message().to_owned()))?;
    for p in &plan.roster.people {
        if let Some(hint) = &p.rehearsal_passphrase {
            answers.passphrases.entry(p.id.clone()).or_insert_with(|| hint.clone());
        }
    }
    Ok(AnyPlayer::File(Box::new(Unattended::new(answers, Box::new(tell)))))
}
