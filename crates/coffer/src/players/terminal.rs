//! The commands: playing, resuming, rehearsing, verifying.

use super::answers::Answers;
use super::player::{Seen, Terminal, read_row, tell};
use super::unattended::Unattended;
use super::{unseen, words};
use crate::desk::{Begun, Desk, LARGEST_TEXT, Wanted, WrittenBy, named, only_calls, text_of};
use crate::pages::check as checker;
use crate::pages::foreign;
use crate::screen::{self, note, say};
use actions::REPERTOIRE;
use confine::Reads;
use engine::{Ended, Engine, Player};
use protocol::{Mode, Problem, ReadAloud};
use script::Plan;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

/// Exit status of a check that found something.
const FOUND: u8 = 1;

pub(crate) type Values = BTreeMap<String, String>;

pub(crate) fn check(wanted: &Wanted<'_>) -> ExitCode {
    match wanted.plan_or_all() {
        Ok(plan) => {
            say(words::nothing_against(&plan.script.name, plan.steps.len()));
            if let Some(notice) = script::custody::notice(&plan, &REPERTOIRE) {
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
    say(words::about_minutes(review.minutes));
    say("");
    say(words::HASH_TO_READ_ALOUD);
    read_aloud(&review.hash);
    headed(words::WHO_TAKES_PART);
    for role in &review.roles {
        let names: Vec<_> = role.people.iter().map(|p| p.name.as_str()).collect();
        say(format!("  {}: {}", role.title, names.join(", ")));
        say(format!("    {}", role.duty));
    }
    for (title, list) in [
        (words::ON_THE_TABLE, &review.materials),
        (words::LEFT_BEHIND, &review.makes),
        (words::SAID_BEFORE, &review.notices),
    ] {
        headed(title);
        for line in list {
            say(format!("  {line}"));
        }
    }
    if let Some(commands) = &review.to_fetch {
        headed(words::FETCHED_BEFORE);
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
            for asked in &step.asks {
                say(format!("       - {asked}"));
            }
        }
    }
    for p in &review.problems {
        headed(&words::not_like_this(&p.happened));
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
    let around = desk.surroundings(&plan, token.map(|text| (text, WrittenBy::Operator)))?;
    let mut player = player(plan.mode, answers, &plan)?;
    let folder = desk.new_run(&plan)?;
    note(format!("Run {}", folder.display()));
    let mut seen = Seen(player.as_player());
    let mut engine = Engine::begin(plan, &REPERTOIRE, &folder, around, &mut seen)?;
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
    // What a record says of a token is never a path to load: anybody may have written it.
    let token = token.map(|text| (text, WrittenBy::Operator));
    let around = desk.surroundings(&plan, token.or(begun_with.map(|text| (text, WrittenBy::Anybody))))?;
    let mut player = player(mode, answers, &plan)?;
    let mut seen = Seen(player.as_player());
    let mut engine = Engine::resume(plan, &REPERTOIRE, &folder, around, &mut seen)?;
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
        say(words::THE_HEAD);
        read_aloud(head);
    }
    for next in &finished.next {
        say(format!("Next: {next}"));
    }
    match ended {
        Ended::Closed(pack) => {
            if let Some(signer) = checker::signer_of(pack) {
                say(words::signed_with(&signer));
            }
            say(words::evidence_pack(&pack.display()));
            ExitCode::SUCCESS
        }
        Ended::Abandoned(pack) => {
            say(words::GIVEN_UP);
            if let Some(pack) = pack {
                say(words::signed_record(&pack.display()));
            }
            ExitCode::from(FOUND)
        }
        Ended::Stopped => {
            if let Some(missing) = missing {
                note(words::stopped_at(missing));
            }
            ExitCode::from(FOUND)
        }
    }
}

/// The exit status of a check where everything holds, and nobody said whose signature it has to be.
const SIGNER_NOT_NAMED: u8 = 3;

pub(crate) fn verify(path: &Path, signer: Option<&str>, json: bool) -> Result<ExitCode, Problem> {
    let signer = signer.map(checker::signer).transpose()?;
    // A name that is mistyped is no finding about a pack.
    std::fs::symlink_metadata(path).map_err(|e| store::disk(path, &e))?;
    foreign::within_limits()?;
    only_calls(Reads::Files)?;
    let found = checker::verify(path, signer.as_deref());
    if json {
        screen::json(protocol::json(&found));
    } else {
        for line in &found.lines {
            say(format!("{}  {}", if line.holds { "holds" } else { "FAILS" }, line.says));
        }
        for line in &found.not_checked {
            say(words::not_checked(line));
        }
        say(match (found.holds, found.signer_named) {
            (false, _) => words::DOES_NOT_HOLD,
            (true, true) => words::ALL_HOLDS_AS_NAMED,
            (true, false) => words::ALL_HOLDS,
        });
    }
    Ok(match (found.holds, found.signer_named) {
        (false, _) => ExitCode::from(FOUND),
        (true, true) => ExitCode::SUCCESS,
        (true, false) => ExitCode::from(SIGNER_NOT_NAMED),
    })
}

/// The level of that name.
pub(crate) fn level_called(name: &str) -> Result<transcript::Level, Problem> {
    match name {
        "public" => Ok(transcript::Level::Public),
        "auditor" => Ok(transcript::Level::Auditor),
        "internal" => Ok(transcript::Level::Internal),
        _ => Err(words::level_unknown(name)),
    }
}

pub(crate) fn disclose(pack: &Path, level: &str, out: &Path) -> Result<ExitCode, Problem> {
    let level = level_called(level)?;
    transcript::disclose(&outside::meant_path(pack), level, out).map_err(|e| words::not_disclosed(&e))?;
    say(out.display().to_string());
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn enrol() -> Result<ExitCode, Problem> {
    let typed = unseen::typed("Passphrase: ").map_err(|e| words::not_enrolled(&e.to_string()))?;
    let typed = secrets::SecretText::new(typed).map_err(|e| words::not_enrolled(&e.to_string()))?;
    if let Some(why) = script::passphrase::weakness(&typed, &[]) {
        return Err(words::not_enrolled(&why.to_string()));
    }
    say(script::roster::verifier(&typed).map_err(|e| words::not_enrolled(&e))?);
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
    let Some(path) = answers else { return Ok(AnyPlayer::People(Terminal::default())) };
    if mode == Mode::Production {
        return Err(words::answers_in_production());
    }
    let path = &*outside::meant_path(path);
    let bytes = outside::read(path, LARGEST_TEXT).map_err(|e| {
        named(path, &e).unwrap_or_else(|| words::answers_unreadable().with_detail(e.to_string()))
    })?;
    let text = text_of(bytes, "answers file", &path.display().to_string())?;
    let mut answers = Answers::read(&text).map_err(|e| words::answers_unreadable().with_detail(e))?;
    for p in &plan.roster.people {
        if let Some(hint) = &p.rehearsal_passphrase {
            answers.passphrases.entry(p.id.clone()).or_insert_with(|| hint.clone());
        }
    }
    Ok(AnyPlayer::File(Box::new(Unattended::new(answers, Box::new(tell)))))
}
